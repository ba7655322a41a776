// Walks over the list and over histories, what of a conversation is unread, and messages in one line.
import Check
import LibIM

let alice = try Client(config("alice"))
let bob = try Client(config("bob"))
try lines()
try await theList()
try await histories()
try await ends()

func theList() async throws {
    for try await _ in alice.conversations() { fail("an empty list") }
    let ids = (0..<250).map { "c2c_\($0)" }
    for id in ids { try await alice.setConversationDraft(id, draftText: "draft") }
    let walk = alice.conversations()
    for _ in 1...2 {
        var seen: [String] = []
        for try await conversation in walk { seen.append(conversation.conversationID) }
        check(seen == ids.reversed())
    }
    // It may be left, on the first page and on a later one.
    for most in [1, 130] {
        var seen = 0
        for try await _ in walk {
            seen += 1
            if seen == most { break }
        }
        check(seen == most)
    }
    let names = try await walk.map(\.userID).prefix(2).reduce(into: []) { $0.append($1) }
    check(names == ["249", "248"])
}

func histories() async throws {
    try await alice.login()
    try await bob.login()
    check(try await bob.unreadMessages("c2c_alice").isEmpty)
    var all: [String] = []
    func says(_ client: Client, _ user: String, _ text: String, isCounted: Bool = true) async throws {
        var message = NewMessage.text(text, toUser: user)
        message.isExcludedFromUnreadCount = !isCounted
        try await client.sendAndWait(message)
        all.append(text)
    }
    try await says(alice, "bob", "read")
    try await until("the first one") { try await bob.getConversation("c2c_alice").unreadCount == 1 }
    try await bob.cleanConversationUnreadMessageCount("c2c_alice")
    for number in 0..<120 { try await says(alice, "bob", "\(number)") }
    try await says(alice, "bob", "not counted", isCounted: false)
    try await says(bob, "alice", "own")
    try await says(alice, "bob", "last")
    let recalled = try await alice.sendAndWait(.text("recalled", toUser: "bob"))
    try await alice.revokeMessage(recalled.msgID)
    all.append("")
    try await until("the recall") {
        try await bob.getHistoryMessageList(.user("alice", count: 1))[0].status == .revoked
    }

    var seen: [String] = []
    for try await message in bob.history("c2c_alice") { seen.append(message.preview) }
    check(seen == all.reversed())
    let unread = try await bob.unreadMessages("c2c_alice")
    check(unread.map(\.preview) == (0..<120).map { "\($0)" } + ["last"])
    try await bob.cleanConversationUnreadMessageCount("c2c_alice")
    check(try await bob.unreadMessages("c2c_alice").isEmpty)
    await fails(.invalidParameters) { for try await _ in bob.history("neither") {} }
    await fails(.invalidParameters) { _ = try await bob.unreadMessages("neither") }
}

/// A walk ends with its task, and with its client.
func ends() async throws {
    let cancelled = Task {
        while !Task.isCancelled { await Task.yield() }
        for try await _ in alice.conversations() {}
    }
    cancelled.cancel()
    await fails(.cancelled) { try await cancelled.value }
    var messages = bob.history("c2c_alice").makeAsyncIterator()
    check(try await messages.next() != nil)
    try bob.close()
    await fails(.notInitialized) { while try await messages.next() != nil {} }
}

func lines() throws {
    var message = try alice.cache.sendMessage(.text("one", toUser: "lines"))
    for (text, line) in [
        ("", ""), (" \n\t", ""), ("  two\r\n\r\n  lines \n", "two lines"),
        ("a\u{a0}b\u{3000}\u{2028}c\u{85}", "a b c"),
        ("\u{200a}\u{1680}x\u{1c}y\u{202f}\u{205f}z", "x y z"),
        ("👩‍👧 ש e\u{301}\u{200b}", "👩‍👧 ש e\u{301}\u{200b}"),
    ] {
        message.textElem = TextElem(text: text)
        check(message.preview.utf8.elementsEqual(line.utf8), "\(text.debugDescription): \(message.preview)")
    }
    message.textElem = nil
    check(message.preview == "")
    message.customElem = CustomElem(data: "data", desc: "a\npicture")
    check(message.preview == "a picture")
    try alice.cache.deleteConversation("c2c_lines")
}
