// What the sentences of failures name is what the methods take. `refusals.kt DIR`
package refusals

import come
import configOf
import im.libim.*
import openClient
import same
import java.util.concurrent.ExecutionException

private fun says(desc: String, call: () -> Any?) {
    val failure = try {
        throw AssertionError("it gave ${call()}, not <$desc>")
    } catch (e: ImException) {
        e
    } catch (e: ExecutionException) {
        e.cause as ImException
    }
    same(failure.desc, desc)
}

private fun to(user: String, text: String) = NewMessage.textToUser(user, text)

fun main(args: Array<String>) = openClient(args[0], "alice").use { alice ->
    alice.login()
    says("userIDList is empty") { alice.getUsersInfo(emptyList()) }
    says("userIDList[1] \" x\" starts or ends with white space") { alice.getUsersInfo(listOf("alice", " x")) }
    says("userIDList has 101 entries; the most is 100") { alice.getUsersInfo(List(101) { "x" }) }
    says("conversationID \"neither\" does not start with c2c_ or group_") { alice.getConversation("neither") }
    says("count 0 is not 1 or more") { alice.getConversationList(count = 0) }
    says("nextSeq \"x\" is not a cursor") { come(alice.async.getConversationList("x")) }
    says("timeoutMs 0 is not between 1 and 600000 milliseconds") { alice.logout(0) }
    says("timeoutMs 700000 is not between 1 and 600000 milliseconds") { come(alice.async.logout(700_000)) }
    says("timeoutMs -1 is not an integer of 0 or more") { alice.sendAndWait(to("bob", "x"), -1) }
    says("none of receiver, groupID and conversationID is given") { alice.sendMessage(NewMessage()) }
    says("receiver \"c2c_bob\" is a conversationID: give receiver \"bob\", or conversationID \"c2c_bob\"") {
        alice.sendMessage(to("c2c_bob", "x"))
    }
    says("textElem.text has 65537 bytes; the most is 65536") { alice.sendMessage(to("bob", "x".repeat(65_537))) }
    says("only one of these can be given: receiver \"bob\", groupID \"g\"") {
        alice.sendMessage(to("bob", "x").copy(groupID = "g"))
    }
    says("groupAtUserList is given, but the message goes to a receiver and not to a group") {
        alice.sendMessage(to("bob", "x").copy(groupAtUserList = listOf("carol")))
    }
    says("lastMsgID \"nope\" is not a message of \"c2c_bob\"") {
        alice.getHistoryMessageList(HistoryQuery("bob", lastMsgID = "nope"))
    }
    says("msgID \"timeoutMs\" is not a stored message") { alice.revokeMessage("timeoutMs") }
    says("msgIDs is empty") { alice.deleteMessages(emptyList()) }
    says("userID \"nobody\" is not a friend") { alice.setFriendInfo("nobody", "x") }
    says("groupID \"nowhere\" is not a group") { alice.joinGroup("nowhere") }
    says("memberList[0].userID \" x\" starts or ends with white space") {
        alice.createGroup(NewGroup(GroupType.WORK, memberList = listOf(NewGroupMember(" x"))))
    }
    says("filter.markType -1 is not an integer of 0 or more") {
        alice.getConversationListByFilter(ConversationFilter(markType = -1))
    }
    says("dataDir \"\" is empty") { Client.open(Config("", "x")) }
    says("userID \" x\" starts or ends with white space") { Client.open(configOf(args[0], " x")) }
    says("backend.jid \"no\" has no local part before the @") {
        Client.open(Config(args[0], backend = Backend.Xmpp("no", "p")))
    }
    says("conversationLimit -1 is not an integer of 0 or more") {
        Client.open(configOf(args[0], "bob").copy(conversationLimit = -1))
    }
}
