// The list as a view shows it: the model of a conversation list's screen.
import LibIM

/// The conversations in the order of the list, kept up to date. On the main actor, as views are. In a SwiftUI app make it
/// `@Observable`: a view that reads `conversations` is then drawn again when they change.
@MainActor
final class ConversationList {
    /// The conversations, as they are shown from top to bottom.
    private(set) var conversations: [Conversation] = []
    /// The number for the badge.
    private(set) var unread: Int64 = 0
    private(set) var isOnline = false

    private let client: Client
    private var byID: [String: Conversation] = [:]

    init(_ client: Client) {
        self.client = client
    }

    /// Loads the list and follows it until the task is cancelled or the client closes. `changed` runs after each change.
    func follow(_ changed: () -> Void = {}) async throws {
        // The events first, then the list, in one task: what is newer than a page is taken after it. Events that wait are
        // merged, so a conversation that is taken from them is never older than one of a page.
        let events = try client.events([
            .onNewConversation, .onConversationChanged, .onConversationDeleted, .onTotalUnreadMessageCountChanged,
            .onConnectSuccess, .onConnectFailed,
        ])
        for try await conversation in client.conversations() { byID[conversation.conversationID] = conversation }
        sort()
        unread = try await client.getTotalUnreadMessageCount()
        changed()
        for await event in events {
            apply(event)
            changed()
        }
    }

    private func apply(_ event: Event) {
        switch event {
        case .onNewConversation(let list), .onConversationChanged(let list):
            for conversation in list { byID[conversation.conversationID] = conversation }
            sort()
        case .onConversationDeleted(let ids):
            for id in ids { byID[id] = nil }
            sort()
        case .onTotalUnreadMessageCountChanged(let total): unread = total
        case .onConnectSuccess: isOnline = true
        case .onConnectFailed: isOnline = false
        default: break
        }
    }

    /// `orderkey` alone is the order, pinned conversations included.
    private func sort() {
        conversations = byID.values.sorted { $0.orderkey > $1.orderkey }
    }
}
