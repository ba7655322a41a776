// The methods that need no server, for code that does not wait: the same as in ListMethods.swift and AccountMethods.swift.
import CLibIM

/// The methods of a client that read and write its cache, and return when that is done.
///
/// ```swift
/// let unread = try client.cache.getTotalUnreadMessageCount()
/// ```
///
/// Any thread, also inside handlers. They run on the caller's thread and do not wait for the network.
public struct Cache: Sendable {
    private let client: Client

    init(client: Client) {
        self.client = client
    }

    /// Calls a method by its name and gives its data. One that waits for the server holds up the thread for that long, and
    /// fails with `.calledFromCallback` inside a handler of this client.
    public func call<T: Decodable>(
        _ method: String, _ request: String = "{}", as type: T.Type = T.self
    ) throws(IMError) -> T {
        try respond(method, request).data()
    }

    /// As `call`, but gives the whole answer as JSON, `{"code","desc","data"}`, also that of a failure.
    public func response(_ method: String, _ request: String = "{}") -> String {
        respond(method, request).text
    }

    private func perform<T: Decodable>(_ method: String, _ request: Request) throws(IMError) -> T {
        try respond(method, request.json).data()
    }

    private func perform(_ method: String, _ request: Request) throws(IMError) {
        try respond(method, request.json).check()
    }

    private func respond(_ method: String, _ request: String) -> Response {
        if let refusal = refusal(of: method, request) { return refusal }
        var text: UnsafeMutablePointer<CChar>?
        let status = im_call(client.handle, method, request, &text)
        return Response(taking: text, status: status)
    }

    // MARK: - The account

    /// Who is logged in; nil when nobody is.
    public func getLoginUser() throws(IMError) -> String? {
        try perform("getLoginUser", [:])
    }

    /// The state of the login: 1 logged in, 2 logging in, 3 logged out.
    public func getLoginStatus() throws(IMError) -> Int64 {
        try perform("getLoginStatus", [:])
    }

    /// Says that the device's network may have changed, so that a connection that is gone is noticed, or made again,
    /// sooner.
    public func networkChanged() throws(IMError) {
        try perform("networkChanged", [:])
    }

    // MARK: - People

    /// The friends, by userID.
    public func getFriendList() throws(IMError) -> [FriendInfo] {
        try perform("getFriendList", [:])
    }

    // MARK: - Groups

    /// One's own groups, by groupID.
    public func getJoinedGroupList() throws(IMError) -> [GroupInfo] {
        try perform("getJoinedGroupList", [:])
    }

    // MARK: - Messages

    /// Sends a message: stores and shows it, and gives it with status 1. It is delivered later, also after a restart;
    /// `onMessageStatusChanged` tells it.
    @discardableResult
    public func sendMessage(_ message: NewMessage) throws(IMError) -> Message {
        try perform("sendMessage", message.request)
    }

    /// Stored messages of a conversation, in the direction asked.
    public func getHistoryMessageList(_ query: HistoryQuery) throws(IMError) -> [Message] {
        try perform("getHistoryMessageList", query.request)
    }

    /// Recalls a message of one's own for everyone; as owner or administrator of a group any message of it.
    public func revokeMessage(_ msgID: String) throws(IMError) {
        try perform("revokeMessage", ["msgID": msgID])
    }

    /// Deletes 1 to 500 messages for this account only; all or, on an error, none.
    public func deleteMessages(_ msgIDs: [String]) throws(IMError) {
        try perform("deleteMessages", ["msgIDs": msgIDs])
    }

    /// Empties the history with a user for this account only. The conversation stays in its place.
    public func clearC2CHistoryMessage(_ userID: String) throws(IMError) {
        try perform("clearC2CHistoryMessage", ["userID": userID])
    }

    /// Empties the history of a group for this account only. The conversation stays in its place.
    public func clearGroupHistoryMessage(_ groupID: String) throws(IMError) {
        try perform("clearGroupHistoryMessage", ["groupID": groupID])
    }

    /// Sets how messages of 1 to 100 users are received: 0 receive and notify, 1 not delivered, 2 silently, 3 notify
    /// only for an @.
    public func setC2CReceiveMessageOpt(_ userIDList: [String], opt: Int64) throws(IMError) {
        try perform("setC2CReceiveMessageOpt", ["userIDList": userIDList, "opt": opt])
    }

    /// Sets how messages of a group are received, as `setC2CReceiveMessageOpt`.
    public func setGroupReceiveMessageOpt(_ groupID: String, opt: Int64) throws(IMError) {
        try perform("setGroupReceiveMessageOpt", ["groupID": groupID, "opt": opt])
    }

    // MARK: - Conversations

    /// A page of the list: `"0"` is the first one, then the `nextSeq` of the page before.
    public func getConversationList(nextSeq: String = "0", count: Int64 = 100) throws(IMError) -> ConversationResult {
        try perform("getConversationList", ["nextSeq": nextSeq, "count": count])
    }

    /// One conversation; of one that is not in the list a transient one, with orderkey 0.
    public func getConversation(_ conversationID: String) throws(IMError) -> Conversation {
        try perform("getConversation", ["conversationID": conversationID])
    }

    /// 1 to 100 conversations, those that are in the list, in the order asked.
    public func getConversationListByConversationIds(_ conversationIDList: [String]) throws(IMError) -> [Conversation] {
        try perform("getConversationListByConversationIds", ["conversationIDList": conversationIDList])
    }

    /// Keeps a draft, on this device; nil or an empty one cancels it.
    public func setConversationDraft(_ conversationID: String, draftText: String?) throws(IMError) {
        try perform("setConversationDraft", ["conversationID": conversationID, "draftText": draftText])
    }

    /// Pins or unpins a conversation.
    public func pinConversation(_ conversationID: String, isPinned: Bool) throws(IMError) {
        try perform("pinConversation", ["conversationID": conversationID, "isPinned": isPinned])
    }

    /// Deletes a conversation with its messages, here and for this account on the server.
    public func deleteConversation(_ conversationID: String) throws(IMError) {
        try perform("deleteConversation", ["conversationID": conversationID])
    }

    /// How many messages are unread in all conversations with `recvOpt` 0.
    public func getTotalUnreadMessageCount() throws(IMError) -> Int64 {
        try perform("getTotalUnreadMessageCount", [:])
    }

    /// Marks messages as read: of one conversation, of all with users (`"c2c"`), of all groups (`"group"`), or of all
    /// (`""`); of C2C up to a time in s, of groups up to a sequence, 0 for all messages.
    public func cleanConversationUnreadMessageCount(
        _ conversationID: String = "", cleanTimestamp: UInt64 = 0, cleanSequence: UInt64 = 0
    ) throws(IMError) {
        try perform(
            "cleanConversationUnreadMessageCount",
            ["conversationID": conversationID, "cleanTimestamp": cleanTimestamp, "cleanSequence": cleanSequence])
    }
}
