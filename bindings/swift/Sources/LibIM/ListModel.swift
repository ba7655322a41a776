// The rows of a view of the list, as an app shows them.

/// The rows of a view: those that ``Client/openConversationView(filter:search:limit:)`` has returned, and then what each change makes
/// of them.
///
/// ```swift
/// let changes = try client.events([.onConversationViewChanged])
/// var list = ListModel(try await client.openConversationView(limit: 50))
/// for await case .onConversationViewChanged(let change) in changes { list.apply(change) }
/// ```
public struct ListModel: Sendable {
    /// The number of the view.
    public let viewID: Int64
    /// The rows, in the order of the list.
    public private(set) var rows: [Conversation]
    /// How many conversations the filter selects.
    public private(set) var total: Int64
    /// Whether the rows are all of them.
    public private(set) var isFinished: Bool

    /// The rows of a view that was just opened.
    public init(_ view: ConversationView) {
        viewID = view.viewID
        rows = view.conversationList
        total = view.total
        isFinished = view.isFinished
    }

    /// Takes the steps of a change. Each change of the view is applied once, in the order of the events.
    ///
    /// - Returns: Whether it is one of this view; others change nothing.
    @discardableResult
    public mutating func apply(_ change: ConversationViewChange) -> Bool {
        guard change.viewID == viewID else { return false }
        for diff in change.diffs { take(diff) }
        total = change.total
        isFinished = change.isFinished
        return true
    }

    private mutating func take(_ diff: ConversationViewDiff) {
        if diff.op == "reset" {
            rows = diff.conversationList
            return
        }
        // What is no place in the rows is a step of a later version, which says in other fields what it does.
        guard let index = diff.index.map({ Int($0) }) else { return }
        switch (diff.op, diff.conversation) {
        case ("insert", let row?) where index <= rows.count:
            rows.insert(row, at: index)
        case ("update", let row?) where rows.indices.contains(index):
            rows[index] = row
        case ("move", let row?):
            guard let from = diff.fromIndex.map({ Int($0) }), rows.indices.contains(from), rows.indices.contains(index)
            else { return }
            rows.remove(at: from)
            rows.insert(row, at: index)
        case ("remove", _) where rows.indices.contains(index):
            rows.remove(at: index)
        default:
            break
        }
    }
}
