// Views of the list that follow by themselves, for coroutines.
package im.libim

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.future.await

/**
 * A state of a view of the list, and the steps that lead to it from the state before.
 *
 * @property rows the rows, in the order of the list
 * @property diffs the steps, to be taken in this order; of the first state one `reset`
 * @property total how many conversations the filter selects
 * @property isFinished whether the rows are all of them
 */
data class ListState(
    val rows: List<Conversation>,
    val diffs: List<ConversationViewDiff>,
    val total: Long,
    val isFinished: Boolean,
) {
    /** Tells [updates] the steps, as the adapter of a `RecyclerView` wants them; its rows are to be [rows] then. */
    fun tell(updates: ListUpdates) {
        for (diff in diffs) {
            val index = diff.index?.toInt()
            val from = diff.fromIndex?.toInt()
            when {
                diff.op == "insert" && index != null -> updates.onInserted(index)
                diff.op == "update" && index != null -> updates.onChanged(index)
                diff.op == "remove" && index != null -> updates.onRemoved(index)
                diff.op == "move" && index != null && from != null -> {
                    if (from != index) updates.onMoved(from, index)
                    updates.onChanged(index)
                }
                diff.op == "reset" -> updates.onReset()
            }
        }
    }
}

/** The steps of a view, with the names of `notifyItem…` of a `RecyclerView.Adapter`. */
interface ListUpdates {
    /** A row came in (`notifyItemInserted`). */
    fun onInserted(index: Int)

    /** A row has other content (`notifyItemChanged`). */
    fun onChanged(index: Int)

    /** A row went to another place (`notifyItemMoved`). */
    fun onMoved(from: Int, to: Int)

    /** A row is gone (`notifyItemRemoved`). */
    fun onRemoved(index: Int)

    /** All rows are others (`notifyDataSetChanged`). */
    fun onReset()
}

/**
 * A view of the list for coroutines; see [Client.listView]. Each collection of [states] opens a view of its own and closes it at
 * its end, whatever ends it. Any thread.
 */
class ListView internal constructor(
    private val client: Client,
    private var filter: ConversationFilter?,
    private var search: String?,
    private var limit: Long,
) {
    private val lock = Any()

    /** The views of the collections that run. */
    private val open = mutableSetOf<Long>()

    /**
     * The states of the list from now on, each with the steps from the one before; they complete when the client is closed. A
     * collector that is slow gets no backlog: the steps that wait are merged.
     *
     * Operators that drop states, such as `conflate`, drop their steps: use [rows] there.
     */
    val states: Flow<ListState> = flow {
        val ready = Channel<Unit>(Channel.CONFLATED)
        // The stream first: the changes of the view follow its rows.
        client.openStream(Event.CONVERSATION_VIEW_CHANGED) { ready.trySend(Unit) }.use { stream ->
            val view = opened()
            try {
                val model = ListModel(view)
                emit(model.state(listOf(reset(view))))
                while (true) {
                    val change = (stream.next() as ClientEvent.ConversationViewChanged?)?.change
                    when {
                        change != null -> if (model.apply(change)) emit(model.state(change.diffs))
                        stream.hasEnded -> break
                        else -> ready.receive()
                    }
                }
            } finally {
                close(view.viewID)
            }
        }
    }

    /** The rows of [states], as for a `LazyColumn` of Compose: `items(rows, key = { it.conversationID })`. */
    val rows: Flow<List<Conversation>> get() = states.map { it.rows }

    /** Shows [count] rows more, now and in collections that begin later. They come as a state. */
    suspend fun grow(count: Long = 100) {
        if (count < 1) throw ImException(Status.INVALID_PARAMETERS, "count $count is below 1")
        each({ limit += count }) { client.suspending.growConversationView(it, count) }
    }

    /** Shows what another filter selects, or none; it searches as before. Now and in collections that begin later. */
    suspend fun setFilter(filter: ConversationFilter?) = set(filter, synchronized(lock) { search })

    /** Searches names and ids for another text, or for none; the filter stays. Now and in collections that begin later. */
    suspend fun setSearch(search: String?) = set(synchronized(lock) { filter }, search)

    private suspend fun set(filter: ConversationFilter?, search: String?) {
        val before = synchronized(lock) { this.filter to this.search }
        try {
            val note = {
                this.filter = filter
                this.search = search
            }
            each(note) { client.suspending.setConversationView(it, filter, search) }
        } catch (e: ImException) {
            // What no view can have is not kept.
            synchronized(lock) {
                if (this.filter == filter && this.search == search) {
                    this.filter = before.first
                    this.search = before.second
                }
            }
            throw e
        }
    }

    private suspend fun each(note: () -> Unit, change: suspend (Long) -> Unit) {
        val views = synchronized(lock) {
            note()
            open.toList()
        }
        for (view in views) {
            try {
                change(view)
            } catch (e: ImException) {
                // A collection that has ended meanwhile.
                if (synchronized(lock) { view in open }) throw e
            }
        }
    }

    private suspend fun opened(): ConversationView {
        val (filter, search, limit) = synchronized(lock) { Triple(filter, search, limit) }
        val answer = client.async.openConversationView(filter, search, limit)
        val view = try {
            // Of its own: cancelling ends the wait, and the answer comes all the same.
            answer.thenApply { it }.await()
        } catch (e: CancellationException) {
            answer.thenAccept { client.async.closeConversationView(it.viewID) }
            throw e
        }
        val (missed, isOther) = synchronized(lock) {
            open += view.viewID
            (this.limit - limit) to (this.filter != filter || this.search != search)
        }
        try {
            if (missed > 0) client.suspending.growConversationView(view.viewID, missed)
            if (isOther) client.suspending.setConversationView(view.viewID, this.filter, this.search)
        } catch (e: Throwable) {
            close(view.viewID)
            throw e
        }
        return view
    }

    /** Does not wait: a callback may run that takes long. */
    private fun close(view: Long) {
        synchronized(lock) { open -= view }
        client.async.closeConversationView(view)
    }
}

private fun ListModel.state(diffs: List<ConversationViewDiff>) = ListState(rows, diffs, total, isFinished)

private fun reset(view: ConversationView) = ConversationViewDiff(
    op = "reset",
    index = null,
    fromIndex = null,
    conversation = null,
    conversationList = view.conversationList,
    reasons = emptyList(),
)
