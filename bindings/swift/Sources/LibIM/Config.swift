// What a client is opened with.

/// What a client is opened with: an account, where its cache lies, and its server.
public struct Config: Hashable, Sendable {
    /// The directory for caches, one in it for each account; made when missing.
    public var dataDir: String
    /// The account's user. Nil with `.xmpp`, where the `jid` says it.
    public var userID: String?
    /// The server.
    public var backend: Backend
    /// How many of the most recent conversations can be paged through; 0 = all.
    public var conversationLimit: UInt64 = 5000
    /// What the list is sorted by.
    public var conversationOrder: ConversationOrder = .orderkey
    /// What a finished call survives.
    public var durability: Durability = .normal

    /// An account on a backend, by default the service in a file in `dataDir`.
    public init(dataDir: String, userID: String? = nil, backend: Backend = .embedded()) {
        self.dataDir = dataDir
        self.userID = userID
        self.backend = backend
    }

    /// A server, of one of the kinds that libim knows.
    public enum Backend: Hashable, Sendable {
        /// The service in one file, which several users and processes may share. Nil: `service.db` in `dataDir`.
        case embedded(path: String? = nil)
        /// An account on an XMPP server.
        case xmpp(XMPP)
    }

    /// An account on an XMPP server, and how to reach the server.
    public struct XMPP: Hashable, Sendable {
        /// The account, `user@domain`.
        public var jid: String
        /// Its password. Kept in memory only, never logged.
        public var password: String
        /// Where the server is; nil: the domain's SRV records say.
        public var host: String?
        /// Its port; only together with `host`.
        public var port: UInt16?
        /// How the connection is secured; nil: `.starttls`.
        public var tls: TLS?
        /// A file of certificates (PEM) to trust instead of the system's.
        public var caFile: String?
        /// The name of this device among the account's; made up when nil.
        public var resource: String?

        /// An account whose server is found by its domain.
        public init(jid: String, password: String) {
            self.jid = jid
            self.password = password
        }
    }

    /// How a connection to an XMPP server is secured.
    public enum TLS: String, Hashable, Sendable {
        /// It begins in the clear and is secured before anything is said.
        case starttls
        /// It is secured from the start.
        case direct
        /// It is not secured; for loopback addresses only.
        case disabled
    }

    /// What the list is sorted by.
    public enum ConversationOrder: String, Hashable, Sendable {
        /// Pinned conversations first, then by the newest change.
        case orderkey
        /// By the time of the last message.
        case lastMessageTimestamp
    }

    /// What a finished call survives.
    public enum Durability: String, Hashable, Sendable {
        /// A killed process.
        case normal
        /// A power cut too.
        case full
    }

    var request: Request {
        [
            "dataDir": dataDir, "userID": userID, "backend": backend.request, "conversationLimit": conversationLimit,
            "conversationOrder": conversationOrder.rawValue, "durability": durability.rawValue,
        ]
    }
}

extension Config.Backend {
    var request: Request {
        switch self {
        case .embedded(let path):
            ["kind": "embedded", "path": path]
        case .xmpp(let account):
            [
                "kind": "xmpp", "jid": account.jid, "password": account.password, "host": account.host,
                "port": account.port, "tls": account.tls?.rawValue, "caFile": account.caFile,
                "resource": account.resource,
            ]
        }
    }
}
