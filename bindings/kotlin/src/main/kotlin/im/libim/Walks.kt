// Walks over what comes in pages, in the three forms of the methods; and what of a conversation is unread.
package im.libim

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.util.concurrent.CompletableFuture

/** How much a walk reads at a time. */
private const val PAGE = 100L

/** Where a walk is: [T] are what it goes over, and [P] is what comes at a time. */
internal interface Pages<T, P> {
    /** Asks for the next page. */
    fun next(): Call<P>

    fun items(page: P): List<T>

    /** Takes note of a page. Whether there is another. */
    fun goesOn(page: P): Boolean
}

/** The list, from its top. */
internal class ConversationPages : Pages<Conversation, ConversationResult> {
    private var nextSeq = "0"

    override fun next() = Calls.getConversationList(nextSeq, PAGE)
    override fun items(page: ConversationResult) = page.conversationList
    override fun goesOn(page: ConversationResult): Boolean {
        nextSeq = page.nextSeq
        return !page.isFinished
    }
}

/** The messages of a conversation, the newest first. */
internal class MessagePages(private val conversationID: String) : Pages<Message, List<Message>> {
    private var last: String? = null

    override fun next() = Calls.getHistoryMessageList(
        HistoryQuery(conversationID = conversationID, count = PAGE, lastMsgID = last),
    )
    override fun items(page: List<Message>) = page
    override fun goesOn(page: List<Message>): Boolean {
        last = page.lastOrNull()?.msgID
        return page.size >= PAGE
    }
}

/** Waits for each page. */
internal fun <T, P> Methods.walk(begin: () -> Pages<T, P>): Iterable<T> = Iterable {
    iterator {
        val pages = begin()
        do {
            val page = await(pages.next())
            yieldAll(pages.items(page))
        } while (pages.goesOn(page))
    }
}

/** Suspends for each page. */
internal fun <T, P> SuspendingMethods.walk(begin: () -> Pages<T, P>): Flow<T> = flow {
    val pages = begin()
    do {
        val page = suspended(pages.next())
        for (item in pages.items(page)) emit(item)
    } while (pages.goesOn(page))
}

/** Goes on with each answer, until [visit] gives false, there is no more, or the future was completed by the app. */
internal fun <T, P> AsyncMethods.walk(pages: Pages<T, P>, visit: (T) -> Boolean): CompletableFuture<Void?> {
    val ended = CompletableFuture<Void?>()
    fun read() {
        // The stages are there before the answer, so that none runs on the caller's thread, after events that are newer.
        start(pages.next()) { answer ->
            answer.thenAccept { page ->
                val isShown = pages.items(page).all { !ended.isDone && visit(it) }
                if (isShown && pages.goesOn(page)) read() else ended.complete(null)
            }.exceptionally { error -> ended.completeExceptionally(error.cause ?: error).let { null } }
        }
    }
    read()
    return ended
}

/** Picks, of a history with the newest message first, the messages that make up an unread count. */
internal class Unread(private var missing: Long) {
    private val newestFirst = mutableListOf<Message>()

    /** Whether more are missing. */
    val goesOn: Boolean get() = missing > 0

    /** Those that were found, the oldest first. */
    val found: List<Message> get() = newestFirst.reversed()

    /** Takes a message. Whether more are missing. */
    fun take(message: Message): Boolean {
        if (message.status == MessageStatus.SENT && !message.isSelf && !message.isExcludedFromUnreadCount) {
            newestFirst += message
            missing--
        }
        return goesOn
    }
}

private val spaces = Regex("[\\s\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+")

/** A text in one line: each white space is one space, and there is none at the ends. */
internal fun oneLine(text: String): String = text.replace(spaces, " ").trim(' ')
