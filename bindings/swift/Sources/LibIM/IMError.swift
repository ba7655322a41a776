// The error that all failures of libim and of this package are.

/// A failed call.
///
/// ```swift
/// do {
///     try await client.login()
/// } catch {
///     if error.status != .disconnected { throw error }  // the list can be read offline
/// }
/// ```
public struct IMError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The status code.
    public var code: Int32
    /// One English sentence for developers. It never contains the text of a message or a secret.
    public var desc: String

    /// An error with a status code and a sentence.
    public init(code: Int32, desc: String) {
        self.code = code
        self.desc = desc
    }

    /// An error of this package.
    init(_ status: Status, _ desc: String) {
        self.init(code: status.rawValue, desc: desc)
    }

    /// The same with the names of this package: parameters have the library's, but for `timeout`.
    var named: IMError {
        var error = self
        if desc.hasPrefix("timeoutMs") {
            error.desc = "timeout\(desc.dropFirst(9))"
        } else if let found = desc.firstRange(of: " within timeoutMs") {
            error.desc.replaceSubrange(found, with: " within timeout")
        }
        return error
    }

    /// The status; nil for a code of a later version of libim, to be treated as any other failure.
    public var status: Status? { Status(rawValue: code) }

    /// The status, the code and the sentence, for logs.
    public var description: String {
        "\(status.map { "\($0)" } ?? "status") (\(code)): \(desc)"
    }
}
