// The number of unread messages, with coroutines: suspending methods and the flow of events.
//
//     unread.UnreadKt DIR
package unread

import im.libim.Backend
import im.libim.Client
import im.libim.ClientEvent
import im.libim.Config
import im.libim.Event
import im.libim.NewMessage
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

fun main(args: Array<String>) = runBlocking {
    fun open(user: String) = Client.open(Config("${args[0]}/$user", user, Backend.Embedded("${args[0]}/service.db")))
    open("alice").use { alice ->
        open("bob").use { bob ->
            val counting = launch(start = CoroutineStart.UNDISPATCHED) {
                bob.events(Event.TOTAL_UNREAD_MESSAGE_COUNT_CHANGED).first { event ->
                    val unread = (event as ClientEvent.TotalUnreadMessageCountChanged).totalUnreadCount
                    println("$unread unread")
                    unread == 3L
                }
            }
            alice.suspending.login()
            bob.suspending.login()
            for (text in listOf("Hello", "Are you there?", "Call me")) {
                alice.suspending.sendMessage(NewMessage.textToUser("bob", text))
            }
            counting.join()
        }
    }
}
