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
