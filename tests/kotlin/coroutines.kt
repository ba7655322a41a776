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
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import openClient
import same
import setDraft
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch

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
    same(methods.sendAndWait(NewMessage.textToUser("dave", "hi")).status, MessageStatus.SENT)
    same(codeOf { methods.sendAndWait(NewMessage.textToGroup("none", "hi")) }, Status.REFUSED)
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
    val answer = CompletableFuture<LoginStatus>()
    val registration = client.addListener(
        object : Listener {
            override fun onConversationChanged(conversationList: List<Conversation>) {
                launch(Dispatchers.Unconfined) { answer.complete(client.suspending.getLoginStatus()) }
            }
        },
    )
    setDraft(client, "starts a coroutine")
    client.suspending.getLoginStatus() // once it is answered, the first is told: the second is not merged into it
    setDraft(client, "is a change")
    same(answer.get(), LoginStatus.LOGGED_IN)
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

/** A file on its way: the flow of its progress ends where one wants, beside the call. */
private suspend fun aFileTellsHowFarItIs(alice: Client, bob: Client, dir: String) = coroutineScope {
    val path = Path.of(dir, "film.bin")
    Files.write(path, ByteArray(9 shl 20) { it.toByte() })
    val up = ArrayList<Long>()
    val upload = launch(start = CoroutineStart.UNDISPATCHED) {
        alice.events(Event.SEND_MESSAGE_PROGRESS).first {
            up.add((it as ClientEvent.SendMessageProgress).progress.progress)
            up.last() == 100L
        }
    }
    bob.suspending.login()
    val sent = alice.suspending.sendAndWait(NewMessage(receiver = "bob", fileElem = NewFile(path = path.toString())))
    upload.join()
    same(up, up.distinct().sorted())
    while (bob.suspending.getHistoryMessageList(HistoryQuery(userID = "alice")).isEmpty()) yield()
    val end = async(start = CoroutineStart.UNDISPATCHED) {
        bob.events(Event.MESSAGE_DOWNLOAD_PROGRESS_CALLBACK)
            .map { (it as ClientEvent.MessageDownloadProgressCallback).progress }
            .first { it.isFinish || it.isError }
    }
    val got = bob.suspending.downloadMessage(sent.msgID)
    same(end.await().path, got.fileElem!!.localUrl)
    check(Files.readAllBytes(Path.of(end.await().path)).contentEquals(Files.readAllBytes(path)))
    same(codeOf { bob.suspending.cancelDownloadMessage(sent.msgID) }, Status.NOTHING_TO_CANCEL)
}

/** A collector that asks the client about each event: what it waits for must not wait for the events. */
private suspend fun aCollectorMayCall(client: Client) = coroutineScope {
    val asked = CopyOnWriteArrayList<String?>()
    val collector = launch(start = CoroutineStart.UNDISPATCHED) {
        client.events(Event.CONVERSATION_CHANGED).first {
            asked.add(client.suspending.getConversation("c2c_x").draftText)
            asked.last() == "draft 100"
        }
    }
    launch(Dispatchers.IO) { for (number in 1..100) setDraft(client, "draft $number") }
    collector.join()
}

/** A collector that cannot run while much changes: it gets the newest state, and nothing before it. */
private suspend fun aSlowCollectorGetsNoBacklog(client: Client) = coroutineScope {
    val drafts = ArrayList<String?>()
    val collector = launch(start = CoroutineStart.UNDISPATCHED) {
        client.events(Event.CONVERSATION_CHANGED).first { event ->
            (event as ClientEvent.ConversationChanged).conversationList.mapTo(drafts) { it.draftText }
            drafts.last() == "state 200"
        }
    }
    for (number in 1..200) {
        // On the one thread of both; each is told before the next is made.
        setDraft(client, "state $number")
        client.async.getLoginStatus().get()
    }
    collector.join()
    same(drafts, listOf<String?>("state 200"))
}

/** Also while the client can answer nothing. */
private suspend fun cancellingEndsEveryWait(client: Client) = coroutineScope {
    val (isRunning, mayEnd) = CountDownLatch(1) to CountDownLatch(1)
    val registration = client.addListener(
        object : Listener {
            override fun onConversationChanged(conversationList: List<Conversation>) {
                isRunning.countDown()
                mayEnd.await()
            }
        },
    )
    setDraft(client, "holds the callbacks up")
    isRunning.await()
    val before = Callbacks.streams.size
    val collector = launch(start = CoroutineStart.UNDISPATCHED) { client.events().collect {} }
    same(Callbacks.streams.size, before + 1)
    collector.cancelAndJoin()
    same(Callbacks.streams.size, before)
    val call = launch(start = CoroutineStart.UNDISPATCHED) { client.suspending.getUsersInfo(listOf("alice")) }
    call.cancelAndJoin()
    mayEnd.countDown()
    registration.close()
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
    withTimeout(A_MINUTE) { aSlowCollectorGetsNoBacklog(client) }
    withTimeout(A_MINUTE) { aFileTellsHowFarItIs(client, openClient(args[0], "bob"), args[0]) }
    withTimeout(A_MINUTE) { cancellingEndsEveryWait(client) }
    withTimeout(A_MINUTE) { closingEndsEverything(client) }
}
