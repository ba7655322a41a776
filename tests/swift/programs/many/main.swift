// Many clients, streams and listeners, opened and closed: memory and threads stay as they were.
import Check
import Foundation
import LibIM

func use(_ number: Int) async throws {
    let client = try Client(config("user\(number % 4)"))
    let stream = try client.events()
    let other = try client.events([.onConversationChanged])
    let heard = Shared(0)
    let listener = try client.addListener { _ in heard.change { $0 += 1 } }
    try await client.setConversationDraft("c2c_x", draftText: "draft \(number)")
    for await _ in stream { break }
    check(heard.value > 0)
    let waiting = Task { for await _ in other {} }
    if number % 2 == 0 {
        listener.remove()
        try client.close()
    } else {
        waiting.cancel()
    }
    await waiting.value
    _ = listener
}

func use(_ numbers: Range<Int>) async throws {
    for number in numbers {
        try await until("the account") { isFree("user\(number % 4)") }
        try await use(number)
    }
    try await until("the last close") { (0..<4).allSatisfy { isFree("user\($0)") } }
}

/// A line of /proc/self/status, as a number.
func status(_ key: String) throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }!
    return Int(line.split(whereSeparator: { " \t".contains($0) })[1])!
}

try await use(0..<100)
let (memory, threads) = (try status("VmRSS"), try status("Threads"))
try await use(100..<350)
let (memoryAfter, threadsAfter) = (try status("VmRSS"), try status("Threads"))
check(memoryAfter < memory + 8 << 10, "memory has grown from \(memory) to \(memoryAfter) KiB")
check(threadsAfter <= threads + 8, "threads have grown from \(threads) to \(threadsAfter)")

// All at once.
let clients = try (0..<200).map { try Client(config("crowd\($0)")) }
let ends = Shared(0)
let tasks = try clients.map { client in
    let stream = try client.events()
    return Task {
        for await _ in stream {}
        ends.change { $0 += 1 }
    }
}
try await withThrowingTaskGroup(of: Void.self) { group in
    for client in clients {
        group.addTask { try await client.setConversationDraft("c2c_x", draftText: "one of many") }
    }
    try await group.waitForAll()
}
for client in clients { try client.close() }
for task in tasks { await task.value }
check(ends.value == 200)
try await until("the end of the threads") { try status("Threads") <= threads + 8 }
