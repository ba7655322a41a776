// A client: one account with its local cache.
package im.libim

import com.fasterxml.jackson.core.JsonParser
import com.sun.jna.ptr.LongByReference
import com.sun.jna.ptr.PointerByReference
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.future.await
import java.io.Closeable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import kotlin.concurrent.thread

/**
 * An open client: one account with its local cache. It works without a network and without a login; [login] starts the
 * sync. Close it at the end; one that is open when the JVM ends is closed by a shutdown hook.
 *
 * Any thread may use it, also while another one closes it: a closed client throws [ImException] with
 * [Status.NOT_INITIALIZED].
 *
 * @property opened what opening found
 */
class Client private constructor(private val handle: Long, val opened: Opened) :
    Methods(),
    Closeable {
    private val activity = Activity()

    /** The same methods, giving futures. It may be kept after the client is closed; its futures fail then. */
    val async: AsyncMethods = object : AsyncMethods() {
        override fun <T> start(call: Call<T>, prepare: (CompletableFuture<T>) -> Unit) =
            start(call.method, call.request, call.read, prepare)
    }

    /** The same methods for coroutines. */
    val suspending: SuspendingMethods = object : SuspendingMethods() {
        override suspend fun <T> suspended(call: Call<T>): T = async.start(call).await()
    }

    init {
        Exit.opened(handle, activity)
    }

    override fun <T> await(call: Call<T>): T = await(call.method, call.request, call.read)

    /**
     * Calls a method by its name with a JSON object as its request, and gives its data as JSON text: for methods that
     * this binding has no name for. Throws and waits as the method does.
     */
    @JvmOverloads
    fun call(method: String, request: String = "{}"): String = await(method, request, asText)

    /** As [call], without waiting; the future is completed as those of [async]. */
    @JvmOverloads
    fun callAsync(method: String, request: String = "{}"): CompletableFuture<String> = start(method, request, asText)

    /**
     * Adds a listener for [events], or for all when none is named. It hears what is changed from now on, and may be
     * called before this returns. It is kept until it is removed or the client is closed, also when the [Registration]
     * is dropped. Any thread, also inside callbacks.
     */
    fun addListener(listener: Listener, vararg events: Event): Registration =
        addListener(TypedHearer { listener.hear(it) }, events)

    /**
     * As above, but the listener is called on [executor], such as the one of a user interface, one event after the other.
     * There it may call everything. Events that wait are merged, so that a slow listener gets no backlog. [Registration.close]
     * does not wait for a method that is running. The executor must take every task, until it is shut down and the listener
     * hears nothing more.
     */
    fun addListener(executor: Executor, listener: Listener, vararg events: Event): Registration {
        val hearing = ExecutorListening(executor, listener)
        val stream = EventStream(handle, maskOf(events), hearing::wake)
        hearing.begin(stream)
        return Registration(hearing::end)
    }

    /** The same for a listener that takes events as JSON; when none is named, also those of later versions. */
    fun addListener(listener: RawListener, vararg events: Event): Registration =
        addListener(RawHearer(listener), events)

    /**
     * The events of the client, or those of the kinds named, for coroutines. Each collection hears what is changed from
     * its beginning on, in order, and completes when the client is closed. To miss nothing that follows, launch the
     * collector with `CoroutineStart.UNDISPATCHED`, which begins at once.
     *
     * A collector that is slow holds up neither the client nor the answers of calls that it makes, and gets no backlog:
     * of each conversation it gets the newest state, and of messages the newest few thousand, with one
     * [ClientEvent.MessagesMissed] for the others.
     */
    fun events(vararg events: Event): Flow<ClientEvent> = flow {
        val ready = Channel<Unit>(Channel.CONFLATED)
        EventStream(handle, maskOf(events)) { ready.trySend(Unit) }.use { stream ->
            while (true) {
                val event = stream.next()
                when {
                    event != null -> emit(event)
                    stream.hasEnded -> break
                    else -> ready.receive()
                }
            }
        }
    }

    /**
     * A view of the list that follows: its first [limit] conversations, or the first that a filter and a search find, as flows of
     * its states.
     *
     * Nothing is opened before a collection begins, and each collection closes what it has opened.
     */
    @JvmOverloads
    fun listView(filter: ConversationFilter? = null, search: String? = null, limit: Long = 100): ListView =
        ListView(this, filter, search, limit)

    internal fun openStream(event: Event, wake: () -> Unit) = EventStream(handle, maskOf(arrayOf(event)), wake)

    private fun maskOf(events: Array<out Event>) = events.fold(0L) { mask, event -> mask or (1L shl event.number) }

    private fun addListener(listener: Hearer, events: Array<out Event>): Registration {
        val mask = maskOf(events)
        val number = Callbacks.listeners.put(Listening(listener, activity))
        val added = LongByReference()
        val status =
            LibIm.im_listener_add(handle, mask, Callbacks.onEvent, number, Callbacks.destroyListener, added)
        if (status != Status.OK) {
            Callbacks.listeners.remove(number)
            throw ImException(status, "the listener was refused")
        }
        return Registration { LibIm.im_listener_remove(handle, added.value) }
    }

    /**
     * Closes the client; does nothing when it is closed, or being closed by another thread.
     *
     * Calls that wait for the server, and futures, end with [Status.CANCELLED]; other calls, and a callback that is
     * running, are waited for. When it returns, no callback runs any more. What waits to be sent is sent after the next
     * login.
     *
     * Inside a callback of the same client it throws [ImException] with [Status.CALLED_FROM_CALLBACK], and the client
     * stays open: use [closeAsync] there. Two clients whose callbacks close each other would wait for ever.
     */
    override fun close() {
        val status = LibIm.im_client_close(handle)
        if (status == Status.CALLED_FROM_CALLBACK) {
            throw ImException(status, "a client cannot be closed inside its own callback; closeAsync can")
        }
        Exit.closed(handle)
    }

    /** Closes the client on a thread of its own, and completes the future there. Any thread, also inside callbacks. */
    fun closeAsync(): CompletableFuture<Unit> {
        val closed = CompletableFuture<Unit>()
        thread(isDaemon = true, name = "libim-close") {
            try {
                close()
                closed.complete(Unit)
            } catch (e: Throwable) {
                closed.completeExceptionally(e)
            }
        }
        return closed
    }

    private fun <T> await(method: String, request: String, read: (JsonParser) -> T): T {
        val methodBytes = methodBytes(method)
        val requestBytes = LibIm.bytes(request, Status.INVALID_JSON)
        val response = PointerByReference()
        val status = LibIm.im_call(handle, methodBytes, requestBytes, response)
        return answer(status, LibIm.take(response), read)
    }

    private fun <T> start(
        method: String,
        request: String,
        read: (JsonParser) -> T,
        prepare: (CompletableFuture<T>) -> Unit = {},
    ): CompletableFuture<T> {
        val pending = Pending(activity) { status, response -> answer(status, response, read) }
        prepare(pending.future)
        try {
            val methodBytes = methodBytes(method)
            val requestBytes = LibIm.bytes(request, Status.INVALID_JSON)
            val number = Callbacks.pendings.put(pending)
            val status = LibIm.im_call_async(handle, methodBytes, requestBytes, Callbacks.onResponse, number)
            if (status != Status.OK) {
                Callbacks.pendings.remove(number)
                throw ImException(status, "the call was refused; the log says why")
            }
        } catch (e: ImException) {
            pending.future.completeExceptionally(e)
        }
        return pending.future
    }

    companion object {
        /** Opens a client. Throws [ImException]. Any thread. Reads and writes files, does not wait for the network. */
        @JvmStatic
        fun open(config: Config): Client = open(Request.of { config.writeTo(this) })

        /** The same with the JSON object that `im_client_open` takes. */
        @JvmStatic
        fun open(config: String): Client {
            val handle = LongByReference()
            val response = PointerByReference()
            val status = LibIm.im_client_open(LibIm.bytes(config, Status.INVALID_JSON), handle, response)
            try {
                val opened = answer(status, LibIm.take(response), ModelReader::opened)
                return Client(handle.value, opened)
            } catch (e: Throwable) {
                LibIm.im_client_close(handle.value)
                throw e
            }
        }

        private fun methodBytes(method: String) = LibIm.bytes(method, Status.UNKNOWN_METHOD)
    }
}
