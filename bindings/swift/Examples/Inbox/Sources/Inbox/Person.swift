// A logged-in user who notes down what happens, and can wait for something to become so.
import LibIM

actor Person {
    nonisolated let client: Client
    private let name: String
    private var events: [String] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var listening: Task<Void, Never>?

    /// Opens and logs in.
    init(_ name: String, nickName: String, dir: String) async throws {
        self.name = name
        var config = Config(dataDir: "\(dir)/\(name)", userID: name)
        config.backend = .embedded(path: "\(dir)/service.db")
        client = try Client(config)
        let stream = try client.events()
        listening = Task { for await event in stream { note(event) } }
        try await client.login()
        try await client.setSelfInfo(nickName: nickName)
    }

    /// Logs out and closes.
    func leave() async throws {
        try await client.logout()
        try client.close()
        await listening?.value
    }

    var log: [String] { events }

    /// Looks whether something is so after every event, until it is; half a minute without it is a failure.
    func wait(for what: String, until isTrue: @Sendable (Client) async throws -> Bool) async throws {
        let alarm = Task {
            try await Task.sleep(for: .seconds(30))
            giveUp("\(name) waited in vain for \(what)")
        }
        defer { alarm.cancel() }
        while true {
            let before = events.count
            if try await isTrue(client) { return }
            // Between the look and here others may have run, so an event may have come.
            if events.count == before { await withCheckedContinuation { waiting.append($0) } }
        }
    }

    private func note(_ event: Event) {
        if let line = describe(event) { events.append(line) }
        for one in waiting { one.resume() }
        waiting = []
    }
}

/// A line for the log: the event, and whom it is about.
private func describe(_ event: Event) -> String? {
    let (name, about): (String, String) =
        switch event {
        case .onSyncServerStart: ("onSyncServerStart", "")
        case .onSyncServerFinish: ("onSyncServerFinish", "")
        case .onNewConversation(let list): ("onNewConversation", ids(list))
        case .onConversationChanged(let list): ("onConversationChanged", ids(list))
        case .onTotalUnreadMessageCountChanged(let total): ("onTotalUnreadMessageCountChanged", "\(total)")
        case .onRecvNewMessage(let message): ("onRecvNewMessage", message.sender)
        case .onMessageStatusChanged(let message): ("onMessageStatusChanged", message.sender)
        case .onConnecting: ("onConnecting", "")
        case .onConnectSuccess: ("onConnectSuccess", "")
        default: ("", "")
        }
    return name.isEmpty ? nil : name.padded(to: 32) + " " + about
}

private func ids(_ list: [Conversation]) -> String {
    list.map(\.conversationID).joined(separator: " ")
}
