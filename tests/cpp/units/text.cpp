// With JSON text.
#define LIBIM_JSON 0
#include "../check.hpp"

#include <atomic>
#include <type_traits>

static_assert(std::is_same_v<im::Data<im::Conversation>, std::string>);
static_assert(std::is_same_v<im::Data<std::int64_t>, std::int64_t>);

// Everything that the header does without a JSON library.
std::string textOf(const std::string &dir, const std::string &conversation)
{
    const im::Client bob = openClient(dir, "bob");
    CHECK(bob.opened().find(R"("cache":"created")") != std::string::npos);
    Signal isSynced;
    std::atomic<int> told{0};
    im::EventHandlers on;
    on.onSyncServerFinish = [&] { isSynced.give(); };
    on.onNewConversation = [&](const std::string &list) { told += list.front() == '['; };
    on.onTotalUnreadMessageCountChanged = [&](std::int64_t total) { told += total == 1 ? 10 : 0; };
    on.onRecvMessageRevoked = [&](const std::string &msgID) { told += msgID.size() == 36 ? 100 : 0; };
    const im::Listener listener = bob.addListener(on).value();
    CHECK(!bob.getLoginUser().value());
    CODE(bob.login(), IM_STATUS_OK);
    isSynced.wait();
    CHECK(bob.getLoginUser().value() == "bob");
    CHECK(bob.async().getLoginStatus().get().value() == im::LoginStatus::LOGGED_IN);
    CHECK(bob.createGroup(im::NewGroup{}).value().rfind("group_", 0) != 0);

    const im::Client carol = openClient(dir, "carol");
    CODE(carol.login(), IM_STATUS_OK);
    const std::string sent = carol.sendMessage(im::NewMessage::textToUser("bob", "\"hi\" {[")).value();
    CHECK(sent.front() == '{' && sent.find(R"("text":"\"hi\" {[")") != std::string::npos);
    const std::size_t id = sent.find(R"("msgID":")") + 9;
    UNTIL(bob.getTotalUnreadMessageCount().value() == 1);
    CODE(carol.revokeMessage(sent.substr(id, 36)), IM_STATUS_OK);
    UNTIL(told > 110);
    CHECK(bob.async().getConversationList().get().value().find(R"("conversationList":[{)") != std::string::npos);
    CODE(bob.getConversation("neither"), IM_STATUS_INVALID_PARAMETERS);
    return bob.getConversation(conversation).value();
}
