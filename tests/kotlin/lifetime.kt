// Clients closed from anywhere and at any moment, and what becomes of futures then. `lifetime.kt DIR`
package lifetime

import check
import come
import fails
import im.libim.*
import openClient
import same
import setDraft
import until
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

private lateinit var dir: String

private fun hearing(hear: () -> Unit) = object : RawListener {
    override fun onEvent(event: Int, payload: String) = hear()
}

/** The code of a call; 0 where it has worked. */
private fun codeOf(call: () -> Unit): Int = try {
    call()
    Status.OK
} catch (e: ImException) {
    e.code
} catch (e: ExecutionException) {
    (e.cause as ImException).code
}

private fun closingDuringCalls() {
    repeat(10) {
        val client = openClient(dir, "alice")
        client.login()
        val calls = AtomicInteger()
        val strange = AtomicInteger()
        val threads = (0..3).map { number ->
            thread {
                do {
                    val code = codeOf {
                        if (number % 2 == 0) client.getConversationList() else client.getUsersInfo(listOf("alice"))
                    }
                    calls.incrementAndGet()
                    if (code !in listOf(Status.OK, Status.CANCELLED, Status.NOT_INITIALIZED)) strange.set(code)
                } while (code != Status.NOT_INITIALIZED && strange.get() == 0)
            }
        }
        until("some calls") { calls.get() > 20 }
        client.close()
        threads.forEach { it.join() }
        same(strange.get(), 0)
    }
}

private fun closingInsideACallbackIsRefused() {
    openClient(dir, "alice").use { client ->
        val codes = CompletableFuture<List<Int>>()
        val later = CompletableFuture<Int>()
        client.addListener(hearing {
            codes.complete(listOf(codeOf { client.close() }, codeOf { client.logout() }))
            // The answer cannot come before this returns, so what depends on it runs in a callback too.
            client.async.getLoginStatus().thenAccept { later.complete(codeOf { client.close() }) }
        })
        setDraft(client, "close inside")
        same(come(codes), listOf(Status.CALLED_FROM_CALLBACK, Status.CALLED_FROM_CALLBACK))
        same(come(later), Status.CALLED_FROM_CALLBACK)
        same(client.getLoginStatus(), LoginStatus.LOGGED_OUT)
    }
}

/** What may be done inside a callback: closing from another thread, and closing another client. */
private fun closingFromACallback() {
    val alice = openClient(dir, "alice")
    val bob = openClient(dir, "bob")
    val closed = CompletableFuture<CompletableFuture<Unit>>()
    alice.addListener(hearing {
        bob.close()
        closed.complete(alice.closeAsync())
    })
    setDraft(alice, "close from inside")
    come(come(closed))
    fails(Status.NOT_INITIALIZED) { alice.getLoginStatus() }
    fails(Status.NOT_INITIALIZED) { bob.getLoginStatus() }
    openClient(dir, "alice").close()
    openClient(dir, "bob").close()
}

private fun nothingRunsAfterTheClose() {
    repeat(20) {
        val client = openClient(dir, "alice")
        val heard = AtomicInteger()
        client.addListener(hearing { heard.incrementAndGet() })
        val writer = thread {
            var number = 0
            do {
                val code = codeOf { setDraft(client, "draft ${number++}") }
            } while (code == Status.OK)
        }
        until("events") { heard.get() > 5 }
        client.close()
        val before = heard.get()
        writer.join()
        openClient(dir, "alice").use { setDraft(it, "the next client") }
        same(heard.get(), before)
    }
}

private fun futuresEndWithTheClient() {
    val client = openClient(dir, "alice")
    val async = client.async
    come(async.login())
    come(async.setConversationDraft("c2c_x", "from afar"))
    same(come(async.getConversation("c2c_x")).draftText, "from afar")
    same(come(client.callAsync("getLoginStatus")), "1")
    fails(Status.UNKNOWN_METHOD) { come(client.callAsync("noSuchMethod")) }
    fails(Status.INVALID_PARAMETERS) { come(async.getConversation("neither")) }

    // A listener that holds up the answers: none of the futures can have one before the close.
    val isRunning = CompletableFuture<Unit>()
    val mayEnd = CompletableFuture<Unit>()
    client.addListener(hearing {
        isRunning.complete(Unit)
        mayEnd.join()
    })
    setDraft(client, "hold up")
    come(isRunning)
    val futures = (1..100).flatMap { listOf(async.getConversationList(), async.getUsersInfo(listOf("alice"))) }
    check(futures.none { it.isDone })
    val closed = client.closeAsync()
    // The client is closed for others from the moment the close has begun.
    until("the close") { async.getLoginStatus().isCompletedExceptionally }
    client.close() // another one is at it
    mayEnd.complete(Unit)
    come(closed)
    check(futures.all { it.isDone })
    val codes = futures.map { codeOf { it.get() } }.toSet()
    check((codes - listOf(Status.OK, Status.CANCELLED)).isEmpty()) { "$codes" }
    fails(Status.NOT_INITIALIZED) { come(async.getLoginStatus()) }
}

private fun closingCancelsFutures() {
    var cancelled = 0
    var round = 0
    while (cancelled == 0) {
        check(round++ < 100) { "no call was ever cancelled" }
        val client = openClient(dir, "alice")
        client.login()
        val futures = (1..500).map { client.async.getUsersInfo(listOf("alice")) }
        client.close()
        for (future in futures) {
            val code = codeOf { future.get(0, TimeUnit.SECONDS) }
            check(code == Status.OK || code == Status.CANCELLED) { "$code" }
            if (code != Status.OK) cancelled++
        }
    }
}

fun main(args: Array<String>) {
    dir = args[0]
    closingDuringCalls()
    closingInsideACallbackIsRefused()
    closingFromACallback()
    nothingRunsAfterTheClose()
    futuresEndWithTheClient()
    closingCancelsFutures()
}
