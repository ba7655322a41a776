// Plays scenarios, whose README says what each step means, through calls in JSON. `scenarios.kt DIR FILE…`
package scenarios

import check
import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import im.libim.Client
import im.libim.Event
import im.libim.ImException
import im.libim.RawListener
import im.libim.Status
import java.io.File
import java.util.Collections
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport
import kotlin.system.exitProcess

/** A step that does not end as written. */
private class Fault(message: String) : Exception(message)

/** A client by its name in the scenario, what it heard, and how much of that was passed over. */
private class Player(val client: Client) : RawListener {
    val heard: MutableList<Pair<String, JsonElement>> = Collections.synchronizedList(ArrayList())
    var passed = 0

    override fun onEvent(event: Int, payload: String) {
        heard.add(Event.of(event)!!.eventName to json(payload))
    }
}

/** What a call has answered. */
private class Response(val code: Int, val desc: String, val data: JsonElement)

private fun response(call: () -> JsonElement): Response = try {
    Response(Status.OK, "", call())
} catch (e: ImException) {
    Response(e.code, e.desc, json("null"))
}

private val ANSWER = setOf("client", "code", "desc", "data", "save")
private val KEYS = mapOf(
    "open" to ANSWER + "config",
    "call" to ANSWER + setOf("method", "request", "text"),
    "wait" to ANSWER + setOf("method", "request", "text"),
    "hear" to setOf("client", "event", "payload", "save"),
    "unheard" to setOf("client", "event"),
    "close" to setOf("client", "code"),
    "rename" to setOf("from", "to"),
    "repeat" to setOf("times", "as", "steps")
)

private fun JsonObject.text(key: String) = get(key)?.asString ?: throw Fault("$this has no $key")

private class Stage(private val dir: String) {
    private val players = HashMap<String, Player>()
    private val variables = hashMapOf<String, JsonElement>("dir" to JsonPrimitive(dir))

    fun play(steps: JsonArray): Unit = steps.forEachIndexed { number, step ->
        try {
            step(step.asJsonObject)
        } catch (e: Fault) {
            throw Fault("step $number, ${step.toString().take(300)}\n${e.message}")
        }
    }

    fun end() = players.values.forEach { it.client.close() }

    private fun step(raw: JsonObject) {
        val action = raw.text("do")
        val keys = KEYS[action] ?: throw Fault("there is no step $action")
        raw.keySet().firstOrNull { it != "do" && it !in keys }?.let { throw Fault("$action has no $it") }
        if (action == "repeat") {
            for (turn in 0 until raw.get("times").asInt) {
                variables[raw.text("as")] = JsonPrimitive(turn)
                play(raw.getAsJsonArray("steps"))
            }
            return
        }
        val step = fillIn(raw).asJsonObject
        when (action) {
            "open" -> open(step)
            "call" -> call(step)
            "wait" -> eventually { call(step) }
            "hear" -> eventually { hear(step) }
            "unheard" -> find(step)?.let { throw Fault("it is event ${it.first}") }
            "close" -> close(step)
            "rename" -> check(File(step.text("from")).renameTo(File(step.text("to"))))
        }
    }

    private fun open(step: JsonObject) {
        val name = step.text("client")
        val config = json("""{"backend": {"kind": "embedded"}}""").asJsonObject
        config.addProperty("dataDir", "$dir/$name")
        config.getAsJsonObject("backend").addProperty("path", "$dir/service.db")
        step.getAsJsonObject("config").entrySet().forEach { config.add(it.key, it.value) }
        judge(step, response {
            val client = Client.open(config.toString())
            val player = Player(client)
            client.addListener(player)
            players.put(name, player)?.client?.close()
            val opened = client.opened
            JsonObject().apply {
                addProperty("userID", opened.userID)
                addProperty("cache", opened.cache.value)
                addProperty("salvaged", opened.salvaged)
            }
        })
    }

    private fun call(step: JsonObject) {
        check(!(step.has("request") && step.has("text")))
        val request = step.get("text")?.asString ?: step.get("request")?.toString() ?: "{}"
        judge(step, response { json(player(step).client.call(step.text("method"), request)) })
    }

    /** Closing twice is no failure in Kotlin, so the code comes from the client's state before. */
    private fun close(step: JsonObject) {
        val client = player(step).client
        val before = response { json(client.call("getLoginStatus")) }
        client.close()
        judge(step, before)
    }

    private fun hear(step: JsonObject) {
        val (at, payload) = find(step) ?: throw Fault("it heard only\n" + player(step).run {
            heard.toList().drop(passed).joinToString("\n") { "${it.first} ${it.second.toString().take(300)}" }
        })
        player(step).passed = at + 1
        save(step, payload)
    }

    /** The place and the payload of the first event that fits and was not passed over. */
    private fun find(step: JsonObject): Pair<Int, JsonElement>? {
        val player = player(step)
        val heard = player.heard.toTypedArray()
        val at = (player.passed until heard.size).firstOrNull {
            heard[it].first == step.text("event") &&
                (!step.has("payload") || misfit(step.get("payload"), heard[it].second, "payload") == null)
        }
        return at?.let { it to heard[it].second }
    }

    private fun judge(step: JsonObject, response: Response) {
        val code = step.get("code")?.asInt ?: Status.OK
        if (response.code != code) throw Fault("code is ${response.code}, not $code: ${response.desc}")
        step.get("desc")?.let { if (it.asString !in response.desc) throw Fault("desc is ${response.desc}") }
        step.get("data")?.let { pattern -> misfit(pattern, response.data, "data")?.let { throw Fault(it) } }
        save(step, response.data)
    }

    private fun save(step: JsonObject, value: JsonElement) {
        for ((name, pointer) in step.getAsJsonObject("save")?.entrySet().orEmpty()) {
            val path = pointer.asString.split("/").drop(1).map { it.replace("~1", "/").replace("~0", "~") }
            variables[name] = path.fold(value) { at: JsonElement?, key ->
                if (at is JsonArray) key.toIntOrNull()?.let { at.elementAtOrNull(it) }
                else (at as? JsonObject)?.get(key)
            } ?: throw Fault("nothing is at $pointer")
        }
    }

    private fun player(step: JsonObject) =
        players[step.text("client")] ?: throw Fault("${step.text("client")} was never opened")

    private fun variable(name: String) = variables[name] ?: throw Fault("there is no variable $name")

    /** The value with every variable replaced. */
    private fun fillIn(value: JsonElement): JsonElement = when {
        value is JsonObject ->
            JsonObject().also { new -> value.entrySet().forEach { new.add(it.key, fillIn(it.value)) } }
        value is JsonArray -> JsonArray().also { new -> value.forEach { new.add(fillIn(it)) } }
        value is JsonPrimitive && value.isString -> {
            val whole = VARIABLE.matchEntire(value.asString)
            if (whole != null) variable(whole.groupValues[1])
            else JsonPrimitive(VARIABLE.replace(value.asString) { variable(it.groupValues[1]).asString })
        }
        else -> value
    }

    private companion object {
        val VARIABLE = Regex("""\$\{([^}]*)}""")
    }
}

/** Tries until it works; the last fault when it never does. */
private fun eventually(attempt: () -> Unit) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
    while (true) {
        try {
            return attempt()
        } catch (e: Fault) {
            if (System.nanoTime() > end) throw e
        }
        LockSupport.parkNanos(2_000_000)
    }
}

fun main(args: Array<String>) {
    patternsFitWhatTheReadmeSays()
    val faults = args.drop(1).mapNotNull { path ->
        val file = File(path)
        val dir = File(args[0], file.nameWithoutExtension).apply { check(mkdir()) }
        val scenario = json(file.readText()).asJsonObject
        val stage = Stage(dir.path)
        try {
            check(scenario.text("title").isNotEmpty())
            stage.play(scenario.getAsJsonArray("steps"))
            null
        } catch (e: Fault) {
            "$path: ${e.message}"
        } finally {
            stage.end()
        }
    }
    if (faults.isNotEmpty()) {
        System.err.println(faults.joinToString("\n\n"))
        exitProcess(1)
    }
    println("${args.size - 1} scenarios")
}
