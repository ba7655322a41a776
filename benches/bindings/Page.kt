// What the Kotlin binding adds to a call: a page of 100 conversations as models, beside the same page through im_call
// and im_string_free alone. Prints one line. The two take turns, so that both see the same machine.
//
//     page.PageKt DIR
package page

import com.sun.jna.Native
import com.sun.jna.Pointer
import com.sun.jna.ptr.LongByReference
import com.sun.jna.ptr.PointerByReference
import im.libim.Backend
import im.libim.Client
import im.libim.Config
import im.libim.NewMessage
import java.io.File
import kotlin.system.measureNanoTime

private const val PAGE = 100L
private const val WARM_UP = 3_000
private const val ROUNDS = 2_000

/** The same functions again, without anything of the binding. */
@Suppress("FunctionName") // the C names
private object C {
    init {
        Native.register(C::class.java, System.getenv("LIBIM_LIBRARY") ?: "im")
    }

    @JvmStatic external fun im_client_open(config: ByteArray, client: LongByReference, response: Pointer?): Int
    @JvmStatic external fun im_client_close(client: Long): Int
    @JvmStatic external fun im_call(c: Long, method: ByteArray, request: ByteArray, response: PointerByReference): Int
    @JvmStatic external fun im_string_free(string: Pointer?)
}

private fun fill(dir: String) = Client.open(Config(dir, "bench")).use { client ->
    for (number in 0 until 2 * PAGE)
        client.sendMessage(NewMessage.textToUser("user$number", "Message number $number, of an ordinary length 🙂"))
}

private fun median(times: LongArray): Double = times.sorted()[times.size / 2] / 1000.0

fun main(args: Array<String>) {
    val dir = args[0]
    fill(dir)
    // A cache has one client, so each side has a copy of it.
    File(dir).copyRecursively(File("$dir-c"))
    val handle = LongByReference()
    val config = """{"dataDir":"$dir-c","userID":"bench","backend":{"kind":"embedded"}}"""
    check(C.im_client_open("$config\u0000".toByteArray(), handle, null) == 0)
    val raw = handle.value
    val method = "getConversationList\u0000".toByteArray()
    val request = "{\"nextSeq\":\"0\",\"count\":$PAGE}\u0000".toByteArray()
    val response = PointerByReference()
    val inC = {
        check(C.im_call(raw, method, request, response) == 0)
        C.im_string_free(response.value)
    }
    Client.open(Config(dir, "bench", Backend.Embedded())).use { client ->
        val inKotlin = { check(client.getConversationList("0", PAGE).conversationList.size == PAGE.toInt()) }
        repeat(WARM_UP) {
            inC()
            inKotlin()
        }
        val c = LongArray(ROUNDS)
        val kotlin = LongArray(ROUNDS)
        for (round in 0 until ROUNDS) {
            c[round] = measureNanoTime(inC)
            kotlin[round] = measureNanoTime(inKotlin)
        }
        println(
            "Kotlin: a page of %d as models %.0f µs, the C call %.0f µs, ratio %.1f"
                .format(PAGE, median(kotlin), median(c), median(kotlin) / median(c))
        )
    }
    C.im_client_close(raw)
}
