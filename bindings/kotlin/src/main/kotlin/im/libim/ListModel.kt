// The rows of a view of the list, as an app shows them.
package im.libim

/**
 * The rows of a view: those that `openConversationView` has returned, and then what each change makes of them.
 *
 * [rows] is another list after each change, so that it can be handed to another thread or compared; the rest is not for several
 * threads at once.
 */
class ListModel(view: ConversationView) {
    /** The number of the view. */
    val viewID: Long = view.viewID

    /** The rows, in the order of the list. */
    var rows: List<Conversation> = view.conversationList
        private set

    /** How many conversations the filter selects. */
    var total: Long = view.total
        private set

    /** Whether the rows are all of them. */
    var isFinished: Boolean = view.isFinished
        private set

    /**
     * Takes the steps of a change (`onConversationViewChanged`). Each change of the view is applied once, in the order of the
     * events.
     *
     * @return whether it is one of this view; others change nothing
     */
    fun apply(change: ConversationViewChange): Boolean {
        if (change.viewID != viewID) return false
        val next = rows.toMutableList()
        for (diff in change.diffs) next.take(diff)
        rows = next
        total = change.total
        isFinished = change.isFinished
        return true
    }
}

private fun MutableList<Conversation>.take(diff: ConversationViewDiff) {
    if (diff.op == "reset") {
        clear()
        addAll(diff.conversationList)
        return
    }
    // What is no place in the rows is a step of a later version, which says in other fields what it does.
    val index = diff.index?.toInt() ?: return
    val row = diff.conversation
    when (diff.op) {
        "remove" -> removeAt(index)
        "update" -> if (row != null) set(index, row)
        "insert" -> if (row != null) add(index, row)
        "move" -> {
            val from = diff.fromIndex?.toInt()
            if (row != null && from != null) {
                removeAt(from)
                add(index, row)
            }
        }
    }
}
