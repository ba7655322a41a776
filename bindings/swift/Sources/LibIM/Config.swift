// The configuration of a client.

/// The configuration of a client: the account, the place of its cache, and its server.
public struct Config: Hashable, Sendable {
    /// The directory for the caches, with a subdirectory for each account. Created when it does not exist.
    public var dataDir: String
    /// The current user. Nil with `.xmpp`, where it is the account of `jid`.
    public var userID: String?
    /// The server.
    public var backend: Backend
    /// How many of the most recent conversations can be paged through; 0: all.
    public var conversationLimit: UInt64 = 5000
    /// The sort key of the list.
    public var conversationOrder: ConversationOrder = .orderkey
    /// Which failures the result of a call survives once it has returned.
    public var durability: Durability = .normal

    /// A configuration, by default for the embedded service in `dataDir`.
    public init(dataDir: String, userID: String? = nil, backend: Backend = .embedded()) {
        self.dataDir = dataDir
        self.userID = userID
        self.backend = backend
    }

    /// A kind of server.
    public enum Backend: Hashable, Sendable {
        /// The embedded service, one file that several users and processes may share. Nil: `service.db` in `dataDir`.
        case embedded(path: String? = nil)
        /// An account on an XMPP server.
        case xmpp(XMPP)
    }

    /// An account on an XMPP server, and the address of the server.
    public struct XMPP: Hashable, Sendable {
        /// The account, `user@domain`.
        public var jid: String
        /// The account's password. Kept in memory only, never logged.
        public var password: String
        /// The server's host name or address; nil: found by the domain's SRV records.
        public var host: String?
        /// The server's port; only together with `host`.
        public var port: UInt16?
        /// How the connection is secured; nil: `.starttls`.
        public var tls: TLS?
        /// A file of certificates (PEM) to trust instead of those of the system.
        public var caFile: String?
        /// The name of this device among those of the account; nil: generated.
        public var resource: String?

        /// An account, whose server is found by its domain.
        public init(jid: String, password: String) {
            self.jid = jid
            self.password = password
        }
    }

    /// How the connection to an XMPP server is secured.
    public enum TLS: String, Hashable, Sendable {
        /// TLS by STARTTLS, required before anything else is sent.
        case starttls
        /// TLS from the start (XEP-0368).
        case direct
        /// No TLS; for loopback addresses only.
        case disabled
    }

    /// A sort key of the list.
    public enum ConversationOrder: String, Hashable, Sendable {
        /// Pinned conversations first, then the most recently active.
        case orderkey
        /// The time of the last message.
        case lastMessageTimestamp
    }

    /// Which failures a commit survives.
    public enum Durability: String, Hashable, Sendable {
        /// The end of the process.
        case normal
        /// Also a power cut.
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
