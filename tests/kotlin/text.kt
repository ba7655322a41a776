// Texts of all kinds go in and come back, whatever the JVM thinks the encoding of the machine is. `text.kt DIR`
package text

import come
import fails
import im.libim.*
import openClient
import same

fun main(args: Array<String>) {
    val texts = listOf(
        "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈", "مرحبا \u200f\u200e", "שלום", "日本語 𠮷", "e\u0301 é ﷽", "ÿ€",
        " \t\n\"\\/\u2028\u2029\u0001\u007f\ufeff\uffff\udbff\udfff"
    )
    openClient(args[0], "用户-🙂").use { client ->
        same(client.opened.userID, "用户-🙂")
        for (text in texts) {
            same(client.sendMessage(NewMessage.textToUser("ü@example.org", text)).textElem, TextElem(text))
            same(client.getHistoryMessageList(HistoryQuery("ü@example.org", count = 1))[0].textElem?.text, text)
            client.setConversationDraft("group_日本", text)
            same(come(client.async.getConversation("group_日本")).draftText, text)
        }
        val heard = java.util.concurrent.LinkedBlockingQueue<String>()
        client.addListener(object : Listener {
            override fun onConversationChanged(conversationList: List<Conversation>) {
                conversationList.mapNotNullTo(heard) { it.draftText }
            }
        }).use {
            for (text in texts) {
                client.setConversationDraft("group_日本", text)
                same(heard.poll(60, java.util.concurrent.TimeUnit.SECONDS), text)
            }
        }
        // What JSON or UTF-8 or C cannot carry is refused; nothing else is sent in its place.
        val toBob = { text: String -> client.sendMessage(NewMessage.textToUser("bob", text)) }
        fails(Status.INVALID_PARAMETERS) { toBob("a\u0000b") }
        fails(Status.INVALID_PARAMETERS) { toBob("half \ud83d") }
        fails(Status.INVALID_PARAMETERS) { come(client.async.getConversation("c2c_\ude00")) }
        fails(Status.INVALID_JSON) { client.call("getLoginStatus", "{}\u0000}") }
        fails(Status.INVALID_JSON) { come(client.callAsync("getLoginStatus", "{}\u0000")) }
        fails(Status.UNKNOWN_METHOD) { client.call("getLoginStatus\u0000") }
        fails(Status.INVALID_JSON) { Client.open("{}\u0000") }
        same(client.getConversation("c2c_bob").orderkey, 0L)
    }
}
