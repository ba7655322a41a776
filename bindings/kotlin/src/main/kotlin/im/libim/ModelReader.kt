// Makes models of JSON: one function for each model, one line for each key. A key that is missing, or has another type
// than the schema says, is an error; keys of later versions are passed over.
package im.libim

import com.google.gson.JsonObject

internal object ModelReader {
    fun textElem(from: JsonObject) = TextElem(
        text = from.text("text")
    )

    fun customElem(from: JsonObject) = CustomElem(
        data = from.text("data"),
        desc = from.text("desc"),
        extension = from.text("extension")
    )

    fun message(from: JsonObject) = Message(
        msgID = from.text("msgID"),
        id = from.text("id"),
        timestamp = from.long("timestamp"),
        sender = from.text("sender"),
        nickName = from.text("nickName"),
        friendRemark = from.text("friendRemark"),
        faceUrl = from.text("faceUrl"),
        nameCard = from.text("nameCard"),
        groupID = from.textOrNull("groupID"),
        userID = from.textOrNull("userID"),
        status = from.long("status"),
        elemType = from.long("elemType"),
        textElem = from.objectOrNull("textElem")?.let { textElem(it) },
        customElem = from.objectOrNull("customElem")?.let { customElem(it) },
        localCustomData = from.text("localCustomData"),
        localCustomInt = from.long("localCustomInt"),
        cloudCustomData = from.text("cloudCustomData"),
        isSelf = from.boolean("isSelf"),
        isRead = from.boolean("isRead"),
        isPeerRead = from.boolean("isPeerRead"),
        priority = from.long("priority"),
        groupAtUserList = from.list("groupAtUserList") { it.text() },
        seq = from.text("seq"),
        random = from.long("random"),
        isExcludedFromUnreadCount = from.boolean("isExcludedFromUnreadCount"),
        isExcludedFromLastMessage = from.boolean("isExcludedFromLastMessage"),
        needReadReceipt = from.boolean("needReadReceipt")
    )

    fun groupAtInfo(from: JsonObject) = GroupAtInfo(
        seq = from.text("seq"),
        atType = from.long("atType")
    )

    fun conversation(from: JsonObject) = Conversation(
        conversationID = from.text("conversationID"),
        type = from.long("type"),
        userID = from.textOrNull("userID"),
        groupID = from.textOrNull("groupID"),
        showName = from.text("showName"),
        faceUrl = from.text("faceUrl"),
        groupType = from.textOrNull("groupType"),
        unreadCount = from.long("unreadCount"),
        lastMessage = from.objectOrNull("lastMessage")?.let { message(it) },
        draftText = from.textOrNull("draftText"),
        draftTimestamp = from.long("draftTimestamp"),
        isPinned = from.boolean("isPinned"),
        recvOpt = from.long("recvOpt"),
        groupAtInfoList = from.list("groupAtInfoList") { groupAtInfo(it.asObject()) },
        orderkey = from.long("orderkey"),
        markList = from.list("markList") { it.long() },
        customData = from.text("customData"),
        conversationGroupList = from.list("conversationGroupList") { it.text() },
        c2cReadTimestamp = from.long("c2cReadTimestamp"),
        groupReadSequence = from.long("groupReadSequence")
    )

    fun conversationResult(from: JsonObject) = ConversationResult(
        nextSeq = from.text("nextSeq"),
        isFinished = from.boolean("isFinished"),
        conversationList = from.list("conversationList") { conversation(it.asObject()) }
    )

    fun messageReceipt(from: JsonObject) = MessageReceipt(
        userID = from.text("userID"),
        timestamp = from.long("timestamp"),
        groupID = from.textOrNull("groupID"),
        msgID = from.textOrNull("msgID"),
        readCount = from.long("readCount"),
        unreadCount = from.long("unreadCount")
    )

    fun userFullInfo(from: JsonObject) = UserFullInfo(
        userID = from.text("userID"),
        nickName = from.text("nickName"),
        faceUrl = from.text("faceUrl")
    )

    fun friendInfo(from: JsonObject) = FriendInfo(
        userID = from.text("userID"),
        friendRemark = from.text("friendRemark"),
        userProfile = userFullInfo(from.child("userProfile"))
    )

    fun friendOperationResult(from: JsonObject) = FriendOperationResult(
        userID = from.text("userID"),
        resultCode = from.int("resultCode"),
        resultInfo = from.text("resultInfo")
    )

    fun groupInfo(from: JsonObject) = GroupInfo(
        groupID = from.text("groupID"),
        groupType = from.text("groupType"),
        groupName = from.text("groupName"),
        faceUrl = from.text("faceUrl"),
        owner = from.textOrNull("owner"),
        createTime = from.long("createTime"),
        memberCount = from.long("memberCount"),
        role = from.long("role")
    )

    fun groupInfoResult(from: JsonObject) = GroupInfoResult(
        resultCode = from.int("resultCode"),
        resultMessage = from.text("resultMessage"),
        groupInfo = from.objectOrNull("groupInfo")?.let { groupInfo(it) }
    )

    fun groupMemberFullInfo(from: JsonObject) = GroupMemberFullInfo(
        userID = from.text("userID"),
        role = from.long("role"),
        nickName = from.text("nickName"),
        nameCard = from.text("nameCard"),
        friendRemark = from.text("friendRemark"),
        faceUrl = from.text("faceUrl"),
        joinTime = from.long("joinTime")
    )

    fun groupMemberInfoResult(from: JsonObject) = GroupMemberInfoResult(
        nextSeq = from.text("nextSeq"),
        memberInfoList = from.list("memberInfoList") { groupMemberFullInfo(it.asObject()) }
    )

    fun groupMemberOperationResult(from: JsonObject) = GroupMemberOperationResult(
        memberID = from.text("memberID"),
        result = from.long("result"),
        resultInfo = from.text("resultInfo")
    )

    fun opened(from: JsonObject) = Opened(
        userID = from.text("userID"),
        cache = from.text("cache"),
        salvaged = from.long("salvaged")
    )

    fun failure(from: JsonObject) = Failure(
        code = from.int("code"),
        desc = from.text("desc")
    )
}
