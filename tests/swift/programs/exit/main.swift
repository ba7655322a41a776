// The process ends with clients open, streams running and calls under way: cleanly, with the status it chose.
import Check
import Foundation
import LibIM

let clients = try (0..<8).map { try Client(config("user\($0)")) }
let heard = Shared(0)
var listeners: [Listener] = []
for client in clients {
    try await client.login()
    let stream = try client.events()
    Task { for await _ in stream { heard.change { $0 += 1 } } }
    Task { for await _ in try client.events() { heard.change { $0 += 1 } } }
    Task { while true { _ = try await client.getUsersInfo(["user0"]) } }
    Thread.detachNewThread {
        for number in 0... { try? client.cache.setConversationDraft("c2c_x", draftText: "\(number)") }
    }
    listeners.append(try client.addListener { _ in heard.change { $0 += 1 } })
}
try await until("events") { heard.value > 1000 }
print("leaving")
exit(7)
