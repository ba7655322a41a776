// Views of the list that follow by themselves.
import Dispatch

/// A view of the list as a sequence of its states, for `for try await`. See ``Client/listView(filter:search:limit:)``.
///
/// Each iteration opens a view of its own and closes it at its end. It ends when the client closes, and throws `.cancelled`
/// when its task is cancelled. An iteration that is slow gets no backlog: the steps that wait are merged.
public struct ListView: AsyncSequence, Sendable {
    /// A state of the list, and the steps that lead to it from the state before.
    public struct Element: Sendable {
        /// The rows, in the order of the list.
        public let rows: [Conversation]
        /// The steps, to be taken in this order. Of the first state there are none: its rows are all new.
        public let diffs: [ConversationViewDiff]
        /// How many conversations the filter selects.
        public let total: Int64
        /// Whether the rows are all of them.
        public let isFinished: Bool
    }

    private let shared: SharedView

    init(client: Client, query: ViewQuery, limit: Int64) {
        shared = SharedView(client: client, query: query, limit: limit)
    }

    /// Begins an iteration. The view is opened with its first state.
    public func makeAsyncIterator() -> Iterator {
        Iterator(following: Following(shared))
    }

    /// Shows more rows, now and in iterations that begin later. They come as a state.
    public func grow(_ count: Int64 = 100) async throws(IMError) {
        guard count > 0 else { throw IMError(.invalidParameters, "count \(count) is below 1") }
        try await each(shared.grown(by: count)) { (view) async throws(IMError) in
            _ = try await shared.client.growConversationView(view, count: count)
        }
    }

    /// Shows what another filter selects, or none; it searches as before. Now and in iterations that begin later.
    public func setFilter(_ filter: ConversationFilter?) async throws(IMError) {
        try await set { $0.filter = filter }
    }

    /// Searches names and ids for another text, or for none; the filter stays. Now and in iterations that begin later.
    public func setSearch(_ search: String?) async throws(IMError) {
        try await set { $0.search = search }
    }

    private func set(_ change: (inout ViewQuery) -> Void) async throws(IMError) {
        let (before, query, views) = shared.changed(change)
        do {
            try await each(views) { (view) async throws(IMError) in
                _ = try await shared.client.setConversationView(view, filter: query.filter, search: query.search)
            }
        } catch {
            // What no view can have is not kept.
            _ = shared.changed { if $0 == query { $0 = before } }
            throw error
        }
    }

    private func each(_ views: Set<Int64>, _ change: (Int64) async throws(IMError) -> Void) async throws(IMError) {
        for view in views {
            do {
                try await change(view)
            } catch {
                // An iteration that has ended meanwhile.
                if shared.isOpen(view) { throw error }
            }
        }
    }

    /// An iteration, for one task.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        // An object, because its end is that of the view.
        fileprivate let following: Following

        /// The next state; nil when the client is closed.
        public mutating func next() async throws(IMError) -> Element? {
            try await following.next()
        }
    }
}

/// An iteration that runs, in one task at a time.
private final class Following: @unchecked Sendable {
    private let shared: SharedView
    private var events: AsyncStream<Event>.Iterator?
    private var model: ListModel?

    init(_ shared: SharedView) {
        self.shared = shared
    }

    func next() async throws(IMError) -> ListView.Element? {
        // A change that is there at once would hide it.
        if Task.isCancelled { throw cancelled() }
        guard model != nil else { return try await opened() }
        while let event = await events?.next() {
            if case .onConversationViewChanged(let change) = event, model?.apply(change) == true {
                return element(change.diffs)
            }
        }
        if Task.isCancelled { throw cancelled() }
        return nil
    }

    private func opened() async throws(IMError) -> ListView.Element? {
        // The stream first: the changes of the view follow its rows.
        events = try shared.client.events([.onConversationViewChanged]).makeAsyncIterator()
        let shared = shared
        // A task of its own, which is not cancelled with this one: what it opens is closed in any case.
        let view = await Task { () async -> Result<ConversationView, IMError> in
            do throws(IMError) { return .success(try await shared.opened()) } catch { return .failure(error) }
        }.value
        model = ListModel(try view.get())
        if Task.isCancelled { throw cancelled() }
        return element([])
    }

    private func element(_ diffs: [ConversationViewDiff]) -> ListView.Element? {
        model.map { .init(rows: $0.rows, diffs: diffs, total: $0.total, isFinished: $0.isFinished) }
    }

    private func cancelled() -> IMError {
        close()
        return IMError(.cancelled, "the task that follows the view was cancelled")
    }

    private func close() {
        if let model { shared.close(model.viewID) }
        (model, events) = (nil, nil)
    }

    deinit {
        close()
    }
}

/// Which conversations a view shows.
struct ViewQuery: Equatable, Sendable {
    var filter: ConversationFilter?
    var search: String?
}

/// What the iterations of a view have in common.
private final class SharedView: @unchecked Sendable {
    let client: Client
    private let lock = DispatchSemaphore(value: 1)
    private var query: ViewQuery
    private var limit: Int64
    /// The views of the iterations that run.
    private var open: Set<Int64> = []

    init(client: Client, query: ViewQuery, limit: Int64) {
        self.client = client
        self.query = query
        self.limit = limit
    }

    func grown(by count: Int64) -> Set<Int64> {
        locked {
            limit += count
            return open
        }
    }

    /// Changes the query: what it was, what it is, and the views that are open.
    func changed(_ change: (inout ViewQuery) -> Void) -> (ViewQuery, ViewQuery, Set<Int64>) {
        locked {
            let before = query
            change(&query)
            return (before, query, open)
        }
    }

    func isOpen(_ view: Int64) -> Bool {
        locked { open.contains(view) }
    }

    func opened() async throws(IMError) -> ConversationView {
        let (query, limit) = locked { (self.query, self.limit) }
        let view = try await client.openConversationView(filter: query.filter, search: query.search, limit: limit)
        let (newQuery, newLimit) = locked {
            open.insert(view.viewID)
            return (self.query, self.limit)
        }
        do throws(IMError) {
            if newLimit > limit { _ = try await client.growConversationView(view.viewID, count: newLimit - limit) }
            if newQuery != query {
                _ = try await client.setConversationView(view.viewID, filter: newQuery.filter, search: newQuery.search)
            }
        } catch {
            close(view.viewID)
            throw error
        }
        return view
    }

    /// Closes a view, on another thread: an iteration may end anywhere.
    func close(_ view: Int64) {
        guard locked({ open.remove(view) }) != nil else { return }
        let client = client
        DispatchQueue.global().async { try? client.cache.closeConversationView(view) }
    }

    private func locked<T>(_ work: () -> T) -> T {
        lock.wait()
        defer { lock.signal() }
        return work()
    }
}

extension Client {
    /// A view of the list that follows: its first `limit` conversations, or the first that a filter and a search find, as a
    /// sequence of its states.
    ///
    /// ```swift
    /// for try await state in client.listView(limit: 50) { print(state.rows.map(\.showName)) }
    /// ```
    ///
    /// Nothing is opened before an iteration begins.
    public func listView(filter: ConversationFilter? = nil, search: String? = nil, limit: Int64 = 100) -> ListView {
        ListView(client: self, query: ViewQuery(filter: filter, search: search), limit: limit)
    }
}
