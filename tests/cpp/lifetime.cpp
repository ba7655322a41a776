// Clients: moving, closing and ending them, from anywhere and at any moment; and what becomes of futures then.
#include "check.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <poll.h>
#include <type_traits>
#include <vector>

static_assert(!std::is_copy_constructible_v<im::Client> && !std::is_copy_assignable_v<im::Client>);
static_assert(!std::is_copy_constructible_v<im::Listener> && !std::is_copy_assignable_v<im::Listener>);
static_assert(std::is_nothrow_move_constructible_v<im::Client> && std::is_nothrow_move_assignable_v<im::Client>);
static_assert(std::is_nothrow_move_constructible_v<im::Listener> && std::is_nothrow_move_assignable_v<im::Listener>);
static_assert(std::is_nothrow_destructible_v<im::Client> && std::is_nothrow_destructible_v<im::Listener>);

static std::string dir;

static bool isFree(const std::string &user) { return im::Client::open(configOf(dir, user)).ok(); }

static void moving()
{
    im::Client first = openClient(dir, "alice");
    const im_client handle = first.handle();
    im::Client second(std::move(first));
    CHECK(second.handle() == handle && first.handle() == 0);
    CODE(first.getLoginStatus(), IM_STATUS_NOT_INITIALIZED);
    CODE(first.close(), IM_STATUS_NOT_INITIALIZED);
    CODE(second.getLoginStatus(), IM_STATUS_OK);

    // Assigning closes the one before.
    second = openClient(dir, "bob");
    CHECK(isFree("alice") && !isFree("bob"));
    im::Client &itself = second;
    second = std::move(itself);
    CODE(second.getLoginStatus(), IM_STATUS_OK);
    first = std::move(second);
    CODE(first.getLoginStatus(), IM_STATUS_OK);
    CHECK(!isFree("bob"));
    CODE(first.close(), IM_STATUS_OK);
    CODE(first.close(), IM_STATUS_NOT_INITIALIZED);
    CODE(first.getLoginStatus(), IM_STATUS_NOT_INITIALIZED);
    CHECK(isFree("bob"));

    // Listeners: assigning removes the one before.
    const im::Client carol = openClient(dir, "carol");
    auto held = std::make_shared<int>(0);
    im::Listener a = carol.addListener([held](std::int32_t, std::string_view) {}).value();
    im::Listener b = carol.addListener([held](std::int32_t, std::string_view) {}).value();
    CHECK(held.use_count() == 3);
    a = std::move(b);
    CHECK(held.use_count() == 2 && a && !b);
    im::Listener c(std::move(a));
    CHECK(c && !a);
    c = im::Listener();
    CHECK(held.use_count() == 1);
}

static void closingDuringCalls()
{
    for (int round = 0; round < 10; round++) {
        const im::Client client = openClient(dir, "alice");
        client.login().value();
        std::atomic<int> calls{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++)
            threads.emplace_back([&client, &calls, i] {
                for (;;) {
                    const im_status status = i % 2 == 0 ? client.getConversationList().code()
                                                        : client.getUsersInfo({"alice"}).code();
                    if (status == IM_STATUS_NOT_INITIALIZED)
                        return;
                    CHECK(status == IM_STATUS_OK || status == IM_STATUS_CANCELLED);
                    calls++;
                }
            });
        UNTIL(calls > 20);
        CODE(client.close(), IM_STATUS_OK);
        for (std::thread &thread : threads)
            thread.join();
    }
}

static void closingInsideAHandlerIsRefused()
{
    const im::Client client = openClient(dir, "alice");
    std::atomic<im_status> closing{-1}, asking{-1};
    const im::Listener listener = client
                                      .addListener(
                                          [&](std::int32_t, std::string_view) {
                                              asking = client.logout().code();
                                              closing = client.close().code();
                                          },
                                          CHANGES)
                                      .value();
    setDraft(client, "x", "close inside");
    UNTIL(closing != -1);
    CHECK(closing == IM_STATUS_CALLED_FROM_CALLBACK && asking == IM_STATUS_CALLED_FROM_CALLBACK);
    CODE(client.getLoginStatus(), IM_STATUS_OK);
}

// Its end inside its own handler gives no deadlock; another thread closes it.
static void endingInsideAHandler()
{
    std::optional<im::Client> client(openClient(dir, "alice"));
    const im_client handle = client->handle();
    std::atomic<int> heard{0};
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> released = held;
    client
        ->addListener(
            [&client, &heard, held](std::int32_t, std::string_view) {
                client.reset();
                heard++;
            },
            CHANGES)
        .value()
        .detach();
    held.reset();
    CHECK(im_set_conversation_draft(handle, R"({"conversationID":"c2c_x","draftText":"end inside"})", nullptr) == 0);
    UNTIL(released.expired());
    CHECK(heard == 1);
    UNTIL(isFree("alice"));

    // The same for a client that its handler alone holds, ended when the handler is released by the close.
    auto shared = std::make_shared<im::Client>(openClient(dir, "alice"));
    const std::weak_ptr<im::Client> gone = shared;
    shared->addListener([shared](std::int32_t, std::string_view) {}).value().detach();
    CODE(shared->close(), IM_STATUS_OK);
    shared.reset();
    CHECK(gone.expired());

    // And inside the handler of an answer.
    client.emplace(openClient(dir, "alice"));
    Signal answered;
    const auto end = [&](const im::Result<im::LoginStatus> &status) {
        CODE(status, IM_STATUS_OK);
        client.reset();
        answered.give();
    };
    client->async().callThen<im::LoginStatus>("getLoginStatus", "{}", end).value().detach();
    answered.wait();
    UNTIL(isFree("alice"));
}

static void futures()
{
    std::optional<im::Client> client(openClient(dir, "alice"));
    const im::Async async = client->async();
    CODE(async.login().get(), IM_STATUS_OK);
    CODE(async.setConversationDraft("c2c_x", "from afar").get(), IM_STATUS_OK);
    CHECK(async.getConversation("c2c_x").get().value().draftText == "from afar");
    CHECK(async.call("getLoginStatus").get().value() == "1");
    CODE(async.call("noSuchMethod").get(), IM_STATUS_UNKNOWN_METHOD);
    CODE(async.call("getLoginStatus", std::string("{}\0", 3)).get(), IM_STATUS_INVALID_JSON);
    CODE(async.getConversation("neither").get(), IM_STATUS_INVALID_PARAMETERS);
    CODE(async.callThen<void>("logout", "{}", nullptr), IM_STATUS_INVALID_PARAMETERS);
    CHECK(async.getTotalUnreadMessageCount().valid()); // and let go of

    // A handler that holds up the answers: none of the futures can have one before the close.
    Signal isRunning, mayEnd;
    client
        ->addListener(
            [&](std::int32_t, std::string_view) {
                isRunning.give();
                mayEnd.wait();
            },
            CHANGES)
        .value()
        .detach();
    setDraft(*client, "x", "hold up");
    isRunning.wait();
    std::vector<im::Future<im::ConversationResult>> lists;
    std::vector<im::Future<std::vector<im::UserFullInfo>>> users;
    for (int i = 0; i < 100; i++) {
        lists.push_back(async.getConversationList());
        users.push_back(async.getUsersInfo({"alice"}));
    }
    for (const auto &list : lists)
        CHECK(list.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    std::thread closer([&client] { client.reset(); });
    // The handle is unknown from the moment the close has begun.
    UNTIL(async.call("getLoginStatus").wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    mayEnd.give();
    closer.join();
    const auto isEnd = [](im_status status) { return status == IM_STATUS_OK || status == IM_STATUS_CANCELLED; };
    for (auto &list : lists)
        CHECK(list.wait_for(std::chrono::seconds(0)) == std::future_status::ready && isEnd(list.get().code()));
    for (auto &user : users)
        CHECK(user.wait_for(std::chrono::seconds(0)) == std::future_status::ready && isEnd(user.get().code()));
    CODE(async.getLoginStatus().get(), IM_STATUS_NOT_INITIALIZED);
}

// Inside a handler the wait for a future would never end.
static void futuresInsideHandlers()
{
    const im::Client client = openClient(dir, "alice");
    const im::Client other = openClient(dir, "bob");
    Signal heard;
    im::EventHandlers on;
    on.onNewConversation = [&](const std::vector<im::Conversation> &) {
        auto future = client.async().getTotalUnreadMessageCount();
        CODE(future.get(), IM_STATUS_CALLED_FROM_CALLBACK);
        CHECK(future.valid() && !future.isReady());
        CODE(other.async().getTotalUnreadMessageCount().get(), IM_STATUS_OK);
        heard.give();
    };
    const auto ask = [&client] { CODE(client.async().getTotalUnreadMessageCount().get(), IM_STATUS_CALLED_FROM_CALLBACK); };
    // What a handler holds ends on the same thread, here after the handler, and what wakes a loop is called there too.
    Signal woken, ended, added;
    im::Listener once;
    {
        const std::shared_ptr<void> end(nullptr, [&](void *) { ask(), ended.give(); });
        // An event that is still on its way may come before there is a listener to remove, and while this holds `end` too.
        const auto remove = [&, end](std::int32_t, std::string_view) { added.wait(), once = {}; };
        once = client.addListener(remove, CHANGES).value();
    }
    added.give();
    const im::Listener listener = client.addListener(on).value();
    // Once: at its end a queue wakes the loop on the thread that closes it, where an answer may be there before it is waited for.
    std::atomic<bool> isAsked{false};
    const auto wake = [&] {
        if (!isAsked.exchange(true))
            ask(), woken.give();
    };
    const im::EventQueue queue = client.openQueue(on, wake).value();
    setDraft(client, "futures", "inside");
    heard.wait();
    ended.wait();
    woken.wait();
    CODE(client.async().getTotalUnreadMessageCount().get(), IM_STATUS_OK);
}

// What a handler of an answer refers to may end before the answer comes.
static void droppedHandlers()
{
    Signal isRunning, mayEnd;
    const im::Client client = openClient(dir, "alice");
    const im::Listener listener = client
                                      .addListener(
                                          [&](std::int32_t, std::string_view) {
                                              isRunning.give();
                                              mayEnd.wait();
                                          },
                                          CHANGES)
                                      .value();
    setDraft(client, "x", "hold up the answers");
    isRunning.wait();
    auto held = std::make_shared<int>(0);
    const auto asking = [&client, &held](std::atomic<int> &answers) {
        return client.async()
            .callThen<im::LoginStatus>("getLoginStatus", "{}",
                                    [held, &answers](const im::Result<im::LoginStatus> &) { answers++; })
            .value();
    };
    std::atomic<int> kept{0};
    {
        std::atomic<int> gone{0};
        const im::Pending dropped = asking(gone);
        im::Pending moved = asking(gone);
        moved = asking(gone);
        CHECK(held.use_count() == 3);
        static_cast<void>(client.async().callThen<im::LoginStatus>(
            "getLoginStatus", "{}", [held, &gone](const im::Result<im::LoginStatus> &) { gone++; }));
        CHECK(held.use_count() == 3);
    }
    CHECK(held.use_count() == 1);
    asking(kept).detach();
    im::Pending late = asking(kept);
    mayEnd.give();
    UNTIL(kept == 2 && held.use_count() == 1);
    late.drop();
}

// Events in a loop of the app, woken by a descriptor, a function or a wait.
static void queues()
{
    std::optional<im::Client> client(openClient(dir, "carla"));
    std::atomic<int> posted{0};
    std::vector<std::string> told;
    const auto note = [&told](const std::vector<im::Conversation> &list) {
        for (const im::Conversation &one : list)
            told.push_back(one.draftText.value_or(""));
    };
    im::EventHandlers on;
    on.onNewConversation = note;
    on.onConversationChanged = note;
    on.onConversationDeleted = [&told](const std::vector<std::string> &ids) { told.push_back(ids.at(0)); };
    im::EventQueue queue = client->openQueue(on, [&posted] { posted++; }).value();
    CHECK(queue.handle() == 0 && !queue.wait(std::chrono::milliseconds(0)) && !queue.hasEnded());
    for (int number = 0; number < 200; number++) {
        setDraft(*client, "x", std::to_string(number));
        CODE(client->async().getLoginStatus().get(), IM_STATUS_OK); // each is told before the next
    }
    CHECK(posted == 1 && queue.wait(std::chrono::minutes(1)));
    CHECK(queue.handle() == 1 && told == std::vector<std::string>{"199"});

    pollfd look{queue.fd(), POLLIN, 0};
    CHECK(look.fd >= 0 && ::poll(&look, 1, 0) == 0);
    setDraft(*client, "x", "more");
    CHECK(::poll(&look, 1, 60000) == 1);
    CHECK(queue.handle(0) == 0 && ::poll(&look, 1, 0) == 1); // not handled yet
    CHECK(queue.handle() == 1 && told.back() == "more" && ::poll(&look, 1, 0) == 0);

    im::EventQueue moved(std::move(queue));
    CODE(client->deleteConversation("c2c_x"), IM_STATUS_OK);
    UNTIL(moved.handle() == 1);
    CHECK(told.back() == "c2c_x");
    // The descriptor may tell of it a little later than it can be taken.
    UNTIL(moved.handle() == 0 && ::poll(&look, 1, 0) == 0);
    setDraft(*client, "x", "the last");
    CODE(client->async().getLoginStatus().get(), IM_STATUS_OK);
    client.reset();
    CHECK(moved.wait(std::chrono::minutes(1)) && moved.handle() == 1 && told.back() == "the last" && moved.hasEnded());
    CODE(openClient(dir, "carla").openQueue(im::EventHandlers()), IM_STATUS_INVALID_PARAMETERS);
}

// Calls that a close finds in the queue end with the cancelled code.
static void closingCancelsFutures()
{
    int cancelled = 0;
    for (int round = 0; round < 100 && cancelled == 0; round++) {
        const im::Client client = openClient(dir, "alice");
        client.login().value();
        std::vector<im::Future<std::vector<im::UserFullInfo>>> users;
        for (int i = 0; i < 500; i++)
            users.push_back(client.async().getUsersInfo({"alice"}));
        CODE(client.close(), IM_STATUS_OK);
        for (auto &user : users) {
            const im::Result<std::vector<im::UserFullInfo>> answer = user.get();
            CHECK(answer || answer.code() == IM_STATUS_CANCELLED);
            if (!answer) {
                CHECK(!answer.error().desc.empty());
                cancelled++;
            }
        }
    }
    CHECK(cancelled > 0);
}

int main(int, char **argv)
{
    dir = argv[1];
    moving();
    closingDuringCalls();
    closingInsideAHandlerIsRefused();
    endingInsideAHandler();
    futures();
    futuresInsideHandlers();
    droppedHandlers();
    queues();
    closingCancelsFutures();
    return 0;
}
