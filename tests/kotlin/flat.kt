// A thousand clients and listeners come and go, and take neither memory nor threads with them. `flat.kt DIR`
package flat

import check
import come
import im.libim.*
import openClient
import setDraft
import until
import java.io.File

private fun status(key: String): Long =
    File("/proc/self/status").readLines().first { it.startsWith("$key:") }.filter { it.isDigit() }.toLong()

private fun collect() = repeat(3) {
    System.gc()
    System.runFinalization()
}

private class Counting : Listener {
    override fun onConversationChanged(conversationList: List<Conversation>) {
        alive.add(conversationList.size)
    }

    // Large enough to be seen where a thousand of them stay.
    private val weight = ByteArray(100_000)
    private val alive = ArrayList<Int>()
}

/** Opens a client, uses it in all ways that leave something to clean up, and closes it. */
private fun turn(dir: String, number: Int) {
    openClient(dir, "user${number % 10}").use { client ->
        client.addListener(Counting())
        client.addListener(Counting()).close()
        setDraft(client, "draft $number")
        come(client.async.getConversationList())
        client.callAsync("getConversationList")
    }
}

fun main(args: Array<String>) {
    // After some hundred turns all code is loaded and compiled.
    for (number in 0 until 300) turn(args[0], number)
    collect()
    val memory = status("VmRSS")
    val threads = status("Threads")
    for (number in 0 until 1000) turn(args[0], number)
    until("the threads") { status("Threads") <= threads + 2 }
    check(Thread.getAllStackTraces().keys.none { it.name.startsWith("libim") }) { "${Thread.getAllStackTraces().keys}" }
    collect()
    val grown = status("VmRSS") - memory
    check(grown < 10_000) { "it has grown by $grown kB" }
    println("$grown kB more")
}
