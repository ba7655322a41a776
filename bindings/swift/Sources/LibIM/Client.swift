// A client: opening and closing one, and the calls that all its methods come down to.
import CLibIM
import Dispatch

/// One account with its local cache, open.
///
/// ```swift
/// let client = try Client(Config(dataDir: "im-data", userID: "alice"))
/// let page = try await client.getConversationList()
/// ```
///
/// Methods are asynchronous; those that need no server are in `cache` once more, for code that does not wait.
/// A call cannot be taken back: cancelling the task that waits for one changes nothing.
///
/// Any thread may do anything with it at any time, also close it during calls. Without `close()` it closes when the last
/// reference to it goes. Calls, event streams and listeners have one.
public final class Client: Sendable {
    /// What opening found.
    public let opened: Opened

    /// Its number, for functions of libim.h that are called directly; safe to use also after the close.
    public let handle: im_client
    private let isClosed = Flag()

    /// Opens an account. Needs no network and no login: `login` starts the sync. Reads and writes files.
    ///
    /// Throws `.accountInUse` when another client, in this process or another, has the account open,
    /// `.invalidParameters`, `.invalidUserID`, `.databaseFailed` and `.ioFailed`.
    public convenience init(_ config: Config) throws(IMError) {
        try self.init(json: config.request.json)
    }

    /// Opens an account with a config as `im_client_open` of libim.h takes it, for settings of later versions.
    public init(json config: String) throws(IMError) {
        guard im_abi_version() == UInt32(IM_ABI_VERSION) else {
            throw IMError(
                .notSupported, "the library has ABI \(im_abi_version()), not \(IM_ABI_VERSION): rebuild the app")
        }
        guard !config.utf8.contains(0) else { throw IMError(.invalidJSON, "the config has a NUL") }
        var handle: im_client = 0
        var text: UnsafeMutablePointer<CChar>?
        let status = im_client_open(config, &handle, &text)
        self.handle = handle
        do {
            opened = try Response(taking: text, status: status).data()
        } catch {
            // An object that is not whole has no end that would close it.
            if handle != 0 { im_client_close(handle) }
            throw error
        }
    }

    /// Closes the account, and waits for that.
    ///
    /// Calls that wait for the server end with `.cancelled`, event streams end, and listeners are released. When it
    /// has returned, no handler of the client runs or will run, and the account can be opened again. What waits to be
    /// sent stays in the cache and is sent after the next login.
    ///
    /// It waits for handlers and answers that are under way, so do not call it under a lock that these take, nor in an
    /// `onCancel`, in which a task that is to be resumed is locked; let a task of its own do it there.
    ///
    /// Throws `.notInitialized` when it is closed already, and `.calledFromCallback` inside a handler of this client,
    /// which stays open then.
    public func close() throws(IMError) {
        let status = im_client_close(handle)
        if status == IM_STATUS_OK || status == IM_STATUS_NOT_INITIALIZED { isClosed.raise() }
        guard status == IM_STATUS_OK else {
            throw IMError(code: status, desc: "the client cannot be closed: \(statusName(status))")
        }
    }

    deinit {
        guard isClosed.raise() else { return }
        let handle = handle
        if im_client_close(handle) == IM_STATUS_CALLED_FROM_CALLBACK {
            // The last reference went inside a handler of the client itself, for which a close waits.
            DispatchQueue.global().async { _ = im_client_close(handle) }
        }
    }

    /// The methods that read and write the cache, for code that does not wait.
    public var cache: Cache { Cache(client: self) }

    /// Calls a method by its name, for what this version of the package has no name for, and gives its data.
    ///
    /// `request` is a JSON object, as libim.h says it of the method. Waits for the server where the method does.
    public func call<T: Decodable & Sendable>(
        _ method: String, _ request: String = "{}", as type: T.Type = T.self
    ) async throws(IMError) -> T {
        try await respond(method, request).data()
    }

    /// As `call`, but gives the whole answer as JSON, `{"code","desc","data"}`, also that of a failure.
    public func response(_ method: String, _ request: String = "{}") async -> String {
        await respond(method, request).text
    }

    func perform<T: Decodable & Sendable>(_ method: String, _ request: Request) async throws(IMError) -> T {
        try await respond(method, request.json).data()
    }

    func perform(_ method: String, _ request: Request) async throws(IMError) {
        try await respond(method, request.json).check()
    }

    private func respond(_ method: String, _ request: String) async -> Response {
        if let refusal = refusal(of: method, request) { return refusal }
        // libim answers exactly once, so nothing needs to check that.
        return await withUnsafeContinuation { continuation in
            let answer = handedOver(Answer(continuation))
            let status = im_call_async(
                handle, method, request,
                { userData, status, text, count in
                    let answer = taken(userData, as: Answer.self)
                    answer.continuation.resume(returning: Response(status: status, lent: text, count: count))
                }, answer.toOpaque())
            if status != IM_STATUS_OK {
                answer.release()
                continuation.resume(returning: Response(status, "\(method) cannot be called: \(statusName(status))"))
            }
        }
    }
}

/// The task that waits for an answer.
private final class Answer: Sendable {
    let continuation: UnsafeContinuation<Response, Never>

    init(_ continuation: UnsafeContinuation<Response, Never>) {
        self.continuation = continuation
    }
}

/// What C would cut off at a NUL instead of refusing it.
func refusal(of method: String, _ request: String) -> Response? {
    if method.utf8.contains(0) {
        return Response(IM_STATUS_UNKNOWN_METHOD, "the method's name has a NUL")
    }
    if request.utf8.contains(0) {
        return Response(IM_STATUS_INVALID_JSON, "the request has a NUL")
    }
    return nil
}

/// The name of a status code, as libim.h has it.
func statusName(_ status: im_status) -> String {
    String(cString: im_status_name(status))
}
