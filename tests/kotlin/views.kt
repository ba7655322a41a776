// Views of the list: rows made of the changes that are told are those of the list. `views.kt DIR`
package views

import check
import fails
import im.libim.*
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import openClient
import same
import until
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.random.Random

// As the README has it.
suspend fun showList(alice: Client) {
    val view = alice.listView(limit = 50)
    view.states.collect { state ->
        println("${state.rows.map { it.showName }} ${state.diffs.map { it.op }}")
    }
}

private fun isOpen(client: Client, view: Long) = try {
    client.growConversationView(view, 1)
    true
} catch (e: ImException) {
    false
}

/** What an adapter of a RecyclerView knows: only the steps. */
private class Adapter : ListUpdates {
    val ids = ArrayList<String>()
    var rows: List<Conversation> = emptyList()

    fun show(state: ListState) {
        rows = state.rows
        // The ids of rows that come in are only known at the end: steps after them may move these.
        state.tell(this)
        rows.forEachIndexed { at, row -> if (ids[at] == NEW) ids[at] = row.conversationID }
        same(ids, rows.map { it.conversationID })
    }

    override fun onInserted(index: Int) = ids.add(index, NEW)
    override fun onChanged(index: Int) = check(index in ids.indices)
    override fun onMoved(from: Int, to: Int) = ids.add(to, ids.removeAt(from))
    override fun onRemoved(index: Int) {
        ids.removeAt(index)
    }
    override fun onReset() {
        ids.clear()
        rows.forEach { ids += it.conversationID }
    }

    private companion object {
        const val NEW = "new"
    }
}

/** Collectors follow while another thread writes all the time, and their views end with them. */
private suspend fun collectorsFollow(alice: Client) = coroutineScope {
    val view = alice.listView(limit = 3)
    val adapter = Adapter()
    val following = launch(start = CoroutineStart.UNDISPATCHED) {
        view.states.first { state ->
            adapter.show(state)
            state.rows.firstOrNull()?.conversationID == "c2c_last"
        }
    }
    val writing = launch(Dispatchers.IO) {
        val chance = Random(2)
        for (step in 0..<200) {
            val id = "c2c_${chance.nextInt(12)}"
            if (chance.nextInt(5) == 0) alice.deleteConversation(id) else alice.setConversationDraft(id, "$step")
            if (step % 40 == 0) view.grow(1)
        }
        alice.setConversationDraft("c2c_last", "the end")
        alice.pinConversation("c2c_last", true)
    }
    writing.join()
    following.join()
    // A collection that begins later has what was grown, and another filter is that of all collections.
    val listed = alice.getConversationList().conversationList
    same(view.states.first().rows, listed.take(8))
    view.grow(100)
    same(view.rows.first(), listed)
    view.setSearch("LAST")
    same(view.rows.first().map { it.conversationID }, listOf("c2c_last"))
    view.setFilter(ConversationFilter(markType = 1))
    same(view.rows.first(), listOf())
    view.setFilter(null)
    same(view.states.first().total, 1L)
    view.setSearch(null)
    view.setFilter(ConversationFilter(markType = 1))
    val unfiltered = async(start = CoroutineStart.UNDISPATCHED) { view.rows.first { it.size == listed.size } }
    view.setFilter(null)
    same(unfiltered.await(), listed)
}

private suspend fun viewsEndWithTheirCollections(alice: Client) = coroutineScope {
    val before = Callbacks.streams.size
    val first = alice.openConversationView().viewID
    val collector = launch(start = CoroutineStart.UNDISPATCHED) { alice.listView().states.collect {} }
    val own = first + 1
    while (!isOpen(alice, own)) delay(1)
    collector.cancelAndJoin()
    // Also while they are being opened, and while no callback can run.
    val (isRunning, mayEnd) = CompletableFuture<Unit>() to CompletableFuture<Unit>()
    val registration = alice.addListener(
        object : Listener {
            override fun onConversationChanged(conversationList: List<Conversation>) {
                isRunning.complete(Unit)
                mayEnd.get()
            }
        },
    )
    alice.setConversationDraft("c2c_last", "holds the callbacks up")
    isRunning.get()
    for (round in 0..<5) {
        launch(start = CoroutineStart.UNDISPATCHED) { alice.listView().states.collect {} }.cancelAndJoin()
    }
    mayEnd.complete(Unit)
    registration.close()
    same(Callbacks.streams.size, before)
    // What was asked before is answered before.
    alice.suspending.getLoginStatus()
    val last = alice.openConversationView().viewID
    until("the ends of the views") { (own..<last).none { isOpen(alice, it) } }
    fails(Status.INVALID_PARAMETERS) { runBlocking { alice.listView(limit = 0).rows.first() } }
}

private suspend fun aFlowEndsWithItsClient(dir: String) = coroutineScope {
    val bob = openClient(dir, "bob")
    val states = async(start = CoroutineStart.UNDISPATCHED) { bob.listView().states.toList() }
    while (!isOpen(bob, 1)) delay(1)
    bob.setConversationDraft("c2c_x", "the last one")
    bob.close()
    same(states.await().first().diffs.map { it.op }, listOf("reset"))
    fails(Status.NOT_INITIALIZED) { runBlocking { bob.listView().rows.first() } }
}

/** The keys that an entry of `onConversationChanged` names. */
private fun changedFieldsAreNamed(dir: String) {
    val config = Config(dataDir = "$dir/carol", userID = "carol", backend = Backend.Embedded("$dir/service.db"), changedFields = true)
    Client.open(config).use { carol ->
        carol.setConversationDraft("c2c_x", "1")
        // Once this is answered, the conversation is told as new: the pin is not merged into that.
        carol.async.getTotalUnreadMessageCount().get()
        val named = CompletableFuture<List<String>>()
        carol.addListener(
            object : Listener {
                override fun onConversationChanged(conversationList: List<Conversation>) {
                    val fields = conversationList.flatMap { it.changedFields.orEmpty() }
                    if ("isPinned" in fields) named.complete(fields)
                }
            },
        )
        carol.pinConversation("c2c_x", true)
        check("orderkey" in named.get())
        check(carol.getConversation("c2c_x").changedFields == null)
    }
}

private fun theReadmesList(dir: String) = runBlocking {
    openClient(dir, "dora").use { dora ->
        val showing = launch(Dispatchers.IO) { showList(dora) }
        while (!isOpen(dora, 1)) delay(1)
        dora.setConversationDraft("c2c_bob", "Hello")
        // Its rows are printed by then: they are told before the answer of a later call.
        showing.cancelAndJoin()
    }
}

fun main(args: Array<String>) {
    theReadmesList(args[0])
    changedFieldsAreNamed(args[0])
    openClient(args[0], "follower").use { alice ->
        runBlocking {
            withTimeout(60_000) { collectorsFollow(alice) }
            withTimeout(60_000) { viewsEndWithTheirCollections(alice) }
            withTimeout(60_000) { aFlowEndsWithItsClient(args[0]) }
        }
    }
    openClient(args[0], "alice").use { alice ->
        val told = ConcurrentLinkedQueue<ConversationViewChange>()
        alice.addListener(
            object : Listener {
                override fun onConversationViewChanged(change: ConversationViewChange) {
                    told += change
                }
            },
        )
        var limit = 5
        val rows = ListModel(alice.openConversationView(limit = limit.toLong()))
        val marked = ListModel(alice.openConversationView(ConversationFilter(markType = 1)))
        fun take() {
            while (true) {
                val change = told.poll() ?: return
                check(rows.apply(change) != marked.apply(change))
            }
        }
        val chance = Random(1)
        for (step in 0..<120) {
            val id = "c2c_${chance.nextInt(12)}"
            when (chance.nextInt(6)) {
                0 -> alice.pinConversation(id, chance.nextBoolean())
                1 -> alice.deleteConversation(id)
                2 -> {
                    limit++
                    alice.growConversationView(rows.viewID, 1)
                }
                else -> alice.setConversationDraft(id, "$step")
            }
            val listed = alice.getConversationList().conversationList
            until("the rows of step $step") {
                take()
                rows.rows == listed.take(limit) && rows.total == listed.size.toLong() &&
                    rows.isFinished == (listed.size <= limit)
            }
        }
        check(marked.rows.isEmpty())
        alice.markConversation(listOf(rows.rows[0].conversationID), 1, true)
        until("the marked one") {
            take()
            marked.rows.map { it.markList } == listOf(listOf(1L)) && marked.total == 1L
        }
        val starred = marked.rows[0].conversationID
        fun isIn(part: ConversationFilter) =
            alice.getConversationListByFilter(part).conversationList.any { it.conversationID == starred }
        check(isIn(ConversationFilter.inbox()) && !isIn(ConversationFilter.archived()))
        alice.markConversation(listOf(starred), Mark.FOLD, true)
        check(!isIn(ConversationFilter.inbox()) && isIn(ConversationFilter.archived()))
        alice.markConversation(listOf(starred), Mark.HIDE, true)
        check(!isIn(ConversationFilter.archived()) && isIn(ConversationFilter.hidden()))
        alice.closeConversationView(marked.viewID)
        fails(Status.INVALID_PARAMETERS) { alice.closeConversationView(marked.viewID) }
        val reset = ConversationViewDiff("reset", null, null, null, listOf(), listOf("sync"))
        check(rows.apply(ConversationViewChange(rows.viewID, listOf(reset), 0, true)))
        same(rows.rows, listOf())
    }
}
