// A listener that is called on an executor of the app.
package im.libim

import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.atomic.AtomicInteger

/** Takes the events of a stream to a listener on an executor, one task at a time. */
internal class ExecutorListening(private val executor: Executor, private val listener: Listener) {
    /** How often there was a reason to look since the last task began; a task is under way unless it is 0. */
    private val reasons = AtomicInteger()

    @Volatile
    private var stream: EventStream? = null

    @Volatile
    private var hasEnded = false

    /** Begins, once the stream is open. */
    fun begin(stream: EventStream) {
        this.stream = stream
        wake()
    }

    /** There may be an event. Any thread. */
    fun wake() {
        if (hasEnded || reasons.getAndIncrement() != 0) return
        try {
            executor.execute(::tell)
        } catch (e: RejectedExecutionException) {
            if ((executor as? ExecutorService)?.isShutdown != true) throw e
        }
    }

    fun end() {
        hasEnded = true
        stream?.close()
    }

    private fun tell() {
        var seen: Int
        do {
            seen = reasons.get()
            while (!hasEnded && !Exit.hasBegun) {
                try {
                    listener.hear(stream?.next() ?: break)
                } catch (e: Throwable) {
                    val thread = Thread.currentThread()
                    thread.uncaughtExceptionHandler.uncaughtException(thread, e)
                }
            }
        } while (reasons.addAndGet(-seen) > 0)
    }
}
