// Every method through the typed form: what goes in arrives, what comes out is decoded. `methods.kt DIR`
package methods

import check
import come
import configOf
import fails
import im.libim.*
import openClient
import same
import until

private const val NICK = "Alice \"the\" 😀\n"

private fun account(alice: Client, bob: Client) {
    same(alice.opened, Opened("alice", CacheState.CREATED, 0))
    same(alice.getLoginUser(), null)
    same(alice.getLoginStatus(), LoginStatus.LOGGED_OUT)
    alice.login()
    bob.login(timeoutMs = 20_000)
    alice.login()
    until("the sync") { alice.getConnectionStatus() == ConnectionStatus(ConnectionState.CONNECTED, null, SyncState.FINISHED, null) }
    alice.networkChanged()
    same(alice.getLoginUser(), "alice")
    same(alice.getLoginStatus(), LoginStatus.LOGGED_IN)
    alice.setSelfInfo(NICK, "https://example.org/a")
    bob.setSelfInfo(faceUrl = "https://example.org/b")
    same(
        alice.getUsersInfo(listOf("alice", "nobody", "bob")),
        listOf(
            UserFullInfo("alice", NICK, "https://example.org/a", FriendAllowType.ALLOW_ANY),
            UserFullInfo("bob", "", "https://example.org/b", FriendAllowType.ALLOW_ANY)
        )
    )
}

private fun friends(alice: Client) {
    same(alice.addFriend("bob", "Bobby"), FriendOperationResult("bob", 0, ""))
    alice.setFriendInfo("bob", "Robert")
    same(
        alice.getFriendList(),
        listOf(
            FriendInfo("bob", "Robert", UserFullInfo("bob", "", "https://example.org/b", FriendAllowType.ALLOW_ANY))
        )
    )
    same(alice.deleteFromFriendList(listOf("bob")), listOf(FriendOperationResult("bob", 0, "")))
    same(alice.getFriendList(), emptyList())
}

private fun groups(alice: Client, bob: Client) {
    val members = listOf(NewGroupMember("bob", GroupMemberRole.ADMIN))
    same(alice.createGroup(NewGroup(GroupType.PUBLIC, "team", "The Team", memberList = members)), "team")
    alice.setGroupInfo("team", faceUrl = "https://example.org/t")
    val found = alice.getGroupsInfo(listOf("team", "none"))
    val info = found[0].groupInfo!!
    check(info.createTime != null)
    val expected =
        GroupInfo(
            "team", GroupType.PUBLIC, "The Team", "https://example.org/t", "", "",
            "alice", info.createTime, 2, GroupMemberRole.OWNER, false, GroupAddOpt.ANY, GroupAddOpt.FORBID
        )
    same(info, expected)
    same(found[0], GroupInfoResult(0, "", info))
    same(found[1], GroupInfoResult(Status.INVALID_GROUP_ID, found[1].resultMessage, null))
    check(found[1].resultMessage.isNotEmpty())

    val page = alice.getGroupMemberList("team", count = 10, filter = GroupMemberFilter.ADMIN)
    val member = page.memberInfoList.single()
    check(member.joinTime != null)
    same(page.nextSeq, "0")
    val face = "https://example.org/b"
    same(member, GroupMemberFullInfo("bob", GroupMemberRole.ADMIN, "", "", "", face, member.joinTime, null))
    val done = listOf(GroupMemberOperationResult("bob", OperationResult.SUCCEED, ""))
    same(alice.kickGroupMember("team", listOf("bob")), done)
    bob.joinGroup("team")
    until("bob's group") { bob.getJoinedGroupList().size == 1 }
    bob.quitGroup("team")
    same(alice.inviteUserToGroup("team", listOf("bob")), done)
}

private fun messages(alice: Client, bob: Client) {
    val elem = CustomElem("data", "desc", "extension")
    val custom =
        NewMessage(
            "bob", customElem = elem, cloudCustomData = "cloud", priority = MessagePriority.NORMAL,
            needReadReceipt = true
        )
    val sent = alice.sendMessage(custom)
    same(
        sent,
        Message(
            msgID = sent.msgID, id = sent.msgID, timestamp = sent.timestamp, sender = "alice", nickName = NICK,
            friendRemark = "", faceUrl = "https://example.org/a", nameCard = "", groupID = null, userID = "bob",
            status = MessageStatus.SENDING, errorCode = 0, elemType = ElemType.CUSTOM, textElem = null, customElem = elem,
            imageElem = null, soundElem = null, videoElem = null, fileElem = null, locationElem = null, faceElem = null,
            groupTipsElem = null, mergerElem = null,
            localCustomData = "", localCustomInt = 0,
            cloudCustomData = "cloud", isSelf = true, isRead = true, isPeerRead = false,
            isDelivered = false, priority = MessagePriority.NORMAL,
            groupAtUserList = emptyList(), seq = "0", random = sent.random, isExcludedFromUnreadCount = false,
            isExcludedFromLastMessage = false, needReadReceipt = true, isOnlineOnly = false,
            isEdited = false, revokerInfo = null, revokeReason = ""
        )
    )
    check(sent.timestamp.epochSecond > 1_600_000_000 && sent.msgID.isNotEmpty())

    alice.sendMessage(NewMessage.textToUser("bob", "one"))
    val two = alice.sendMessage(NewMessage.textToUser("bob", "two"))
    until("three messages") { bob.getConversation("c2c_alice").unreadCount == 3L }
    val history = bob.getHistoryMessageList(HistoryQuery("alice", count = 2))
    same(history.map { it.textElem }, listOf(TextElem("two"), TextElem("one")))
    check(history[0].msgID == two.msgID && history[0].status == MessageStatus.SENT)
    check(!history[0].isSelf && !history[0].isRead)
    val older = HistoryQuery("alice", count = 10, lastMsgID = history[1].msgID)
    same(bob.getHistoryMessageList(older).map { it.msgID }, listOf(sent.msgID))
    val newer = older.copy(getType = MessageGetType.LOCAL_NEWER)
    same(bob.getHistoryMessageList(newer).map { it.msgID }, listOf(two.msgID))

    alice.revokeMessage(two.msgID)
    until("the recall") { bob.getHistoryMessageList(HistoryQuery("alice"))[0].status == MessageStatus.REVOKED }
    alice.deleteMessages(listOf(two.msgID))
    same(alice.getHistoryMessageList(HistoryQuery("bob")).size, 2)

    alice.sendMessage(NewMessage.textToGroup("team", "all of you", listOf(AT_ALL, "bob")))
    until("the @") { bob.getConversation("group_team").unreadCount == 1L }
    val team = bob.getConversation("group_team")
    same(team.groupAtInfoList, listOf(GroupAtInfo(team.lastMessage!!.seq, GroupAtType.ALL_AND_ME)))
    same(team.lastMessage.groupAtUserList, listOf(AT_ALL, "bob"))
    same(team.groupType, GroupType.PUBLIC)
}

/** Calls that end when the server has the message. */
private fun delivery(alice: Client) {
    repeat(20) {
        val sent = alice.sendAndWait(NewMessage.textToUser("dave", "hi"))
        same(sent.status, MessageStatus.SENT)
        same(alice.waitUntilSent(sent.msgID), sent)
        same(come(alice.async.sendAndWait(NewMessage.textToUser("dave", "hi"))).status, MessageStatus.SENT)
    }
    same(alice.getHistoryMessageList(HistoryQuery(conversationID = "c2c_dave", count = 99)).size, 40)
    fails(Status.REFUSED) { alice.sendAndWait(NewMessage.textToGroup("none", "hi")) }
    fails(Status.REFUSED) { come(alice.async.sendAndWait(NewMessage.textToGroup("none", "hi"))) }
    fails(Status.INVALID_PARAMETERS) { alice.sendAndWait(NewMessage.textToUser("c2c_dave", "hi")) }
}

private fun conversations(alice: Client, bob: Client) {
    same(bob.getTotalUnreadMessageCount(), 3L)
    bob.setC2CReceiveMessageOpt(listOf("alice"), ReceiveMessageOpt.NOT_NOTIFY)
    bob.setGroupReceiveMessageOpt("team", ReceiveMessageOpt.NOT_NOTIFY)
    same(bob.getTotalUnreadMessageCount(), 0L)
    bob.cleanConversationUnreadMessageCount("group_team")
    same(listOf("group_team", "c2c_alice").map { bob.getConversation(it).unreadCount }, listOf(0L, 2L))
    bob.cleanConversationUnreadMessageCount()
    same(bob.getConversation("c2c_alice").unreadCount, 0L)

    bob.pinConversation("c2c_alice", true)
    bob.setConversationDraft("group_team", "later")
    val first = bob.getConversationList(count = 1)
    val top = first.conversationList.single()
    check(!first.isFinished && top.orderkey > 1L shl 52 && top.c2cReadTimestamp != null) { "$first" }
    same(first.nextSeq, top.orderkey.toString())
    same(
        top,
        Conversation(
            conversationID = "c2c_alice", type = ConversationType.C2C, userID = "alice", groupID = null, showName = NICK,
            faceUrl = "https://example.org/a", groupType = null, unreadCount = 0, lastMessage = top.lastMessage,
            draftText = null, draftTimestamp = null, isPinned = true, recvOpt = ReceiveMessageOpt.NOT_NOTIFY,
            groupAtInfoList = emptyList(),
            orderkey = top.orderkey, markList = emptyList(), customData = "", conversationGroupList = emptyList(),
            c2cReadTimestamp = top.c2cReadTimestamp, groupReadSequence = 0
        )
    )
    val second = bob.getConversationList(first.nextSeq, 1)
    val team = second.conversationList.single()
    check(second.isFinished && team.draftTimestamp != null && team.groupReadSequence > 0) { "$second" }
    same(team.draftText, "later")
    bob.setConversationDraft("group_team", null)
    same(
        bob.getConversationListByConversationIds(listOf("group_team", "c2c_no", "c2c_alice"))
            .map { it.conversationID to it.draftText },
        listOf("group_team" to null, "c2c_alice" to null)
    )

    bob.clearC2CHistoryMessage("alice")
    bob.clearGroupHistoryMessage("team")
    same(listOf("c2c_alice", "group_team").map { bob.getConversation(it).lastMessage }, listOf(null, null))
    bob.deleteConversation("c2c_alice")
    same(bob.getConversationList().conversationList.map { it.conversationID }, listOf("group_team"))
    same(bob.getConversation("c2c_alice").orderkey, 0L)
    alice.dismissGroup("team")
    alice.logout()
}

private fun errors(alice: Client, dir: String) {
    // JSON by hand, also for what the binding has no name for.
    same(alice.call("getLoginStatus"), "3")
    check(alice.call("getConversation", """{"conversationID":"c2c_bob"}""").startsWith("{"))
    val unknown = fails(Status.UNKNOWN_METHOD) { alice.call("noSuchMethod") }
    same(unknown.message, "90003 UNKNOWN_METHOD: ${unknown.desc}")

    check(fails(Status.INVALID_PARAMETERS) { alice.getConversationList(count = 0) }.desc.contains("count"))
    fails(Status.INVALID_PARAMETERS) { alice.getConversation("neither") }
    fails(Status.NOT_LOGGED_IN) { alice.joinGroup("team") }
    fails(Status.INVALID_JSON) { alice.call("getLoginStatus", "{") }
    fails(Status.ACCOUNT_IN_USE) { Client.open(configOf(dir, "alice")) }
    fails(Status.INVALID_USER_ID) { Client.open(configOf(dir, " alice")) }
    fails(Status.INVALID_JSON) { Client.open("") }
    fails(Status.INVALID_PARAMETERS) { Library.setLogger(null as Logger?, 3).let { Library.setLogger(Silent, 99) } }

    // Nobody listens where the server should be, and the password stays in no text.
    val nowhere = Backend.Xmpp("dora@localhost", "secret", "127.0.0.1", 1, tls = Tls.DISABLED)
    check(!nowhere.toString().contains("secret"))
    Client.open(Config("$dir/dora", backend = nowhere)).use { dora ->
        same(dora.opened.userID, "dora@localhost")
        val failure = fails(Status.DISCONNECTED) { dora.login() }
        check(!failure.toString().contains("secret"))
    }
    val closed = openClient(dir, "carol")
    closed.close()
    closed.close()
    fails(Status.NOT_INITIALIZED) { closed.getLoginStatus() }
    fails(Status.NOT_INITIALIZED) { closed.addListener(object : Listener {}) }
    fails(Status.NOT_INITIALIZED) { closed.async.getLoginStatus().get() }
}

private object Silent : Logger {
    override fun log(level: Int, line: String) = Unit
}

fun main(args: Array<String>) {
    val dir = args[0]
    openClient(dir, "alice").use { alice ->
        openClient(dir, "bob").use { bob ->
            account(alice, bob)
            friends(alice)
            groups(alice, bob)
            messages(alice, bob)
    delivery(alice)
            conversations(alice, bob)
        }
        errors(alice, dir)
    }
}
