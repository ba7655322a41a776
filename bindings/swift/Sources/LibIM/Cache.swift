// The synchronous calls that the generated methods of `Cache` are made of.
import CLibIM

/// The methods of a client that need no server, without `await`.
///
/// ```swift
/// let unread = try client.cache.getTotalUnreadMessageCount()
/// ```
///
/// They run on the caller's thread and do not wait for the network. They may be called on any thread, also in handlers.
public struct Cache: Sendable {
    private let client: Client

    init(client: Client) {
        self.client = client
    }

    /// Calls a method by its name and decodes its data. A method that waits for the server blocks the thread until then,
    /// and fails with `.calledFromCallback` in a handler of this client.
    public func call<T: Decodable>(
        _ method: String, _ request: String = "{}", as type: T.Type = T.self
    ) throws(IMError) -> T {
        try respond(method, request).decoded()
    }

    /// As `call`, but returns the response as JSON, `{"code","desc","data"}`, also when the call fails.
    public func response(_ method: String, _ request: String = "{}") -> String {
        respond(method, request).text
    }

    func perform<T: JSONReadable>(_ method: String, _ request: Request) throws(IMError) -> T {
        do {
            return try respond(method, request.json).data()
        } catch {
            throw error.named
        }
    }

    func perform(_ method: String, _ request: Request) throws(IMError) {
        do {
            try respond(method, request.json).check()
        } catch {
            throw error.named
        }
    }

    private func respond(_ method: String, _ request: String) -> Response {
        if let refusal = refusal(of: method, request) { return refusal }
        var text: UnsafeMutablePointer<CChar>?
        let status = im_call(client.handle, method, request, &text)
        return Response(taking: text, status: status)
    }
}
