// Views of the list: rows made of the changes that are told are those of the list.
import Check
import Foundation
import LibIM

let alice = try Client(config("alice"))
try await rowsAreThoseOfTheList()
try resetsAndOddSteps()
try await changedFieldsAreNamed()
try await iterationsFollow()
try await viewsEndWithTheirTasks()
try await iterationsEndWithTheClient()

// As the README has it.
func showList(_ alice: Client) async throws {
    let view = alice.listView(limit: 50)
    for try await state in view {
        print(state.rows.map(\.showName), state.diffs.map(\.op))
    }
}

func isOpen(_ client: Client, _ view: Int64) -> Bool {
    (try? client.cache.growConversationView(view, count: 1)) != nil
}

/// Something that changes the list.
func write(_ client: Client, _ step: Int) async throws {
    let id = "c2c_\(step * 7 % 12)"
    switch step % 5 {
    case 3: try await client.deleteConversation(id)
    case 4: try await client.pinConversation("c2c_pinned", isPinned: step % 2 == 0)
    default: try await client.setConversationDraft(id, draftText: "\(step)")
    }
}

func changedFieldsAreNamed() async throws {
    var carols = config("carol")
    carols.changedFields = true
    let carol = try Client(carols)
    try await carol.setConversationDraft("c2c_x", draftText: "1")
    let named = Shared<[String]>([])
    let listener = try carol.addListener([.onConversationChanged]) { event in
        guard case .onConversationChanged(let changed) = event else { return }
        named.change { $0 += changed.flatMap { $0.changedFields ?? [] } }
    }
    try await carol.pinConversation("c2c_x", isPinned: true)
    try await until("the name") { named.change { $0.contains("isPinned") && $0.contains("orderkey") } }
    check(try await carol.getConversation("c2c_x").changedFields == nil)
    _ = listener
}

func iterationsFollow() async throws {
    let bob = try Client(config("bob"))
    try await bob.setConversationDraft("c2c_pinned", draftText: "first")
    let view = bob.listView(limit: 3)
    let following = Task { () async throws -> Int in
        var rows: [Conversation] = []
        var states = 0
        for try await state in view {
            states += 1
            if states == 1 { check(state.diffs.isEmpty) }
            rows = state.rows
            check(Int64(rows.count) <= state.total && state.isFinished == (Int64(rows.count) == state.total))
            if rows.first?.conversationID == "c2c_last" { break }
        }
        return states
    }
    for step in 0..<200 {
        try await write(bob, step)
        if step % 40 == 0 { try await view.grow(1) }
    }
    try await bob.setConversationDraft("c2c_last", draftText: "the end")
    try await bob.pinConversation("c2c_last", isPinned: true)
    check(try await following.value > 1)
    // An iteration that begins later has what was grown, and another filter is that of all iterations.
    let listed = try await bob.getConversationList().conversationList
    var later = view.makeAsyncIterator()
    check(try await later.next()?.rows == Array(listed.prefix(8)))
    try await view.setSearch("LAST")
    var found = view.makeAsyncIterator()
    check(try await found.next()?.rows.map(\.conversationID) == ["c2c_last"])
    await fails(.invalidParameters) { try await view.setSearch("") }
    try await view.setFilter(nil)
    var still = view.makeAsyncIterator()
    check(try await still.next()?.total == 1)
    try await view.setSearch(nil)
    try await view.setFilter(ConversationFilter(markType: 1))
    var shown = try await later.next()
    while shown?.rows.isEmpty == false { shown = try await later.next() }
    check(shown?.total == 0)
    try await view.setFilter(nil)
    var fresh = view.makeAsyncIterator()
    check(try await fresh.next()?.total == Int64(listed.count))
    await fails(.invalidParameters) { try await view.grow(0) }
    await fails(.invalidParameters) {
        var wrong = bob.listView(limit: 0).makeAsyncIterator()
        _ = try await wrong.next()
    }
}

func viewsEndWithTheirTasks() async throws {
    let dora = try Client(config("dora"))
    let first = try await dora.openConversationView().viewID
    let showing = Task { try await showList(dora) }
    try await until("the view of the task") { isOpen(dora, first + 1) }
    showing.cancel()
    await fails(.cancelled) { try await showing.value }
    // However far it is: before it begins, while it is opened, and while changes are there at once.
    for round in 0..<30 {
        let task = Task {
            if round % 3 == 0 { while !Task.isCancelled { await Task.yield() } }
            for try await _ in dora.listView() { try await dora.setConversationDraft("c2c_x", draftText: "\(round)") }
        }
        for _ in 0..<round { await Task.yield() }
        task.cancel()
        await fails(.cancelled) { try await task.value }
    }
    let last = try await dora.openConversationView().viewID
    try await until("the ends of the views") { !(first + 1..<last).contains { isOpen(dora, $0) } }
}

func iterationsEndWithTheClient() async throws {
    let fay = try Client(config("fay"))
    let view = fay.listView()
    let count = Task { () async throws -> Int in
        var states = 0
        for try await _ in view { states += 1 }
        return states
    }
    try await until("the view") { isOpen(fay, 1) }
    try fay.close()
    // One that is closed before it begins fails.
    let states = await count.result
    check((try? states.get()) ?? 1 == 1)
    await fails(.notInitialized) {
        var late = view.makeAsyncIterator()
        _ = try await late.next()
    }
}

func rowsAreThoseOfTheList() async throws {
    let told = Shared<[ConversationViewChange]>([])
    let listener = try alice.addListener { event in
        if case .onConversationViewChanged(let change) = event { told.change { $0.append(change) } }
    }
    var limit = 5
    var rows = ListModel(try await alice.openConversationView(limit: Int64(limit)))
    var marked = ListModel(try await alice.openConversationView(filter: ConversationFilter(markType: 1)))
    func take() {
        let changes = told.change { (held: inout [ConversationViewChange]) in
            defer { held = [] }
            return held
        }
        for change in changes { check(rows.apply(change) != marked.apply(change)) }
    }
    for step in 0..<120 {
        let id = "c2c_\(step * 7 % 12)"
        switch step % 6 {
        case 1: try await alice.pinConversation(id, isPinned: step % 4 == 1)
        case 3: try await alice.deleteConversation(id)
        case 5 where step % 30 == 5:
            limit += 1
            _ = try await alice.growConversationView(rows.viewID, count: 1)
        default: try await alice.setConversationDraft(id, draftText: "\(step)")
        }
        let listed = try await alice.getConversationList().conversationList
        try await until("the rows of step \(step)") {
            take()
            return rows.rows == Array(listed.prefix(limit)) && rows.total == Int64(listed.count)
                && rows.isFinished == (listed.count <= limit)
        }
    }
    check(marked.rows.isEmpty)
    _ = try await alice.markConversation([rows.rows[0].conversationID], markType: 1, enableMark: true)
    try await until("the marked one") {
        take()
        return marked.rows.map(\.markList) == [[1]] && marked.total == 1
    }
    let starred = marked.rows[0].conversationID
    func isIn(_ part: ConversationFilter) async throws -> Bool {
        try await alice.getConversationListByFilter(filter: part).conversationList
            .contains { $0.conversationID == starred }
    }
    check(try await isIn(.inbox))
    check(try await !isIn(.archived))
    _ = try await alice.markConversation([starred], markType: Mark.fold, enableMark: true)
    check(try await !isIn(.inbox))
    check(try await isIn(.archived))
    _ = try await alice.markConversation([starred], markType: Mark.hide, enableMark: true)
    check(try await !isIn(.archived))
    check(try await isIn(.hidden))
    try await alice.closeConversationView(marked.viewID)
    await fails(.invalidParameters) { try await alice.closeConversationView(marked.viewID) }
    _ = listener
}

func resetsAndOddSteps() throws {
    func read<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }
    let view = #"{"viewID":7,"conversationList":[],"isFinished":true,"total":0}"#
    var rows = ListModel(try read(ConversationView.self, view))
    for op in ["insert", "update", "move", "remove", "shuffle", "reset"] {
        let diff = #"{"op":"\#(op)","index":3,"fromIndex":9,"conversationList":[],"reasons":[]}"#
        let change = #"{"viewID":7,"diffs":[\#(diff)],"total":1,"isFinished":false}"#
        check(rows.apply(try read(ConversationViewChange.self, change)))
        check(rows.rows.isEmpty && rows.total == 1)
    }
    let other = #"{"viewID":8,"diffs":[],"total":2,"isFinished":true}"#
    check(!rows.apply(try read(ConversationViewChange.self, other)) && rows.total == 1)
}
