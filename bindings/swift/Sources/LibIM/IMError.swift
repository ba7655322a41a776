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
