// What methods with many parameters take. What is left alone has V2TIM's default.

/// A message to send: to a user or to a group, with a text or a custom content.
public struct NewMessage: Hashable, Sendable {
    /// The userID of the receiver; or `groupID`.
    public var receiver: String?
    /// The group; or `receiver`.
    public var groupID: String?
    /// The text; or `customElem`.
    public var textElem: TextElem?
    /// The custom content; or `textElem`.
    public var customElem: CustomElem?
    /// In groups: who is @ed, userIDs and `atAll`.
    public var groupAtUserList: [String] = []
    /// The app's data beside the content.
    public var cloudCustomData = ""
    /// 0 default, 1 high, 2 normal, 3 low; carried for the app.
    public var priority: Int64 = 0
    /// Whether a receipt is wanted; carried for the app.
    public var needReadReceipt = false
    /// Whether it does not count as unread.
    public var isExcludedFromUnreadCount = false
    /// Whether it does not become the last message and does not move the conversation.
    public var isExcludedFromLastMessage = false

    /// A text to a user.
    public static func text(_ text: String, toUser userID: String) -> NewMessage {
        NewMessage(receiver: userID, textElem: TextElem(text: text))
    }

    /// A text to a group; `at` are the users it @s.
    public static func text(_ text: String, toGroup groupID: String, at: [String] = []) -> NewMessage {
        var message = NewMessage(groupID: groupID, textElem: TextElem(text: text))
        message.groupAtUserList = at
        return message
    }

    /// A custom content to a user.
    public static func custom(_ elem: CustomElem, toUser userID: String) -> NewMessage {
        NewMessage(receiver: userID, customElem: elem)
    }

    /// A custom content to a group.
    public static func custom(_ elem: CustomElem, toGroup groupID: String) -> NewMessage {
        NewMessage(groupID: groupID, customElem: elem)
    }

    /// What is given, and the defaults for the rest.
    public init(
        receiver: String? = nil, groupID: String? = nil, textElem: TextElem? = nil, customElem: CustomElem? = nil
    ) {
        self.receiver = receiver
        self.groupID = groupID
        self.textElem = textElem
        self.customElem = customElem
    }

    var request: Request {
        [
            "receiver": receiver, "groupID": groupID, "textElem": textElem.map { ["text": $0.text] as Request },
            "customElem": customElem.map { ["data": $0.data, "desc": $0.desc, "extension": $0.extension] as Request },
            "groupAtUserList": groupAtUserList, "cloudCustomData": cloudCustomData, "priority": priority,
            "needReadReceipt": needReadReceipt, "isExcludedFromUnreadCount": isExcludedFromUnreadCount,
            "isExcludedFromLastMessage": isExcludedFromLastMessage,
        ]
    }
}

/// Which part of a history to read.
public struct HistoryQuery: Hashable, Sendable {
    /// The history with this user; or `groupID`.
    public var userID: String?
    /// The history of this group; or `userID`.
    public var groupID: String?
    /// How many messages at most, from 1.
    public var count: Int64 = 20
    /// Where to go on from: this message is not given again. Nil: from the end.
    public var lastMsgID: String?
    /// 3 towards older messages, 4 towards newer ones.
    public var getType: Int64 = 3

    /// Messages with a user, the newest first.
    public static func user(_ userID: String, count: Int64 = 20) -> HistoryQuery {
        HistoryQuery(userID: userID, count: count)
    }

    /// Messages of a group, the newest first.
    public static func group(_ groupID: String, count: Int64 = 20) -> HistoryQuery {
        HistoryQuery(groupID: groupID, count: count)
    }

    var request: Request {
        ["userID": userID, "groupID": groupID, "count": count, "lastMsgID": lastMsgID, "getType": getType]
    }
}

/// A group to be made.
public struct NewGroup: Hashable, Sendable {
    /// `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    public var groupType: String
    /// Its id; nil: the server chooses.
    public var groupID: String?
    /// Its name.
    public var groupName: String
    /// The address of its picture.
    public var faceUrl = ""
    /// Who is in it from the start, beside oneself.
    public var memberList: [Member]

    /// A group of a type, by default of friends and colleagues.
    public init(groupType: String = "Work", groupID: String? = nil, groupName: String = "", memberList: [Member] = []) {
        self.groupType = groupType
        self.groupID = groupID
        self.groupName = groupName
        self.memberList = memberList
    }

    /// A member of a group to be made.
    public struct Member: Hashable, Sendable {
        /// The user.
        public var userID: String
        /// 200 member, 300 administrator.
        public var role: Int64

        /// A user, by default as an ordinary member.
        public init(_ userID: String, role: Int64 = 200) {
            self.userID = userID
            self.role = role
        }
    }

    func request(_ timeout: Duration) -> Request {
        [
            "groupType": groupType, "groupID": groupID, "groupName": groupName, "faceUrl": faceUrl,
            "memberList": memberList.map { ["userID": $0.userID, "role": $0.role] as Request }, "timeoutMs": timeout,
        ]
    }
}
