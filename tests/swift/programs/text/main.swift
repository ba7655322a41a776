// Texts and numbers, through requests, answers and events: as they went in, code point by code point.
import Check
import Foundation
import LibIM

let texts = [
    "👩\u{200d}👩\u{200d}👧\u{200d}👦 🏳\u{fe0f}\u{200d}🌈 🇩🇪", "مرحبا بالعالم \u{200f}\u{200e}", "שלום", "日本語 𠮷野家",
    "e\u{301} é ﷽", " tab\tline\r\nquote\" back\\slash / \u{2028}\u{2029} ",
    "\u{1}\u{1f}\u{7f}\u{feff}\u{ffff}\u{10ffff}", "\u{feff}first", String(repeating: "\"", count: 1000),
]
let alice = try Client(config("用户-🙂"))
let bob = try Client(config("ü"))
try await alice.login()
try await bob.login()
try await until("bob's sync") { try await bob.getLoginStatus() == .loggedIn }
let heard = Shared<[String]>([])
let listener = try bob.addListener([.onRecvNewMessage]) { event in
    if case .onRecvNewMessage(let message) = event { heard.change { $0.append(message.textElem?.text ?? "none") } }
}
try await until("the first message") {
    // A sync tells no messages one by one, so it must be over before.
    try await alice.sendMessage(.text("first", toUser: "ü"))
    return !heard.value.isEmpty
}
let before = try await alice.getHistoryMessageList(.user("ü", count: 1))[0].msgID
for text in texts {
    let sent = try await alice.sendMessage(.text(text, toUser: "ü"))
    check(same(sent.textElem?.text, text), text)
    try alice.cache.setConversationDraft("c2c_ü", draftText: text)
    check(same(try alice.cache.getConversation("c2c_ü").draftText, text), text)
}
try await until("all messages") { heard.value.last.map { same($0, texts.last!) } == true }
check(zip(heard.value.suffix(texts.count), texts).allSatisfy { same($0, $1) })
var query = HistoryQuery.user("用户-🙂", count: 100)
query.lastMsgID = before
query.getType = .localNewer
let history = try await bob.getHistoryMessageList(query)
check(history.count == texts.count && zip(history, texts).allSatisfy { same($0.textElem?.text, $1) })
check(history.allSatisfy { $0.sender == "用户-🙂" })

// Two ids that Swift holds equal and libim does not.
try await alice.sendMessage(.text("composed", toUser: "\u{e9}"))
try await alice.sendMessage(.text("decomposed", toUser: "e\u{301}"))
check(try await alice.getConversation("c2c_\u{e9}").lastMessage?.textElem?.text == "composed")
check(try await alice.getConversation("c2c_e\u{301}").lastMessage?.textElem?.text == "decomposed")

// Numbers keep all their digits.
let page = try await bob.getConversationList()
check(String(page.conversationList[0].orderkey) == page.nextSeq && page.conversationList[0].orderkey > 1 << 50)
try await bob.pinConversation("c2c_用户-🙂", isPinned: true)
check(try await bob.getConversation("c2c_用户-🙂").orderkey > 6_103_599_627_370_496)
func decoded<T: Decodable>(_ json: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return try decoder.decode(T.self, from: Data(json.utf8))
}
let receipt: MessageReceipt = try decoded(
    #"{"userID":"","timestamp":9223372036854775807,"groupID":null,"readCount":-9007199254740993,"unreadCount":0,"isPeerRead":false,"later":[]}"#
)
check(receipt.timestamp == Date(timeIntervalSince1970: Double(Int64.max)) && receipt.msgID == nil)
check(receipt.readCount == -9_007_199_254_740_993)
let opened: Opened = try decoded(#"{"userID":"","cache":"","salvaged":18446744073709551615}"#)
check(opened.salvaged == .max)

// Models go through JSON and back.
let list = try await bob.getConversationList()
check(try JSONDecoder().decode(ConversationResult.self, from: JSONEncoder().encode(list)) == list)

// What a later version adds to a closed set is unknown, and stays what it is.
check(MessageStatus(rawValue: 9) == .unknown(9) && MessageStatus.unknown(9).rawValue == 9)
check(GroupType(rawValue: "Later") == .unknown("Later") && GroupType(rawValue: "AVChatRoom") == .avChatRoom)
let later: [MessageStatus] = try decoded("[2, 9]")
check(later == [.sent, .unknown(9)])

func same(_ text: String?, _ other: String) -> Bool {
    text.map { $0.unicodeScalars.elementsEqual(other.unicodeScalars) } == true
}
