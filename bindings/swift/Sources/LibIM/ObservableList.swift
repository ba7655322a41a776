// A view of the list for user interfaces. Not on Linux: programs of Swift 6.0 cannot be linked with Observation there.
#if canImport(Observation) && !os(Linux)
    import Observation

    /// A view of the list that a user interface observes.
    ///
    /// ```
    /// struct Inbox: View {
    ///     @State var list: ObservableList
    ///     var body: some View {
    ///         List(list.rows) { Text($0.showName) }
    ///             .task { try? await list.follow() }
    ///     }
    /// }
    /// ```
    @available(macOS 14, iOS 17, tvOS 17, watchOS 10, *)
    @MainActor @Observable
    public final class ObservableList {
        /// The rows, in the order of the list. Empty before `follow`.
        public private(set) var rows: [Conversation] = []
        /// How many conversations the filter selects.
        public private(set) var total: Int64 = 0
        /// Whether the rows are all of them.
        public private(set) var isFinished = false
        @ObservationIgnored private let view: ListView

        /// Prepares a view: the first `limit` conversations of the list, or the first that a filter and a search find.
        public init(_ client: Client, filter: ConversationFilter? = nil, search: String? = nil, limit: Int64 = 100) {
            view = client.listView(filter: filter, search: search, limit: limit)
        }

        /// Opens the view and keeps the rows up to date until the client closes or the task is cancelled, which closes the view.
        public func follow() async throws(IMError) {
            var states = view.makeAsyncIterator()
            while let state = try await states.next() {
                (rows, total, isFinished) = (state.rows, state.total, state.isFinished)
            }
        }

        /// Shows more rows.
        public func grow(_ count: Int64 = 100) async throws(IMError) {
            try await view.grow(count)
        }

        /// Shows what another filter selects, or none; it searches as before.
        public func setFilter(_ filter: ConversationFilter?) async throws(IMError) {
            try await view.setFilter(filter)
        }

        /// Searches names and ids for another text, or for none; the filter stays.
        public func setSearch(_ search: String?) async throws(IMError) {
            try await view.setSearch(search)
        }
    }
#endif
