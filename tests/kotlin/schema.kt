// The binding against schema/openrpc.json, field by field: models, events, methods, status codes.
// `schema.kt DIR SCHEMA`
package schema

import check
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import fails
import im.libim.*
import same
import java.io.File
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import java.util.concurrent.CompletableFuture
import kotlin.reflect.KCallable
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.full.declaredMemberFunctions
import kotlin.reflect.full.declaredMemberProperties
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.full.valueParameters
import kotlin.reflect.jvm.isAccessible
import scenarios.json

/** What a reflected call gives, or throws. */
private fun <T> KCallable<T>.run(vararg arguments: Any?): T = try {
    isAccessible = true
    call(*arguments)
} catch (e: InvocationTargetException) {
    throw e.targetException
}

private fun everyModelHasEveryKey() {
    for (name in models()) {
        val model = modelOf(name)
        check(model.isData) { name }
        val real = model.primaryConstructor!!.parameters.associate { it.name!! to nameOf(it.type) }
        same(real.toSortedMap(), fieldsOf(schemas.getAsJsonObject(name)).toSortedMap(), name)
        same(model.declaredMemberProperties.map { it.name }.toSet(), real.keys, name)
    }
}

private fun everyKeyIsReadIntoTheFieldOfItsName() {
    val readers = ModelReader::class.declaredMemberFunctions.associateBy { it.name.capitalize() }
    same(readers.keys.toSortedSet(), models().map { it.removePrefix("V2Tim") }.toSortedSet())
    for (name in models()) {
        val reader = readers.getValue(name.removePrefix("V2Tim"))
        val part = schemas.getAsJsonObject(name)
        for (isNullable in listOf(false, true)) {
            val given = sample(part, isNullable).asJsonObject
            given.add("keyOfALaterVersion", json("""{"a": [1]}"""))
            val model = reader.run(ModelReader, given)
            given.remove("keyOfALaterVersion")
            sameJson(jsonOf(model), given, name)
        }
        for ((key, type) in fieldsOf(part)) {
            val given = sample(part).asJsonObject
            val answer = JsonObject().apply { add("data", given) }
            fun refuses(why: String) {
                val failure = fails(Status.INTERNAL_ERROR) {
                    answer(Status.OK, answer.toString()) { reader.run(ModelReader, it.asJsonObject) }
                }
                check("schema" in failure.desc) { "$name.$key $why: ${failure.desc}" }
            }
            given.add(key, if (type.startsWith("String")) JsonPrimitive(1) else JsonPrimitive("1"))
            refuses("has the wrong type")
            if (!type.endsWith("?")) {
                given.add(key, JsonNull.INSTANCE)
                refuses("is null")
            }
            given.remove(key)
            refuses("is missing")
        }
    }
}

private fun everyEventHasItsMethod() {
    val events = schema.getAsJsonArray("x-events").map { it.asJsonObject }
    same(
        Event.values().map { Triple("IM_EVENT_${it.name}", it.number, it.eventName) },
        events.map { Triple(it.get("constant").asString, it.get("number").asInt, it.get("name").asString) }
    )
    same(Listener::class.java.methods.map { it.name }.sorted(), events.map { it.get("name").asString }.sorted())
    val told = ArrayList<Pair<String, List<Any?>>>()
    val kind = Listener::class.java
    val proxy = Proxy.newProxyInstance(kind.classLoader, arrayOf(kind)) { _, method, given ->
        told.add(method.name to given.orEmpty().toList())
    } as Listener
    val typed = TypedListener(proxy)
    for (event in events) {
        val part = event.getAsJsonObject("payload")
        val payload = sample(part)
        typed.onEvent(event.get("number").asInt, payload.toString())
        val (name, given) = told.removeAt(0)
        same(name, event.get("name").asString)
        same(given.size, if (payload.isJsonNull) 0 else 1, name)
        given.forEach { sameJson(jsonOf(it), payload, name) }
        val parameters = Listener::class.declaredMemberFunctions.single { it.name == name }.valueParameters
        same(parameters.map { nameOf(it.type) }, listOfNotNull(typeOf(part)), name)
        // Methods that are not overridden do nothing.
        TypedListener(object : Listener {}).onEvent(event.get("number").asInt, payload.toString())
    }
    // Events of later versions, and none at all, are passed over.
    for (number in listOf(events.size, 63, 64, -1)) typed.onEvent(number, "null")
    check(told.isEmpty())
}

/** Parameters that a method takes as one object. */
private val OBJECTS = setOf("group", "message", "query")

/** What is always the client's own user, and what the element of a message says anyway. */
private val LEFT_OUT = mapOf("login" to setOf("userID"), "sendMessage" to setOf("elemType"))

/** The parameters of a method with those of its object in place of the object. */
private fun flat(function: KFunction<*>): List<KParameter> = function.valueParameters.flatMap {
    val type = it.type.classifier as KClass<*>
    if (it.name in OBJECTS && type.isData) type.primaryConstructor!!.parameters else listOf(it)
}

private fun everyMethodIsThere() {
    val methods = schema.getAsJsonArray("methods").map { it.asJsonObject }.associateBy { it.get("name").asString }
    val waiting = Methods::class.declaredMemberFunctions.filter { it.name in methods }.associateBy { it.name }
    val futures = AsyncMethods::class.declaredMemberFunctions.filter { it.name in methods }.associateBy { it.name }
    same(waiting.keys.toSortedSet(), methods.keys.toSortedSet())
    same(futures.keys.toSortedSet(), methods.keys.toSortedSet())
    for (kind in listOf(Methods::class, AsyncMethods::class)) {
        val public = kind.declaredMemberFunctions.filter { it.visibility == kotlin.reflect.KVisibility.PUBLIC }
        same(public.size, methods.size, "the public functions of ${kind.simpleName}")
    }
    for ((name, method) in methods) {
        val parameters = method.getAsJsonArray("params").map { it.asJsonObject }
            .filter { it.get("name").asString !in LEFT_OUT[name].orEmpty() }
        val function = waiting.getValue(name)
        val flat = flat(function)
        same(flat.map { it.name!! }.toSortedSet(), parameters.map { it.get("name").asString }.toSortedSet(), name)
        for (parameter in parameters) {
            val real = flat.single { it.name == parameter.get("name").asString }
            // What has a default may be left out; a draft is said, also to be none.
            val isRequired = parameter.get("required").asBoolean
            check(!isRequired || !real.isOptional || real.name == "groupType") { "$name: ${real.name}" }
        }
        val result = typeOf(method.getAsJsonObject("result").getAsJsonObject("schema")) ?: "Unit"
        same(nameOf(function.returnType), result, name)
        val future = futures.getValue(name)
        same(nameOf(future.returnType), "java.util.concurrent.CompletableFuture<$result>", name)
        val described = { it: KFunction<*> -> it.valueParameters.map { p -> Triple(p.name, p.type, p.isOptional) } }
        same(described(future), described(function), name)
    }
}

/** A value of a parameter's type, and the same as JSON. */
private fun argument(parameter: KParameter): Pair<Any, JsonElement> {
    counter += 2
    val value: Any = when (nameOf(parameter.type).removeSuffix("?")) {
        "String" -> "text $counter"
        "Long" -> counter
        "Boolean" -> true
        "List<String>" -> listOf("one $counter", "two")
        "List<NewGroupMember>" -> listOf(NewGroupMember("user $counter", 300), NewGroupMember("other"))
        "TextElem" -> TextElem("text $counter")
        "CustomElem" -> CustomElem("data $counter", "desc", "extension")
        else -> error("no sample for $parameter")
    }
    return value to jsonOf(value)
}

private fun everyParameterIsSentUnderItsName() {
    for (function in Calls::class.declaredMemberFunctions) {
        val request = JsonObject()
        val given = function.valueParameters.map { parameter ->
            val type = parameter.type.classifier as KClass<*>
            val isObject = parameter.name in OBJECTS && type.isData
            val fields = if (isObject) type.primaryConstructor!!.parameters else listOf(parameter)
            val values = fields.map { field ->
                val (value, json) = argument(field)
                request.add(field.name, json)
                value
            }
            if (isObject) type.primaryConstructor!!.call(*values.toTypedArray()) else values.single()
        }
        val call = function.run(Calls, *given.toTypedArray()) as Call<*>
        same(call.method, function.name)
        sameJson(json(call.request.toString()), request, function.name)
        // What is null is left out.
        val nulls = function.valueParameters.mapIndexed { at, it -> if (it.type.isMarkedNullable) null else given[at] }
        val short = json((function.run(Calls, *nulls.toTypedArray()) as Call<*>).request.toString()).asJsonObject
        check(short.entrySet().none { it.value.isJsonNull }) { "$short" }
    }
    same(Calls::class.declaredMemberFunctions.size, schema.getAsJsonArray("methods").size())
}

/** Methods and futures make the call of their own name with their parameters in their order. */
private fun everyMethodMakesItsCall() {
    val made = ArrayList<Call<*>>()
    val waiting = object : Methods() {
        override fun <T> await(call: Call<T>): T {
            made.add(call)
            throw IllegalStateException("not sent")
        }
    }
    val futures = object : AsyncMethods() {
        override fun <T> start(call: Call<T>): CompletableFuture<T> {
            made.add(call)
            return CompletableFuture()
        }
    }
    for (call in Calls::class.declaredMemberFunctions) {
        val given = call.valueParameters.map { parameter ->
            val type = parameter.type.classifier as KClass<*>
            when (type) {
                NewGroup::class -> NewGroup(groupID = "group $counter")
                NewMessage::class -> NewMessage.textToUser("user", "text $counter")
                HistoryQuery::class -> HistoryQuery("user $counter")
                else -> argument(parameter).first
            }
        }.toTypedArray()
        val expected = call.run(Calls, *given) as Call<*>
        val wait = Methods::class.declaredMemberFunctions.single { it.name == call.name }
        same(call.valueParameters.map { it.name }, wait.valueParameters.map { it.name }, call.name)
        try {
            wait.run(waiting, *given)
        } catch (e: IllegalStateException) {
            same(e.message, "not sent")
        }
        AsyncMethods::class.declaredMemberFunctions.single { it.name == call.name }.run(futures, *given)
        val sent = { it: Call<*> -> it.method to it.request.toString() }
        same(made.map(sent), List(2) { sent(expected) })
        made.clear()
    }
}

private fun everyConfigKeyIsSent() {
    val config = schemas.getAsJsonObject("Config").getAsJsonObject("properties")
    val embedded = Config("d", "u", Backend.Embedded("p"), 7, "lastMessageTimestamp", "full").request().toString()
    val server = Backend.Xmpp("j", "p", "h", 1, "r", "direct", "c")
    val xmpp = Config("d", "u", server, 7, "orderkey", "full").request().toString()
    for (sent in listOf(embedded, xmpp)) same(json(sent).asJsonObject.keySet().sorted(), config.keySet().sorted())
    val backend = listOf(embedded, xmpp).flatMap { json(it).asJsonObject.getAsJsonObject("backend").keySet() }
    same(backend.toSortedSet(), config.getAsJsonObject("backend").getAsJsonObject("properties").keySet().toSortedSet())
    val plain = Config("d", "u").request().toString()
    for ((key, value) in json(plain).asJsonObject.entrySet())
        config.getAsJsonObject(key).get("default")?.let { if (!it.isJsonNull) same(value, it, key) }
}

private fun everyStatusIsThere() {
    val codes = schema.getAsJsonArray("x-statusCodes").map { it.asJsonObject }
        .associate { it.get("name").asString to it.get("code").asInt }
    val real = Status::class.declaredMemberProperties.associate { it.name to it.getter.call() as Int }
    same(real.toSortedMap(), codes.toSortedMap())
    for ((name, code) in codes) same(Status.name(code), name)
    same(Status.name(-1), "UNKNOWN")
}

fun main(args: Array<String>) {
    schema = json(File(args[1]).readText()).asJsonObject
    everyModelHasEveryKey()
    everyKeyIsReadIntoTheFieldOfItsName()
    everyEventHasItsMethod()
    everyMethodIsThere()
    everyParameterIsSentUnderItsName()
    everyMethodMakesItsCall()
    everyConfigKeyIsSent()
    everyStatusIsThere()
}
