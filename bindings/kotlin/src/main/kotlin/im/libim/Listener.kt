// Hearing what changes: listeners, and the registration that ends one.
package im.libim

import java.io.Closeable

/**
 * Hears the events of a client: override what is wanted.
 *
 * All methods run on the client's one callback thread, a daemon thread, one at a time, in the order of the changes; the
 * change that is told is stored already. Keep them short. Inside them any method may be called but those that wait for
 * the server and [Client.close] on the same client. What a method throws goes to the uncaught exception handler of the
 * thread, and the next event comes all the same.
 */
interface Listener {
    /** A sync with the server begins. Exactly one of the next two follows. */
    fun onSyncServerStart() {}

    /** The sync is complete; what it changed was told before. */
    fun onSyncServerFinish() {}

    /** The sync broke off; another one starts later. */
    fun onSyncServerFailed(failure: Failure) {}

    /** Conversations that were never told before, or were deleted since. */
    fun onNewConversation(conversationList: List<Conversation>) {}

    /** Conversations with a visible change, whole, with their new `orderkey`. Their order here means nothing. */
    fun onConversationChanged(conversationList: List<Conversation>) {}

    /** Conversations that are gone, by conversationID. */
    fun onConversationDeleted(conversationIDList: List<String>) {}

    /** The new total of unread messages. */
    fun onTotalUnreadMessageCountChanged(totalUnreadCount: Long) {}

    /** A message arrived. */
    fun onRecvNewMessage(message: Message) {}

    /** A message was modified. */
    fun onRecvMessageModified(message: Message) {}

    /** A message was recalled. */
    fun onRecvMessageRevoked(msgID: String) {}

    /** A peer has read messages of ours. */
    fun onRecvC2CReadReceipt(receiptList: List<MessageReceipt>) {}

    /** A message of ours was sent (status 2) or refused (status 3). */
    fun onMessageStatusChanged(message: Message) {}

    /** More messages came than are kept for a slow listener: read the histories of these conversations. */
    fun onMessagesMissed(conversationIDList: List<String>) {}

    /** The backend tries to reach the server. */
    fun onConnecting() {}

    /** The server is reached and the user is known there. */
    fun onConnectSuccess() {}

    /** The server cannot be reached now; the backend goes on trying. */
    fun onConnectFailed(failure: Failure) {}

    /** Another device took the place of this session. */
    fun onKickedOffline() {}

    /** The credentials have expired. */
    fun onUserSigExpired() {}
}

/** Hears events as they come from the library: for events of later versions, and for handing them on. As [Listener]. */
interface RawListener {
    /** The number of an event, which [Event.of] may not know, and its payload as JSON. */
    fun onEvent(event: Int, payload: String)
}

/** Hands events to the methods of a [Listener]. Those of later versions are passed over. */
internal class TypedListener(private val listener: Listener) : RawListener {
    override fun onEvent(event: Int, payload: String) {
        when (Event.of(event)) {
            Event.SYNC_SERVER_START -> listener.onSyncServerStart()
            Event.SYNC_SERVER_FINISH -> listener.onSyncServerFinish()
            Event.SYNC_SERVER_FAILED -> listener.onSyncServerFailed(failure(payload))
            Event.NEW_CONVERSATION -> listener.onNewConversation(conversations(payload))
            Event.CONVERSATION_CHANGED -> listener.onConversationChanged(conversations(payload))
            Event.CONVERSATION_DELETED -> listener.onConversationDeleted(texts(payload))
            Event.TOTAL_UNREAD_MESSAGE_COUNT_CHANGED ->
                listener.onTotalUnreadMessageCountChanged(parseJson(payload).long())
            Event.RECV_NEW_MESSAGE -> listener.onRecvNewMessage(message(payload))
            Event.RECV_MESSAGE_MODIFIED -> listener.onRecvMessageModified(message(payload))
            Event.RECV_MESSAGE_REVOKED -> listener.onRecvMessageRevoked(parseJson(payload).text())
            Event.RECV_C2C_READ_RECEIPT ->
                listener.onRecvC2CReadReceipt(parseJson(payload).list { ModelReader.messageReceipt(it.asObject()) })
            Event.MESSAGE_STATUS_CHANGED -> listener.onMessageStatusChanged(message(payload))
            Event.MESSAGES_MISSED -> listener.onMessagesMissed(texts(payload))
            Event.CONNECTING -> listener.onConnecting()
            Event.CONNECT_SUCCESS -> listener.onConnectSuccess()
            Event.CONNECT_FAILED -> listener.onConnectFailed(failure(payload))
            Event.KICKED_OFFLINE -> listener.onKickedOffline()
            Event.USER_SIG_EXPIRED -> listener.onUserSigExpired()
            null -> Unit
        }
    }

    private fun failure(payload: String) = ModelReader.failure(parseJson(payload).asObject())
    private fun message(payload: String) = ModelReader.message(parseJson(payload).asObject())
    private fun texts(payload: String) = parseJson(payload).list { it.text() }
    private fun conversations(payload: String) =
        parseJson(payload).list { ModelReader.conversation(it.asObject()) }
}

/** A listener that was added to a client. It listens until [close], or until its client is closed. */
class Registration internal constructor(private val client: Long, private val listener: Long) : Closeable {
    /**
     * Removes the listener; does nothing when it is removed already or its client is closed. Any thread.
     *
     * It returns when the listener is not running and will not run again, so it waits for a method that is running: do
     * not call it while holding a lock that this method takes. Inside a callback of the client, also the listener's
     * own, it returns at once; the listener gets nothing more.
     */
    override fun close() {
        LibIm.im_listener_remove(client, listener)
    }
}
