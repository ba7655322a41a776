// Reading and writing JSON with Gson, strictly: no default for what is missing, and no integer goes through a double.
package im.libim

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParseException
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import java.io.StringReader

/** What Gson makes of a text. `JsonParser()` and not its static method: that one is not in old versions of Gson. */
@Suppress("DEPRECATION")
internal fun parseJson(text: String): JsonElement = JsonParser().parse(StringReader(text))

private fun JsonElement.primitive(): JsonPrimitive =
    this as? JsonPrimitive ?: throw JsonParseException("a value, not ${kind()}, is expected")

private fun JsonElement.kind(): String = when (this) {
    is JsonObject -> "an object"
    is JsonArray -> "an array"
    is JsonNull -> "null"
    else -> "a value"
}

internal fun JsonElement.text(): String =
    primitive().let { if (it.isString) it.asString else throw JsonParseException("a text is expected") }

/** Throws also for a fraction and for what a Long cannot hold. */
internal fun JsonElement.long(): Long =
    primitive().let { if (it.isNumber) it.asString.toLong() else throw JsonParseException("an integer is expected") }

internal fun JsonElement.boolean(): Boolean =
    primitive().let { if (it.isBoolean) it.asBoolean else throw JsonParseException("a boolean is expected") }

internal fun JsonElement.asObject(): JsonObject =
    this as? JsonObject ?: throw JsonParseException("an object, not ${kind()}, is expected")

internal fun <T> JsonElement.list(read: (JsonElement) -> T): List<T> =
    (this as? JsonArray ?: throw JsonParseException("an array, not ${kind()}, is expected")).map(read)

private fun JsonObject.at(key: String): JsonElement = get(key) ?: throw JsonParseException("$key is missing")
private fun JsonObject.atOrNull(key: String): JsonElement? = at(key).let { if (it.isJsonNull) null else it }

internal fun JsonObject.text(key: String): String = at(key).text()
internal fun JsonObject.textOrNull(key: String): String? = atOrNull(key)?.text()
internal fun JsonObject.long(key: String): Long = at(key).long()
internal fun JsonObject.int(key: String): Int = Math.toIntExact(at(key).long())
internal fun JsonObject.boolean(key: String): Boolean = at(key).boolean()
internal fun JsonObject.child(key: String): JsonObject = at(key).asObject()
internal fun JsonObject.objectOrNull(key: String): JsonObject? = atOrNull(key)?.asObject()
internal fun <T> JsonObject.list(key: String, read: (JsonElement) -> T): List<T> = at(key).list(read)

/** Writes a request. What is null is left out, so that libim's default holds. */
internal class Request {
    private val json = JsonObject()

    fun text(key: String, value: String?) = put(key, value?.let { JsonPrimitive(it) })
    fun integer(key: String, value: Long?) = put(key, value?.let { JsonPrimitive(it) })
    fun boolean(key: String, value: Boolean?) = put(key, value?.let { JsonPrimitive(it) })
    fun child(key: String, value: Request?) = put(key, value?.json)
    fun texts(key: String, value: List<String>) = put(key, array(value.map { JsonPrimitive(it) }))
    fun children(key: String, value: List<Request>) = put(key, array(value.map { it.json }))

    private fun array(entries: List<JsonElement>) = JsonArray().apply { entries.forEach { add(it) } }

    private fun put(key: String, value: JsonElement?): Request {
        if (value != null) json.add(key, value)
        return this
    }

    override fun toString() = json.toString()
}
