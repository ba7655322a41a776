// Walks over the list and over histories, what of a conversation is unread, and messages in one line. `walks.kt DIR`
package walks

import check
import come
import fails
import im.libim.*
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import openClient
import same
import until
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread

private fun idsByAll(client: Client): List<List<String>> {
    val visited = CopyOnWriteArrayList<String>()
    come(client.async.forEachConversation { visited += it.conversationID })
    val flow = client.suspending.conversations().map { it.conversationID }
    return listOf(client.conversations().map { it.conversationID }, visited, runBlocking { flow.toList() })
}

private fun theList(client: Client) {
    for (ids in idsByAll(client)) same(ids, emptyList())
    val expected = (0..<250).map { "c2c_$it" }
    for (id in expected) client.setConversationDraft(id, "draft")
    for (ids in idsByAll(client)) same(ids, expected.reversed())
    // It may be left, on the first page and on a later one; each iteration begins at the top.
    val conversations = client.conversations()
    for (most in listOf(1, 130)) {
        same(conversations.asSequence().take(most).count(), most)
        same(runBlocking { client.suspending.conversations().take(most).toList().size }, most)
    }
}

/** The list of an app that adds its listener first and then walks, while another thread writes. */
private fun besideAListener(client: Client) {
    repeat(10) { round ->
        val shown = ConcurrentHashMap<String, Long>()
        val keep = { list: List<Conversation> -> for (one in list) shown[one.conversationID] = one.orderkey }
        val writer = thread {
            for (number in 0..<60) {
                val id = "c2c_${(number * 37 + round) % 250}"
                if (number % 3 == 0) client.deleteConversation(id) else client.setConversationDraft(id, "$round $number")
            }
        }
        val registration = client.addListener(
            object : Listener {
                override fun onNewConversation(conversationList: List<Conversation>) = keep(conversationList)
                override fun onConversationChanged(conversationList: List<Conversation>) = keep(conversationList)
                override fun onConversationDeleted(conversationIDList: List<String>) =
                    conversationIDList.forEach { shown.remove(it) }
            },
        )
        come(client.async.forEachConversation { shown[it.conversationID] = it.orderkey })
        writer.join()
        come(client.async.getLoginStatus()) // after the events of everything before
        registration.close()
        same(shown, client.conversations().associate { it.conversationID to it.orderkey })
    }
}

/** Also where the answer is there before the walk could ask to be told: nothing may be told between a page and its use. */
private fun onTheThreadOfTheListeners(client: Client) {
    val own = Thread.currentThread()
    repeat(2000) { come(client.async.forEachConversation { check(Thread.currentThread() !== own) { "here" } }) }
}

private fun histories(alice: Client, bob: Client) {
    alice.login()
    bob.login()
    same(bob.unreadMessages("c2c_alice"), emptyList())
    val all = mutableListOf<String>()
    fun says(client: Client, user: String, text: String, isCounted: Boolean = true) {
        client.sendAndWait(NewMessage.textToUser(user, text).copy(isExcludedFromUnreadCount = !isCounted))
        all += text
    }
    says(alice, "bob", "read")
    until("the first one") { bob.getConversation("c2c_alice").unreadCount == 1L }
    bob.cleanConversationUnreadMessageCount("c2c_alice")
    for (number in 0..<120) says(alice, "bob", "$number")
    says(alice, "bob", "not counted", isCounted = false)
    says(bob, "alice", "own")
    says(alice, "bob", "last")
    alice.revokeMessage(alice.sendAndWait(NewMessage.textToUser("bob", "recalled")).msgID)
    all += ""
    until("the recall") {
        bob.getHistoryMessageList(HistoryQuery("alice", count = 1))[0].status == MessageStatus.REVOKED
    }

    val visited = CopyOnWriteArrayList<Message>()
    come(bob.async.forEachMessage("c2c_alice") { visited += it })
    for (messages in listOf(bob.history("c2c_alice"), visited, runBlocking { bob.suspending.history("c2c_alice").toList() })) {
        same(messages.map { it.preview }, all.reversed())
    }
    fun unread() = listOf(
        bob.unreadMessages("c2c_alice"),
        come(bob.async.unreadMessages("c2c_alice")),
        runBlocking { bob.suspending.unreadMessages("c2c_alice") },
    )
    for (messages in unread()) same(messages.map { it.preview }, (0..<120).map { "$it" } + "last")
    bob.cleanConversationUnreadMessageCount("c2c_alice")
    for (messages in unread()) same(messages, emptyList())
    fails(Status.INVALID_PARAMETERS) { bob.history("neither").toList() }
    fails(Status.INVALID_PARAMETERS) { come(bob.async.forEachMessage("neither") {}) }
    fails(Status.INVALID_PARAMETERS) { come(bob.async.unreadMessages("neither")) }
    fails(Status.INVALID_PARAMETERS) { runBlocking { bob.suspending.unreadMessages("neither") } }
}

/** A walk ends with its future, with an exception of the visitor, and with its client. */
private fun ends(client: Client) {
    val first = CountDownLatch(1)
    val isCancelled = CountDownLatch(1)
    val seen = CopyOnWriteArrayList<String>()
    val walk = client.async.forEachConversation {
        seen += it.conversationID
        first.countDown()
        isCancelled.await()
    }
    first.await()
    walk.cancel(true)
    isCancelled.countDown()
    come(client.async.getLoginStatus())
    same(seen.size, 1)
    try {
        walk.join()
        check(false)
    } catch (expected: CancellationException) {
    }
    val thrown = IllegalStateException("of the visitor")
    val failed = client.async.forEachConversation { throw thrown }
    try {
        come(failed)
        check(false)
    } catch (e: java.util.concurrent.ExecutionException) {
        check(e.cause === thrown)
    }
    val iterator = client.conversations().iterator()
    iterator.next()
    client.close()
    fails(Status.NOT_INITIALIZED) { iterator.asSequence().count() }
    fails(Status.NOT_INITIALIZED) { come(client.async.forEachConversation {}) }
}

private fun lines(client: Client) {
    val message = client.sendMessage(NewMessage.textToUser("lines", "one"))
    val texts = listOf(
        "" to "", " \n\t" to "", "  two\r\n\r\n  lines \n" to "two lines", "a\u00a0b\u3000\u2028c\u0085" to "a b c",
        "\u200a\u1680x\u001cy\u202f\u205fz" to "x y z", "👩‍👧 ש e\u0301\u200b" to "👩‍👧 ש e\u0301\u200b",
    )
    for ((text, line) in texts) same(message.copy(textElem = TextElem(text)).preview, line)
    same(message.copy(textElem = null).preview, "")
    same(message.copy(textElem = null, customElem = CustomElem("data", "a\npicture")).preview, "a picture")
}

fun main(args: Array<String>) {
    openClient(args[0], "erin").let {
        theList(it)
        besideAListener(it)
        onTheThreadOfTheListeners(it)
        ends(it)
    }
    openClient(args[0], "alice").use { alice ->
        openClient(args[0], "bob").use { bob ->
            histories(alice, bob)
            lines(alice)
        }
    }
}
