// Opening and closing a client, and the calls that its methods are made of.
import CLibIM
import Dispatch

/// An open account with its local cache.
///
/// ```swift
/// let client = try Client(Config(dataDir: "im-data", userID: "alice"))
/// let page = try await client.getConversationList()
/// ```
///
/// Methods are asynchronous; those that need no server are also in `cache`, for synchronous code. Cancelling the task that
/// waits for a call ends the wait at once, with `.cancelled`. The call itself is carried out, also one that a task makes after
/// it was cancelled.
///
/// A client may be used from any thread at any time; it may also be closed during calls. Without `close()` it closes when
/// the last reference to it is released. Calls, event streams and listeners hold one.
public final class Client: Sendable {
    /// The result of opening the account.
    public let opened: Opened

    /// The handle, for direct calls of the functions in libim.h. Safe to use after the client was closed.
    public let handle: im_client
    private let isClosed = Flag()

    /// Opens an account. Reads and writes files; needs no network and no login. Call `login` to start the sync.
    ///
    /// - Parameter config: The account, the place of its cache, and its server.
    /// - Throws: `.accountInUse` when a client in this or another process has the account open; `.invalidParameters`,
    ///   `.invalidUserID`, `.databaseFailed`, `.ioFailed`.
    public convenience init(_ config: Config) throws(IMError) {
        try self.init(json: config.request.json)
    }

    /// Opens an account with the JSON that `im_client_open` in libim.h takes, for settings of later versions.
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
            // The deinitializer does not run for an object that was not fully initialized.
            if handle != 0 { im_client_close(handle) }
            throw error
        }
    }

    /// Closes the account and waits until it is closed.
    ///
    /// Calls that wait for the server end with `.cancelled`, event streams end, and listeners are released. When this
    /// returns, no handler of the client is running or will run again, and the account can be reopened. Unsent messages
    /// and changes stay in the cache and are sent after the next login.
    ///
    /// This waits for running handlers. Do not call it while holding a lock that a handler takes, nor in an `onCancel`
    /// handler, during which Swift locks the task; start a new task for it there.
    ///
    /// - Throws: `.notInitialized` when the client is closed already; `.calledFromCallback` in a handler of this client,
    ///   which then stays open.
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
            // The last reference was released in a handler of this client, and closing waits for handlers.
            DispatchQueue.global().async { _ = im_client_close(handle) }
        }
    }

    /// The methods that read and write the cache, for synchronous code.
    public var cache: Cache { Cache(client: self) }

    /// Calls a method by its name and decodes its data, for methods that this version of the package does not have.
    ///
    /// - Parameters:
    ///   - method: V2TIM's name of the method.
    ///   - request: A JSON object with the fields that libim.h lists for the method.
    ///   - type: The type of the data.
    public func call<T: Decodable & Sendable>(
        _ method: String, _ request: String = "{}", as type: T.Type = T.self
    ) async throws(IMError) -> T {
        try await respond(method, request).decoded()
    }

    /// As `call`, but returns the response as JSON, `{"code","desc","data"}`, also when the call fails.
    public func response(_ method: String, _ request: String = "{}") async -> String {
        await respond(method, request).text
    }

    func perform<T: JSONReadable & Sendable>(_ method: String, _ request: Request) async throws(IMError) -> T {
        do {
            return try await respond(method, request.json).data()
        } catch {
            throw error.named
        }
    }

    func perform(_ method: String, _ request: Request) async throws(IMError) {
        do {
            try await respond(method, request.json).check()
        } catch {
            throw error.named
        }
    }

    private func respond(_ method: String, _ request: String) async -> Response {
        if let refusal = refusal(of: method, request) { return refusal }
        let answer = Promised<Response>()
        let held = handedOver(answer)
        let status = im_call_async(
            handle, method, request,
            { userData, status, text, count in
                taken(userData, as: Promised<Response>.self)
                    .give(Response(status: status, lent: text, count: count))
            }, held.toOpaque())
        guard status == IM_STATUS_OK else {
            held.release()
            return Response(status, "\(method) cannot be called: \(statusName(status))")
        }
        return await answer.wait(
            orWhenCancelled: Response(IM_STATUS_CANCELLED, "the task that waited for \(method) was cancelled"))
    }
}

/// The response to a text with a NUL, at which C would end the text without an error.
func refusal(of method: String, _ request: String) -> Response? {
    if method.utf8.contains(0) {
        return Response(IM_STATUS_UNKNOWN_METHOD, "the method's name has a NUL")
    }
    if request.utf8.contains(0) {
        return Response(IM_STATUS_INVALID_JSON, "the request has a NUL")
    }
    return nil
}

/// The name of a status code, as in libim.h.
func statusName(_ status: im_status) -> String {
    String(cString: im_status_name(status))
}
