// Views of the list: rows made of the changes that are told are those of the list.
import Check
import Foundation
import LibIM

let alice = try Client(config("alice"))
try await rowsAreThoseOfTheList()
try resetsAndOddSteps()

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
