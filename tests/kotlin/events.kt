// Listeners: events in order, with their models; exceptions; and removing at every moment. `events.kt DIR`
package events

import check
import come
import fails
import im.libim.*
import openClient
import same
import setDraft
import until
import java.lang.ref.WeakReference
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger

private fun raw(hear: (Int, String) -> Unit) = object : RawListener {
    override fun onEvent(event: Int, payload: String) = hear(event, payload)
}

private val CHANGES = arrayOf(Event.NEW_CONVERSATION, Event.CONVERSATION_CHANGED)

private fun listenersGetModels(alice: Client, bob: Client) {
    val heard = CopyOnWriteArrayList<String>()
    val isSynced = CompletableFuture<Unit>()
    val threads = CopyOnWriteArrayList<Thread>()
    bob.addListener(object : Listener {
        override fun onSyncServerFinish() {
            isSynced.complete(Unit)
        }

        override fun onNewConversation(conversationList: List<Conversation>) {
            heard.add("new ${conversationList.map { it.conversationID }}")
            threads.add(Thread.currentThread())
        }

        override fun onTotalUnreadMessageCountChanged(totalUnreadCount: Long) {
            heard.add("total $totalUnreadCount")
        }

        override fun onRecvNewMessage(message: Message) {
            heard.add("message ${message.textElem?.text}")
            threads.add(Thread.currentThread())
        }
    })
    val receipts = CompletableFuture<List<MessageReceipt>>()
    val isSent = CompletableFuture<Message>()
    alice.addListener(object : Listener {
        override fun onMessageStatusChanged(message: Message) {
            isSent.complete(message)
        }

        override fun onRecvC2CReadReceipt(receiptList: List<MessageReceipt>) {
            receipts.complete(receiptList)
        }
    }, Event.MESSAGE_STATUS_CHANGED, Event.RECV_C2C_READ_RECEIPT)
    alice.login()
    bob.login()
    come(isSynced) // messages that a sync brings are not told one by one
    val message = alice.sendMessage(NewMessage.textToUser("bob", "hi"))
    same(come(isSent).let { it.msgID to it.status }, message.msgID to MessageStatus.SENT)
    until("the message") { heard.size == 3 }
    same<List<String>>(heard, listOf("new [c2c_alice]", "total 1", "message hi"))
    bob.addFriend("alice") // a stranger learns nothing
    bob.cleanConversationUnreadMessageCount()
    val receipt = come(receipts).single()
    same(receipt, MessageReceipt("bob", receipt.timestamp, null, null, 0, 0, true))
    until("the total") { heard.last() == "total 0" }
    check(threads.size == 2 && threads[0] === threads[1]) { "one thread, and one object for it: $threads" }
    check(threads[0].isDaemon && threads[0] !== Thread.currentThread())
}

private fun eventsComeInOrderAndWithTheAnswers(client: Client) {
    val heard = CopyOnWriteArrayList<String>()
    val last = 300
    client.addListener(object : Listener {
        override fun onNewConversation(conversationList: List<Conversation>) {
            conversationList.mapTo(heard) { it.userID!! }
        }
    }).use {
        val answers = (0..last).map {
            client.setConversationDraft("c2c_$it", "a draft")
            client.async.getLoginStatus().thenAccept { _ -> heard.add("answer $it") }
        }
        come(CompletableFuture.allOf(*answers.toTypedArray()))
    }
    val (answers, changes) = heard.partition { it.startsWith("answer") }
    same(changes, (0..last).map { "$it" })
    same(answers, (0..last).map { "answer $it" })
    for (number in 0..last)
        check(heard.indexOf("$number") < heard.indexOf("answer $number")) { "$number is told after its answer" }
}

private fun anExceptionGoesToTheHandlerAndNothingElseHappens(client: Client) {
    val thrown = CopyOnWriteArrayList<Throwable>()
    val before = Thread.getDefaultUncaughtExceptionHandler()
    Thread.setDefaultUncaughtExceptionHandler { _, e ->
        thrown.add(e)
        throw IllegalStateException("the handler throws too")
    }
    val heard = AtomicInteger()
    val registration = client.addListener(raw { _, _ ->
        if (heard.incrementAndGet() == 1) throw StackOverflowError("as deep as it gets") else error("oh")
    }, *CHANGES)
    val others = AtomicInteger()
    val other = client.addListener(raw { _, _ -> others.incrementAndGet() }, *CHANGES)
    for (round in 1..3) {
        setDraft(client, "throw $round")
        until("event $round") { others.get() == round }
    }
    registration.close()
    other.close()
    Thread.setDefaultUncaughtExceptionHandler(before)
    same(heard.get(), 3)
    same(thrown.map { it.message }, listOf("as deep as it gets", "oh", "oh"))
}

private fun aListenerCanBeRemovedInsideItself(client: Client) {
    val own = CompletableFuture<Registration>()
    val heard = AtomicInteger()
    fun add(): WeakReference<RawListener> {
        val listener = raw { _, _ ->
            own.join().close()
            own.join().close()
            heard.incrementAndGet()
        }
        own.complete(client.addListener(listener, *CHANGES))
        return WeakReference(listener)
    }
    val gone = add()
    setDraft(client, "removes itself")
    until("its end") {
        System.gc()
        gone.get() == null
    }
    setDraft(client, "nobody hears this")
    come(client.async.getLoginStatus()) // comes after all events
    same(heard.get(), 1)
}

private fun removingWaitsForTheListener(client: Client) {
    for (round in 1..50) {
        val isRunning = CountDownLatch(1)
        val isRemoved = AtomicBoolean()
        val heardLate = AtomicBoolean()
        val registration = client.addListener(raw { _, _ ->
            isRunning.countDown()
            repeat(100) { Thread.yield() }
            if (isRemoved.get()) heardLate.set(true)
        }, *CHANGES)
        setDraft(client, "round $round")
        check(isRunning.await(60, TimeUnit.SECONDS))
        registration.close()
        isRemoved.set(true)
        setDraft(client, "after round $round")
        come(client.async.getLoginStatus())
        check(!heardLate.get()) { "it ran after its removal" }
    }
}

/** Only libim knows of a listener whose registration was dropped; it hears all the same. */
private fun aDroppedRegistrationKeepsItsListener(client: Client) {
    val heard = AtomicInteger()
    client.addListener(raw { _, _ -> heard.incrementAndGet() }, *CHANGES)
    repeat(5) {
        System.gc()
        System.runFinalization()
    }
    setDraft(client, "still there")
    until("the event") { heard.get() == 1 }
}

/** A slow one gets no backlog, one that throws goes on, and an executor that was shut down is no fault. */
private fun listenersOnExecutors(client: Client) {
    val before = Thread.getDefaultUncaughtExceptionHandler()
    val thrown = CopyOnWriteArrayList<String?>()
    Thread.setDefaultUncaughtExceptionHandler { _, e -> thrown.add(e.message) }
    val executor = Executors.newSingleThreadExecutor { task -> Thread(task).apply { isDaemon = true } }
    val (isRunning, mayEnd) = CountDownLatch(1) to CountDownLatch(1)
    val told = CopyOnWriteArrayList<String?>()
    val slow = object : Listener {
        override fun onConversationChanged(conversationList: List<Conversation>) {
            conversationList.mapTo(told) { it.draftText }
            if (told.size > 1) return
            isRunning.countDown()
            mayEnd.await()
            error("of the listener")
        }
    }
    client.addListener(executor, slow, *CHANGES)
    setDraft(client, "the first")
    isRunning.await()
    for (number in 1..200) {
        setDraft(client, "state $number")
        come(client.async.getLoginStatus()) // each is told before the next
    }
    mayEnd.countDown()
    until("the newest") { told.lastOrNull() == "state 200" }
    same(told, listOf("the first", "state 200"))

    executor.shutdown()
    check(executor.awaitTermination(1, TimeUnit.MINUTES))
    setDraft(client, "nobody hears this")
    come(client.async.getLoginStatus())
    client.close()
    Thread.setDefaultUncaughtExceptionHandler(before)
    same(thrown, listOf("of the listener"))
}

private fun theLogIsTold(client: Client) {
    val lines = AtomicInteger()
    Library.setLogger(object : Logger {
        override fun log(level: Int, line: String) {
            if (level in Library.LOG_ERROR..Library.LOG_TRACE && line.isNotEmpty()) lines.incrementAndGet()
            throw IllegalStateException("a logger that throws")
        }
    }, Library.LOG_TRACE)
    val before = Thread.getDefaultUncaughtExceptionHandler()
    val thrown = AtomicInteger()
    Thread.setDefaultUncaughtExceptionHandler { _, _ -> thrown.incrementAndGet() }
    fails(Status.UNKNOWN_METHOD) { come(client.callAsync("noSuchMethod")) } // the log says what was wrong
    Library.setLogger(null)
    Thread.setDefaultUncaughtExceptionHandler(before)
    check(lines.get() > 0 && thrown.get() == lines.get()) { "${lines.get()} lines, ${thrown.get()} thrown" }
    val told = lines.get()
    fails(Status.UNKNOWN_METHOD) { come(client.callAsync("noSuchMethod")) }
    same(lines.get(), told)
    check(Library.version.matches(Regex("""\d+\.\d+\.\d+.*"""))) { Library.version }
}

fun main(args: Array<String>) {
    val dir = args[0]
    openClient(dir, "alice").use { alice -> openClient(dir, "bob").use { bob -> listenersGetModels(alice, bob) } }
    openClient(dir, "carol").use { client ->
        setDraft(client, "so that the others are changes")
        eventsComeInOrderAndWithTheAnswers(client)
        anExceptionGoesToTheHandlerAndNothingElseHappens(client)
        aListenerCanBeRemovedInsideItself(client)
        removingWaitsForTheListener(client)
        aDroppedRegistrationKeepsItsListener(client)
        theLogIsTold(client)
        listenersOnExecutors(client)
    }
}
