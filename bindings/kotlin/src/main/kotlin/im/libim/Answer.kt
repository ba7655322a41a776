// Taking an answer of the library apart: its data, or the exception that says why there is none.
package im.libim

import com.google.gson.JsonElement

/** The data of an answer, as [read] makes it. [response] is null when there was no memory for it. */
internal fun <T> answer(status: Int, response: String?, read: (JsonElement) -> T): T {
    if (response == null) throw ImException(if (status == Status.OK) Status.INTERNAL_ERROR else status, "out of memory")
    try {
        val envelope = parseJson(response).asObject()
        if (status != Status.OK) throw ImException(status, envelope.text("desc"))
        return read(envelope.get("data"))
    } catch (e: ImException) {
        throw e
    } catch (e: RuntimeException) {
        throw ImException(Status.INTERNAL_ERROR, "the answer is not as the schema says: ${e.message}")
    }
}

/** Answers as JSON text. */
internal val asText: (JsonElement) -> String = { it.toString() }
