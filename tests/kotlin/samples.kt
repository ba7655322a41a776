// schema/openrpc.json as the tests of the Kotlin binding read it: the Kotlin types it asks for, samples of its objects.
package schema

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import same
import kotlin.reflect.KClass
import kotlin.reflect.full.memberProperties

internal lateinit var schema: JsonObject

internal val schemas get() = schema.getAsJsonObject("components").getAsJsonObject("schemas")

/** A name in the schema as the binding's. */
internal fun modelOf(name: String): KClass<*> = Class.forName("im.libim.${name.removePrefix("V2Tim")}").kotlin

internal fun models() = schemas.keySet().filter { it.startsWith("V2Tim") || it == "Opened" || it == "Failure" }

// --- types ---

/** What Kotlin type a schema asks for; null for a key that is always null. */
internal fun typeOf(part: JsonObject): String? {
    part.get("\$ref")?.let { ref ->
        val name = ref.asString.substringAfterLast('/')
        return if (schemas.getAsJsonObject(name).has("oneOf")) "String" else name.removePrefix("V2Tim")
    }
    part.getAsJsonArray("allOf")?.let { return typeOf(it[0].asJsonObject) }
    part.getAsJsonArray("anyOf")?.let { return typeOf(it[0].asJsonObject) + "?" }
    if (part.has("oneOf")) return "String"
    val types = part.get("type").let { if (it is JsonArray) it.map { type -> type.asString } else listOf(it.asString) }
    val name = when (types[0]) {
        "null" -> return null
        "array" -> "List<${typeOf(part.getAsJsonObject("items"))}>"
        "integer" -> if (part.get("format")?.asString == "int32") "Int" else "Long"
        "boolean" -> "Boolean"
        "string" -> "String"
        else -> error("no Kotlin type for $part")
    }
    return if ("null" in types) "$name?" else name
}

internal fun nameOf(type: Any) =
    type.toString().replace(Regex("""(kotlin|kotlin\.collections|im\.libim)\.(?=[A-Z])"""), "")

/** Keys and types of an object of the schema, without those that are always null. */
internal fun fieldsOf(model: JsonObject): Map<String, String> = model.getAsJsonObject("properties").entrySet()
    .mapNotNull { (key, part) -> typeOf(part.asJsonObject)?.let { key to it } }.toMap()

// --- samples: values of the right types, all different, integers such that no double holds them ---

internal var counter = 9_007_199_254_740_993L

internal fun sample(part: JsonObject, isNullable: Boolean = false): JsonElement {
    part.get("\$ref")?.let { return sample(schemas.getAsJsonObject(it.asString.substringAfterLast('/'))) }
    part.getAsJsonArray("allOf")?.let { return sample(it[0].asJsonObject) }
    part.getAsJsonArray("anyOf")?.let { return if (isNullable) JsonNull.INSTANCE else sample(it[0].asJsonObject) }
    if (part.has("properties")) {
        val sample = JsonObject()
        for ((key, value) in part.getAsJsonObject("properties").entrySet())
            sample.add(key, sample(value.asJsonObject, isNullable))
        return sample
    }
    val type = typeOf(part)
    counter += 2
    return when {
        type == null || isNullable && type.endsWith("?") -> JsonNull.INSTANCE
        type.startsWith("List") -> JsonArray().apply { repeat(2) { add(sample(part.getAsJsonObject("items"))) } }
        type.startsWith("Int") -> JsonPrimitive((counter % 1_000_000).toInt())
        type.startsWith("Long") -> JsonPrimitive(counter)
        type.startsWith("Boolean") -> JsonPrimitive(true)
        else -> JsonPrimitive("text $counter 🙂")
    }
}

/** A model as JSON, by its properties, to be held against what it was read from. */
internal fun jsonOf(value: Any?): JsonElement = when (value) {
    null -> JsonNull.INSTANCE
    is String -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is List<*> -> JsonArray().apply { value.forEach { add(jsonOf(it)) } }
    else -> JsonObject().apply { value::class.memberProperties.forEach { add(it.name, jsonOf(it.getter.call(value))) } }
}

/** Without the keys that are always null. */
private fun known(value: JsonElement): JsonElement = when (value) {
    is JsonArray -> JsonArray().apply { value.forEach { add(known(it)) } }
    is JsonObject -> JsonObject().apply {
        for ((key, entry) in value.entrySet())
            if (!key.endsWith("Elem") || !entry.isJsonNull) add(key, known(entry))
    }
    else -> value
}

private fun sorted(value: JsonElement): String = when (value) {
    is JsonObject ->
        value.entrySet().sortedBy { it.key }.joinToString(",", "{", "}") { "${it.key}:${sorted(it.value)}" }
    is JsonArray -> value.joinToString(",", "[", "]") { sorted(it) }
    else -> value.toString()
}

internal fun sameJson(real: JsonElement, expected: JsonElement, what: String) =
    same(sorted(known(real)), sorted(known(expected)), what)
