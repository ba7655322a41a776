// Every method, typed: what goes in arrives, what comes out is decoded. With `await`, and those of the cache without.
import Check
import LibIM

let alice = try Client(config("alice"))
let bob = try Client(config("bob"))
try await account()
try await friends()
try await groups()
try await messages()
try await delivery()
try await conversations()
try cacheAlone()
try await byName()

func account() async throws {
    check(alice.opened.userID == "alice" && alice.opened.cache == .created && alice.opened.salvaged == 0)
    check(try await alice.getLoginUser() == nil)
    check(try await alice.getLoginStatus() == .loggedOut)
    try await alice.login()
    try await bob.login("bob", timeout: .seconds(60))
    check(try await alice.getLoginUser() == "alice")
    check(try await alice.getLoginStatus() == .loggedIn)
    try await alice.networkChanged()
    try await alice.setSelfInfo(nickName: "Alice \"the\" 😀\n", faceUrl: "https://example.org/a")
    try await bob.setSelfInfo(faceUrl: "https://example.org/b")
    let users = try await alice.getUsersInfo(["alice", "nobody", "bob"])
    check(users.map(\.userID) == ["alice", "bob"])
    check(users[0].nickName == "Alice \"the\" 😀\n" && users[0].faceUrl == "https://example.org/a")
    check(users[1].nickName == "" && users[1].faceUrl == "https://example.org/b")
}

func friends() async throws {
    let added = try await alice.addFriend("bob", remark: "Bobby")
    check(added.userID == "bob" && added.resultCode == 0 && added.resultInfo.isEmpty)
    try await alice.setFriendInfo("bob", friendRemark: "Robert")
    let list = try await alice.getFriendList()
    check(list.count == 1 && list[0].id == "bob" && list[0].friendRemark == "Robert")
    check(list[0].userProfile.faceUrl == "https://example.org/b")
    let gone = try await alice.deleteFromFriendList(["bob"])
    check(gone.map(\.userID) == ["bob"] && gone[0].resultCode == 0)
    check(try await alice.getFriendList().isEmpty)
}

func groups() async throws {
    var group = NewGroup(groupType: .public, groupID: "team", groupName: "The Team")
    group.memberList = [.init("bob", role: .admin)]
    check(try await alice.createGroup(group) == "team")
    try await alice.setGroupInfo("team", faceUrl: "https://example.org/t")
    let found = try await alice.getGroupsInfo(["team", "none"])
    check(found.map(\.resultCode) == [0, Status.invalidGroupID.rawValue])
    check(found[1].groupInfo == nil && !found[1].resultMessage.isEmpty)
    guard let info = found[0].groupInfo else { fail("no group") }
    check(info.id == "team" && info.groupType == .public && info.groupName == "The Team" && info.role == .owner)
    check(info.owner == "alice" && info.memberCount == 2 && info.createTime != nil)
    check(info.faceUrl == "https://example.org/t")
    let members = try await alice.getGroupMemberList("team", count: 10, filter: .admin)
    check(members.nextSeq == "0" && members.memberInfoList.map(\.id) == ["bob"])
    check(members.memberInfoList[0].role == .admin && members.memberInfoList[0].joinTime != nil)
    let kicked = try await alice.kickGroupMember("team", memberList: ["bob"], reason: "none")
    check(kicked.count == 1 && kicked[0].memberID == "bob" && kicked[0].result == .succeed)
    try await bob.joinGroup("team", message: "hello")
    try await until("being in the group") { try await bob.getJoinedGroupList().map(\.groupID) == ["team"] }
    try await bob.quitGroup("team")
    check(try await alice.inviteUserToGroup("team", userList: ["bob"]).map(\.result) == [.succeed])
}

func messages() async throws {
    var custom = NewMessage.custom(CustomElem(data: "data", desc: "desc", extension: "extension"), toUser: "bob")
    custom.cloudCustomData = "cloud"
    custom.priority = .normal
    custom.needReadReceipt = true
    let sent = try await alice.sendMessage(custom)
    check(sent.customElem == CustomElem(data: "data", desc: "desc", extension: "extension") && sent.textElem == nil)
    check(sent.elemType == .custom && sent.cloudCustomData == "cloud")
    check(sent.priority == .normal && sent.needReadReceipt)
    check(sent.isSelf && sent.isRead && sent.sender == "alice" && sent.userID == "bob" && sent.groupID == nil)
    check(sent.status == .sending && sent.id == sent.msgID && sent.seq == "0")
    check(sent.timestamp.timeIntervalSince1970 > 0)
    check(!sent.isExcludedFromLastMessage && !sent.isExcludedFromUnreadCount)

    try await alice.sendMessage(.text("one", toUser: "bob"))
    let two = try await alice.sendMessage(.text("two", toUser: "bob"))
    try await until("bob's messages") { try await bob.getConversation("c2c_alice").unreadCount == 3 }
    let history = try await bob.getHistoryMessageList(.user("alice", count: 2))
    check(history.map { $0.textElem?.text } == ["two", "one"])
    check(history[0].msgID == two.msgID && history[0].status == .sent && !history[0].isSelf && !history[0].isRead)
    var older = HistoryQuery.user("alice", count: 10)
    older.lastMsgID = history[1].msgID
    check(try await bob.getHistoryMessageList(older).count == 1)
    older.getType = .localNewer
    check(try await bob.getHistoryMessageList(older).first?.msgID == two.msgID)

    try await alice.revokeMessage(two.msgID)
    try await until("the recall") { try await bob.getHistoryMessageList(.user("alice"))[0].status == .revoked }
    try await alice.deleteMessages([two.msgID])
    check(try await alice.getHistoryMessageList(.user("bob")).count == 2)

    try await alice.sendMessage(.text("all of you", toGroup: "team", at: [atAll, "bob"]))
    try await until("the group's message") { try await bob.getConversation("group_team").unreadCount == 1 }
    let team = try await bob.getConversation("group_team")
    check(team.groupAtInfoList.map(\.atType) == [.allAndMe] && team.groupAtInfoList[0].seq == team.lastMessage?.seq)
    check(team.lastMessage?.groupAtUserList == [atAll, "bob"] && team.groupType == .public && team.userID == nil)
    let texts = try await bob.getHistoryMessageList(.group("team")).filter { $0.elemType == .text }
    check(texts.count == 1)
}

/// Calls that end when the server has the message.
func delivery() async throws {
    for _ in 1...20 {
        let sent = try await alice.sendAndWait(.text("hi", toUser: "dave"))
        check(sent.status == .sent)
        check(try await alice.waitUntilSent(sent.msgID) == sent)
    }
    check(try await alice.getHistoryMessageList(HistoryQuery(conversationID: "c2c_dave", count: 99)).count == 20)
    await fails(.refused) { try await alice.sendAndWait(.text("hi", toGroup: "none")) }
    await fails(.invalidParameters) { try await alice.sendAndWait(.text("hi", toUser: "c2c_dave")) }
}

func conversations() async throws {
    check(try await bob.getTotalUnreadMessageCount() == 3)
    try await bob.setC2CReceiveMessageOpt(["alice"], opt: .notNotify)
    try await bob.setGroupReceiveMessageOpt("team", opt: .notNotify)
    check(try await bob.getTotalUnreadMessageCount() == 0)
    try await bob.cleanConversationUnreadMessageCount("group_team")
    check(try await bob.getConversation("group_team").unreadCount == 0)
    check(try await bob.getConversation("c2c_alice").unreadCount == 2)
    try await bob.cleanConversationUnreadMessageCount()
    check(try await bob.getConversation("c2c_alice").unreadCount == 0)

    try await bob.pinConversation("c2c_alice", isPinned: true)
    try await bob.setConversationDraft("group_team", draftText: "later")
    let first = try await bob.getConversationList(count: 1)
    check(first.conversationList.count == 1 && !first.isFinished)
    let top = first.conversationList[0]
    check(top.id == "c2c_alice" && top.type == .c2c && top.userID == "alice" && top.groupID == nil && top.isPinned)
    check(top.recvOpt == .notNotify && first.nextSeq == String(top.orderkey))
    check(top.draftText == nil && top.groupType == nil)
    check(top.showName == "Alice \"the\" 😀\n" && top.c2cReadTimestamp != nil)
    let second = try await bob.getConversationList(nextSeq: first.nextSeq, count: 1)
    check(second.isFinished && second.conversationList[0].draftText == "later")
    check(second.conversationList[0].draftTimestamp != nil && second.conversationList[0].groupReadSequence > 0)
    try await bob.setConversationDraft("group_team", draftText: nil)
    let some = try await bob.getConversationListByConversationIds(["group_team", "c2c_no", "c2c_alice"])
    check(some.map(\.conversationID) == ["group_team", "c2c_alice"] && some[0].draftText == nil)

    try await bob.clearC2CHistoryMessage("alice")
    try await bob.clearGroupHistoryMessage("team")
    check(try await bob.getConversation("c2c_alice").lastMessage == nil)
    check(try await bob.getConversation("group_team").lastMessage == nil)
    try await bob.deleteConversation("c2c_alice")
    check(try await bob.getConversationList().conversationList.map(\.id) == ["group_team"])
    check(try await bob.getConversation("c2c_alice").orderkey == 0)
    try await alice.dismissGroup("team")
    try await alice.logout(timeout: .seconds(60))
}

/// The same without waiting, on an account that has never seen a server.
func cacheAlone() throws {
    let client = try Client(config("carol"))
    let cache = client.cache
    check(try cache.getLoginUser() == nil && cache.getLoginStatus() == .loggedOut)
    try cache.networkChanged()
    check(try cache.getFriendList().isEmpty && cache.getJoinedGroupList().isEmpty)
    let one = try cache.sendMessage(.text("one", toUser: "dave"))
    try cache.sendMessage(.text("two", toGroup: "team"))
    check(try cache.getHistoryMessageList(.user("dave")) == [one])
    try cache.setC2CReceiveMessageOpt(["dave"], opt: .notNotifyExceptAt)
    try cache.setGroupReceiveMessageOpt("team", opt: .notReceive)
    try cache.setConversationDraft("c2c_dave", draftText: "draft")
    try cache.pinConversation("group_team", isPinned: true)
    let list = try cache.getConversationList().conversationList
    check(list.map(\.id) == ["group_team", "c2c_dave"] && list.map(\.recvOpt) == [.notReceive, .notNotifyExceptAt])
    check(list.map(\.draftText) == [nil, "draft"] && list.map(\.isPinned) == [true, false])
    check(try cache.getConversationListByConversationIds(["c2c_dave"]) == [list[1]])
    check(try cache.getConversation("c2c_dave") == list[1] && cache.getTotalUnreadMessageCount() == 0)
    try cache.cleanConversationUnreadMessageCount("c2c", cleanTimestamp: .distantFuture, cleanSequence: .max)
    failsNow(.invalidParameters) { try cache.revokeMessage("none") }
    try cache.clearGroupHistoryMessage("team")
    try cache.deleteMessages([one.msgID])
    try cache.clearC2CHistoryMessage("dave")
    try cache.deleteConversation("group_team")
    check(try cache.getConversationList().conversationList.map(\.id) == ["c2c_dave"])
}

/// Methods by their names, with JSON by hand.
func byName() async throws {
    check(try await alice.call("getLoginStatus", as: Int64.self) == 3)
    let found: Conversation = try await alice.call("getConversation", #"{"conversationID":"c2c_bob"}"#)
    check(found == (try alice.cache.call("getConversation", #"{"conversationID":"c2c_bob"}"#)))
    check(await alice.response("getLoginStatus") == #"{"code":0,"desc":"","data":3}"#)
    check(alice.cache.response("getLoginStatus") == #"{"code":0,"desc":"","data":3}"#)
    check(await alice.response("noSuchMethod").hasPrefix(#"{"code":90003,"#))
}
