// Clients closed and let go of, from anywhere and at any moment, and what becomes of calls then.
import Check
import Foundation
import LibIM

try closingAndOpeningAgain()
try await closingDuringCalls()
try await closingInsideAHandlerIsRefused()
try await theLastReferenceGoesInsideAHandler()
try await theLastReferenceGoesWithAnAnswer()
try await waitingCallsEnd()
try await closingCancelsCalls()
try await handlersMeetTheClose()

func closingAndOpeningAgain() throws {
    var client: Client? = try Client(config("alice"))
    check(client!.opened.cache == .created && !isFree("alice"))
    try client!.close()
    check(isFree("alice"))
    failsNow(.notInitialized) { _ = try client!.cache.getLoginStatus() }
    client = try Client(config("alice"))
    check(client!.opened.cache == .opened)
    client = nil
    check(isFree("alice"))
    // A close after which nothing remains to be done at the end.
    client = try Client(config("alice"))
    try client!.close()
    let second = try Client(config("alice"))
    client = nil
    check(try second.cache.getLoginStatus() == .loggedOut)
}

func closingDuringCalls() async throws {
    for _ in 0..<10 {
        let client = try Client(config("alice"))
        try await client.login()
        let calls = Shared(0)
        let tasks = (0..<8).map { number in
            Task {
                while true {
                    do {
                        switch number % 3 {
                        case 0: _ = try await client.getConversationList()
                        case 1: _ = try await client.getUsersInfo(["alice"])
                        default: _ = try client.cache.getConversationList()
                        }
                        calls.change { $0 += 1 }
                        await Task.yield()
                    } catch let error as IMError {
                        if error.status == .notInitialized { return }
                        check(error.status == .cancelled, "\(error)")
                    }
                }
            }
        }
        try await until("calls") { calls.value > 40 }
        Thread.detachNewThread { try? client.close() }
        for task in tasks { try await task.value }
        try await until("the close") { isFree("alice") }
    }
}

func closingInsideAHandlerIsRefused() async throws {
    let client = try Client(config("alice"))
    let isDone = Shared(false)
    let listener = try client.addListener([.onNewConversation]) { _ in
        failsNow(.calledFromCallback) { try client.close() }
        failsNow(.calledFromCallback) { let _: Int64 = try client.cache.call("logout") }
        check((try? client.cache.getConversationList().conversationList.count) == 1)
        isDone.set(true)
    }
    try await client.setConversationDraft("c2c_inside", draftText: "x")
    try await until("the handler") { isDone.value }
    check(try await client.getLoginStatus() == .loggedOut)
    listener.remove()
    try await client.deleteConversation("c2c_inside")
    try client.close()
}

/// A close would wait for the handler itself, so somebody else closes.
func theLastReferenceGoesInsideAHandler() async throws {
    for _ in 0..<20 {
        let held = Shared<(Client, Listener)?>(nil)
        let isDone = Signal()
        try {
            let client = try Client(config("bob"))
            let listener = try client.addListener { _ in
                isDone.wait()
                held.set(nil)
            }
            try client.cache.setConversationDraft("c2c_x", draftText: UUID().uuidString)
            held.set((client, listener))
        }()
        check(!isFree("bob"))
        isDone.give()
        try await until("the close") { isFree("bob") }
    }
}

func theLastReferenceGoesWithAnAnswer() async throws {
    for _ in 0..<50 {
        let status = try await Client(config("bob")).getLoginStatus()
        check(status == .loggedOut)
        try await until("the close") { isFree("bob") }
    }
}

/// A handler that holds up the answers: calls wait for theirs, and have one when the client closes.
func waitingCallsEnd() async throws {
    let client = try Client(config("alice"))
    let (isRunning, mayEnd) = (Signal(), Signal())
    let listener = try client.addListener([.onNewConversation]) { _ in
        isRunning.give()
        mayEnd.wait()
    }
    try client.cache.setConversationDraft("c2c_hold", draftText: "up")
    isRunning.wait()
    let answered = Shared(0)
    let calls = (0..<200).map { number in
        Task {
            do {
                if number % 2 == 0 {
                    _ = try await client.getConversationList()
                } else {
                    _ = try await client.getUsersInfo(["alice"])
                }
            } catch let error as IMError {
                check([.cancelled, .notInitialized, .notLoggedIn].contains(error.status), "\(error)")
            }
            answered.change { $0 += 1 }
        }
    }
    // Cancelling a task does not take a call back.
    calls[0].cancel()
    let closer = Task { try client.close() }
    try await until("the close's begin") { (try? client.cache.getLoginStatus()) == nil }
    check(answered.value == 0 || answered.value < 200)
    mayEnd.give()
    try await closer.value
    for call in calls { try await call.value }
    check(answered.value == 200)
    listener.remove()
}

/// Calls that a close finds in the queue end with the cancelled status.
func closingCancelsCalls() async throws {
    let cancelled = Shared(0)
    for _ in 0..<100 where cancelled.value == 0 {
        let client = try Client(config("alice"))
        try await client.login()
        let calls = (0..<500).map { _ in
            Task {
                do {
                    _ = try await client.getUsersInfo(["alice"])
                } catch let error as IMError {
                    check(error.status == .cancelled || error.status == .notInitialized, "\(error)")
                    if error.status == .cancelled { cancelled.change { $0 += 1 } }
                }
            }
        }
        try client.close()
        for call in calls { try await call.value }
    }
    check(cancelled.value > 0)
}

/// Listeners and streams come and go while events are told and the client closes.
func handlersMeetTheClose() async throws {
    for round in 0..<20 {
        let client = try Client(config("alice"))
        let begun = Shared(0)
        let tasks = (0..<6).map { number in
            Task {
                while true {
                    do {
                        switch number {
                        case 0: try client.cache.setConversationDraft("c2c_\(round)", draftText: UUID().uuidString)
                        case 1, 2: try client.addListener { _ in begun.change { $0 += 1 } }.remove()
                        case 3, 4: for await _ in try client.events() { break }
                        default: _ = try client.events()
                        }
                        begun.change { $0 += 1 }
                        await Task.yield()
                    } catch {
                        check((error as? IMError)?.status == .notInitialized, "\(error)")
                        return
                    }
                }
            }
        }
        try await until("some of it") { begun.value > 100 }
        try client.close()
        for task in tasks { await task.value }
    }
    check(isFree("alice"))
}
