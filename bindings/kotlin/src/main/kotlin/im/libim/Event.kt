// The events of a client, by number.
package im.libim

/**
 * The events that a [Listener] hears, each in its method of the same name.
 *
 * @property number the event's number in libim.h, and its bit in a mask
 * @property eventName V2TIM's name, which the method of [Listener] has
 */
enum class Event(val number: Int, val eventName: String) {
    /** A sync with the server begins. Exactly one of the next two follows. See [Listener.onSyncServerStart]. */
    SYNC_SERVER_START(0, "onSyncServerStart"),

    /** The sync is complete; what it changed was told before. See [Listener.onSyncServerFinish]. */
    SYNC_SERVER_FINISH(1, "onSyncServerFinish"),

    /** The sync broke off; another one starts later. See [Listener.onSyncServerFailed]. */
    SYNC_SERVER_FAILED(2, "onSyncServerFailed"),

    /** Conversations that were never told before, or were deleted since. See [Listener.onNewConversation]. */
    NEW_CONVERSATION(3, "onNewConversation"),

    /** Conversations with a visible change, whole, with their new `orderkey`. See [Listener.onConversationChanged]. */
    CONVERSATION_CHANGED(4, "onConversationChanged"),

    /** Conversations that are gone. See [Listener.onConversationDeleted]. */
    CONVERSATION_DELETED(5, "onConversationDeleted"),

    /** The new total of unread messages. See [Listener.onTotalUnreadMessageCountChanged]. */
    TOTAL_UNREAD_MESSAGE_COUNT_CHANGED(6, "onTotalUnreadMessageCountChanged"),

    /** A message arrived. See [Listener.onRecvNewMessage]. */
    RECV_NEW_MESSAGE(7, "onRecvNewMessage"),

    /** A message was modified. See [Listener.onRecvMessageModified]. */
    RECV_MESSAGE_MODIFIED(8, "onRecvMessageModified"),

    /** A message was recalled. See [Listener.onRecvMessageRevoked]. */
    RECV_MESSAGE_REVOKED(9, "onRecvMessageRevoked"),

    /** A peer has read messages of ours. See [Listener.onRecvC2CReadReceipt]. */
    RECV_C2C_READ_RECEIPT(10, "onRecvC2CReadReceipt"),

    /** A message of ours was sent (status 2) or refused (status 3). See [Listener.onMessageStatusChanged]. */
    MESSAGE_STATUS_CHANGED(11, "onMessageStatusChanged"),

    /** More messages came than are kept for a slow listener. See [Listener.onMessagesMissed]. */
    MESSAGES_MISSED(12, "onMessagesMissed"),

    /** The backend tries to reach the server. See [Listener.onConnecting]. */
    CONNECTING(13, "onConnecting"),

    /** The server is reached and the user is known there. See [Listener.onConnectSuccess]. */
    CONNECT_SUCCESS(14, "onConnectSuccess"),

    /** The server cannot be reached now; the backend goes on trying. See [Listener.onConnectFailed]. */
    CONNECT_FAILED(15, "onConnectFailed"),

    /** Another device took the place of this session. See [Listener.onKickedOffline]. */
    KICKED_OFFLINE(16, "onKickedOffline"),

    /** The credentials have expired. See [Listener.onUserSigExpired]. */
    USER_SIG_EXPIRED(17, "onUserSigExpired");

    companion object {
        private val byNumber = values().associateBy { it.number }

        /** The event of a number; null for one of a later version. */
        @JvmStatic
        fun of(number: Int): Event? = byNumber[number]
    }
}
