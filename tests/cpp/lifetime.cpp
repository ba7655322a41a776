// Clients: moving, closing and ending them, from anywhere and at any moment; and what becomes of futures then.
#include "check.hpp"

#include <atomic>
#include <memory>
#include <optional>
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
    CODE(client->async().callThen<std::int64_t>("getLoginStatus", "{}", [&](im::Result<std::int64_t> status) {
        CODE(status, IM_STATUS_OK);
        client.reset();
        answered.give();
    }), IM_STATUS_OK);
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
    closingCancelsFutures();
    return 0;
}
