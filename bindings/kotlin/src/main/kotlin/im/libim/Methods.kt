// The methods that wait for their answers. include/libim.h says of each what it takes, tells and refuses.
package im.libim

/** How long a method waits for the server when nothing else is said, in milliseconds. It may be 1 to 600,000. */
const val DEFAULT_TIMEOUT_MS = 30_000L

/**
 * The methods of a [Client], which wait for their answers. [Client.async] has the same ones giving futures.
 *
 * Each throws [ImException] when it fails. Any thread may call them, except that those that wait for the server fail
 * with [Status.CALLED_FROM_CALLBACK] inside callbacks of the same client. The others use the local cache only and are
 * quick.
 */
abstract class Methods internal constructor() {
    internal abstract fun <T> await(call: Call<T>): T

    // --- The account ---

    /**
     * Logs in: starts the connection, the sync, and the delivery of what waits to be sent. Returns when the account is
     * usable, at once when the cache knows it. No backend looks at [userSig] yet: the password of an XMPP account
     * stands in its [Backend]. Waits for the server.
     */
    @JvmOverloads
    fun login(userSig: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.login(userSig, timeoutMs))

    /**
     * Logs out: ends the connection. The cache stays usable; what waits is sent after the next login. Waits for the
     * server.
     */
    @JvmOverloads
    fun logout(timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit = await(Calls.logout(timeoutMs))

    /** Who is logged in; null when nobody is. */
    fun getLoginUser(): String? = await(Calls.getLoginUser())

    /** The state of the login: 1 logged in, 2 logging in, 3 logged out. */
    fun getLoginStatus(): Long = await(Calls.getLoginStatus())

    /**
     * Says that the device's network may have changed, so that a connection that is gone is noticed, or made again,
     * sooner.
     */
    fun networkChanged(): Unit = await(Calls.networkChanged())

    /** Sets one's own nickname and picture; what is null stays as it is. Waits for the server. */
    @JvmOverloads
    fun setSelfInfo(nickName: String? = null, faceUrl: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.setSelfInfo(nickName, faceUrl, timeoutMs))

    /** The profiles of 1 to 100 users, those that exist, in the order asked. Waits for the server. */
    @JvmOverloads
    fun getUsersInfo(userIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS): List<UserFullInfo> =
        await(Calls.getUsersInfo(userIDList, timeoutMs))

    // --- Friends ---

    /** Adds a friend; [remark] is one's own name for the friend. Waits for the server. */
    @JvmOverloads
    fun addFriend(userID: String, remark: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS): FriendOperationResult =
        await(Calls.addFriend(userID, remark, timeoutMs))

    /** Sets one's own name for a friend; an empty one removes it. Waits for the server. */
    @JvmOverloads
    fun setFriendInfo(userID: String, friendRemark: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.setFriendInfo(userID, friendRemark, timeoutMs))

    /** The friends, by userID. */
    fun getFriendList(): List<FriendInfo> = await(Calls.getFriendList())

    /** Ends friendships with 1 to 100 users. The conversations stay. Waits for the server. */
    @JvmOverloads
    fun deleteFromFriendList(
        userIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): List<FriendOperationResult> = await(Calls.deleteFromFriendList(userIDList, timeoutMs))

    // --- Groups ---

    /** Makes a group, with oneself as its owner, and gives its groupID. Waits for the server. */
    @JvmOverloads
    fun createGroup(group: NewGroup, timeoutMs: Long = DEFAULT_TIMEOUT_MS): String =
        await(Calls.createGroup(group, timeoutMs))

    /** Sets the name and the picture of a group; what is null stays as it is. Waits for the server. */
    @JvmOverloads
    fun setGroupInfo(
        groupID: String, groupName: String? = null, faceUrl: String? = null, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): Unit = await(Calls.setGroupInfo(groupID, groupName, faceUrl, timeoutMs))

    /** Takes 1 to 100 users into a group. Waits for the server. */
    @JvmOverloads
    fun inviteUserToGroup(
        groupID: String, userList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): List<GroupMemberOperationResult> = await(Calls.inviteUserToGroup(groupID, userList, timeoutMs))

    /** Removes 1 to 100 members from a group. [reason] is not used yet. Waits for the server. */
    @JvmOverloads
    fun kickGroupMember(
        groupID: String, memberList: List<String>, reason: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): List<GroupMemberOperationResult> = await(Calls.kickGroupMember(groupID, memberList, reason, timeoutMs))

    /** What 1 to 100 groups are, in the order asked. Waits for the server. */
    @JvmOverloads
    fun getGroupsInfo(groupIDList: List<String>, timeoutMs: Long = DEFAULT_TIMEOUT_MS): List<GroupInfoResult> =
        await(Calls.getGroupsInfo(groupIDList, timeoutMs))

    /** One's own groups, by groupID. */
    fun getJoinedGroupList(): List<GroupInfo> = await(Calls.getJoinedGroupList())

    /**
     * A page of the members of a group, from [nextSeq] of the page before on. [filter]: 0 all, 1 the owner, 2
     * administrators, 4 ordinary members. Waits for the server.
     */
    @JvmOverloads
    fun getGroupMemberList(
        groupID: String,
        nextSeq: String = "0",
        count: Long = 100,
        filter: Long = 0,
        timeoutMs: Long = DEFAULT_TIMEOUT_MS
    ): GroupMemberInfoResult = await(Calls.getGroupMemberList(groupID, nextSeq, count, filter, timeoutMs))

    /**
     * Enters a group that is open to join: all but `Work`. [message] is not used yet: nobody has to be asked. Waits for
     * the server.
     */
    @JvmOverloads
    fun joinGroup(groupID: String, message: String = "", timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.joinGroup(groupID, message, timeoutMs))

    /** Leaves a group. The conversation stays, with its history. Waits for the server. */
    @JvmOverloads
    fun quitGroup(groupID: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.quitGroup(groupID, timeoutMs))

    /** Ends a group of one's own. The members' conversations stay. Waits for the server. */
    @JvmOverloads
    fun dismissGroup(groupID: String, timeoutMs: Long = DEFAULT_TIMEOUT_MS): Unit =
        await(Calls.dismissGroup(groupID, timeoutMs))

    // --- Messages ---

    /**
     * Sends a message: stores and shows it, and gives it with status 1. It is delivered later, also after a restart;
     * [Listener.onMessageStatusChanged] tells it.
     */
    fun sendMessage(message: NewMessage): Message = await(Calls.sendMessage(message))

    /** Stored messages of a conversation, in the direction asked. */
    fun getHistoryMessageList(query: HistoryQuery): List<Message> = await(Calls.getHistoryMessageList(query))

    /** Recalls a message of one's own for everyone; as owner or administrator of a group any message of it. */
    fun revokeMessage(msgID: String): Unit = await(Calls.revokeMessage(msgID))

    /** Deletes 1 to 500 messages for this account only; all or, on an error, none. */
    fun deleteMessages(msgIDs: List<String>): Unit = await(Calls.deleteMessages(msgIDs))

    /** Empties the history with a user for this account only. The conversation stays in its place. */
    fun clearC2CHistoryMessage(userID: String): Unit = await(Calls.clearC2CHistoryMessage(userID))

    /** Empties the history of a group for this account only. The conversation stays in its place. */
    fun clearGroupHistoryMessage(groupID: String): Unit = await(Calls.clearGroupHistoryMessage(groupID))

    /**
     * Sets how messages of 1 to 100 users are received: 0 receive and notify, 1 not delivered, 2 silently, 3 notify
     * only for an @.
     */
    fun setC2CReceiveMessageOpt(userIDList: List<String>, opt: Long): Unit =
        await(Calls.setC2CReceiveMessageOpt(userIDList, opt))

    /** Sets how messages of a group are received, as [setC2CReceiveMessageOpt]. */
    fun setGroupReceiveMessageOpt(groupID: String, opt: Long): Unit =
        await(Calls.setGroupReceiveMessageOpt(groupID, opt))

    // --- Conversations ---

    /** A page of the list: [nextSeq] is `"0"` for the first one, then the `nextSeq` of the page before. */
    @JvmOverloads
    fun getConversationList(nextSeq: String = "0", count: Long = 100): ConversationResult =
        await(Calls.getConversationList(nextSeq, count))

    /** One conversation; of one that is not in the list a transient one, with orderkey 0. */
    fun getConversation(conversationID: String): Conversation = await(Calls.getConversation(conversationID))

    /** 1 to 100 conversations, those that are in the list, in the order asked. */
    fun getConversationListByConversationIds(conversationIDList: List<String>): List<Conversation> =
        await(Calls.getConversationListByConversationIds(conversationIDList))

    /** Keeps a draft, on this device; null or an empty one cancels it. */
    fun setConversationDraft(conversationID: String, draftText: String?): Unit =
        await(Calls.setConversationDraft(conversationID, draftText))

    /** Pins or unpins a conversation. */
    fun pinConversation(conversationID: String, isPinned: Boolean): Unit =
        await(Calls.pinConversation(conversationID, isPinned))

    /** Deletes a conversation with its messages, here and for this account on the server. */
    fun deleteConversation(conversationID: String): Unit = await(Calls.deleteConversation(conversationID))

    /** How many messages are unread in all conversations with `recvOpt` 0. */
    fun getTotalUnreadMessageCount(): Long = await(Calls.getTotalUnreadMessageCount())

    /**
     * Marks messages as read: of one conversation, of all with users (`"c2c"`), of all groups (`"group"`), or of all
     * (`""`); of C2C up to a time in s, of groups up to a sequence, 0 for all messages.
     */
    @JvmOverloads
    fun cleanConversationUnreadMessageCount(
        conversationID: String = "", cleanTimestamp: Long = 0, cleanSequence: Long = 0
    ): Unit = await(Calls.cleanConversationUnreadMessageCount(conversationID, cleanTimestamp, cleanSequence))
}
