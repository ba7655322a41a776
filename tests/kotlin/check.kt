// What the tests of the Kotlin binding share: checks that end the program with an exception, waiting, and clients.
import im.libim.Backend
import im.libim.Client
import im.libim.Config
import im.libim.ImException
import java.util.concurrent.ExecutionException
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit

fun check(isTrue: Boolean, what: () -> String = { "a check failed" }) {
    if (!isTrue) throw AssertionError(what())
}

fun <T> same(real: T, expected: T, what: String = "a value") =
    check(real == expected) { "$what is <$real>, not <$expected>" }

/** The failure that a call must end with. */
fun fails(code: Int, call: () -> Any?): ImException {
    val failure = try {
        val value = call()
        throw AssertionError("it gave $value, not $code")
    } catch (e: ImException) {
        e
    } catch (e: ExecutionException) {
        e.cause as ImException
    }
    same(failure.code, code, "the code of '${failure.message}'")
    check(failure.desc.isNotEmpty())
    return failure
}

/** The value of a future that comes. */
fun <T> come(future: Future<T>): T = future.get(60, TimeUnit.SECONDS)

/** Waits until a condition holds; a minute without it is a failure. */
fun until(what: String, condition: () -> Boolean) {
    val end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1)
    while (!condition()) {
        check(System.nanoTime() < end) { "waited in vain for $what" }
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000)
    }
}

fun configOf(dir: String, user: String) = Config("$dir/$user", user, Backend.Embedded("$dir/service.db"))

fun openClient(dir: String, user: String): Client = Client.open(configOf(dir, user))

/** Makes one event. */
fun setDraft(client: Client, text: String) = client.setConversationDraft("c2c_x", text)
