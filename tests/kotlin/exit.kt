// The JVM ends with open clients, running listeners and calls under way; the test looks at the exit code and at
// standard error. `exit.kt DIR HOW`
package exit

import come
import im.libim.*
import openClient
import setDraft
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.system.exitProcess

private fun hearing(hear: () -> Unit) = object : RawListener {
    override fun onEvent(event: Int, payload: String) = hear()
}

fun main(args: Array<String>) {
    val (dir, how) = args
    val clients = listOf("alice", "bob", "carol").map { openClient(dir, it) }
    val client = clients[0]
    val isRunning = CompletableFuture<Unit>()
    when (how) {
        // Nothing but libim's own threads is left.
        "idle" -> clients.forEach { it.addListener(hearing { }) }
        // Listeners are called all the time.
        "busy" -> {
            clients.forEach { it.addListener(hearing { isRunning.complete(Unit) }) }
            for (busy in clients)
                thread(isDaemon = true) {
                    var number = 0
                    try {
                        while (true) {
                            setDraft(busy, "draft ${number++}")
                            busy.async.getConversationList()
                        }
                    } catch (e: ImException) {
                        // It is closed at the end.
                    }
                }
            come(isRunning)
        }
        // A listener that never ends.
        "stuck" -> {
            client.addListener(hearing {
                isRunning.complete(Unit)
                Thread.sleep(Long.MAX_VALUE)
            })
            setDraft(client, "stuck")
            come(isRunning)
        }
        // A listener ends the JVM.
        "inside" -> {
            client.addListener(hearing { exitProcess(0) })
            setDraft(client, "inside")
            Thread.sleep(Long.MAX_VALUE)
        }
        // What depends on a future ends the JVM, which is ending.
        "future" -> {
            client.login()
            repeat(500) { client.async.getUsersInfo(listOf("alice")).whenComplete { _, _ -> exitProcess(0) } }
        }
        // Calls are under way, and whoever waits for them is told of their end.
        "pending" -> {
            client.login()
            val left = AtomicInteger(500)
            repeat(left.get()) {
                client.async.getUsersInfo(listOf("alice")).whenComplete { _, _ ->
                    if (left.decrementAndGet() == 0) println("all have ended")
                }
            }
        }
        // A client is opened, and another closed, while the JVM ends.
        "hook" -> Runtime.getRuntime().addShutdownHook(thread(start = false) {
            client.close()
            openClient(dir, "dave").close()
        })
        else -> error("no way to exit is called $how")
    }
    if (how != "idle") exitProcess(0)
}
