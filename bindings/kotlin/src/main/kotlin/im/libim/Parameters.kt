// What opening and the methods with many parameters take. Plain data; what is left alone has V2TIM's default.
package im.libim

/** The server of an account. */
sealed class Backend {
    internal abstract fun request(): Request

    /**
     * The service in one SQLite file, which several users and processes may share.
     *
     * @property path the file; null: `service.db` in the data directory
     */
    data class Embedded(val path: String? = null) : Backend() {
        override fun request() = Request().text("kind", "embedded").text("path", path)
    }

    /**
     * An XMPP server. Its text form leaves out the password.
     *
     * @property jid the account, `user@domain`
     * @property password its password; kept in memory only, never logged
     * @property host where the server is; null: the domain's SRV records say
     * @property port its port; only together with [host]
     * @property resource the name of this device among the account's; null: one is made up
     * @property tls `starttls` (the default), `direct`, or `disabled`, which is for loopback addresses only
     * @property caFile a file of certificates (PEM) to trust instead of the system's
     */
    data class Xmpp(
        val jid: String,
        val password: String,
        val host: String? = null,
        val port: Int? = null,
        val resource: String? = null,
        val tls: String? = null,
        val caFile: String? = null
    ) : Backend() {
        override fun request() = Request().text("kind", "xmpp").text("jid", jid).text("password", password)
            .text("host", host).integer("port", port?.toLong()).text("resource", resource).text("tls", tls)
            .text("caFile", caFile)

        override fun toString() = "Xmpp(jid=$jid, host=$host, port=$port, resource=$resource, tls=$tls, caFile=$caFile)"
    }
}

/**
 * What a client is opened with.
 *
 * @property dataDir the directory for caches, one in it for each account; made when missing
 * @property userID the account's user; not needed with [Backend.Xmpp], where it is the account of the jid
 * @property backend the server
 * @property conversationLimit how many of the newest conversations can be paged through; 0 = all
 * @property conversationOrder what the list is sorted by: `orderkey` or `lastMessageTimestamp`
 * @property durability what a finished call survives: `normal` a killed process, `full` a power cut too
 */
data class Config(
    val dataDir: String,
    val userID: String? = null,
    val backend: Backend = Backend.Embedded(),
    val conversationLimit: Long = 5000,
    val conversationOrder: String = "orderkey",
    val durability: String = "normal"
) {
    internal fun request() = Request().text("dataDir", dataDir).text("userID", userID)
        .child("backend", backend.request()).integer("conversationLimit", conversationLimit)
        .text("conversationOrder", conversationOrder).text("durability", durability)
}

/**
 * A message to send: to a user or to a group, with a text or a custom content.
 *
 * @property receiver the userID of the receiver; or [groupID]
 * @property groupID the group; or [receiver]
 * @property textElem the text, of 1 byte to 64 KiB; or [customElem]
 * @property customElem the custom content; or [textElem]
 * @property groupAtUserList in groups: who is @ed, userIDs and [AT_ALL]
 * @property cloudCustomData the app's data beside the content
 * @property priority 0 default, 1 high, 2 normal, 3 low
 * @property needReadReceipt whether a receipt is wanted
 * @property isExcludedFromUnreadCount whether it does not count as unread
 * @property isExcludedFromLastMessage whether it does not become the last message and does not move the conversation
 */
data class NewMessage(
    val receiver: String? = null,
    val groupID: String? = null,
    val textElem: TextElem? = null,
    val customElem: CustomElem? = null,
    val groupAtUserList: List<String> = emptyList(),
    val cloudCustomData: String = "",
    val priority: Long = 0,
    val needReadReceipt: Boolean = false,
    val isExcludedFromUnreadCount: Boolean = false,
    val isExcludedFromLastMessage: Boolean = false
) {
    internal fun request() = Request().text("receiver", receiver).text("groupID", groupID)
        .child("textElem", textElem?.let { Request().text("text", it.text) })
        .child("customElem", customElem?.let {
            Request().text("data", it.data).text("desc", it.desc).text("extension", it.extension)
        })
        .texts("groupAtUserList", groupAtUserList).text("cloudCustomData", cloudCustomData)
        .integer("priority", priority).boolean("needReadReceipt", needReadReceipt)
        .boolean("isExcludedFromUnreadCount", isExcludedFromUnreadCount)
        .boolean("isExcludedFromLastMessage", isExcludedFromLastMessage)

    companion object {
        /** A text to a user. */
        @JvmStatic
        fun textToUser(userID: String, text: String) = NewMessage(receiver = userID, textElem = TextElem(text))

        /** A text to a group; [at] are the users it @s. */
        @JvmStatic
        @JvmOverloads
        fun textToGroup(groupID: String, text: String, at: List<String> = emptyList()) =
            NewMessage(groupID = groupID, textElem = TextElem(text), groupAtUserList = at)
    }
}

/**
 * Which part of a history to read.
 *
 * @property userID the history with this user; or [groupID]
 * @property groupID the history of this group; or [userID]
 * @property count how many messages at most, from 1
 * @property lastMsgID where to go on from: this message is not given again; null: from the end
 * @property getType 3 towards older messages, 4 towards newer ones
 */
data class HistoryQuery(
    val userID: String? = null,
    val groupID: String? = null,
    val count: Long = 20,
    val lastMsgID: String? = null,
    val getType: Long = 3
) {
    internal fun request() = Request().text("userID", userID).text("groupID", groupID).integer("count", count)
        .text("lastMsgID", lastMsgID).integer("getType", getType)
}

/**
 * A member of a group to be made.
 *
 * @property userID the user
 * @property role 200 member, 300 administrator
 */
data class NewGroupMember(val userID: String, val role: Long = 200) {
    internal fun request() = Request().text("userID", userID).integer("role", role)
}

/**
 * A group to be made.
 *
 * @property groupType `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`
 * @property groupID its id; null: the server chooses
 * @property groupName its name, of at most 500 bytes
 * @property faceUrl the address of its picture, of at most 500 bytes
 * @property memberList who is in it from the start, beside oneself
 */
data class NewGroup(
    val groupType: String = "Work",
    val groupID: String? = null,
    val groupName: String = "",
    val faceUrl: String = "",
    val memberList: List<NewGroupMember> = emptyList()
) {
    internal fun request() = Request().text("groupType", groupType).text("groupID", groupID)
        .text("groupName", groupName).text("faceUrl", faceUrl).children("memberList", memberList.map { it.request() })
}
