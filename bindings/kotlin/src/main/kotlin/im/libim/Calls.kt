// The methods, each once: what of its parameters goes into the request, and what becomes of the answer.
package im.libim

import com.google.gson.JsonElement

/** A call to be made, with waiting ([Methods]) or without ([AsyncMethods]). */
internal class Call<T>(val method: String, val request: Request, val read: (JsonElement) -> T)

private val nothing: (JsonElement) -> Unit = {}
private val integer: (JsonElement) -> Long = { it.long() }
private val text: (JsonElement) -> String = { it.text() }
private val textOrNull: (JsonElement) -> String? = { if (it.isJsonNull) null else it.text() }

internal object Calls {
    // --- The account ---

    fun login(userSig: String?, timeoutMs: Long) =
        Call("login", Request().text("userSig", userSig).integer("timeoutMs", timeoutMs), nothing)

    fun logout(timeoutMs: Long) = Call("logout", Request().integer("timeoutMs", timeoutMs), nothing)

    fun getLoginUser() = Call("getLoginUser", Request(), textOrNull)

    fun getLoginStatus() = Call("getLoginStatus", Request(), integer)

    fun networkChanged() = Call("networkChanged", Request(), nothing)

    fun setSelfInfo(nickName: String?, faceUrl: String?, timeoutMs: Long) =
        Call(
            "setSelfInfo",
            Request().text("nickName", nickName).text("faceUrl", faceUrl).integer("timeoutMs", timeoutMs),
            nothing
        )

    fun getUsersInfo(userIDList: List<String>, timeoutMs: Long) =
        Call(
            "getUsersInfo",
            Request().texts("userIDList", userIDList).integer("timeoutMs", timeoutMs),
            { data -> data.list { ModelReader.userFullInfo(it.asObject()) } }
        )

    // --- Friends ---

    fun addFriend(userID: String, remark: String, timeoutMs: Long) =
        Call(
            "addFriend",
            Request().text("userID", userID).text("remark", remark).integer("timeoutMs", timeoutMs),
            { ModelReader.friendOperationResult(it.asObject()) }
        )

    fun setFriendInfo(userID: String, friendRemark: String, timeoutMs: Long) =
        Call(
            "setFriendInfo",
            Request().text("userID", userID).text("friendRemark", friendRemark).integer("timeoutMs", timeoutMs),
            nothing
        )

    fun getFriendList() =
        Call("getFriendList", Request(), { data -> data.list { ModelReader.friendInfo(it.asObject()) } })

    fun deleteFromFriendList(userIDList: List<String>, timeoutMs: Long) =
        Call(
            "deleteFromFriendList",
            Request().texts("userIDList", userIDList).integer("timeoutMs", timeoutMs),
            { data -> data.list { ModelReader.friendOperationResult(it.asObject()) } }
        )

    // --- Groups ---

    fun createGroup(group: NewGroup, timeoutMs: Long) =
        Call("createGroup", group.request().integer("timeoutMs", timeoutMs), text)

    fun setGroupInfo(groupID: String, groupName: String?, faceUrl: String?, timeoutMs: Long) =
        Call(
            "setGroupInfo",
            Request().text("groupID", groupID).text("groupName", groupName).text("faceUrl", faceUrl)
                .integer("timeoutMs", timeoutMs),
            nothing
        )

    fun inviteUserToGroup(groupID: String, userList: List<String>, timeoutMs: Long) =
        Call(
            "inviteUserToGroup",
            Request().text("groupID", groupID).texts("userList", userList).integer("timeoutMs", timeoutMs),
            { data -> data.list { ModelReader.groupMemberOperationResult(it.asObject()) } }
        )

    fun kickGroupMember(groupID: String, memberList: List<String>, reason: String, timeoutMs: Long) =
        Call(
            "kickGroupMember",
            Request().text("groupID", groupID).texts("memberList", memberList).text("reason", reason)
                .integer("timeoutMs", timeoutMs),
            { data -> data.list { ModelReader.groupMemberOperationResult(it.asObject()) } }
        )

    fun getGroupsInfo(groupIDList: List<String>, timeoutMs: Long) =
        Call(
            "getGroupsInfo",
            Request().texts("groupIDList", groupIDList).integer("timeoutMs", timeoutMs),
            { data -> data.list { ModelReader.groupInfoResult(it.asObject()) } }
        )

    fun getJoinedGroupList() =
        Call("getJoinedGroupList", Request(), { data -> data.list { ModelReader.groupInfo(it.asObject()) } })

    fun getGroupMemberList(groupID: String, nextSeq: String, count: Long, filter: Long, timeoutMs: Long) =
        Call(
            "getGroupMemberList",
            Request().text("groupID", groupID).text("nextSeq", nextSeq).integer("count", count)
                .integer("filter", filter).integer("timeoutMs", timeoutMs),
            { ModelReader.groupMemberInfoResult(it.asObject()) }
        )

    fun joinGroup(groupID: String, message: String, timeoutMs: Long) =
        Call(
            "joinGroup",
            Request().text("groupID", groupID).text("message", message).integer("timeoutMs", timeoutMs),
            nothing
        )

    fun quitGroup(groupID: String, timeoutMs: Long) =
        Call("quitGroup", Request().text("groupID", groupID).integer("timeoutMs", timeoutMs), nothing)

    fun dismissGroup(groupID: String, timeoutMs: Long) =
        Call("dismissGroup", Request().text("groupID", groupID).integer("timeoutMs", timeoutMs), nothing)

    // --- Messages ---

    fun sendMessage(message: NewMessage) =
        Call("sendMessage", message.request(), { ModelReader.message(it.asObject()) })

    fun getHistoryMessageList(query: HistoryQuery) =
        Call("getHistoryMessageList", query.request(), { data -> data.list { ModelReader.message(it.asObject()) } })

    fun revokeMessage(msgID: String) = Call("revokeMessage", Request().text("msgID", msgID), nothing)

    fun deleteMessages(msgIDs: List<String>) = Call("deleteMessages", Request().texts("msgIDs", msgIDs), nothing)

    fun clearC2CHistoryMessage(userID: String) =
        Call("clearC2CHistoryMessage", Request().text("userID", userID), nothing)

    fun clearGroupHistoryMessage(groupID: String) =
        Call("clearGroupHistoryMessage", Request().text("groupID", groupID), nothing)

    fun setC2CReceiveMessageOpt(userIDList: List<String>, opt: Long) =
        Call("setC2CReceiveMessageOpt", Request().texts("userIDList", userIDList).integer("opt", opt), nothing)

    fun setGroupReceiveMessageOpt(groupID: String, opt: Long) =
        Call("setGroupReceiveMessageOpt", Request().text("groupID", groupID).integer("opt", opt), nothing)

    // --- Conversations ---

    fun getConversationList(nextSeq: String, count: Long) =
        Call(
            "getConversationList",
            Request().text("nextSeq", nextSeq).integer("count", count),
            { ModelReader.conversationResult(it.asObject()) }
        )

    fun getConversation(conversationID: String) =
        Call(
            "getConversation",
            Request().text("conversationID", conversationID),
            { ModelReader.conversation(it.asObject()) }
        )

    fun getConversationListByConversationIds(conversationIDList: List<String>) =
        Call(
            "getConversationListByConversationIds",
            Request().texts("conversationIDList", conversationIDList),
            { data -> data.list { ModelReader.conversation(it.asObject()) } }
        )

    fun setConversationDraft(conversationID: String, draftText: String?) =
        Call(
            "setConversationDraft",
            Request().text("conversationID", conversationID).text("draftText", draftText),
            nothing
        )

    fun pinConversation(conversationID: String, isPinned: Boolean) =
        Call("pinConversation", Request().text("conversationID", conversationID).boolean("isPinned", isPinned), nothing)

    fun deleteConversation(conversationID: String) =
        Call("deleteConversation", Request().text("conversationID", conversationID), nothing)

    fun getTotalUnreadMessageCount() = Call("getTotalUnreadMessageCount", Request(), integer)

    fun cleanConversationUnreadMessageCount(conversationID: String, cleanTimestamp: Long, cleanSequence: Long) =
        Call(
            "cleanConversationUnreadMessageCount",
            Request().text("conversationID", conversationID).integer("cleanTimestamp", cleanTimestamp)
                .integer("cleanSequence", cleanSequence),
            nothing
        )
}
