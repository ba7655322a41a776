// A bridge between two groups: what is said in one is said in the other, also across two services.
//
//     bridge.BridgeKt DIR GROUP DIR GROUP
//
// On each side the account `bridge` of the service file DIR/service.db must be a member of GROUP. A message counts as unread
// until the other side has it, so what is said while the bridge is down, or one side cannot be reached, is carried over
// later. When the power fails between the two, one message may come twice. For XMPP, replace `Backend.Embedded`.
package bridge

import im.libim.Backend
import im.libim.Client
import im.libim.Config
import im.libim.Event
import im.libim.HistoryQuery
import im.libim.ImException
import im.libim.Message
import im.libim.NewMessage
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** One group, and the account that is a member of it. */
private class Side(dir: String, private val groupID: String) : AutoCloseable {
    val client = Client.open(Config("$dir/bridge", "bridge", Backend.Embedded("$dir/service.db")))
    private val conversationID = "group_$groupID"

    /** What others have said since the last message that was carried over, oldest first. */
    suspend fun unread(): List<Message> {
        val conversation = client.suspending.getConversation(conversationID)
        if (conversation.unreadCount == 0L) return emptyList()
        val newestFirst = mutableListOf<Message>()
        do {
            val page = client.suspending.getHistoryMessageList(
                HistoryQuery(groupID = groupID, count = PAGE, lastMsgID = newestFirst.lastOrNull()?.msgID),
            )
            newestFirst += page
            val reachesBack = page.any { isCarried(it, conversation.groupReadSequence) }
        } while (page.size.toLong() == PAGE && !reachesBack)
        return newestFirst.asReversed().filter { !it.isSelf && !isCarried(it, conversation.groupReadSequence) }
    }

    // The bridge's own messages have sequence 0 until the server has them.
    private fun isCarried(message: Message, upTo: Long) = message.seq.toLong() in 1..upTo

    /** Says what somebody has said on the other side, and returns when the server has it. */
    suspend fun say(message: Message) {
        val text = message.textElem?.text ?: return // recalled, or nothing that this bridge can carry
        client.suspending.sendAndWait(NewMessage.textToGroup(groupID, "${message.senderName}: $text"))
    }

    suspend fun markCarried(message: Message) {
        client.suspending.cleanConversationUnreadMessageCount(conversationID, cleanSequence = message.seq.toLong())
    }

    override fun close() = client.close()

    private companion object {
        const val PAGE = 50L
    }
}

/** Carries over what is unread whenever something may have come, until the client is closed. */
private suspend fun carry(from: Side, to: Side) {
    // After a sync too: it brings what was said meanwhile. Events that come while messages are carried over are merged.
    val occasions = arrayOf(Event.SYNC_SERVER_FINISH, Event.NEW_CONVERSATION, Event.CONVERSATION_CHANGED)
    from.client.events(*occasions).collect {
        try {
            for (message in from.unread()) {
                to.say(message)
                from.markCarried(message)
            }
        } catch (error: ImException) {
            // It stays unread, and the next event is another occasion.
            println("not now: ${error.desc}")
        }
    }
}

fun main(args: Array<String>) {
    require(args.size == 4) { "DIR GROUP DIR GROUP" }
    Side(args[0], args[1]).use { one ->
        Side(args[2], args[3]).use { other ->
            runBlocking {
                // Before the logins, so that the first sync is heard.
                val ways = listOf(one to other, other to one).map { (from, to) ->
                    launch(start = CoroutineStart.UNDISPATCHED) { carry(from, to) }
                }
                // An account that has logged in before is ready at once, with or without a network.
                one.client.suspending.login()
                other.client.suspending.login()
                println("carrying")
                ways.joinAll()
            }
        }
    }
}
