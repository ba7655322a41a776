// Streams and listeners: every event is typed, they come in order, and end when and where one wants.
import Check
import Foundation
import LibIM

let changes: Set<Event.Kind> = [.onNewConversation, .onConversationChanged]
try everyKindIsDecoded()
try await twoUsersHearOfEachOther()
let client = try Client(config("carol"))
try await theyComeInOrder()
try await aFileTellsHowFarItIs()
try await cancellingEndsEveryWait()
try await endedInsideTheLoop()
try await endedFromAnotherTask()
try await endedByTheClose()
try await aListenerRemovesItself()
try await removingWaitsForTheHandler()
try await aStreamHoldsItsClient()
try theLogIsTold()

func everyKindIsDecoded() throws {
    let failure = #"{"code":9508,"desc":"no \"way\" \ud83d\ude00"}"#
    let error = IMError(code: 9508, desc: "no \"way\" 😀")
    let told: [(Int32, String, Event)] = [
        (0, "null", .onSyncServerStart), (1, "null", .onSyncServerFinish), (2, failure, .onSyncServerFailed(error)),
        (3, "[]", .onNewConversation([])), (4, "[]", .onConversationChanged([])),
        (5, #"["c2c_a"]"#, .onConversationDeleted(["c2c_a"])), (6, "42", .onTotalUnreadMessageCountChanged(42)),
        (9, #""m\n1""#, .onRecvMessageRevoked("m\n1")), (10, "[]", .onRecvC2CReadReceipt([])),
        (12, #"["c2c_a","group_b"]"#, .onMessagesMissed(["c2c_a", "group_b"])), (13, "null", .onConnecting),
        (14, "null", .onConnectSuccess), (15, failure, .onConnectFailed(error)), (16, "null", .onKickedOffline),
        (17, "null", .onUserSigExpired), (18, "{}", .unknown(number: 18, payload: "{}")),
        (-1, "null", .unknown(number: -1, payload: "null")), (3, "{", .unknown(number: 3, payload: "{")),
    ]
    for (number, payload, event) in told {
        check(Event(RawEvent(number: number, payload: payload)) == event, "\(event)")
    }
    for kind in Event.Kind.allCases {
        check(RawEvent(number: kind.rawValue, payload: "").name == "\(kind)", "\(kind)")
    }
    check(RawEvent(number: Int32(Event.Kind.allCases.count), payload: "").name == "UNKNOWN")
}

func twoUsersHearOfEachOther() async throws {
    let alice = try Client(config("alice"))
    let bob = try Client(config("bob"))
    let raw = Shared<[RawEvent]>([])
    let listener = try alice.addRawListener([.onMessageStatusChanged]) { event in raw.change { $0.append(event) } }
    let toAlice = try alice.events([.onMessageStatusChanged, .onRecvC2CReadReceipt])
    let toBob = try bob.events()
    try await alice.login()
    try await bob.login()
    var ofBob = toBob.makeAsyncIterator()
    while let event = await ofBob.next(), event != .onSyncServerFinish {}
    let sent = try await alice.sendMessage(.text("hi", toUser: "bob"))
    var (isNew, isTold, total) = (false, false, Int64(0))
    while !isNew || !isTold || total != 1, let event = await ofBob.next() {
        switch event {
        case .onNewConversation(let list):
            check(list.count == 1 && list[0].id == "c2c_alice" && list[0].orderkey > 0)
            isNew = true
        case .onRecvNewMessage(let message):
            check(message.msgID == sent.msgID && message.textElem?.text == "hi")
            isTold = true
        case .onTotalUnreadMessageCountChanged(let count):
            total = count
        default:
            break
        }
    }
    // A stranger learns nothing.
    _ = try await bob.addFriend("alice")
    try await bob.cleanConversationUnreadMessageCount()
    for await event in toAlice {
        if case .onMessageStatusChanged(let message) = event {
            check(message.status == .sent)
            // The other event with a message, of which libim tells none yet.
            check(Event(RawEvent(number: 8, payload: raw.value[0].payload)) == .onRecvMessageModified(message))
        }
        if case .onRecvC2CReadReceipt(let list) = event {
            check(list.count == 1 && list[0].userID == "bob" && list[0].msgID == nil)
            check((list[0].timestamp?.timeIntervalSince1970 ?? 0) > 0)
            break
        }
    }
    listener.remove()
    // A client that nobody holds any more closes, and a receipt that has not left by then waits for the next login.
    try bob.close()
}

/// A file on its way: its progress is a sequence beside the call.
func aFileTellsHowFarItIs() async throws {
    let alice = try Client(config("frank"))
    let bob = try Client(config("grace"))
    try await alice.login()
    try await bob.login()
    let content = Data(repeating: 7, count: 9 << 20)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("libim-film-\(UUID().uuidString)")
    try content.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let up = try alice.events([.onSendMessageProgress])
    let sent = try await alice.sendAndWait(NewMessage(receiver: "grace", fileElem: .init(path: file.path)))
    var percents: [Int64] = []
    for await case .onSendMessageProgress(let told) in up {
        percents.append(told.progress)
        if told.progress == 100 { break }
    }
    check(percents == Array(Set(percents)).sorted())
    while try await bob.getHistoryMessageList(.user("frank")).isEmpty { await Task.yield() }
    let down = try bob.events([.onMessageDownloadProgressCallback])
    async let got = bob.downloadMessage(sent.msgID)
    var path = ""
    for await case .onMessageDownloadProgressCallback(let told) in down {
        check(told.msgID == sent.msgID && !told.isError)
        path = told.path
        if told.isFinish { break }
    }
    check(try await got.fileElem?.localUrl == path)
    check(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    await fails(.nothingToCancel) { try await bob.cancelDownloadMessage(sent.msgID) }
}

/// Makes one event of a kind.
func makeEvent(_ draft: String) throws {
    try client.cache.setConversationDraft("c2c_x", draftText: draft)
}

func draft(_ event: Event) -> String? {
    switch event {
    case .onNewConversation(let list), .onConversationChanged(let list): list[0].draftText
    default: nil
    }
}

func theyComeInOrder() async throws {
    // Each is heard before the next is made, so that none are merged; and the answers come in order with them.
    var iterator = try client.events(changes).makeAsyncIterator()
    for number in 0..<200 {
        try await client.setConversationDraft("c2c_x", draftText: "\(number)")
        check(await iterator.next().flatMap(draft) == "\(number)")
    }
    // Of what is not taken, the newest state is kept.
    let waiting = try client.events(changes)
    for number in 0..<100 {
        try await client.setConversationDraft("c2c_x", draftText: "again \(number)")
        check(await iterator.next().flatMap(draft) == "again \(number)")
    }
    // The stream came after this one, so the last event is there once an answer has come.
    _ = try await client.getLoginStatus()
    var late = waiting.makeAsyncIterator()
    check(await late.next().flatMap(draft) == "again 99")
}

/// Also while the client can answer nothing.
func cancellingEndsEveryWait() async throws {
    let isRunning = Signal()
    let mayEnd = Signal()
    let listener = try client.addListener(changes) { _ in
        isRunning.give()
        mayEnd.wait()
    }
    try makeEvent("holds the handlers up")
    isRunning.wait()
    let stream = try client.events(changes)
    let reading = Task { for await _ in stream {} }
    let call = Task { await fails(.cancelled) { try await client.setConversationDraft("c2c_y", draftText: "kept") } }
    call.cancel()
    reading.cancel()
    await call.value
    await reading.value
    mayEnd.give()
    try await until("the call, which was made all the same") {
        try client.cache.getConversation("c2c_y").draftText == "kept"
    }
    listener.remove()
    try client.cache.deleteConversation("c2c_y")
}

func endedInsideTheLoop() async throws {
    func firstEvent(_ round: Int) async throws {
        let grace = try Client(config("grace"))
        let stream = try grace.events(changes)
        try await grace.setConversationDraft("c2c_x", draftText: "inside \(round)")
        for await event in stream {
            check(draft(event) == "inside \(round)")
            // The handler of the stream may be hearing the next one while the loop is left.
            try grace.cache.setConversationDraft("c2c_x", draftText: "not heard")
            break
        }
    }
    for round in 0..<20 {
        try await firstEvent(round)
        // With the stream the listener has gone, and the client that it held.
        try await until("the end of the client") { isFree("grace") }
    }
}

func endedFromAnotherTask() async throws {
    for round in 0..<200 {
        let heard = Shared(0)
        let stream = try client.events(changes)
        let task = Task {
            for await _ in stream { heard.change { $0 += 1 } }
        }
        try makeEvent("another \(round)")
        if round % 2 == 0 { try await until("an event") { heard.value > 0 } }
        // While events come, each of which would resume the task.
        for number in 0..<20 { try makeEvent("cancelled \(round) \(number)") }
        task.cancel()
        await task.value
        let before = heard.value
        try makeEvent("after \(round)")
        _ = try await client.getLoginStatus()
        check(heard.value == before)
    }
}

func endedByTheClose() async throws {
    let dave = try Client(config("dave"))
    let stream = try dave.events()
    try await dave.setConversationDraft("c2c_x", draftText: "last words")
    // Its events come after its answer, and before that of the next call.
    _ = try await dave.getLoginStatus()
    try dave.close()
    // What came before the close is still there, and then it ends.
    var words: [String?] = []
    for await event in stream { words.append(draft(event)) }
    check(words.contains("last words"))
}

func aListenerRemovesItself() async throws {
    let own = Shared<Listener?>(nil)
    let heard = Shared(0)
    var witness: Witness? = Witness()
    weak var gone = witness
    own.set(
        try client.addListener(changes) { [witness] _ in
            _ = witness
            heard.change { $0 += 1 }
            own.value?.remove()
            own.set(nil)
        })
    witness = nil
    try makeEvent("removes itself")
    try await until("its release") { gone == nil }
    try makeEvent("no more")
    _ = try await client.getLoginStatus()
    check(heard.value == 1)
}

func removingWaitsForTheHandler() async throws {
    for round in 0..<50 {
        let isRunning = Signal()
        let ends = Shared(0)
        var listener: Listener? = try client.addListener(changes) { _ in
            isRunning.give()
            for _ in 0..<100 { _ = try? client.cache.getLoginStatus() }
            ends.change { $0 += 1 }
        }
        try makeEvent("round \(round)")
        isRunning.wait()
        if round % 2 == 0 { listener?.remove() }
        listener = nil
        check(ends.value == 1)
        _ = listener
    }
}

func aStreamHoldsItsClient() async throws {
    var stream: AsyncStream<Event>? = try Client(config("erin")).events()
    check(!isFree("erin"))
    _ = stream
    stream = nil
    try await until("the close") { isFree("erin") }
}

func theLogIsTold() throws {
    let lines = Shared<[String]>([])
    var witness: Witness? = Witness()
    weak var gone = witness
    try Library.setLogger(upTo: .trace) { [witness] level, line in
        _ = witness
        lines.change { $0.append("\(level) \(line)") }
    }
    witness = nil
    let frank = try Client(config("frank"))
    try frank.close()
    failsNow(.notInitialized) { _ = try frank.addListener { _ in } }
    check(lines.value.contains { $0.hasPrefix("warn ") && $0.contains("im_listener_add") }, "\(lines.value)")
    check(gone != nil)
    try Library.setLogger(nil)
    check(gone == nil)
    check(Library.version.split(separator: ".").count == 3)
}
