// The end of the JVM with clients open: a shutdown hook closes them, so that no thread of libim calls into a JVM that
// is gone.
package im.libim

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Whether a listener of a client runs now. Written on the client's callback thread only. */
internal class Activity {
    @Volatile
    var isRunning = false
        private set

    /** Runs a listener. Once the JVM is ending, listeners hear nothing more. */
    fun run(listener: () -> Unit) {
        isRunning = true
        try {
            if (!Exit.hasBegun) listener()
        } finally {
            isRunning = false
        }
    }
}

/** Knows the open clients, by handle. */
internal object Exit {
    private const val IDLE_PATIENCE_S = 10L
    private const val BUSY_PATIENCE_S = 1L

    private val open = ConcurrentHashMap<Long, Activity>()

    @Volatile
    var hasBegun = false
        private set

    init {
        try {
            Runtime.getRuntime().addShutdownHook(Thread({ closeAll() }, "libim-exit"))
        } catch (e: IllegalStateException) {
            // The first client of all is opened in another hook, which then has to close it.
        }
    }

    fun opened(client: Long, activity: Activity) {
        open[client] = activity
    }

    fun closed(client: Long) {
        open.remove(client)
    }

    /**
     * Closes what is open. A listener that runs may be the one that has called exit, and would then never end, so its
     * client gets a moment only. What was not closed is left as by a kill: nothing that was stored is lost.
     */
    private fun closeAll() {
        hasBegun = true
        val (busy, idle) = open.entries.partition { it.value.isRunning }
        val closers = busy.map { closer(listOf(it.key)) }
        closer(idle.map { it.key }).join(TimeUnit.SECONDS.toMillis(IDLE_PATIENCE_S))
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BUSY_PATIENCE_S)
        for (closer in closers)
            closer.join(1 + maxOf(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())))
    }

    private fun closer(clients: List<Long>) =
        thread(isDaemon = true, name = "libim-exit") { clients.forEach { LibIm.im_client_close(it) } }
}
