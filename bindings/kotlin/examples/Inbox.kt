// The main job of libim in Kotlin: a conversation list that is right.
//
//     inbox.InboxKt DIR
//
// opens alice, bob and carol on one service file in DIR, each on a thread of its own. Bob and carol write to alice, to
// her alone and in a group; she answers, pins, drafts and reads; then her list is printed page by page, and the events
// she got. Nobody sleeps: whoever waits for something waits for events and looks again.
package inbox

import im.libim.Backend
import im.libim.Client
import im.libim.Config
import im.libim.Conversation
import im.libim.HistoryQuery
import im.libim.Listener
import im.libim.Message
import im.libim.MessageStatus
import im.libim.NewGroup
import im.libim.NewGroupMember
import im.libim.NewMessage
import java.io.Closeable
import java.io.PrintStream
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock
import kotlin.system.exitProcess

private const val PAGE = 2L
private const val PATIENCE_S = 30L

/** Names and messages may have any letters, whatever the encoding of the machine. */
private val out = PrintStream(System.out, true, "UTF-8")

/** A logged-in user who notes down what happens. */
private class Person(dir: String, private val name: String, nickName: String) : Closeable {
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()
    private val noted = ArrayList<String>()
    val client = Client.open(Config("$dir/$name", name, Backend.Embedded("$dir/service.db")))

    init {
        client.addListener(Notes())
        client.login()
        client.setSelfInfo(nickName)
    }

    val events: List<String> get() = lock.withLock { ArrayList(noted) }

    fun say(message: NewMessage) = client.sendMessage(message)

    fun unread(conversationID: String) = client.getConversation(conversationID).unreadCount

    /** The newest message of a history; null when there is none. */
    fun newest(query: HistoryQuery): Message? = client.getHistoryMessageList(query.copy(count = 1)).firstOrNull()

    /** Looks whether something is so after every event, until it is. */
    fun waitUntil(what: String, isTrue: () -> Boolean) {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S)
        while (true) {
            val before = lock.withLock { noted.size }
            if (isTrue()) return
            lock.withLock {
                while (noted.size == before) {
                    check(changed.awaitNanos(end - System.nanoTime()) > 0) { "$name waited in vain for $what" }
                }
            }
        }
    }

    override fun close() {
        client.logout()
        client.close()
    }

    /** On libim's callback thread: note it down, wake who waits, be quick. */
    private inner class Notes : Listener {
        private fun note(event: String, about: Any = "") = lock.withLock {
            noted.add("%-32s %s".format(event, about).trimEnd())
            changed.signalAll()
        }

        private fun ids(list: List<Conversation>) = list.joinToString(" ") { it.conversationID }

        override fun onSyncServerStart() = note("onSyncServerStart")
        override fun onSyncServerFinish() = note("onSyncServerFinish")
        override fun onNewConversation(conversationList: List<Conversation>) =
            note("onNewConversation", ids(conversationList))
        override fun onConversationChanged(conversationList: List<Conversation>) =
            note("onConversationChanged", ids(conversationList))
        override fun onTotalUnreadMessageCountChanged(totalUnreadCount: Long) =
            note("onTotalUnreadMessageCountChanged", totalUnreadCount)
        override fun onRecvNewMessage(message: Message) = note("onRecvNewMessage", message.sender)
        override fun onMessageStatusChanged(message: Message) = note("onMessageStatusChanged", message.sender)
        override fun onConnecting() = note("onConnecting")
        override fun onConnectSuccess() = note("onConnectSuccess")
    }
}

// --- the three ---

private fun Person.waitForAlicesGoodbye() =
    waitUntil("alice's goodbye") { newest(HistoryQuery(groupID = "team"))?.sender == "alice" }

private fun bob(dir: String) = Person(dir, "bob", "Bob").use { me ->
    val members = listOf(NewGroupMember("alice"), NewGroupMember("carol"))
    me.client.createGroup(NewGroup(groupID = "team", groupName = "The Team", memberList = members))
    me.say(NewMessage.textToUser("alice", "Are you in today?"))
    me.say(NewMessage.textToUser("alice", "Lunch at noon?"))
    me.say(NewMessage.textToGroup("team", "@alice can you have a look at the plan?", listOf("alice")))
    me.waitForAlicesGoodbye()
}

private fun carol(dir: String) = Person(dir, "carol", "Carol").use { me ->
    me.say(NewMessage.textToUser("alice", "The tickets are booked 🎉"))
    me.waitUntil("being in the team") { me.client.getJoinedGroupList().isNotEmpty() }
    me.say(NewMessage.textToGroup("team", "I have read it, looks fine"))
    me.waitForAlicesGoodbye()
}

private fun row(place: Int, of: Conversation): String {
    val last = of.lastMessage?.let { (if (it.isSelf) "you" else it.nickName) + ": " + it.textElem?.text.orEmpty() }
    return "%5d  %-3s  %6d  %-2s  %-14s  %-9s  %s".format(
        place,
        if (of.isPinned) "pin" else "",
        of.unreadCount,
        if (of.groupAtInfoList.isEmpty()) "" else "@",
        of.draftText ?: "-",
        of.showName,
        last.orEmpty(),
    )
}

private fun printList(me: Person) {
    out.println(
        "%5s  %-3s  %6s  %-2s  %-14s  %-9s  %s".format(
            "order",
            "pin",
            "unread",
            "@",
            "draft",
            "name",
            "last message",
        ),
    )
    var place = 1
    var page = 1
    var nextSeq = "0"
    do {
        // At its place among the events: the page is not older than what a listener was told before.
        val result = me.client.async.getConversationList(nextSeq, PAGE).get()
        for (conversation in result.conversationList) out.println(row(place++, conversation))
        nextSeq = result.nextSeq
        out.println("       -- page ${page++}, nextSeq $nextSeq${if (result.isFinished) ", finished" else ""}")
    } while (!result.isFinished)
}

private fun alice(dir: String) = Person(dir, "alice", "Alice").use { me ->
    me.client.addFriend("bob", "Bobby")
    me.waitUntil("everybody's messages") {
        me.unread("c2c_bob") == 2L && me.unread("c2c_carol") == 1L && me.unread("group_team") == 2L
    }
    // A conversation takes its place when the server has the message, and the pages below shall not shift.
    me.client.sendAndWait(NewMessage.textToUser("dave", "Hello dave, this is alice"))
    me.client.sendAndWait(NewMessage.textToUser("bob", "Noon is fine"))
    me.client.pinConversation("c2c_carol", true)
    me.client.setConversationDraft("c2c_carol", "Great, which")
    me.client.cleanConversationUnreadMessageCount("c2c_bob")

    out.println("alice's list, $PAGE a page; ${me.client.getTotalUnreadMessageCount()} unread in all\n")
    printList(me)

    me.say(NewMessage.textToGroup("team", "Thanks, bye for now"))
    me.waitUntil("the delivery of what alice wrote") {
        listOf(HistoryQuery("bob"), HistoryQuery(groupID = "team")).all { me.newest(it)?.status == MessageStatus.SENT }
    }
    out.println("\nthe events she got, as they came\n")
    me.events.forEach { out.println("       $it") }
}

fun main(args: Array<String>) {
    if (args.size != 1) {
        System.err.println("usage: inbox.InboxKt DIR")
        exitProcess(1)
    }
    Thread.setDefaultUncaughtExceptionHandler { _, e ->
        System.err.println("inbox: ${e.message}")
        exitProcess(1)
    }
    for (person in listOf(::bob, ::carol, ::alice).map { person -> thread { person(args[0]) } }) person.join()
}
