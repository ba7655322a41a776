// The methods that give futures.
package im.libim

import java.util.concurrent.CompletableFuture

/**
 * The methods of a [Client], giving futures. Any thread may call them, also inside callbacks.
 *
 * A future is completed on the client's callback thread, in order with the events; at the latest when the client is
 * closed, with [Status.CANCELLED] where there was no answer. What depends on it (`thenAccept` and so on) runs there too,
 * or on the caller's thread where the answer has come already, and must be quick; the `…Async` forms take it elsewhere.
 * Do not wait for a future inside a callback: it would never come.
 * A failure, also one of the request, is an [ImException], which `get` and `join` wrap.
 */
abstract class AsyncMethods internal constructor() {
    internal abstract fun <T> start(call: Call<T>): CompletableFuture<T>

    // --- The account ---

    /** As [Methods.login], without waiting. */
    @JvmOverloads
    fun login(userSig: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS): CompletableFuture<Unit> =
        start(Calls.login(userSig, timeoutMs))

    /** As [Methods.logout], without waiting. */
    @JvmOverloads
    fun logout(timeoutMs: Long = DEFAULT_TIMEOUT_MS): CompletableFuture<Unit> = start(Calls.logout(timeoutMs))

    /** As [Methods.getLoginUser], without waiting. */
    fun getLoginUser(): CompletableFuture<String?> = start(Calls.getLoginUser())

    /** As [Methods.getLoginStatus], without waiting. */
    fun getLoginStatus(): CompletableFuture<Long> = start(Calls.getLoginStatus())

    /** As [Methods.networkChanged], without waiting. */
    fun networkChanged(): CompletableFuture<Unit> = start(Calls.networkChanged())

    /** As [Methods.setSelfInfo], without waiting. */
    @JvmOverloads
    fun setSelfInfo(
        nickName: String? = null, faceUrl: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<Unit> = start(Calls.setSelfInfo(nickName, faceUrl, timeoutMs))

    /** As [Methods.getUsersInfo], without waiting. */
    @JvmOverloads
    fun getUsersInfo(
        userIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<List<UserFullInfo>> = start(Calls.getUsersInfo(userIDList, timeoutMs))

    // --- Friends ---

    /** As [Methods.addFriend], without waiting. */
    @JvmOverloads
    fun addFriend(
        userID: String, remark: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<FriendOperationResult> = start(Calls.addFriend(userID, remark, timeoutMs))

    /** As [Methods.setFriendInfo], without waiting. */
    @JvmOverloads
    fun setFriendInfo(
        userID: String, friendRemark: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<Unit> = start(Calls.setFriendInfo(userID, friendRemark, timeoutMs))

    /** As [Methods.getFriendList], without waiting. */
    fun getFriendList(): CompletableFuture<List<FriendInfo>> = start(Calls.getFriendList())

    /** As [Methods.deleteFromFriendList], without waiting. */
    @JvmOverloads
    fun deleteFromFriendList(
        userIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<List<FriendOperationResult>> = start(Calls.deleteFromFriendList(userIDList, timeoutMs))

    // --- Groups ---

    /** As [Methods.createGroup], without waiting. */
    @JvmOverloads
    fun createGroup(group: NewGroup, timeoutMs: Long = DEFAULT_TIMEOUT_MS): CompletableFuture<String> =
        start(Calls.createGroup(group, timeoutMs))

    /** As [Methods.setGroupInfo], without waiting. */
    @JvmOverloads
    fun setGroupInfo(
        groupID: String, groupName: String? = null, faceUrl: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<Unit> = start(Calls.setGroupInfo(groupID, groupName, faceUrl, timeoutMs))

    /** As [Methods.inviteUserToGroup], without waiting. */
    @JvmOverloads
    fun inviteUserToGroup(
        groupID: String, userList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<List<GroupMemberOperationResult>> =
        start(Calls.inviteUserToGroup(groupID, userList, timeoutMs))

    /** As [Methods.kickGroupMember], without waiting. */
    @JvmOverloads
    fun kickGroupMember(
        groupID: String, memberList: List<String>, reason: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<List<GroupMemberOperationResult>> =
        start(Calls.kickGroupMember(groupID, memberList, reason, timeoutMs))

    /** As [Methods.getGroupsInfo], without waiting. */
    @JvmOverloads
    fun getGroupsInfo(
        groupIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<List<GroupInfoResult>> = start(Calls.getGroupsInfo(groupIDList, timeoutMs))

    /** As [Methods.getJoinedGroupList], without waiting. */
    fun getJoinedGroupList(): CompletableFuture<List<GroupInfo>> = start(Calls.getJoinedGroupList())

    /** As [Methods.getGroupMemberList], without waiting. */
    @JvmOverloads
    fun getGroupMemberList(
        groupID: String,
        nextSeq: String = "0",
        count: Long = 100,
        filter: Long = 0,
        timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<GroupMemberInfoResult> =
        start(Calls.getGroupMemberList(groupID, nextSeq, count, filter, timeoutMs))

    /** As [Methods.joinGroup], without waiting. */
    @JvmOverloads
    fun joinGroup(
        groupID: String, message: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): CompletableFuture<Unit> = start(Calls.joinGroup(groupID, message, timeoutMs))

    /** As [Methods.quitGroup], without waiting. */
    @JvmOverloads
    fun quitGroup(groupID: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS): CompletableFuture<Unit> =
        start(Calls.quitGroup(groupID, timeoutMs))

    /** As [Methods.dismissGroup], without waiting. */
    @JvmOverloads
    fun dismissGroup(groupID: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS): CompletableFuture<Unit> =
        start(Calls.dismissGroup(groupID, timeoutMs))

    // --- Messages ---

    /** As [Methods.sendMessage], without waiting. */
    fun sendMessage(message: NewMessage): CompletableFuture<Message> = start(Calls.sendMessage(message))

    /** As [Methods.getHistoryMessageList], without waiting. */
    fun getHistoryMessageList(query: HistoryQuery): CompletableFuture<List<Message>> =
        start(Calls.getHistoryMessageList(query))

    /** As [Methods.revokeMessage], without waiting. */
    fun revokeMessage(msgID: String): CompletableFuture<Unit> = start(Calls.revokeMessage(msgID))

    /** As [Methods.deleteMessages], without waiting. */
    fun deleteMessages(msgIDs: List<String>): CompletableFuture<Unit> = start(Calls.deleteMessages(msgIDs))

    /** As [Methods.clearC2CHistoryMessage], without waiting. */
    fun clearC2CHistoryMessage(userID: String): CompletableFuture<Unit> = start(Calls.clearC2CHistoryMessage(userID))

    /** As [Methods.clearGroupHistoryMessage], without waiting. */
    fun clearGroupHistoryMessage(groupID: String): CompletableFuture<Unit> =
        start(Calls.clearGroupHistoryMessage(groupID))

    /** As [Methods.setC2CReceiveMessageOpt], without waiting. */
    fun setC2CReceiveMessageOpt(userIDList: List<String>, opt: Long): CompletableFuture<Unit> =
        start(Calls.setC2CReceiveMessageOpt(userIDList, opt))

    /** As [Methods.setGroupReceiveMessageOpt], without waiting. */
    fun setGroupReceiveMessageOpt(groupID: String, opt: Long): CompletableFuture<Unit> =
        start(Calls.setGroupReceiveMessageOpt(groupID, opt))

    // --- Conversations ---

    /** As [Methods.getConversationList], without waiting. */
    @JvmOverloads
    fun getConversationList(nextSeq: String = "0", count: Long = 100): CompletableFuture<ConversationResult> =
        start(Calls.getConversationList(nextSeq, count))

    /** As [Methods.getConversation], without waiting. */
    fun getConversation(conversationID: String): CompletableFuture<Conversation> =
        start(Calls.getConversation(conversationID))

    /** As [Methods.getConversationListByConversationIds], without waiting. */
    fun getConversationListByConversationIds(conversationIDList: List<String>): CompletableFuture<List<Conversation>> =
        start(Calls.getConversationListByConversationIds(conversationIDList))

    /** As [Methods.setConversationDraft], without waiting. */
    fun setConversationDraft(conversationID: String, draftText: String?): CompletableFuture<Unit> =
        start(Calls.setConversationDraft(conversationID, draftText))

    /** As [Methods.pinConversation], without waiting. */
    fun pinConversation(conversationID: String, isPinned: Boolean): CompletableFuture<Unit> =
        start(Calls.pinConversation(conversationID, isPinned))

    /** As [Methods.deleteConversation], without waiting. */
    fun deleteConversation(conversationID: String): CompletableFuture<Unit> =
        start(Calls.deleteConversation(conversationID))

    /** As [Methods.getTotalUnreadMessageCount], without waiting. */
    fun getTotalUnreadMessageCount(): CompletableFuture<Long> = start(Calls.getTotalUnreadMessageCount())

    /** As [Methods.cleanConversationUnreadMessageCount], without waiting. */
    @JvmOverloads
    fun cleanConversationUnreadMessageCount(
        conversationID: String = "", cleanTimestamp: Long = 0, cleanSequence: Long = 0
    ): CompletableFuture<Unit> =
        start(Calls.cleanConversationUnreadMessageCount(conversationID, cleanTimestamp, cleanSequence))
}
