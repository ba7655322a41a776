// Short forms of common requests.

/// The entry of `groupAtUserList` that stands for everyone in the group. The spelling is V2TIM's.
public let atAll = "__kImSDK_MesssageAtALL__"

/// The marks that V2TIM gives a meaning. Those from `1 << 32` to `1 << 52` are the app's own.
public enum Mark {
    /// A favourite.
    public static let star: Int64 = 1
    /// Marked as unread by the user; `unreadCount` does not change.
    public static let unread: Int64 = 2
    /// Folded.
    public static let fold: Int64 = 4
    /// Hidden.
    public static let hide: Int64 = 8
}

extension ConversationFilter {
    /// What is neither folded nor hidden.
    public static let inbox = ConversationFilter(withoutMarkType: Mark.fold | Mark.hide)
    /// What is folded and not hidden.
    public static let archived = ConversationFilter(markType: Mark.fold, withoutMarkType: Mark.hide)
    /// What is hidden.
    public static let hidden = ConversationFilter(markType: Mark.hide)
}

extension Client {
    /// Sends a message and waits until the server has it.
    ///
    /// In both cases in which this fails later than `sendMessage` does, the message is in the conversation: with status 3 when
    /// the server has refused it, or with status 1, and libim goes on trying.
    ///
    /// - Returns: The message, with status 2.
    /// - Throws: `.refused` when the server refuses the message, `.timeout` when it does not have it in time; and what
    ///   `sendMessage` throws.
    @discardableResult
    public func sendAndWait(
        _ message: NewMessage, timeout: Duration = .seconds(30)
    ) async throws(IMError) -> Message {
        let sent = try await sendMessage(message)
        return try await waitUntilSent(sent.msgID, timeout: timeout)
    }
}

extension Message {
    /// The conversation that the message belongs to.
    public var conversationID: String { groupID.map { "group_\($0)" } ?? "c2c_\(userID ?? "")" }

    /// What to call the sender: the name in the group, the remark, the nickname, or else the id.
    public var senderName: String {
        [nameCard, friendRemark, nickName].first { !$0.isEmpty } ?? sender
    }

    /// What it says in one line, for lists: its text, description, title or file name. Empty where there is none, as of a
    /// picture, or a message that was recalled.
    public var preview: String {
        let elem = textElem?.text ?? customElem?.desc ?? fileElem?.fileName ?? locationElem?.desc ?? mergerElem?.title
        return oneLine(elem ?? "")
    }
}

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

/// A text in one line: each white space is one space, and there is none at the ends.
private func oneLine(_ text: String) -> String {
    let words = text.unicodeScalars.split {
        $0.properties.isWhitespace || (0x1c...0x1f).contains($0.value)
    }
    return words.map { String(Substring($0)) }.joined(separator: " ")
}
