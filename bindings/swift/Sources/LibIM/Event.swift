// What a client tells by itself: the events, typed.
import CLibIM

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that has happened. The cases have V2TIM's names; docs/events.md says when each comes.
public enum Event: Hashable, Sendable {
    /// A sync with the server begins. Exactly one of the next two follows.
    case onSyncServerStart
    /// The sync is complete; what it changed was told before.
    case onSyncServerFinish
    /// The sync broke off; another one starts later.
    case onSyncServerFailed(IMError)
    /// Conversations that were never told before, or were deleted since.
    case onNewConversation([Conversation])
    /// Conversations with a visible change, whole, with their new `orderkey`.
    case onConversationChanged([Conversation])
    /// The conversationIDs of conversations that are gone.
    case onConversationDeleted([String])
    /// The new total of unread messages.
    case onTotalUnreadMessageCountChanged(Int64)
    /// A message arrived.
    case onRecvNewMessage(Message)
    /// A message was modified.
    case onRecvMessageModified(Message)
    /// The message with this msgID was recalled.
    case onRecvMessageRevoked(String)
    /// Peers have read messages of ours.
    case onRecvC2CReadReceipt([MessageReceipt])
    /// A message of ours was sent (status 2) or refused (status 3).
    case onMessageStatusChanged(Message)
    /// More messages came than are kept for a slow listener: read the histories of these conversationIDs.
    case onMessagesMissed([String])
    /// The backend tries to reach the server.
    case onConnecting
    /// The server is reached and the user is known there.
    case onConnectSuccess
    /// The server cannot be reached now; the backend goes on trying.
    case onConnectFailed(IMError)
    /// Another device took the place of this session.
    case onKickedOffline
    /// The credentials have expired.
    case onUserSigExpired
    /// An event of a later version of libim, by its number, with its payload as JSON. To be passed over.
    case unknown(number: Int32, payload: String)

    /// The events, without what they tell; for choosing some of them. The raw value is libim's number.
    public enum Kind: Int32, Hashable, Sendable, CaseIterable {
        /// See `Event.onSyncServerStart`.
        case onSyncServerStart
        /// See `Event.onSyncServerFinish`.
        case onSyncServerFinish
        /// See `Event.onSyncServerFailed`.
        case onSyncServerFailed
        /// See `Event.onNewConversation`.
        case onNewConversation
        /// See `Event.onConversationChanged`.
        case onConversationChanged
        /// See `Event.onConversationDeleted`.
        case onConversationDeleted
        /// See `Event.onTotalUnreadMessageCountChanged`.
        case onTotalUnreadMessageCountChanged
        /// See `Event.onRecvNewMessage`.
        case onRecvNewMessage
        /// See `Event.onRecvMessageModified`.
        case onRecvMessageModified
        /// See `Event.onRecvMessageRevoked`.
        case onRecvMessageRevoked
        /// See `Event.onRecvC2CReadReceipt`.
        case onRecvC2CReadReceipt
        /// See `Event.onMessageStatusChanged`.
        case onMessageStatusChanged
        /// See `Event.onMessagesMissed`.
        case onMessagesMissed
        /// See `Event.onConnecting`.
        case onConnecting
        /// See `Event.onConnectSuccess`.
        case onConnectSuccess
        /// See `Event.onConnectFailed`.
        case onConnectFailed
        /// See `Event.onKickedOffline`.
        case onKickedOffline
        /// See `Event.onUserSigExpired`.
        case onUserSigExpired
    }
}

/// An event as libim tells it, for those who take the payload apart themselves.
public struct RawEvent: Hashable, Sendable {
    /// The number; that of a kind, or of one that a later version of libim has.
    public var number: Int32
    /// The payload as JSON.
    public var payload: String

    /// An event with a number and a payload.
    public init(number: Int32, payload: String) {
        self.number = number
        self.payload = payload
    }

    /// V2TIM's name of the event; `UNKNOWN` when even the library does not know it.
    public var name: String { String(cString: im_event_name(number)) }
}

extension Event {
    /// An event from its number and its payload.
    public init(_ raw: RawEvent) {
        let payload = Data(raw.payload.utf8)
        self = (try? Event(number: raw.number, payload: payload)) ?? .unknown(number: raw.number, payload: raw.payload)
    }

    init(lent number: Int32, _ text: UnsafeRawBufferPointer) {
        // Read at once and not kept, so a copy is not needed.
        let base = UnsafeMutableRawPointer(mutating: text.baseAddress!)
        let payload = Data(bytesNoCopy: base, count: text.count, deallocator: .none)
        self = (try? Event(number: number, payload: payload))
            ?? .unknown(number: number, payload: String(decoding: text, as: UTF8.self))
    }

    private init?(number: Int32, payload: Data) throws {
        func told<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try JSONDecoder().decode(type, from: payload)
        }
        func failure() throws -> IMError {
            let failure: Failure = try told()
            return IMError(code: failure.code, desc: failure.desc)
        }
        guard let kind = Kind(rawValue: number) else { return nil }
        self = switch kind {
        case .onSyncServerStart: .onSyncServerStart
        case .onSyncServerFinish: .onSyncServerFinish
        case .onSyncServerFailed: .onSyncServerFailed(try failure())
        case .onNewConversation: .onNewConversation(try told())
        case .onConversationChanged: .onConversationChanged(try told())
        case .onConversationDeleted: .onConversationDeleted(try told())
        case .onTotalUnreadMessageCountChanged: .onTotalUnreadMessageCountChanged(try told())
        case .onRecvNewMessage: .onRecvNewMessage(try told())
        case .onRecvMessageModified: .onRecvMessageModified(try told())
        case .onRecvMessageRevoked: .onRecvMessageRevoked(try told())
        case .onRecvC2CReadReceipt: .onRecvC2CReadReceipt(try told())
        case .onMessageStatusChanged: .onMessageStatusChanged(try told())
        case .onMessagesMissed: .onMessagesMissed(try told())
        case .onConnecting: .onConnecting
        case .onConnectSuccess: .onConnectSuccess
        case .onConnectFailed: .onConnectFailed(try failure())
        case .onKickedOffline: .onKickedOffline
        case .onUserSigExpired: .onUserSigExpired
        }
    }
}
