// Every method through the typed form: what goes in arrives, what comes out is decoded.
#include "check.hpp"

#include <algorithm>

static_assert(LIBIM_JSON == 1);

// A result that must be a success, as its value.
#define OK(call) (okay((call), #call))
template <class T> static T okay(im::Result<T> result, const char *what)
{
    if (!result)
        std::fprintf(stderr, "%s: %s\n", what, result.error().desc.c_str());
    CHECK(result);
    return std::move(result).value();
}
static void okay(im::Result<void> result, const char *what)
{
    if (!result)
        std::fprintf(stderr, "%s: %s\n", what, result.error().desc.c_str());
    CHECK(result);
}

static bool has(const im::Client &client, const std::string &conversation, std::int64_t unread)
{
    return OK(client.getConversation(conversation)).unreadCount == unread;
}

static void account(const im::Client &alice, const im::Client &bob)
{
    CHECK(alice.opened().userID == "alice" && alice.opened().cache == im::CacheState::CREATED && alice.opened().salvaged == 0);
    CHECK(!OK(alice.getLoginUser()));
    CHECK(OK(alice.getLoginStatus()) == im::LoginStatus::LOGGED_OUT);
    OK(alice.login());
    OK(bob.login());
    CHECK(OK(alice.getLoginUser()) == "alice");
    CHECK(OK(alice.getLoginStatus()) == im::LoginStatus::LOGGED_IN);
    OK(alice.setSelfInfo("Alice \"the\" \xf0\x9f\x98\x80\n", "https://example.org/a"));
    OK(bob.setSelfInfo(std::nullopt, "https://example.org/b"));
    const auto users = OK(alice.getUsersInfo({"alice", "nobody", "bob"}));
    CHECK(users.size() == 2 && users[0].userID == "alice" && users[1].userID == "bob");
    CHECK(users[0].nickName == "Alice \"the\" \xf0\x9f\x98\x80\n" && users[0].faceUrl == "https://example.org/a");
    CHECK(users[1].nickName.empty() && users[1].faceUrl == "https://example.org/b");
    CHECK(users[1].allowType == im::FriendAllowType::ALLOW_ANY);
}

static void friends(const im::Client &alice)
{
    const im::FriendOperationResult added = OK(alice.addFriend("bob", "Bobby"));
    CHECK(added.userID == "bob" && added.resultCode == 0 && added.resultInfo.empty());
    OK(alice.setFriendInfo("bob", "Robert"));
    const auto list = OK(alice.getFriendList());
    CHECK(list.size() == 1 && list[0].userID == "bob" && list[0].friendRemark == "Robert");
    CHECK(list[0].userProfile.userID == "bob" && list[0].userProfile.faceUrl == "https://example.org/b");
    const auto gone = OK(alice.deleteFromFriendList({"bob"}));
    CHECK(gone.size() == 1 && gone[0].userID == "bob" && gone[0].resultCode == 0);
    CHECK(OK(alice.getFriendList()).empty());
}

static void groups(const im::Client &alice, const im::Client &bob)
{
    im::NewGroup group;
    group.groupType = im::GroupType::PUBLIC;
    group.groupID = "team";
    group.groupName = "The Team";
    group.memberList = {{"bob", im::GroupMemberRole::ADMIN}};
    CHECK(OK(alice.createGroup(group)) == "team");
    OK(alice.setGroupInfo("team", std::nullopt, "https://example.org/t"));
    const auto found = OK(alice.getGroupsInfo({"team", "none"}));
    CHECK(found.size() == 2 && found[0].resultCode == 0 && found[1].resultCode == IM_STATUS_INVALID_GROUP_ID);
    CHECK(found[0].groupInfo && !found[1].groupInfo && !found[1].resultMessage.empty());
    const im::GroupInfo info = found[0].groupInfo.value_or(im::GroupInfo{});
    CHECK(info.groupID == "team" && info.groupType == im::GroupType::PUBLIC && info.groupName == "The Team");
    CHECK(info.role == im::GroupMemberRole::OWNER);
    CHECK(info.owner == "alice" && info.memberCount == 2 && info.createTime &&
          info.faceUrl == "https://example.org/t");
    const auto members = OK(alice.getGroupMemberList("team", "0", 10, im::GroupMemberFilter::ADMIN));
    CHECK(members.nextSeq == "0" && members.memberInfoList.size() == 1);
    CHECK(members.memberInfoList[0].userID == "bob" && members.memberInfoList[0].role == im::GroupMemberRole::ADMIN &&
          members.memberInfoList[0].joinTime);
    const auto kicked = OK(alice.kickGroupMember("team", {"bob"}));
    CHECK(kicked.size() == 1 && kicked[0].memberID == "bob" && kicked[0].result == im::OperationResult::SUCCEED);
    OK(bob.joinGroup("team"));
    UNTIL(OK(bob.getJoinedGroupList()).size() == 1);
    OK(bob.quitGroup("team"));
    CHECK(OK(alice.inviteUserToGroup("team", {"bob"})).size() == 1);
}

static void messages(const im::Client &alice, const im::Client &bob)
{
    im::NewMessage custom;
    custom.receiver = "bob";
    custom.customElem = im::CustomElem{"data", "desc", "extension"};
    custom.cloudCustomData = "cloud";
    custom.priority = im::MessagePriority::NORMAL;
    custom.needReadReceipt = true;
    const im::Message sent = OK(alice.sendMessage(custom));
    CHECK(sent.customElem && sent.customElem->data == "data" && sent.customElem->desc == "desc" &&
          sent.customElem->extension == "extension" && !sent.textElem);
    CHECK(sent.elemType == im::ElemType::CUSTOM && sent.cloudCustomData == "cloud" && sent.priority == im::MessagePriority::NORMAL && sent.needReadReceipt);
    CHECK(sent.isSelf && sent.isRead && sent.sender == "alice" && sent.userID == "bob" && !sent.groupID);
    CHECK(sent.status == im::MessageStatus::SENDING && sent.id == sent.msgID && sent.timestamp > im::Time() && sent.seq == "0");
    CHECK(!sent.isExcludedFromLastMessage && !sent.isExcludedFromUnreadCount);

    OK(alice.sendMessage(im::NewMessage::textToUser("bob", "one")));
    const im::Message two = OK(alice.sendMessage(im::NewMessage::textToUser("bob", "two")));
    UNTIL(has(bob, "c2c_alice", 3));
    const auto history = OK(bob.getHistoryMessageList(im::HistoryQuery::withUser("alice", 2)));
    CHECK(history.size() == 2 && history[0].textElem && history[0].textElem->text == "two");
    CHECK(history[0].msgID == two.msgID && history[0].status == im::MessageStatus::SENT && !history[0].isSelf && !history[0].isRead);
    im::HistoryQuery older = im::HistoryQuery::withUser("alice", 10);
    older.lastMsgID = history[1].msgID;
    CHECK(OK(bob.getHistoryMessageList(older)).size() == 1);
    older.getType = im::MessageGetType::LOCAL_NEWER;
    CHECK(OK(bob.getHistoryMessageList(older))[0].msgID == two.msgID);

    OK(alice.revokeMessage(two.msgID));
    UNTIL(OK(bob.getHistoryMessageList(im::HistoryQuery::withUser("alice")))[0].status == im::MessageStatus::REVOKED);
    OK(alice.deleteMessages({two.msgID}));
    CHECK(OK(alice.getHistoryMessageList(im::HistoryQuery::withUser("bob"))).size() == 2);

    OK(alice.sendMessage(im::NewMessage::textToGroup("team", "all of you", {im::AT_ALL, "bob"})));
    UNTIL(has(bob, "group_team", 1));
    const im::Conversation team = OK(bob.getConversation("group_team"));
    CHECK(team.groupAtInfoList.size() == 1 && team.groupAtInfoList[0].atType == im::GroupAtType::ALL_AND_ME);
    CHECK(team.lastMessage && team.groupAtInfoList[0].seq == team.lastMessage->seq);
    CHECK(team.lastMessage && team.lastMessage->groupAtUserList.size() == 2 && team.groupType == im::GroupType::PUBLIC);
}

// Calls that end when the server has the message.
static void delivery(const im::Client &alice)
{
    const auto message = im::NewMessage::textToUser("dave", "hi");
    for (int round = 0; round < 20; ++round) {
        const im::Message sent = OK(alice.sendAndWait(message));
        CHECK(sent.status == im::MessageStatus::SENT && OK(alice.waitUntilSent(sent.msgID)).status == im::MessageStatus::SENT);
        CHECK(OK(alice.async().sendAndWait(message).get()).status == im::MessageStatus::SENT);
    }
    im::HistoryQuery query;
    query.conversationID = "c2c_dave";
    query.count = 99;
    CHECK(OK(alice.getHistoryMessageList(query)).size() == 40);
    CODE(alice.sendAndWait(im::NewMessage::textToGroup("none", "hi")), IM_STATUS_REFUSED);
    CODE(alice.async().sendAndWait(im::NewMessage::textToGroup("none", "hi")).get(), IM_STATUS_REFUSED);
    CODE(alice.async().sendAndWait(im::NewMessage::textToUser("c2c_dave", "hi")).get(), IM_STATUS_INVALID_PARAMETERS);
}

static void conversations(const im::Client &alice, const im::Client &bob)
{
    CHECK(OK(bob.getTotalUnreadMessageCount()) == 3);
    OK(bob.setC2CReceiveMessageOpt({"alice"}, im::ReceiveMessageOpt::NOT_NOTIFY));
    OK(bob.setGroupReceiveMessageOpt("team", im::ReceiveMessageOpt::NOT_NOTIFY));
    CHECK(OK(bob.getTotalUnreadMessageCount()) == 0);
    OK(bob.cleanConversationUnreadMessageCount("group_team"));
    CHECK(has(bob, "group_team", 0) && has(bob, "c2c_alice", 2));
    OK(bob.cleanConversationUnreadMessageCount());
    CHECK(has(bob, "c2c_alice", 0));

    OK(bob.pinConversation("c2c_alice", true));
    OK(bob.setConversationDraft("group_team", "later"));
    const im::ConversationResult first = OK(bob.getConversationList("0", 1));
    CHECK(first.conversationList.size() == 1 && !first.isFinished);
    const im::Conversation &top = first.conversationList[0];
    CHECK(top.conversationID == "c2c_alice" && top.type == im::ConversationType::C2C);
    CHECK(top.userID == "alice" && !top.groupID && top.isPinned);
    CHECK(top.recvOpt == im::ReceiveMessageOpt::NOT_NOTIFY);
    CHECK(top.orderkey > 0 && first.nextSeq == std::to_string(top.orderkey) && !top.draftText);
    CHECK(top.showName == "Alice \"the\" \xf0\x9f\x98\x80\n" && top.c2cReadTimestamp && !top.groupType);
    const im::ConversationResult second = OK(bob.getConversationList(first.nextSeq, 1));
    CHECK(second.isFinished && second.conversationList[0].draftText == "later" &&
          second.conversationList[0].draftTimestamp && second.conversationList[0].groupReadSequence > 0);
    OK(bob.setConversationDraft("group_team", std::nullopt));
    CHECK(OK(bob.getConversationListByConversationIds({"group_team", "c2c_no", "c2c_alice"})).size() == 2);

    OK(bob.clearC2CHistoryMessage("alice"));
    OK(bob.clearGroupHistoryMessage("team"));
    CHECK(!OK(bob.getConversation("c2c_alice")).lastMessage && !OK(bob.getConversation("group_team")).lastMessage);
    OK(bob.deleteConversation("c2c_alice"));
    CHECK(OK(bob.getConversationList()).conversationList.size() == 1);
    CHECK(OK(bob.getConversation("c2c_alice")).orderkey == 0);
    OK(alice.dismissGroup("team"));
    OK(alice.logout());
}

// What a sentence names is what the functions take.
static void sentences(const im::Client &alice, const std::string &dir)
{
    CODE(alice.login(), IM_STATUS_OK);
    const auto says = [](const auto &result, const std::string &desc) {
        if (result.error().desc != desc)
            std::fprintf(stderr, "not <%s> but <%s>\n", desc.c_str(), result.error().desc.c_str());
        CHECK(result.error().desc == desc);
    };
    const auto to = [](const char *user, const std::string &text) { return im::NewMessage::textToUser(user, text); };
    using std::chrono::milliseconds;
    says(alice.getUsersInfo({}), "userIDList is empty");
    says(alice.getUsersInfo({"alice", " x"}), "userIDList[1] \" x\" starts or ends with white space");
    says(alice.getUsersInfo(std::vector<std::string>(101, "x")), "userIDList has 101 entries; the most is 100");
    says(alice.getConversation("neither"), "conversationID \"neither\" does not start with c2c_ or group_");
    says(alice.getConversationList("0", 0), "count 0 is not 1 or more");
    says(alice.getConversationList("x"), "nextSeq \"x\" is not a cursor");
    says(alice.logout(milliseconds(0)), "timeout 0 is not between 1 and 600000 milliseconds");
    says(alice.async().logout(milliseconds(700000)).get(), "timeout 700000 is not between 1 and 600000 milliseconds");
    says(alice.logout(milliseconds(-1)), "timeout -1 is not an integer of 0 or more");
    says(alice.sendMessage(im::NewMessage()), "none of receiver, groupID and conversationID is given");
    says(alice.sendMessage(to("c2c_bob", "x")),
         "receiver \"c2c_bob\" is a conversationID: give receiver \"bob\", or conversationID \"c2c_bob\"");
    says(alice.sendMessage(to("bob", std::string("x\0", 2))), "textElem.text holds the character U+0000");
    says(alice.sendMessage(to("bob", std::string(65537, 'x'))), "textElem.text has 65537 bytes; the most is 65536");
    im::NewMessage message = to("bob", "x");
    message.groupID = "g";
    says(alice.sendMessage(message), "only one of these can be given: receiver \"bob\", groupID \"g\"");
    message = to("bob", "x");
    message.groupAtUserList = {"carol"};
    says(alice.sendMessage(message), "groupAtUserList is given, but the message goes to a receiver and not to a group");
    says(alice.sendAndWait(to("bob", "x"), milliseconds(0)), "timeout 0 is not between 1 and 600000 milliseconds");
    says(alice.async().sendAndWait(to("bob", "x"), milliseconds(0)).get(),
         "timeout 0 is not between 1 and 600000 milliseconds");
    im::HistoryQuery query = im::HistoryQuery::withUser("bob");
    query.lastMsgID = "nope";
    says(alice.getHistoryMessageList(query), "lastMsgID \"nope\" is not a message of \"c2c_bob\"");
    says(alice.revokeMessage("timeoutMs"), "msgID \"timeoutMs\" is not a stored message");
    says(alice.deleteMessages({}), "msgIDs is empty");
    says(alice.setC2CReceiveMessageOpt({"b"}, static_cast<im::ReceiveMessageOpt>(7)), "opt 7 is not 0, 1, 2 or 3");
    says(alice.setFriendInfo("nobody", "x"), "userID \"nobody\" is not a friend");
    says(alice.joinGroup("nowhere"), "groupID \"nowhere\" is not a group");
    im::NewGroup group;
    group.memberList = {{" x", im::GroupMemberRole::MEMBER}};
    says(alice.createGroup(group), "memberList[0].userID \" x\" starts or ends with white space");
    im::ConversationFilter filter;
    filter.markType = -1;
    says(alice.getConversationListByFilter(filter), "filter.markType -1 is not an integer of 0 or more");
    says(im::Client::open(im::Config()), "dataDir \"\" is empty");
    says(im::Client::open(configOf(dir, " x")), "userID \" x\" starts or ends with white space");
    im::Config config = configOf(dir, "");
    config.backend = im::Xmpp{"no", "p"};
    says(im::Client::open(config), "backend.jid \"no\" has no local part before the @");
    config = configOf(dir, "bob");
    config.conversationLimit = -1;
    says(im::Client::open(config), "conversationLimit -1 is not an integer of 0 or more");
    // Those who write the library's names read them.
    says(alice.call("logout", "{\"timeoutMs\":0}"), "timeoutMs 0 is not between 1 and 600000 milliseconds");
    // A wait whose time is over.
    CODE(alice.logout(), IM_STATUS_OK);
    const std::string waiting = OK(alice.sendMessage(to("bob", "x"))).msgID;
    says(alice.waitUntilSent(waiting), "nobody is logged in; call login first");
}

int main(int, char **argv)
{
    const im::Client alice = openClient(argv[1], "alice");
    const im::Client bob = openClient(argv[1], "bob");
    account(alice, bob);
    friends(alice);
    groups(alice, bob);
    messages(alice, bob);
    delivery(alice);
    conversations(alice, bob);

    // JSON by hand, also for what this header does not know.
    CHECK(OK(alice.call("getLoginStatus")) == "3");
    CHECK(OK(alice.call("getConversation", im::Request().text("conversationID", "c2c_bob").json())).front() == '{');
    const im::Result<std::string> unknown = alice.call("noSuchMethod");
    CODE(unknown, IM_STATUS_UNKNOWN_METHOD);
    CHECK(!unknown.error().desc.empty() && std::string(unknown.error().name()) == "UNKNOWN_METHOD");

    sentences(alice, argv[1]);

    // Errors, and texts that C cannot carry.
    CODE(alice.getConversation("neither"), IM_STATUS_INVALID_PARAMETERS);
    CODE(alice.getConversationList("0", 0), IM_STATUS_INVALID_PARAMETERS);
    CODE(alice.joinGroup("team"), IM_STATUS_NOT_LOGGED_IN);
    CODE(alice.sendMessage(im::NewMessage::textToUser("bob", "\xff")), IM_STATUS_INVALID_PARAMETERS);
    CODE(alice.call("getLoginStatus", std::string("{}\0}", 4)), IM_STATUS_INVALID_JSON);
    CODE(alice.call(std::string("getLoginStatus\0x", 16)), IM_STATUS_UNKNOWN_METHOD);
    CODE(im::Client::open(std::string("{}\0", 3)), IM_STATUS_INVALID_JSON);
    CODE(im::Client::open(configOf(argv[1], "alice")), IM_STATUS_ACCOUNT_IN_USE);
    CODE(im::Client::open(configOf(argv[1], " alice")), IM_STATUS_INVALID_USER_ID);
    CODE(alice.sendMessage(im::NewMessage::textToUser("bob", std::string("a\0b", 3))), IM_STATUS_INVALID_PARAMETERS);
    return 0;
}
