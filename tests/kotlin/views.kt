// Views of the list: rows made of the changes that are told are those of the list. `views.kt DIR`
package views

import check
import fails
import im.libim.*
import openClient
import same
import until
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.random.Random

fun main(args: Array<String>) {
    openClient(args[0], "alice").use { alice ->
        val told = ConcurrentLinkedQueue<ConversationViewChange>()
        alice.addListener(
            object : Listener {
                override fun onConversationViewChanged(change: ConversationViewChange) {
                    told += change
                }
            },
        )
        var limit = 5
        val rows = ListModel(alice.openConversationView(limit = limit.toLong()))
        val marked = ListModel(alice.openConversationView(ConversationFilter(markType = 1)))
        fun take() {
            while (true) {
                val change = told.poll() ?: return
                check(rows.apply(change) != marked.apply(change))
            }
        }
        val chance = Random(1)
        for (step in 0..<120) {
            val id = "c2c_${chance.nextInt(12)}"
            when (chance.nextInt(6)) {
                0 -> alice.pinConversation(id, chance.nextBoolean())
                1 -> alice.deleteConversation(id)
                2 -> {
                    limit++
                    alice.growConversationView(rows.viewID, 1)
                }
                else -> alice.setConversationDraft(id, "$step")
            }
            val listed = alice.getConversationList().conversationList
            until("the rows of step $step") {
                take()
                rows.rows == listed.take(limit) && rows.total == listed.size.toLong() &&
                    rows.isFinished == (listed.size <= limit)
            }
        }
        check(marked.rows.isEmpty())
        alice.markConversation(listOf(rows.rows[0].conversationID), 1, true)
        until("the marked one") {
            take()
            marked.rows.map { it.markList } == listOf(listOf(1L)) && marked.total == 1L
        }
        alice.closeConversationView(marked.viewID)
        fails(Status.INVALID_PARAMETERS) { alice.closeConversationView(marked.viewID) }
        val reset = ConversationViewDiff("reset", null, null, null, listOf(), listOf("sync"))
        check(rows.apply(ConversationViewChange(rows.viewID, listOf(reset), 0, true)))
        same(rows.rows, listOf())
    }
}
