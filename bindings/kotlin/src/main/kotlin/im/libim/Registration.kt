// Hearing what changes: the kinds of listeners beside [Listener], and the registration that ends one.
package im.libim

import java.io.Closeable

/** Hears events as they come from the library: for events of later versions, and for handing them on. As [Listener]. */
interface RawListener {
    /** The number of an event, which [Event.of] may not know, and its payload as JSON. */
    fun onEvent(event: Int, payload: String)
}

/** What the library calls for a registration: the payload is JSON in UTF-8. */
internal interface Hearer {
    fun onEvent(event: Int, payload: ByteArray)
}

/** Gives payloads as text. */
internal class RawHearer(private val listener: RawListener) : Hearer {
    override fun onEvent(event: Int, payload: ByteArray) = listener.onEvent(event, String(payload, Charsets.UTF_8))
}

/** Gives events with their models. Those of later versions are skipped. */
internal class TypedHearer(private val hear: (ClientEvent) -> Unit) : Hearer {
    override fun onEvent(event: Int, payload: ByteArray) {
        val known = Event.of(event) ?: return
        hear(parse(payload) { clientEvent(known, it) })
    }
}

/** A listener that was added to a client. It listens until [close], or until its client is closed. */
class Registration internal constructor(private val end: () -> Unit) : Closeable {
    /**
     * Removes the listener; does nothing when it is removed already or its client is closed. Any thread.
     *
     * It returns when the listener is not running and will not run again, so it waits for a method that is running: do
     * not call it while holding a lock that this method takes. Inside a callback of the client, also the listener's
     * own, it returns at once; the listener gets nothing more.
     */
    override fun close() = end()
}
