// The patterns of tests/scenarios, as its README says.
package scenarios

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import same

fun json(text: String): JsonElement = JsonParser.parseString(text)

/** Where and why a value does not fit a pattern; null when it fits. */
fun misfit(pattern: JsonElement, value: JsonElement, path: String): String? {
    if (pattern is JsonObject && pattern.size() == 1 && pattern.keySet().first().startsWith("$")) {
        val (rule, given) = pattern.entrySet().first()
        return if (fits(rule, given, value, path)) null else fault(pattern, value, path)
    }
    if (pattern is JsonObject && value is JsonObject) {
        for ((key, wanted) in pattern.entrySet()) {
            val real = value.get(key) ?: return "$path.$key is missing"
            misfit(wanted, real, "$path.$key")?.let { return it }
        }
        return null
    }
    if (pattern is JsonArray && value is JsonArray && pattern.size() == value.size()) {
        for (at in 0 until pattern.size()) misfit(pattern[at], value[at], "$path[$at]")?.let { return it }
        return null
    }
    return if (isEqual(pattern, value)) null else fault(pattern, value, path)
}

private fun fits(rule: String, given: JsonElement, value: JsonElement, path: String): Boolean = when (rule) {
    "\$any" -> true
    "\$not" -> misfit(given, value, path) != null
    "\$length" -> value is JsonArray && value.size() == given.asInt
    "\$has" -> value is JsonArray && value.any { misfit(given, it, path) == null }
    "\$above" -> integer(value)?.let { it > given.asLong } ?: false
    "\$below" -> integer(value)?.let { it < given.asLong } ?: false
    else -> error("there is no rule $rule")
}

private fun fault(pattern: JsonElement, value: JsonElement, path: String) =
    "$path is ${value.toString().take(500)}, not $pattern"

private fun integer(value: JsonElement): Long? =
    if (value is JsonPrimitive && value.isNumber) value.asString.toLongOrNull() else null

/** Gson compares numbers as doubles, so it is not asked. */
private fun isEqual(one: JsonElement, other: JsonElement): Boolean = when {
    one is JsonNull || other is JsonNull -> one is JsonNull && other is JsonNull
    one is JsonPrimitive && other is JsonPrimitive -> when {
        one.isNumber && other.isNumber -> one.asBigDecimal.compareTo(other.asBigDecimal) == 0
        one.isString && other.isString -> one.asString == other.asString
        one.isBoolean && other.isBoolean -> one.asBoolean == other.asBoolean
        else -> false
    }
    else -> false // objects and arrays of different lengths
}

/** Patterns that must fit, and that must not: a runner that lets everything pass tests nothing. */
fun patternsFitWhatTheReadmeSays() {
    fun fits(pattern: String, value: String) = misfit(json(pattern), json(value), "") == null
    for ((pattern, value) in listOf(
        """{"a": 1}""" to """{"a": 1, "b": 2}""", """[{"${'$'}any": true}, {"${'$'}above": 1}]""" to "[null, 2]",
        """{"${'$'}length": 2}""" to "[1, 2]", """{"${'$'}has": {"a": 1}}""" to """[{"a": 0}, {"a": 1, "b": 0}]""",
        """{"${'$'}not": null}""" to "\"x\"", "[]" to "[]", "9007199254740993" to "9007199254740993"
    )) same(fits(pattern, value), true, "$value in $pattern")
    for ((pattern, value) in listOf(
        """{"a": 1}""" to """{"a": 2}""", """{"a": null}""" to "{}", "[1]" to "[1, 2]", "1" to "\"1\"",
        """{"${'$'}has": 1}""" to "[]", """{"${'$'}below": 1}""" to "1", "{}" to "[]", "null" to "false",
        "9007199254740993" to "9007199254740992", """{"${'$'}above": 1}""" to "\"2\"", "\"é\"" to "\"e\u0301\""
    )) same(fits(pattern, value), false, "$value in $pattern")
}
