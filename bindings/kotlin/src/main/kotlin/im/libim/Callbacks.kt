// The C callbacks of the binding, and what is kept alive for them.
//
// There is one C function of each kind for the whole process. It is made once and kept for ever, so that it can be
// called at any time. The user_data that libim hands back is a number, under which the registry here holds the object
// concerned: a listener until libim's destroy, a future until its answer. So nothing is collected that can still be
// called, and nothing is kept that cannot.
package im.libim

import com.sun.jna.Callback
import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.Pointer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/** Objects by number. A number is never used twice, and never 0. */
internal class Registry<T : Any> {
    private val held = ConcurrentHashMap<Long, T>()
    private val last = AtomicLong()

    /** How many objects are held. */
    val size: Int get() = held.size

    fun put(value: T): Pointer {
        val number = last.incrementAndGet()
        held[number] = value
        return Pointer(number)
    }

    fun get(number: Pointer?): T? = held[Pointer.nativeValue(number)]
    fun remove(number: Pointer?): T? = held.remove(Pointer.nativeValue(number))
}

/** A future, the client in whose callbacks it is completed, and how its value is read from the answer. */
internal class Pending<T>(private val activity: Activity, private val read: (Int, ByteArray) -> T) {
    val future = CompletableFuture<T>()

    fun complete(status: Int, response: ByteArray) = activity.run {
        val value = try {
            read(status, response)
        } catch (e: Throwable) {
            future.completeExceptionally(e)
            return@run
        }
        future.complete(value)
    }
}

/** A listener, and the client whose callbacks it runs in. */
internal class Listening(val listener: Hearer, val activity: Activity)

internal object Callbacks {
    val listeners = Registry<Listening>()
    val pendings = Registry<Pending<*>>()
    val streams = Registry<() -> Unit>()
    val loggers = Registry<Logger>()

    val onEvent = kept(object : OnEvent {
        override fun invoke(userData: Pointer?, event: Int, payload: Pointer, len: SizeT) = guarded {
            val listening = listeners.get(userData)
            listening?.activity?.runUnlessExiting { listening.listener.onEvent(event, LibIm.bytes(payload, len)) }
        }
    })

    val onResponse = kept(object : OnResponse {
        override fun invoke(userData: Pointer?, status: Int, response: Pointer, len: SizeT) = guarded {
            pendings.remove(userData)?.complete(status, LibIm.bytes(response, len))
        }
    })

    val onReady = kept(object : OnReady {
        override fun invoke(userData: Pointer?) = guarded { streams.get(userData)?.invoke() }
    })

    val onLog = kept(object : OnLog {
        override fun invoke(userData: Pointer?, level: Int, message: Pointer, len: SizeT) = guarded {
            loggers.get(userData)?.log(level, String(LibIm.bytes(message, len), Charsets.UTF_8))
        }
    })

    val destroyListener = kept(object : Destroy {
        override fun invoke(userData: Pointer?) = guarded { listeners.remove(userData) }
    })

    /** Whoever waits for the stream looks, and finds its end. */
    val destroyStream = kept(object : Destroy {
        override fun invoke(userData: Pointer?) = guarded { streams.remove(userData)?.invoke() }
    })

    val destroyLogger = kept(object : Destroy {
        override fun invoke(userData: Pointer?) = guarded { loggers.remove(userData) }
    })

    /**
     * A callback whose native threads become daemon threads of the JVM, so that they hold up no exit, and stay attached
     * until they end, which spares making a Thread object for each event.
     */
    private fun <T : Callback> kept(callback: T): T {
        Native.setCallbackThreadInitializer(callback, CallbackThreadInitializer(true, false, "libim"))
        return callback
    }

    /** Nothing may be thrown into C. */
    private fun guarded(body: () -> Unit) {
        try {
            body()
        } catch (e: Throwable) {
            val thread = Thread.currentThread()
            try {
                thread.uncaughtExceptionHandler.uncaughtException(thread, e)
            } catch (ignored: Throwable) {
                // As the JVM does when a handler throws.
            }
        }
    }
}
