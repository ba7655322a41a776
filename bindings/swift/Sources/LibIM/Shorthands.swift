// Short forms of common requests.

/// The entry of `groupAtUserList` that stands for everyone in the group. The spelling is V2TIM's.
public let atAll = "__kImSDK_MesssageAtALL__"

extension NewMessage {
    /// A text to a user.
    public static func text(_ text: String, toUser userID: String) -> NewMessage {
        NewMessage(receiver: userID, textElem: TextElem(text: text))
    }

    /// A text to a group; `at` lists the users it mentions.
    public static func text(_ text: String, toGroup groupID: String, at: [String] = []) -> NewMessage {
        NewMessage(groupID: groupID, textElem: TextElem(text: text), groupAtUserList: at)
    }

    /// A custom message to a user.
    public static func custom(_ elem: CustomElem, toUser userID: String) -> NewMessage {
        NewMessage(receiver: userID, customElem: elem)
    }

    /// A custom message to a group.
    public static func custom(_ elem: CustomElem, toGroup groupID: String) -> NewMessage {
        NewMessage(groupID: groupID, customElem: elem)
    }
}

extension HistoryQuery {
    /// Messages with a user, the newest first.
    public static func user(_ userID: String, count: Int64 = 20) -> HistoryQuery {
        HistoryQuery(userID: userID, count: count)
    }

    /// Messages of a group, the newest first.
    public static func group(_ groupID: String, count: Int64 = 20) -> HistoryQuery {
        HistoryQuery(groupID: groupID, count: count)
    }
}
