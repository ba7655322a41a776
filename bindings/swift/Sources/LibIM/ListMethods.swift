// The methods for conversations and messages. They read and write the cache and do not wait for the server.
// include/libim.h says of each what it takes, tells and refuses.

// MARK: - Conversations

extension Client {
    /// A page of the list: `"0"` is the first one, then the `nextSeq` of the page before.
    public func getConversationList(
        nextSeq: String = "0", count: Int64 = 100
    ) async throws(IMError) -> ConversationResult {
        try await perform("getConversationList", ["nextSeq": nextSeq, "count": count])
    }

    /// One conversation; of one that is not in the list a transient one, with orderkey 0.
    public func getConversation(_ conversationID: String) async throws(IMError) -> Conversation {
        try await perform("getConversation", ["conversationID": conversationID])
    }

    /// 1 to 100 conversations, those that are in the list, in the order asked.
    public func getConversationListByConversationIds(
        _ conversationIDList: [String]
    ) async throws(IMError) -> [Conversation] {
        try await perform("getConversationListByConversationIds", ["conversationIDList": conversationIDList])
    }

    /// Keeps a draft, on this device; nil or an empty one cancels it.
    public func setConversationDraft(_ conversationID: String, draftText: String?) async throws(IMError) {
        try await perform("setConversationDraft", ["conversationID": conversationID, "draftText": draftText])
    }

    /// Pins or unpins a conversation.
    public func pinConversation(_ conversationID: String, isPinned: Bool) async throws(IMError) {
        try await perform("pinConversation", ["conversationID": conversationID, "isPinned": isPinned])
    }

    /// Deletes a conversation with its messages, here and for this account on the server.
    public func deleteConversation(_ conversationID: String) async throws(IMError) {
        try await perform("deleteConversation", ["conversationID": conversationID])
    }

    /// How many messages are unread in all conversations with `recvOpt` 0.
    public func getTotalUnreadMessageCount() async throws(IMError) -> Int64 {
        try await perform("getTotalUnreadMessageCount", [:])
    }

    /// Marks messages as read: of one conversation, of all with users (`"c2c"`), of all groups (`"group"`), or of all
    /// (`""`); of C2C up to a time in s, of groups up to a sequence, 0 for all messages.
    public func cleanConversationUnreadMessageCount(
        _ conversationID: String = "", cleanTimestamp: UInt64 = 0, cleanSequence: UInt64 = 0
    ) async throws(IMError) {
        try await perform(
            "cleanConversationUnreadMessageCount",
            ["conversationID": conversationID, "cleanTimestamp": cleanTimestamp, "cleanSequence": cleanSequence])
    }
}

// MARK: - Messages

extension Client {
    /// Sends a message: stores and shows it, and gives it with status 1. It is delivered later, also after a restart;
    /// `onMessageStatusChanged` tells it.
    @discardableResult
    public func sendMessage(_ message: NewMessage) async throws(IMError) -> Message {
        try await perform("sendMessage", message.request)
    }

    /// Stored messages of a conversation, in the direction asked.
    public func getHistoryMessageList(_ query: HistoryQuery) async throws(IMError) -> [Message] {
        try await perform("getHistoryMessageList", query.request)
    }

    /// Recalls a message of one's own for everyone; as owner or administrator of a group any message of it.
    public func revokeMessage(_ msgID: String) async throws(IMError) {
        try await perform("revokeMessage", ["msgID": msgID])
    }

    /// Deletes 1 to 500 messages for this account only; all or, on an error, none.
    public func deleteMessages(_ msgIDs: [String]) async throws(IMError) {
        try await perform("deleteMessages", ["msgIDs": msgIDs])
    }

    /// Empties the history with a user for this account only. The conversation stays in its place.
    public func clearC2CHistoryMessage(_ userID: String) async throws(IMError) {
        try await perform("clearC2CHistoryMessage", ["userID": userID])
    }

    /// Empties the history of a group for this account only. The conversation stays in its place.
    public func clearGroupHistoryMessage(_ groupID: String) async throws(IMError) {
        try await perform("clearGroupHistoryMessage", ["groupID": groupID])
    }

    /// Sets how messages of 1 to 100 users are received: 0 receive and notify, 1 not delivered, 2 silently, 3 notify
    /// only for an @.
    public func setC2CReceiveMessageOpt(_ userIDList: [String], opt: Int64) async throws(IMError) {
        try await perform("setC2CReceiveMessageOpt", ["userIDList": userIDList, "opt": opt])
    }

    /// Sets how messages of a group are received, as `setC2CReceiveMessageOpt`.
    public func setGroupReceiveMessageOpt(_ groupID: String, opt: Int64) async throws(IMError) {
        try await perform("setGroupReceiveMessageOpt", ["groupID": groupID, "opt": opt])
    }
}
