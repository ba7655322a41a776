// Reading and writing JSON with Jackson's streams, strictly: nothing stands in for what is missing or has another type.
//
// Reading goes from the bytes of the library straight into the models, in one pass. No tree of values is made, which
// would take most of the time.
package im.libim

import com.fasterxml.jackson.core.JsonFactory
import com.fasterxml.jackson.core.JsonGenerator
import com.fasterxml.jackson.core.JsonParseException
import com.fasterxml.jackson.core.JsonParser
import com.fasterxml.jackson.core.JsonToken
import com.fasterxml.jackson.core.exc.InputCoercionException
import java.io.StringWriter
import java.time.Instant

private val factory = JsonFactory()

/** Reads a value of JSON in UTF-8. [read] begins at its first token. */
internal inline fun <T> parse(json: ByteArray, read: (JsonParser) -> T): T = newParser(json).use { parser ->
    parser.nextToken()
    read(parser)
}

@PublishedApi
internal fun newParser(json: ByteArray): JsonParser = factory.createParser(json)

/** The value at which the parser stands, as text. */
internal fun JsonParser.json(): String {
    val text = StringWriter()
    factory.createGenerator(text).use { it.copyCurrentStructure(this) }
    return text.toString()
}

internal fun JsonParser.text(): String = if (hasToken(JsonToken.VALUE_STRING)) text else wrong("a text")

/** Throws also for a fraction and for what a Long cannot hold. */
internal fun JsonParser.long(): Long = integer("an integer of 64 bits") { longValue }

internal fun JsonParser.int(): Int = integer("an integer of 32 bits") { intValue }

/** A number with or without a fraction. */
internal fun JsonParser.double(): Double = if (currentToken()?.isNumeric == true) doubleValue else wrong("a number")

private inline fun <T> JsonParser.integer(expected: String, read: () -> T): T {
    if (!hasToken(JsonToken.VALUE_NUMBER_INT)) wrong(expected)
    return try {
        read()
    } catch (e: InputCoercionException) {
        wrong(expected)
    }
}

/** A time in seconds. */
internal fun JsonParser.time(): Instant = Instant.ofEpochSecond(long())

/** A time in seconds, of which 0 says that there is none. */
internal fun JsonParser.timeOrNone(): Instant? = long().takeIf { it != 0L }?.let(Instant::ofEpochSecond)

internal fun JsonParser.boolean(): Boolean = when (currentToken()) {
    JsonToken.VALUE_TRUE -> true
    JsonToken.VALUE_FALSE -> false
    else -> wrong("a boolean")
}

internal inline fun <T> JsonParser.orNull(read: () -> T): T? = if (hasToken(JsonToken.VALUE_NULL)) null else read()

/** Calls [read] at each entry of the list at which the parser stands. */
internal inline fun <T> JsonParser.list(read: () -> T): List<T> {
    if (!hasToken(JsonToken.START_ARRAY)) wrong("a list")
    if (nextToken() == JsonToken.END_ARRAY) return emptyList()
    val list = ArrayList<T>()
    do list.add(read()) while (nextToken() != JsonToken.END_ARRAY)
    return list
}

/** Calls [read] at the value of each key of the object at which the parser stands. It must read or skip the value. */
internal inline fun JsonParser.forEachKey(read: (String) -> Unit) {
    if (!hasToken(JsonToken.START_OBJECT)) wrong("an object")
    while (true) {
        val key = nextFieldName() ?: break
        nextToken()
        read(key)
    }
    if (!hasToken(JsonToken.END_OBJECT)) wrong("an object")
}

/** The error about keys that are missing: those whose bit is not in [seen]. */
internal fun JsonParser.missing(seen: Long, vararg keys: String): Nothing {
    val missing = keys.filterIndexed { at, _ -> seen and (1L shl at) == 0L }
    throw JsonParseException(this, "${missing.joinToString()} is missing")
}

internal fun JsonParser.wrong(expected: String): Nothing =
    throw JsonParseException(this, "${currentName() ?: "the value"} is not $expected")

/** Writes a request. What is null is left out, so that libim's default holds. */
internal class Request private constructor(private val json: JsonGenerator) {
    fun text(key: String, value: String?) {
        if (value != null) json.writeStringField(key, value)
    }

    fun integer(key: String, value: Number?) {
        if (value != null) json.writeNumberField(key, value.toLong())
    }

    fun double(key: String, value: Double?) {
        if (value != null) json.writeNumberField(key, value)
    }

    fun boolean(key: String, value: Boolean?) {
        if (value != null) json.writeBooleanField(key, value)
    }

    fun texts(key: String, value: List<String>) {
        json.writeArrayFieldStart(key)
        value.forEach(json::writeString)
        json.writeEndArray()
    }

    fun integers(key: String, value: List<Long>?) {
        if (value == null) return
        json.writeArrayFieldStart(key)
        value.forEach(json::writeNumber)
        json.writeEndArray()
    }

    fun <T : Any> child(key: String, value: T?, write: T.(Request) -> Unit) {
        if (value == null) return
        json.writeObjectFieldStart(key)
        value.write(this)
        json.writeEndObject()
    }

    fun <T> children(key: String, values: List<T>, write: T.(Request) -> Unit) {
        json.writeArrayFieldStart(key)
        for (value in values) {
            json.writeStartObject()
            value.write(this)
            json.writeEndObject()
        }
        json.writeEndArray()
    }

    companion object {
        /** The JSON object with what [write] writes. */
        fun of(write: Request.() -> Unit): String {
            val text = StringWriter()
            factory.createGenerator(text).use { json ->
                json.writeStartObject()
                Request(json).write()
                json.writeEndObject()
            }
            return text.toString()
        }
    }
}
