// Events that are taken when they are wanted, behind the flow of a client.
package im.libim

import com.sun.jna.ptr.IntByReference
import com.sun.jna.ptr.LongByReference
import com.sun.jna.ptr.PointerByReference
import java.io.Closeable

/** A stream of the library. [wake] is called, on the client's callback thread, when it may be worth looking again. */
internal class EventStream(client: Long, mask: Long, wake: () -> Unit) : Closeable {
    private val stream: Long

    /** Whether no event will come any more. */
    var hasEnded = false
        private set

    init {
        val number = Callbacks.streams.put(wake)
        val opened = LongByReference()
        val status =
            LibIm.im_stream_open(client, mask, Callbacks.onReady, number, Callbacks.destroyStream, opened)
        if (status != Status.OK) {
            Callbacks.streams.remove(number)
            throw ImException(status, "the stream was refused")
        }
        stream = opened.value
    }

    /** The oldest event; null when there is none now, or any more. Those of later versions are skipped. */
    fun next(): ClientEvent? {
        val event = IntByReference()
        val payload = PointerByReference()
        while (true) {
            if (LibIm.im_stream_next(stream, event, payload) != Status.OK) {
                hasEnded = true
                return null
            }
            val text = LibIm.take(payload) ?: return null
            val known = Event.of(event.value) ?: continue
            return parse(text) { clientEvent(known, it) }
        }
    }

    override fun close() {
        LibIm.im_stream_close(stream)
    }
}
