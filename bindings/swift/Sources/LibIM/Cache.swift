// A client's cache, for code that does not wait: what the methods in CacheMethods.swift come down to.
import CLibIM

/// The methods of a client that read and write its cache, and return when that is done.
///
/// ```swift
/// let unread = try client.cache.getTotalUnreadMessageCount()
/// ```
///
/// Any thread, also inside handlers. They run on the caller's thread and do not wait for the network.
public struct Cache: Sendable {
    private let client: Client

    init(client: Client) {
        self.client = client
    }

    /// Calls a method by its name and gives its data. One that waits for the server holds up the thread for that long, and
    /// fails with `.calledFromCallback` inside a handler of this client.
    public func call<T: Decodable>(
        _ method: String, _ request: String = "{}", as type: T.Type = T.self
    ) throws(IMError) -> T {
        try respond(method, request).data()
    }

    /// As `call`, but gives the whole answer as JSON, `{"code","desc","data"}`, also that of a failure.
    public func response(_ method: String, _ request: String = "{}") -> String {
        respond(method, request).text
    }

    func perform<T: Decodable>(_ method: String, _ request: Request) throws(IMError) -> T {
        try respond(method, request.json).data()
    }

    func perform(_ method: String, _ request: Request) throws(IMError) {
        try respond(method, request.json).check()
    }

    private func respond(_ method: String, _ request: String) -> Response {
        if let refusal = refusal(of: method, request) { return refusal }
        var text: UnsafeMutablePointer<CChar>?
        let status = im_call(client.handle, method, request, &text)
        return Response(taking: text, status: status)
    }
}
