// Suspending methods and the flow of events. `coroutines.kt DIR`
package coroutines

import check
import im.libim.*
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import openClient
import same
import setDraft
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList

private const val A_MINUTE = 60_000L

private suspend fun codeOf(call: suspend () -> Unit): Int = try {
    call()
    Status.OK
} catch (e: ImException) {
    e.code
}

private suspend fun methodsSuspend(client: Client) {
    val methods = client.suspending
    methods.login()
    same(methods.getLoginUser(), "alice")
    methods.setConversationDraft("c2c_x", "from a coroutine")
    same(methods.getConversation("c2c_x").draftText, "from a coroutine")
    same(methods.getUsersInfo(listOf("alice")).map { it.userID }, listOf("alice"))
    same(codeOf { methods.getConversation("neither") }, Status.INVALID_PARAMETERS)
    same(codeOf { methods.setConversationDraft("c2c_\ud800", "") }, Status.INVALID_PARAMETERS)
    // Many at once, on one thread, which none of them blocks.
    coroutineScope {
        val all = (1..200).map { async { methods.getUsersInfo(listOf("alice")).size } }
        same(all.awaitAll().sum(), 200)
    }
}

/** Where a blocking call would be refused, and a future could not be waited for. */
private suspend fun coroutinesStartInCallbacks(client: Client) = coroutineScope {
    val answer = CompletableFuture<Long>()
    val registration = client.addListener(
        object : Listener {
            override fun onConversationChanged(conversationList: List<Conversation>) {
                launch(Dispatchers.Unconfined) { answer.complete(client.suspending.getLoginStatus()) }
            }
        },
    )
    setDraft(client, "starts a coroutine")
    setDraft(client, "is a change")
    same(answer.get(), 1L)
    registration.close()
}

private suspend fun eventsFlowInOrder(client: Client) = coroutineScope {
    val last = 300
    val told = ArrayList<String?>()
    val collector = launch(start = CoroutineStart.UNDISPATCHED) {
        // One event may tell of several conversations.
        client.events(Event.NEW_CONVERSATION).first { event ->
            (event as ClientEvent.NewConversation).conversationList.mapTo(told) { it.userID }
            told.size == last
        }
    }
    // From a thread of its own, while the collector waits for its turn.
    launch(Dispatchers.IO) { for (number in 1..last) client.setConversationDraft("c2c_$number", "a draft") }
    collector.join()
    same(told, (1..last).map { "$it" })
}

/** A collector that asks the client about each event: what it waits for must not wait for the events. */
private suspend fun aCollectorMayCall(client: Client) = coroutineScope {
    val asked = CopyOnWriteArrayList<String?>()
    val collector = launch(start = CoroutineStart.UNDISPATCHED) {
        client.events(Event.CONVERSATION_CHANGED).take(100).collect {
            asked.add(client.suspending.getConversation("c2c_x").draftText)
        }
    }
    launch(Dispatchers.IO) {
        for (number in 1..100) {
            setDraft(client, "draft $number")
            client.async.getLoginStatus().get() // so that no two of them become one event
        }
    }
    collector.join()
    same(asked.size, 100)
    same(asked.last(), "draft 100")
}

private suspend fun cancellingEndsACollection(client: Client) = coroutineScope {
    val before = Callbacks.listeners.size
    val collector = launch(start = CoroutineStart.UNDISPATCHED) { client.events().collect {} }
    same(Callbacks.listeners.size, before + 1)
    collector.cancelAndJoin()
    same(Callbacks.listeners.size, before)
    val call = launch(start = CoroutineStart.UNDISPATCHED) { client.suspending.getUsersInfo(listOf("alice")) }
    call.cancelAndJoin()
    client.suspending.getLoginStatus() // all goes on
}

private suspend fun closingEndsEverything(client: Client) = coroutineScope {
    val events = async(start = CoroutineStart.UNDISPATCHED) { client.events().toList() }
    setDraft(client, "the last one")
    client.events().let { flow ->
        val one = async(start = CoroutineStart.UNDISPATCHED) { flow.first() }
        setDraft(client, "and one more")
        check(one.await() is ClientEvent.ConversationChanged)
    }
    client.close()
    check(events.await().any { it is ClientEvent.ConversationChanged })
    same(codeOf { client.suspending.getLoginStatus() }, Status.NOT_INITIALIZED)
    same(codeOf { client.events().collect {} }, Status.NOT_INITIALIZED)
}

fun main(args: Array<String>) = runBlocking {
    val client = openClient(args[0], "alice")
    withTimeout(A_MINUTE) { methodsSuspend(client) }
    withTimeout(A_MINUTE) { coroutinesStartInCallbacks(client) }
    withTimeout(A_MINUTE) { eventsFlowInOrder(client) }
    withTimeout(A_MINUTE) { aCollectorMayCall(client) }
    withTimeout(A_MINUTE) { cancellingEndsACollection(client) }
    withTimeout(A_MINUTE) { closingEndsEverything(client) }
}
