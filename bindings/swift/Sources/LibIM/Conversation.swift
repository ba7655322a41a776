// The objects of the list: conversations and messages. Plain values with V2TIM's names; docs/json.md says more about each
// key.
//
// Keys that V2TIM has and libim does not fill yet (pictures, sound and so on) are not here. Times are in seconds since
// 1970, UTC.

/// The pseudo user that stands for everybody in `groupAtUserList`. The spelling is V2TIM's.
public let atAll = "__kImSDK_MesssageAtALL__"

/// A conversation (V2TimConversation).
public struct Conversation: Codable, Hashable, Sendable, Identifiable {
    /// `c2c_<userID>` or `group_<groupID>`.
    public var conversationID: String
    /// 1 with a user (C2C), 2 with a group.
    public var type: Int64
    /// The user; nil for groups.
    public var userID: String?
    /// The group; nil for C2C.
    public var groupID: String?
    /// The name to show; never empty.
    public var showName: String
    /// The address of the picture.
    public var faceUrl: String
    /// `Work`, `Public`, …; nil for C2C and unknown groups.
    public var groupType: String?
    /// Messages not read yet.
    public var unreadCount: Int64
    /// The newest message; nil when there is none.
    public var lastMessage: Message?
    /// The draft; nil when there is none.
    public var draftText: String?
    /// When the draft was set, s; 0 without one.
    public var draftTimestamp: Int64
    /// Whether it is pinned.
    public var isPinned: Bool
    /// 0 notify, 1 not delivered, 2 silently, 3 notify only for an @.
    public var recvOpt: Int64
    /// The unread messages that @ the user, oldest first.
    public var groupAtInfoList: [GroupAtInfo]
    /// Sort by it, descending; 0 for one that is not in the list.
    public var orderkey: Int64
    /// Always empty: not supported yet.
    public var markList: [Int64]
    /// Always empty: not supported yet.
    public var customData: String
    /// Always empty: not supported yet.
    public var conversationGroupList: [String]
    /// C2C: the time of the last message read, s; 0 when none was.
    public var c2cReadTimestamp: Int64
    /// Groups: the sequence of the last message read; 0 when none was.
    public var groupReadSequence: Int64

    /// What tells it from others in a list: `conversationID`.
    public var id: String { conversationID }
}

/// An unread message of a group that @s the user (V2TimGroupAtInfo).
public struct GroupAtInfo: Codable, Hashable, Sendable {
    /// The sequence of the message.
    public var seq: String
    /// 1 the user by name, 2 everyone, 3 both.
    public var atType: Int64
}

/// A page of the list (V2TimConversationResult).
public struct ConversationResult: Codable, Hashable, Sendable {
    /// The cursor for the next page.
    public var nextSeq: String
    /// Whether this page holds the end of the list.
    public var isFinished: Bool
    /// The page, in the order of the list.
    public var conversationList: [Conversation]
}

/// A message (V2TimMessage).
public struct Message: Codable, Hashable, Sendable, Identifiable {
    /// Its id, the same on all devices and for all users.
    public var msgID: String
    /// When it was sent, s; the server's time once the server has it.
    public var timestamp: Int64
    /// The userID of the sender.
    public var sender: String
    /// The sender's nickname when it was sent.
    public var nickName: String
    /// The user's remark for the sender; empty for one's own messages.
    public var friendRemark: String
    /// The sender's picture when it was sent.
    public var faceUrl: String
    /// Always empty: not supported yet.
    public var nameCard: String
    /// The group; nil for C2C.
    public var groupID: String?
    /// The peer of the C2C conversation, whoever sent it; nil for groups.
    public var userID: String?
    /// 1 being sent, 2 sent or received, 3 refused by the server, 6 recalled.
    public var status: Int64
    /// 1 text, 2 custom.
    public var elemType: Int64
    /// The text; nil when `elemType` is not 1, and once recalled.
    public var textElem: TextElem?
    /// The custom content; nil when `elemType` is not 2, and once recalled.
    public var customElem: CustomElem?
    /// Always empty: not supported yet.
    public var localCustomData: String
    /// Always 0: not supported yet.
    public var localCustomInt: Int64
    /// The app's data beside the content; empty once recalled.
    public var cloudCustomData: String
    /// Whether the account's own user sent it, on whichever device.
    public var isSelf: Bool
    /// Whether the user has read it; true for one's own.
    public var isRead: Bool
    /// Whether the peer has read it; for one's own in C2C conversations.
    public var isPeerRead: Bool
    /// 0 default, 1 high, 2 normal, 3 low; carried for the app.
    public var priority: Int64
    /// Who is @ed: userIDs and `atAll`.
    public var groupAtUserList: [String]
    /// The server's sequence in the conversation; `0` until then.
    public var seq: String
    /// A random number, made by the sender.
    public var random: UInt32
    /// Whether it does not count as unread.
    public var isExcludedFromUnreadCount: Bool
    /// Whether it does not become the last message.
    public var isExcludedFromLastMessage: Bool
    /// Whether the sender wants a receipt; carried for the app.
    public var needReadReceipt: Bool
    /// The same as `msgID`.
    public var id: String
}

/// The content of a text message.
public struct TextElem: Codable, Hashable, Sendable {
    /// The text, of at most 64 KiB.
    public var text: String

    /// The content of a text message.
    public init(text: String) {
        self.text = text
    }
}

/// The content of a custom message: whatever the app makes of it.
public struct CustomElem: Codable, Hashable, Sendable {
    /// The app's data.
    public var data: String
    /// The app's description.
    public var desc: String
    /// The app's extension.
    public var `extension`: String

    /// A custom content.
    public init(data: String, desc: String = "", extension: String = "") {
        self.data = data
        self.desc = desc
        self.extension = `extension`
    }
}

/// What a peer has read (V2TimMessageReceipt).
public struct MessageReceipt: Codable, Hashable, Sendable {
    /// The peer, who has read.
    public var userID: String
    /// The time of the last message the peer has read, s.
    public var timestamp: Int64
    /// Always nil.
    public var groupID: String?
    /// Always nil.
    public var msgID: String?
    /// Always 0.
    public var readCount: Int64
    /// Always 0.
    public var unreadCount: Int64
}
