// Failures: each arrives as an `IMError` with its status and a sentence, by whichever way it was asked.
import Check
import Foundation
import LibIM

let alice = try Client(config("alice"))

failsNow(.accountInUse) { _ = try Client(config("alice")) }
failsNow(.invalidUserID) { _ = try Client(config(" alice")) }
failsNow(.invalidJSON) { _ = try Client(json: "{}\0") }
failsNow(.invalidJSON) { _ = try Client(json: "no json") }
failsNow(.invalidParameters) { _ = try Client(json: #"{"dataDir":"x","userID":"y","colour":"blue"}"#) }
let file = "\(dir)/file"
try Data().write(to: URL(fileURLWithPath: file))
failsNow(.ioFailed) { _ = try Client(Config(dataDir: file, userID: "alice")) }
var xmpp = Config.XMPP(jid: "no jid", password: "secret")
xmpp.tls = .direct
failsNow(.invalidUserID) { _ = try Client(Config(dataDir: dir, backend: .xmpp(xmpp))) }
// The account of an XMPP config is its jid's; opening waits for no server.
xmpp = Config.XMPP(jid: "alice@localhost", password: "secret")
(xmpp.host, xmpp.port, xmpp.tls, xmpp.resource) = ("127.0.0.1", 1, .disabled, "here")
check(try Client(Config(dataDir: "\(dir)/xmpp", backend: .xmpp(xmpp))).opened.userID == "alice@localhost")

await fails(.invalidParameters) { _ = try await alice.getConversation("neither") }
failsNow(.invalidParameters) { _ = try alice.cache.getConversation("neither") }
await fails(.invalidParameters) { _ = try await alice.getConversationList(count: 0) }
await fails(.invalidParameters) { try await alice.logout(timeout: .zero) }
await fails(.invalidParameters) { try await alice.logout(timeout: .seconds(Int64.max)) }
await fails(.notLoggedIn) { try await alice.joinGroup("team") }
await fails(.notLoggedIn) { try await alice.joinGroup("team", timeout: .microseconds(1)) }
await fails(.invalidParameters) { try await alice.login("bob") }
await fails(.invalidParameters) { try await alice.sendMessage(.text("a\0b", toUser: "bob")) }
await fails(.unknownMethod) { let _: Int64 = try await alice.call("noSuchMethod") }
await fails(.unknownMethod) { let _: Int64 = try await alice.call("getLoginStatus\0x") }
await fails(.invalidJSON) { let _: Int64 = try await alice.call("getLoginStatus", "{}\0") }
await fails(.invalidJSON) { let _: Int64 = try await alice.call("getLoginStatus", "{") }
failsNow(.unknownMethod) { let _: Int64 = try alice.cache.call("getLoginStatus\0x") }
failsNow(.invalidJSON) { let _: Int64 = try alice.cache.call("getLoginStatus", "{}\0") }
// An answer that is not of the type asked for.
await fails(.internalError) { let _: String = try await alice.call("getLoginStatus") }

try await sentences()

do {
    let _: Int64 = try await alice.call("getConversation", #"{"conversation":1}"#)
} catch {
    // Typed: no cast is needed.
    check(error.desc.contains("conversation") && error.code == 6017, error.desc)
    check(error.description.hasPrefix("invalidParameters (6017): "), error.description)
}
check(IMError(code: 4711, desc: "of a later version").status == nil)
check("\(IMError(code: 4711, desc: "later"))" == "status (4711): later")

let held = alice.cache
try alice.close()
failsNow(.notInitialized) { try alice.close() }
failsNow(.notInitialized) { _ = try held.getLoginStatus() }
failsNow(.notInitialized) { _ = try alice.events() }
failsNow(.notInitialized) { _ = try alice.addListener { _ in } }
await fails(.notInitialized) { _ = try await alice.getLoginStatus() }
check(await alice.response("getLoginStatus").hasPrefix(#"{"code":6013,"desc":""#))

/// What a sentence names is what the methods take.
func sentences() async throws {
    func says(_ desc: String, line: UInt = #line, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch let error as IMError {
            check(error.desc == desc, "<\(error.desc)>, expected <\(desc)>", line: line)
            return
        } catch {
            fail("\(error)", line: line)
        }
        fail("it works, expected \(desc)", line: line)
    }
    let bob = try Client(config("bob"))
    try await bob.login()
    await says("userIDList is empty") { _ = try await bob.getUsersInfo([]) }
    await says(#"userIDList[1] " x" starts or ends with white space"#) {
        _ = try await bob.getUsersInfo(["bob", " x"])
    }
    await says("userIDList has 101 entries; the most is 100") {
        _ = try await bob.getUsersInfo(Array(repeating: "x", count: 101))
    }
    await says(#"conversationID "neither" does not start with c2c_ or group_"#) {
        _ = try bob.cache.getConversation("neither")
    }
    await says("count 0 is not 1 or more") { _ = try await bob.getConversationList(count: 0) }
    await says(#"nextSeq "x" is not a cursor"#) { _ = try await bob.getConversationList(nextSeq: "x") }
    await says("timeout 0 is not between 1 and 600000 milliseconds") { try await bob.logout(timeout: .zero) }
    await says("timeout 601000 is not between 1 and 600000 milliseconds") {
        try await bob.sendAndWait(.text("x", toUser: "bob"), timeout: .seconds(601))
    }
    await says("none of receiver, groupID and conversationID is given") { try await bob.sendMessage(NewMessage()) }
    await says(#"receiver "c2c_x" is a conversationID: give receiver "x", or conversationID "c2c_x""#) {
        try await bob.sendMessage(.text("x", toUser: "c2c_x"))
    }
    await says("textElem.text holds the character U+0000") { try await bob.sendMessage(.text("x\0", toUser: "x")) }
    await says("textElem.text has 65537 bytes; the most is 65536") {
        try await bob.sendMessage(.text(String(repeating: "x", count: 65537), toUser: "x"))
    }
    await says(#"only one of these can be given: receiver "x", groupID "g""#) {
        var message = NewMessage.text("x", toUser: "x")
        message.groupID = "g"
        try await bob.sendMessage(message)
    }
    await says("groupAtUserList is given, but the message goes to a receiver and not to a group") {
        var message = NewMessage.text("x", toUser: "x")
        message.groupAtUserList = ["y"]
        try await bob.sendMessage(message)
    }
    await says(#"lastMsgID "nope" is not a message of "c2c_x""#) {
        _ = try await bob.getHistoryMessageList(HistoryQuery(userID: "x", lastMsgID: "nope"))
    }
    await says(#"msgID "timeoutMs" is not a stored message"#) { try await bob.revokeMessage("timeoutMs") }
    await says("msgIDs is empty") { try await bob.deleteMessages([]) }
    await says("opt 7 is not 0, 1, 2 or 3") {
        try await bob.setC2CReceiveMessageOpt(["x"], opt: .unknown(7))
    }
    await says(#"userID "nobody" is not a friend"#) { try await bob.setFriendInfo("nobody", friendRemark: "x") }
    await says(#"groupID "nowhere" is not a group"#) { try await bob.joinGroup("nowhere") }
    await says(#"memberList[0].userID " x" starts or ends with white space"#) {
        var group = NewGroup(groupType: .work)
        group.memberList = [.init(" x")]
        _ = try await bob.createGroup(group)
    }
    await says("filter.markType -1 is not an integer of 0 or more") {
        _ = try await bob.getConversationListByFilter(filter: ConversationFilter(markType: -1))
    }
    await says(#"dataDir "" is empty"#) { _ = try Client(Config(dataDir: "", userID: "x")) }
    await says(#"userID " x" starts or ends with white space"#) { _ = try Client(Config(dataDir: dir, userID: " x")) }
    await says(#"backend.jid "no" has no local part before the @"#) {
        _ = try Client(Config(dataDir: dir, backend: .xmpp(.init(jid: "no", password: "p"))))
    }
    // Those who write the library's names read them.
    await says("timeoutMs 0 is not between 1 and 600000 milliseconds") {
        let _: Int64 = try await bob.call("logout", #"{"timeoutMs":0}"#)
    }
}
