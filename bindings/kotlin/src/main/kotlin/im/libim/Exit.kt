// The end of the JVM with clients open: a shutdown hook closes them, so that no thread of libim calls into a JVM that
// is gone.
package im.libim

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Whether a callback of a client runs now. Written on the client's callback thread only. */
internal class Activity {
    @Volatile
    var isRunning = false
        private set

    /** Runs what answers a call. */
    fun run(callback: () -> Unit) {
        isRunning = true
        try {
            callback()
        } finally {
            isRunning = false
        }
    }

    /** Runs a listener. Once the JVM is ending, listeners hear nothing more. */
    fun runUnlessExiting(listener: () -> Unit) = run { if (!Exit.hasBegun) listener() }
}

/** Knows the open clients, by handle. */
internal object Exit {
    private const val PATIENCE_S = 1L

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
     * Closes what is open. A callback that runs may be the one that has called exit, and would then never end. So those
     * clients are closed aside, and once nothing more is closed for a second the JVM ends all the same. What was not
     * closed is left as by a kill: nothing that was stored is lost.
     */
    private fun closeAll() {
        hasBegun = true
        val closed = Semaphore(0)
        fun close(clients: Collection<Long>) = thread(isDaemon = true, name = "libim-exit") {
            for (client in clients) {
                LibIm.im_client_close(client)
                closed.release()
            }
        }

        val (busy, idle) = open.entries.partition { it.value.isRunning }
        close(idle.map { it.key })
        busy.forEach { close(listOf(it.key)) }
        repeat(idle.size + busy.size) { if (!closed.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) return }
    }
}
