// Walks over the list and over histories, what of a conversation is unread, and messages in one line.
#include "check.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <vector>

static std::vector<std::string> idsOf(const im::Client &client)
{
    std::vector<std::string> ids;
    CODE(client.forEachConversation([&ids](const im::Conversation &one) { ids.push_back(one.conversationID); }),
         IM_STATUS_OK);
    return ids;
}

// The same by the other form.
static std::vector<std::string> idsOf(const im::Async &async)
{
    std::vector<std::string> ids;
    Signal ended;
    const auto visit = [&ids](const im::Conversation &one) { ids.push_back(one.conversationID); };
    const auto end = [&ended](im::Result<void> done) {
        CODE(done, IM_STATUS_OK);
        ended.give();
    };
    const im::Pending walk = async.forEachConversation(visit, end).value();
    ended.wait();
    return ids;
}

static void theList(const im::Client &alice)
{
    CHECK(idsOf(alice).empty() && idsOf(alice.async()).empty());
    std::vector<std::string> expected;
    for (int number = 0; number < 250; number++) {
        setDraft(alice, std::to_string(number), "draft");
        expected.insert(expected.begin(), "c2c_" + std::to_string(number));
    }
    CHECK(idsOf(alice) == expected && idsOf(alice.async()) == expected);

    // A visitor may end it, on the first page and on a later one.
    for (const int most : {1, 130}) {
        int seen = 0;
        const auto count = [&seen, most](const im::Conversation &) { return ++seen < most; };
        CODE(alice.forEachConversation(count), IM_STATUS_OK);
        CHECK(seen == most);
        seen = 0;
        Signal ended;
        const im::Pending walk =
            alice.async().forEachConversation(count, [&ended](im::Result<void>) { ended.give(); }).value();
        ended.wait();
        CHECK(seen == most);
    }
}

// The list of an app that adds its listener first and then walks, while another thread writes.
static void besideAListener(const im::Client &alice)
{
    for (int round = 0; round < 10; round++) {
        std::map<std::string, std::int64_t> shown; // on the dispatcher thread only
        im::EventHandlers on;
        on.onNewConversation = on.onConversationChanged = [&shown](const std::vector<im::Conversation> &list) {
            for (const im::Conversation &one : list)
                shown[one.conversationID] = one.orderkey;
        };
        on.onConversationDeleted = [&shown](const std::vector<std::string> &ids) {
            for (const std::string &id : ids)
                shown.erase(id);
        };
        std::thread writer([&alice, round] {
            for (int number = 0; number < 60; number++) {
                const std::string user = std::to_string((number * 37 + round) % 250);
                if (number % 3 == 0)
                    CODE(alice.deleteConversation("c2c_" + user), IM_STATUS_OK);
                else
                    setDraft(alice, user, "round " + std::to_string(round * 100 + number));
            }
        });
        const im::Listener listener = alice.addListener(on).value();
        Signal ended;
        const auto put = [&shown](const im::Conversation &one) { shown[one.conversationID] = one.orderkey; };
        const im::Pending walk =
            alice.async().forEachConversation(put, [&ended](im::Result<void>) { ended.give(); }).value();
        writer.join();
        ended.wait();
        static_cast<void>(alice.async().getLoginStatus().get()); // after the events of everything before
        std::map<std::string, std::int64_t> expected;
        CODE(alice.forEachConversation(
                 [&expected](const im::Conversation &one) { expected[one.conversationID] = one.orderkey; }),
             IM_STATUS_OK);
        CHECK(shown == expected);
    }
}

static std::vector<std::string> previewsOf(const std::vector<im::Message> &messages)
{
    std::vector<std::string> lines;
    for (const im::Message &message : messages)
        lines.push_back(message.preview());
    return lines;
}

static void histories(const im::Client &alice, const im::Client &bob)
{
    CODE(alice.login(), IM_STATUS_OK);
    CODE(bob.login(), IM_STATUS_OK);
    CHECK(bob.unreadMessages("c2c_alice").value().empty());
    std::vector<std::string> all, unread;
    const auto says = [&](const im::Client &client, const std::string &to, const std::string &text, bool isCounted) {
        im::NewMessage message = im::NewMessage::textToUser(to, text);
        message.isExcludedFromUnreadCount = !isCounted;
        CODE(client.sendAndWait(message), IM_STATUS_OK);
        all.insert(all.begin(), text);
    };
    says(alice, "bob", "read", true);
    UNTIL(bob.getConversation("c2c_alice").value().unreadCount == 1);
    CODE(bob.cleanConversationUnreadMessageCount("c2c_alice"), IM_STATUS_OK);
    for (int number = 0; number < 120; number++) {
        says(alice, "bob", std::to_string(number), true);
        unread.push_back(std::to_string(number));
    }
    says(alice, "bob", "not counted", false);
    says(bob, "alice", "own", true);
    says(alice, "bob", "last", true);
    unread.push_back("last");
    const std::string recalled = alice.sendAndWait(im::NewMessage::textToUser("bob", "recalled")).value().msgID;
    CODE(alice.revokeMessage(recalled), IM_STATUS_OK);
    all.insert(all.begin(), "");
    UNTIL(bob.getHistoryMessageList(im::HistoryQuery::withUser("alice", 1)).value()[0].status ==
          im::MessageStatus::REVOKED);
    CHECK(bob.getConversation("c2c_alice").value().unreadCount == 121);

    std::vector<im::Message> messages;
    const auto add = [&messages](const im::Message &message) { messages.push_back(message); };
    CODE(bob.forEachMessage("c2c_alice", add), IM_STATUS_OK);
    CHECK(previewsOf(messages) == all);
    messages.clear();
    Signal ended;
    const im::Pending walk =
        bob.async().forEachMessage("c2c_alice", add, [&ended](im::Result<void>) { ended.give(); }).value();
    ended.wait();
    CHECK(previewsOf(messages) == all);
    CHECK(previewsOf(bob.unreadMessages("c2c_alice").value()) == unread);
    CHECK(previewsOf(bob.async().unreadMessages("c2c_alice").get().value()) == unread);
    CODE(bob.cleanConversationUnreadMessageCount("c2c_alice"), IM_STATUS_OK);
    CHECK(bob.async().unreadMessages("c2c_alice").get().value().empty());
    CODE(bob.forEachMessage("neither", add), IM_STATUS_INVALID_PARAMETERS);
    CODE(bob.unreadMessages("neither"), IM_STATUS_INVALID_PARAMETERS);
    CODE(bob.async().unreadMessages("neither").get(), IM_STATUS_INVALID_PARAMETERS);
}

// A walk ends with its `Pending` and with its client, wherever it is.
static void ends(const std::string &dir, const im::Client &alice)
{
    for (int most = 0; most < 5; most++) {
        std::atomic<int> seen{0};
        auto guard = std::make_shared<int>(0);
        {
            const auto visit = [&seen, guard](const im::Conversation &) { seen++; };
            const im::Pending walk = alice.async()
                                         .forEachConversation(visit, [guard](im::Result<void>) {})
                                         .value();
            UNTIL(seen >= most * 20);
        }
        CHECK(guard.use_count() == 1);
        const int last = seen;
        static_cast<void>(alice.async().getLoginStatus().get());
        CHECK(seen == last);
    }
    for (int round = 0; round < 6; round++) {
        const im::Client carol = openClient(dir, "carol");
        for (int number = 0; round == 0 && number < 250; number++)
            setDraft(carol, std::to_string(number), "draft");
        std::atomic<int> ended{0};
        auto walk = carol.async().forEachConversation([](const im::Conversation &) {},
                                                      [&ended](im::Result<void>) { ended++; });
        const auto unread = carol.async().unreadMessages("c2c_1");
        CODE(carol.close(), IM_STATUS_OK);
        CHECK(ended == 1 && unread.isReady());
        CODE(carol.forEachConversation([](const im::Conversation &) {}), IM_STATUS_NOT_INITIALIZED);
        CODE(carol.async().forEachConversation([](const im::Conversation &) {}), IM_STATUS_NOT_INITIALIZED);
    }
}

static void oneLine()
{
    im::Message message;
    CHECK(message.preview().empty());
    message.customElem = im::CustomElem{"data", "a\npicture", ""};
    CHECK(message.preview() == "a picture");
    const std::pair<const char *, const char *> lines[] = {
        {"", ""},
        {" \n\t", ""},
        {"  two\r\n\r\n  lines \n", "two lines"},
        {"a\xc2\xa0" "b\xe3\x80\x80\xe2\x80\xa8" "c\xc2\x85", "a b c"},
        {"\xe2\x80\x8a\xe1\x9a\x80x\x1cy\xe2\x80\xaf\xe2\x81\x9fz", "x y z"},
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \xd7\xa9 \xc3\xa9\xe2\x80\x8b", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \xd7\xa9 \xc3\xa9\xe2\x80\x8b"},
    };
    for (const auto &[text, line] : lines) {
        message.textElem = im::TextElem{text};
        CHECK(message.preview() == line);
    }
}

int main(int, char **argv)
{
    const std::string dir = argv[1];
    oneLine();
    {
        const im::Client erin = openClient(dir, "erin");
        theList(erin);
        besideAListener(erin);
        ends(dir, erin);
    }
    const im::Client alice = openClient(dir, "alice");
    const im::Client bob = openClient(dir, "bob");
    histories(alice, bob);
    return 0;
}
