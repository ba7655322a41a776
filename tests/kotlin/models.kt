// How strictly answers and events are read: no default stands in for a key that is missing or has another type, and keys
// and events of later versions are skipped. `models.kt DIR`
package models

import check
import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import fails
import im.libim.Client
import im.libim.Conversation
import im.libim.ConversationType
import im.libim.Event
import im.libim.GroupType
import im.libim.Listener
import im.libim.MessageStatus
import im.libim.ModelReader
import im.libim.NewMessage
import im.libim.Status
import im.libim.TypedHearer
import im.libim.answer
import im.libim.hear
import java.time.Instant
import openClient
import same
import scenarios.json

private fun read(conversation: JsonElement): Conversation {
    val response = JsonObject()
    response.addProperty("code", 0)
    response.addProperty("desc", "")
    response.add("data", conversation)
    return answer(Status.OK, response.toString().toByteArray(), ModelReader::conversation)
}

/** Every object in a value, with the text that leads to it. */
private fun objects(value: JsonElement, path: String): List<Pair<String, JsonObject>> = when (value) {
    is JsonObject -> listOf(path to value) + value.entrySet().flatMap { objects(it.value, "$path.${it.key}") }
    is JsonArray -> value.flatMapIndexed { at, entry -> objects(entry, "$path[$at]") }
    else -> emptyList()
}

/** Keys that V2TIM has and no model: their values are always null. */
private val UNKNOWN =
    setOf("imageElem", "soundElem", "videoElem", "fileElem", "locationElem", "faceElem", "groupTipsElem")

private fun refused(conversation: JsonObject, key: String, path: String, why: String) {
    val failure = fails(Status.INTERNAL_ERROR) { read(conversation) }
    check("schema" in failure.desc && key in failure.desc) { "$path.$key $why: ${failure.desc}" }
}

private fun everyKeyIsNeededWithItsType(conversation: JsonObject) {
    val whole = read(conversation)
    var tried = 0
    for ((path, model) in objects(conversation, "")) {
        for (key in model.keySet().toList() - UNKNOWN) {
            val value = model.get(key)
            // The order of keys says nothing: what is set again comes last.
            model.remove(key)
            refused(conversation, key, path, "is missing")
            // Of a key that is null here the type is not known.
            if (value !is JsonNull) {
                model.add(key, if (value is JsonPrimitive && value.isString) JsonPrimitive(1) else JsonPrimitive("1"))
                refused(conversation, key, path, "has the wrong type")
            }
            model.add(key, value)
            same(read(conversation), whole)
            tried++
        }
        model.add("keyOfALaterVersion", json("""{"a": [1, {"b": null}]}"""))
        same(read(conversation), whole, path)
    }
    check(tried > 40) { "$tried keys" }
}

private fun integersAreExact(conversation: JsonObject) {
    for (integer in listOf("9007199254740993", "9223372036854775807", "-1")) {
        conversation.add("orderkey", json(integer))
        same(read(conversation).orderkey.toString(), integer)
    }
    for (other in listOf("9223372036854775808", "1.5", "1e3", "true", "null")) {
        conversation.add("orderkey", json(other))
        refused(conversation, "orderkey", "", "is $other")
    }
}

private fun whatALaterVersionAddsToASetIsUnknown(conversation: JsonObject) {
    conversation.addProperty("type", 9)
    conversation.addProperty("groupType", "Later")
    conversation.addProperty("draftTimestamp", 1_700_000_000)
    conversation.getAsJsonObject("lastMessage").addProperty("status", 9_000_000_000)
    val read = read(conversation)
    same(read.type to read.groupType, ConversationType.UNKNOWN to GroupType.UNKNOWN)
    same(read.lastMessage?.status, MessageStatus.UNKNOWN)
    same(read.draftTimestamp, Instant.ofEpochSecond(1_700_000_000))
    same(read.c2cReadTimestamp, null)
}

private fun whatIsNoAnswerIsAnError() {
    for (response in listOf(
        "",
        "{",
        "[]",
        "null",
        "{}",
        """{"code":0,"desc":""}""",
        """{"data":[]}""",
        """{"data":{"a":""",
    )) {
        fails(Status.INTERNAL_ERROR) { answer(Status.OK, response.toByteArray(), ModelReader::conversation) }
    }
    val late = """{"code":9510,"desc":"late","data":null}""".toByteArray()
    same(fails(Status.TIMEOUT) { answer(Status.TIMEOUT, late) {} }.desc, "late")
    fails(Status.INTERNAL_ERROR) { answer(Status.TIMEOUT, "{}".toByteArray()) {} }
    fails(Status.INTERNAL_ERROR) { answer(Status.OK, null) {} }
}

private fun eventsOfLaterVersionsAreSkipped() {
    var heard = 0
    val hearer = TypedHearer { event ->
        heard++
        object : Listener {}.hear(event) // methods that are not overridden do nothing
    }
    hearer.onEvent(Event.CONNECTING.number, "null".toByteArray())
    for (number in listOf(Event.entries.size, 63, 64, -1)) hearer.onEvent(number, "null".toByteArray())
    same(heard, 1)
    same(Event.of(Event.entries.size), null)
}

private fun conversation(alice: Client): JsonObject {
    alice.login()
    alice.createGroup(im.libim.NewGroup(groupID = "team"))
    alice.sendMessage(NewMessage.textToGroup("team", "hi", listOf("bob", im.libim.AT_ALL)))
    val conversation = json(alice.call("getConversation", """{"conversationID":"group_team"}""")).asJsonObject
    conversation.add("groupAtInfoList", json("""[{"seq": "1", "atType": 1}]"""))
    conversation.add("draftText", JsonPrimitive("a draft"))
    conversation.add("markList", json("[1, 2]"))
    return conversation
}

fun main(args: Array<String>) {
    val conversation = openClient(args[0], "alice").use { conversation(it) }
    everyKeyIsNeededWithItsType(conversation.deepCopy())
    integersAreExact(conversation.deepCopy())
    whatALaterVersionAddsToASetIsUnknown(conversation.deepCopy())
    whatIsNoAnswerIsAnError()
    eventsOfLaterVersionsAreSkipped()
    same(Status.name(Status.TIMEOUT), "TIMEOUT")
    same(Status.name(-1), "UNKNOWN")
}
