// Listeners: typed handlers, masks, and removing them at every moment.
#include "check.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

static void handlersGetTheirPayload(const im::Client &client)
{
    const im::Request hi = im::NewMessage::textToUser("bob", "hi").request();
    const std::string message = client.call("sendMessage", hi.json()).value();
    const std::string conversation =
        client.call("getConversation", im::Request().text("conversationID", "c2c_bob").json()).value();
    im::EventHandlers handlers;
    CHECK(handlers.mask() == 0);
    int told = 0;
    const auto failed = [&told](const im::Error &error) {
        told += error.code == 9508 && error.desc == "no \"way\" \xf0\x9f\x98\x80";
    };
    handlers.onSyncServerStart = [&told] { told++; };
    handlers.onSyncServerFailed = failed;
    handlers.onNewConversation = [&told](const std::vector<im::Conversation> &list) {
        told += list.size() == 1 && list[0].conversationID == "c2c_bob";
    };
    handlers.onConversationDeleted = [&told](const std::vector<std::string> &ids) {
        told += ids == std::vector<std::string>{"c2c_a", "group_b"};
    };
    handlers.onTotalUnreadMessageCountChanged = [&told](std::int64_t total) { told += total == 42; };
    handlers.onRecvNewMessage = [&told](const im::Message &one) { told += one.textElem && one.textElem->text == "hi"; };
    handlers.onRecvMessageRevoked = [&told](const std::string &msgID) { told += msgID == "m\n1"; };
    const std::pair<int, std::string> payloads[] = {
        {IM_EVENT_SYNC_SERVER_START, "null"},
        {IM_EVENT_SYNC_SERVER_FAILED, R"({"code":9508,"later":[],"desc":"no \"way\" \ud83d\ude00"})"},
        {IM_EVENT_NEW_CONVERSATION, "[" + conversation + "]"},
        {IM_EVENT_CONVERSATION_DELETED, R"(["c2c_a","group_b"])"},
        {IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED, "42"},
        {IM_EVENT_RECV_NEW_MESSAGE, message},
        {IM_EVENT_RECV_MESSAGE_REVOKED, R"("m\n1")"},
    };
    int expected = 0;
    std::uint64_t mask = 0;
    for (const auto &[event, payload] : payloads) {
        handlers.handle(event, payload);
        CHECK(told == ++expected);
        mask |= std::uint64_t{1} << event;
    }
    CHECK(handlers.mask() == mask);
    // Payloads that cannot be read, events without a handler, those of later versions, and none at all are passed over.
    handlers.handle(IM_EVENT_RECV_NEW_MESSAGE, "{}");
    handlers.handle(IM_EVENT_CONNECTING, "null");
    for (const int event : {63, 64, -1})
        handlers.handle(event, "null");
    CHECK(told == expected);
}

static void handlersGetModels(const im::Client &alice, const im::Client &bob)
{
    std::atomic<int> conversations{0}, messages{0}, sent{0}, receipts{0};
    std::atomic<std::int64_t> total{-1};
    Signal isSynced;
    im::EventHandlers of_bob;
    of_bob.onSyncServerFinish = [&] { isSynced.give(); };
    of_bob.onNewConversation = [&](const std::vector<im::Conversation> &list) {
        for (const im::Conversation &conversation : list)
            conversations += conversation.conversationID == "c2c_alice" && conversation.orderkey > 0;
    };
    of_bob.onRecvNewMessage = [&](const im::Message &message) {
        messages += message.textElem && message.textElem->text == "hi";
    };
    of_bob.onTotalUnreadMessageCountChanged = [&](std::int64_t count) { total = count; };
    im::EventHandlers of_alice;
    of_alice.onMessageStatusChanged = [&](const im::Message &message) { sent += message.status == im::MessageStatus::SENT; };
    of_alice.onRecvC2CReadReceipt = [&](const std::vector<im::MessageReceipt> &list) {
        receipts += list.size() == 1 && list[0].userID == "bob" && list[0].timestamp > im::Time() && !list[0].msgID;
    };
    const im::Result<im::Listener> first = bob.addListener(of_bob);
    const im::Result<im::Listener> second = alice.addListener(of_alice);
    CHECK(first && *first && second && *second);
    alice.login().value();
    bob.login().value();
    isSynced.wait(); // messages that a sync brings are not told one by one
    CODE(alice.sendMessage(im::NewMessage::textToUser("bob", "hi")), IM_STATUS_OK);
    UNTIL(conversations == 1 && messages == 1 && total == 1 && sent == 1);
    CODE(bob.addFriend("alice"), IM_STATUS_OK); // a stranger learns nothing
    CODE(bob.cleanConversationUnreadMessageCount(), IM_STATUS_OK);
    UNTIL(receipts == 1 && total == 0);
}

static void aFileTellsHowFarItIs(const im::Client &alice, const im::Client &bob, const std::string &dir)
{
    const std::string path = dir + "/film.bin", content(9 << 20, 'x');
    std::ofstream(path, std::ios::binary) << content;
    std::atomic<std::int64_t> percent{-1};
    std::atomic<bool> falls{false}, isFinished{false};
    std::string found;
    im::EventHandlers ofAlice, ofBob;
    ofAlice.onSendMessageProgress = [&](const im::MessageSendProgress &told) {
        falls = falls || told.progress <= percent;
        percent = told.progress;
    };
    ofBob.onMessageDownloadProgressCallback = [&](const im::MessageDownloadProgress &told) {
        if (told.isFinish)
            found = told.path;
        isFinished = told.isFinish;
    };
    const im::Listener first = alice.addListener(ofAlice).value();
    const im::Listener second = bob.addListener(ofBob).value();
    im::NewMessage message;
    message.receiver = "bob";
    message.fileElem = im::NewFile{"", path};
    const std::string id = alice.sendMessage(message).value().msgID;
    UNTIL(percent == 100);
    CHECK(!falls);
    UNTIL(bob.downloadMessage(id).code() == IM_STATUS_OK);
    UNTIL(isFinished);
    std::ifstream file(found, std::ios::binary);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == content);
    CODE(bob.cancelDownloadMessage(id), IM_STATUS_NOTHING_TO_CANCEL);
}

static void aListenerCanRemoveItselfInsideItsHandler(const im::Client &client)
{
    // The listener lies in what its own handler holds, so removing it releases both.
    auto own = std::make_shared<im::Listener>();
    const std::weak_ptr<im::Listener> gone = own;
    std::atomic<bool> isAssigned{false};
    std::atomic<int> heard{0};
    im::Result<im::Listener> added = client.addListener(
        [own, &isAssigned, &heard](std::int32_t, std::string_view) {
            UNTIL(isAssigned);
            CODE(own->remove(), IM_STATUS_OK);
            CHECK(!*own);
            heard++;
        },
        CHANGES);
    *own = std::move(added).value();
    own.reset();
    isAssigned = true;
    setDraft(client, "x", "removes itself");
    UNTIL(gone.expired());
    CHECK(heard == 1);

    // The same by the end of the object.
    auto second = std::make_unique<im::Listener>();
    Signal ended;
    isAssigned = false;
    *second = client
                  .addListener(
                      [&](std::int32_t, std::string_view) {
                          UNTIL(isAssigned);
                          second.reset();
                          ended.give();
                      },
                      CHANGES)
                  .value();
    isAssigned = true;
    setDraft(client, "x", "ends itself");
    ended.wait();
}

static void removingWaitsForTheHandler(const im::Client &client)
{
    for (int round = 0; round < 50; round++) {
        auto state = std::make_unique<int>(0);
        Signal isRunning;
        {
            im::Listener listener = client
                                        .addListener(
                                            [&](std::int32_t, std::string_view) {
                                                isRunning.give();
                                                std::this_thread::yield();
                                                ++*state;
                                            },
                                            CHANGES)
                                        .value();
            setDraft(client, "x", "round " + std::to_string(round));
            isRunning.wait();
        }
        // Address sanitizer sees a handler that still runs.
        state.reset();
    }
}

static void whatIsRefused(const im::Client &client)
{
    CODE(client.addListener(im::EventHandlers{}), IM_STATUS_INVALID_PARAMETERS);
    CODE(client.addListener(im::EventHandler{}), IM_STATUS_INVALID_PARAMETERS);
    auto held = std::make_shared<int>(0);
    CODE(client.addListener([held](std::int32_t, std::string_view) {}, std::uint64_t{1} << 63),
         IM_STATUS_INVALID_PARAMETERS);
    CHECK(held.use_count() == 1);

    im::Listener listener = client.addListener([held](std::int32_t, std::string_view) {}).value();
    CHECK(listener && held.use_count() == 2);
    CODE(listener.remove(), IM_STATUS_OK);
    CHECK(!listener && held.use_count() == 1);
    CODE(listener.remove(), IM_STATUS_INVALID_PARAMETERS);
}

static void theLogIsTold(const im::Client &client)
{
    auto lines = std::make_shared<std::atomic<int>>(0);
    const auto count = [lines](std::int32_t level, std::string_view line) {
        *lines += level >= IM_LOG_ERROR && level <= IM_LOG_TRACE && !line.empty();
    };
    CODE(im::setLogger(count, IM_LOG_TRACE), IM_STATUS_OK);
    // The log says what was wrong with it.
    CODE(client.addListener([](std::int32_t, std::string_view) {}, std::uint64_t{1} << 63),
         IM_STATUS_INVALID_PARAMETERS);
    CHECK(*lines > 0);
    CODE(im::setLogger([](std::int32_t, std::string_view) {}, 99), IM_STATUS_INVALID_PARAMETERS);
    CODE(im::setLogger(nullptr), IM_STATUS_OK);
    CHECK(lines.use_count() == 2);
}

int main(int, char **argv)
{
    const std::string dir = argv[1];
    {
        const im::Client alice = openClient(dir, "alice");
        const im::Client bob = openClient(dir, "bob");
        handlersGetModels(alice, bob);
        aFileTellsHowFarItIs(alice, bob, dir);
    }
    const im::Client client = openClient(dir, "carol");
    handlersGetTheirPayload(client);
    aListenerCanRemoveItselfInsideItsHandler(client);
    removingWaitsForTheHandler(client);
    whatIsRefused(client);
    theLogIsTold(client);

    // Listeners that outlive their client, and one that was let go of.
    auto held = std::make_shared<int>(0);
    const auto hold = [held](std::int32_t, std::string_view) {};
    im::Listener late = client.addListener(hold).value();
    im::Listener later = client.addListener(hold).value();
    client.addListener(hold).value().detach();
    CHECK(held.use_count() == 5);
    CODE(client.close(), IM_STATUS_OK);
    CHECK(held.use_count() == 2);
    CODE(late.remove(), IM_STATUS_NOT_INITIALIZED);
    CODE(client.addListener(hold), IM_STATUS_NOT_INITIALIZED);
    return 0;
}
