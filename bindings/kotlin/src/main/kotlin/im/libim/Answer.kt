// A call, and the data of its answer or the exception that says why there is none.
package im.libim

import com.fasterxml.jackson.core.JsonParser
import com.fasterxml.jackson.core.JsonProcessingException

/** A call to be made, in one of the forms of [Methods], [AsyncMethods] and [SuspendingMethods]. */
internal class Call<T>(val method: String, val read: (JsonParser) -> T, write: Request.() -> Unit = {}) {
    val request: String = Request.of(write)
}

/** For methods whose answers have no data. */
internal val nothing: (JsonParser) -> Unit = { it.skipChildren() }

/** Answers as JSON text. */
internal val asText: (JsonParser) -> String = { it.json() }

/** The data of an answer, as [read] makes it. [response] is null when there was no memory for it. */
internal fun <T> answer(status: Int, response: ByteArray?, read: (JsonParser) -> T): T {
    if (response == null) throw ImException(if (status == Status.OK) Status.INTERNAL_ERROR else status, "out of memory")
    return try {
        if (status != Status.OK) throw ImException(status, desc(response))
        data(response, read)
    } catch (e: JsonProcessingException) {
        throw ImException(Status.INTERNAL_ERROR, "the answer is not as the schema says: ${e.originalMessage}")
    }
}

private fun <T> data(response: ByteArray, read: (JsonParser) -> T): T = parse(response) { parser ->
    parser.forEachKey { key -> if (key == "data") return read(parser) else parser.skipChildren() }
    parser.missing(0, "data")
}

private fun desc(response: ByteArray): String = parse(response) { parser ->
    parser.forEachKey { key -> if (key == "desc") return parser.text() else parser.skipChildren() }
    parser.missing(0, "desc")
}
