// Walks over what comes in pages, and what of a conversation is unread.

/// What comes in pages, one after the other, for `for try await`. Each iteration begins at the start.
public struct Walk<Element: Sendable>: AsyncSequence, Sendable {
    /// Reads the page at a place, "" for the first one, and the place of the next page, if there is one.
    typealias Read = @Sendable (_ place: String) async throws(IMError) -> (page: [Element], next: String?)

    private let read: Read

    init(_ read: @escaping Read) {
        self.read = read
    }

    /// Begins an iteration.
    public func makeAsyncIterator() -> Iterator {
        Iterator(read: read)
    }

    /// An iteration; a page is read when it is reached.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        fileprivate let read: Read
        private var page: ArraySlice<Element> = []
        private var place: String? = ""

        fileprivate init(read: @escaping Read) {
            self.read = read
        }

        /// The next one; nil at the end.
        public mutating func next() async throws(IMError) -> Element? {
            while page.isEmpty, let next = place {
                // An answer that is there at once would hide it.
                if Task.isCancelled { throw IMError(.cancelled, "the task that walks was cancelled") }
                let answer = try await read(next)
                (page, place) = (answer.page[...], answer.next)
            }
            return page.popFirst()
        }
    }
}

private let pageSize: Int64 = 100

extension Client {
    /// The whole list from its top, read page by page.
    ///
    /// ```swift
    /// for try await conversation in client.conversations() { print(conversation.showName) }
    /// ```
    ///
    /// A conversation that moves up meanwhile may be missed; `onConversationChanged` reports it.
    public func conversations() -> Walk<Conversation> {
        Walk { (nextSeq) async throws(IMError) in
            let page = try await self.getConversationList(nextSeq: nextSeq, count: pageSize)
            return (page.conversationList, page.isFinished ? nil : page.nextSeq)
        }
    }

    /// The stored messages of a conversation, the newest first, read page by page.
    public func history(_ conversationID: String) -> Walk<Message> {
        Walk { (last) async throws(IMError) in
            let page = try await self.getHistoryMessageList(
                HistoryQuery(conversationID: conversationID, count: pageSize, lastMsgID: last))
            return (page, page.count < pageSize ? nil : page.last?.msgID)
        }
    }

    /// The unread messages of a conversation, the oldest first: those that make up its `unreadCount`. What a bot has to
    /// answer.
    public func unreadMessages(_ conversationID: String) async throws(IMError) -> [Message] {
        let count = try await getConversation(conversationID).unreadCount
        var unread: [Message] = []
        var messages = history(conversationID).makeAsyncIterator()
        while unread.count < count, let message = try await messages.next() {
            if message.status == .sent && !message.isSelf && !message.isExcludedFromUnreadCount {
                unread.append(message)
            }
        }
        return unread.reversed()
    }
}
