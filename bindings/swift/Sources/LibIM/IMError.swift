// Why a call failed: every failure of libim, and of this package, is an `IMError`.

/// A failed call.
///
/// ```swift
/// do {
///     try await client.login()
/// } catch where error.status == .disconnected {
///     // the list is there all the same
/// }
/// ```
public struct IMError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The status, as libim gave it. 0 only by mistake.
    public var code: Int32
    /// One English sentence for a developer. It never holds a message's text or a secret.
    public var desc: String

    /// A failure with a status and a sentence.
    public init(code: Int32, desc: String) {
        self.code = code
        self.desc = desc
    }

    /// A failure that this package finds by itself.
    init(_ status: Status, _ desc: String) {
        self.init(code: status.rawValue, desc: desc)
    }

    /// The status by its name; nil for one of a later version of libim, which is a failure like others.
    public var status: Status? { Status(rawValue: code) }

    /// The name of the status, the code and the sentence, for a log.
    public var description: String {
        "\(status.map { "\($0)" } ?? "status") (\(code)): \(desc)"
    }
}

/// The status codes of libim.
public enum Status: Int32, Hashable, Sendable, CaseIterable {
    /// Success.
    case ok = 0
    /// The conversation is not one that this call can work on.
    case invalidConversation = 6004
    /// The client is closed.
    case notInitialized = 6013
    /// The call needs the server and nobody is logged in.
    case notLoggedIn = 6014
    /// The same operation is already running.
    case inProgress = 6015
    /// A parameter is missing, unknown, of the wrong type or out of range; `desc` names it.
    case invalidParameters = 6017
    /// The local database failed.
    case databaseFailed = 6019
    /// Reading or writing a file failed (disk full, permission).
    case ioFailed = 6022
    /// The request is not JSON.
    case invalidJSON = 6027
    /// The user id is not valid.
    case invalidUserID = 7003
    /// The client was closed while the call was running.
    case cancelled = 7009
    /// A fault inside libim; please report it.
    case internalError = 7012
    /// This backend cannot do that.
    case notSupported = 7013
    /// The group id is not valid.
    case invalidGroupID = 8501
    /// The server cannot be reached now.
    case disconnected = 9508
    /// The server did not answer in time.
    case timeout = 9510
    /// The user may not do that.
    case noPermission = 10007
    /// More than 100 conversations in one call.
    case tooManyConversations = 51006
    /// No such conversation group.
    case noSuchConversationGroup = 51009
    /// The conversation-group name is longer than 32 bytes.
    case conversationGroupNameTooLong = 51011
    /// Another client, here or in another process, has this account's cache open.
    case accountInUse = 90001
    /// Called from a handler, where it would wait for itself.
    case calledFromCallback = 90002
    /// There is no method of that name.
    case unknownMethod = 90003
    /// The server refused the operation.
    case refused = 90004
}
