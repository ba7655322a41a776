// A list that follows: prints the conversations whenever something changes, as a screen would be drawn again, and does what
// is typed.
//
//     swift run Watch DIR USER
//
// opens USER on the service file DIR/service.db. Commands are `say bob hello`, `read bob`, `pin bob`, `unpin bob`, `draft bob
// text` and `quit`. `ConversationList` is the part for an app. For an XMPP account set `config.backend = .xmpp(…)`.
import Foundation
import LibIM

guard CommandLine.arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: Watch DIR USER\n".utf8))
    exit(EXIT_FAILURE)
}
let (dir, user) = (CommandLine.arguments[1], CommandLine.arguments[2])

func say(_ line: String) {
    // At once, also when the output is no terminal.
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// The first lines of the screen.
@MainActor
func draw(_ list: ConversationList) {
    say("-- \(list.isOnline ? "online" : "offline"), \(list.unread) unread")
    for conversation in list.conversations.prefix(10) {
        let mark = conversation.isPinned ? "*" : " "
        let count = conversation.unreadCount > 0 ? " (\(conversation.unreadCount))" : ""
        say("\(mark) \(conversation.showName)\(count): \(line(conversation))")
    }
}

/// What stands under the name: the draft, or else the last message.
func line(_ conversation: Conversation) -> String {
    if let draft = conversation.draftText { return "[draft] \(draft)" }
    guard let last = conversation.lastMessage else { return "" }
    if last.status == .revoked { return "(recalled)" }
    return (last.isSelf ? "you: " : "") + last.preview
}

/// What is typed, line by line: reading it blocks a thread of its own.
func typed() -> AsyncStream<String> {
    AsyncStream { lines in
        Thread.detachNewThread {
            while let line = readLine() { lines.yield(line) }
            lines.finish()
        }
    }
}

/// Carries out a command. What it changes is drawn when the event comes.
func obey(_ command: String, _ client: Client) async throws {
    let words = command.split(separator: " ", maxSplits: 2).map(String.init)
    let id = "c2c_\(words.dropFirst().first ?? "")"
    switch (words.first, words.count) {
    case ("say", 3): try await client.sendMessage(NewMessage(conversationID: id, textElem: TextElem(text: words[2])))
    case ("read", 2): try await client.cleanConversationUnreadMessageCount(id)
    case ("pin", 2): try await client.pinConversation(id, isPinned: true)
    case ("unpin", 2): try await client.pinConversation(id, isPinned: false)
    case ("draft", 2...): try await client.setConversationDraft(id, draftText: words.count == 3 ? words[2] : nil)
    default: say("say USER TEXT, read USER, pin USER, unpin USER, draft USER TEXT, quit")
    }
}

var config = Config(dataDir: "\(dir)/\(user)", userID: user)
config.backend = .embedded(path: "\(dir)/service.db")
let client = try Client(config)
let list = ConversationList(client)
let following = Task { try await list.follow { draw(list) } }
// Beside the list, which is there before the server is. Without a server libim goes on trying.
Task {
    do throws(IMError) {
        try await client.login()
    } catch {
        say("no server: \(error.desc)")
    }
}
for await command in typed() {
    if command == "quit" { break }
    do {
        try await obey(command, client)
    } catch {
        say("! \(error)")
    }
}
try client.close()  // which ends the list
try await following.value
