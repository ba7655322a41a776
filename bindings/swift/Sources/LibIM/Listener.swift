// Receiving events: streams for tasks, and listeners with handlers.
import CLibIM
import Dispatch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The registration of a handler for a client's events, until it is removed or released.
///
/// The handlers of a client run one at a time, in order, on a thread of the client. In a handler, use `Client.cache`, and do
/// not wait for events or responses of the same client. A slow handler delays other handlers and asynchronous responses,
/// but no synchronous call; meanwhile, changes are merged.
public final class Listener: Sendable {
    private let client: Client
    private let number: im_listener
    private let isRemoved: Flag

    fileprivate init(client: Client, number: im_listener, isRemoved: Flag) {
        self.client = client
        self.number = number
        self.isRemoved = isRemoved
    }

    /// Removes the handler. Has no effect when the handler was removed already or the client is closed. Releasing the
    /// listener does the same.
    ///
    /// When this returns, the handler is not running, will not run again, and is released. This waits for a running
    /// handler, so do not call it while holding a lock that the handler takes, nor in an `onCancel` handler, during which
    /// Swift locks the task. In a handler of the client, also its own, this returns at once.
    public func remove() {
        guard isRemoved.raise() else { return }
        im_listener_remove(client.handle, number)
    }

    deinit {
        remove()
    }
}

extension Client {
    /// The events from now on, as a stream for one task.
    ///
    /// ```swift
    /// for await event in try client.events([.onRecvNewMessage]) {
    ///     if case .onRecvNewMessage(let message) = event { print(message.sender) }
    /// }
    /// ```
    ///
    /// The stream ends when the client closes and all events have been taken, or at once when its task is cancelled. A task
    /// that is slow holds up nothing and gets no backlog: of each conversation it gets the newest state, and of messages the
    /// newest few thousand, with one `onMessagesMissed` for the others.
    ///
    /// - Parameter kinds: The kinds of events; empty: all.
    /// - Throws: `.notInitialized` when the client is closed.
    public func events(_ kinds: Set<Event.Kind> = []) throws(IMError) -> AsyncStream<Event> {
        let source = try EventSource(client: self, mask: mask(of: kinds))
        return AsyncStream { await source.next() }
    }

    /// Adds a handler for events, which is called for as long as the listener is held.
    ///
    /// - Parameters:
    ///   - kinds: The kinds of events; empty: all.
    ///   - handler: Called on a thread of the client, for one event at a time.
    /// - Throws: `.notInitialized` when the client is closed.
    public func addListener(
        _ kinds: Set<Event.Kind> = [], _ handler: @escaping @Sendable (Event) -> Void
    ) throws(IMError) -> Listener {
        try listen(kinds) { number, payload in handler(Event(lent: number, payload)) }
    }

    /// As `addListener`, with the payloads of the events as JSON.
    public func addRawListener(
        _ kinds: Set<Event.Kind> = [], _ handler: @escaping @Sendable (RawEvent) -> Void
    ) throws(IMError) -> Listener {
        try listen(kinds) { number, payload in
            handler(RawEvent(number: number, payload: String(decoding: payload, as: UTF8.self)))
        }
    }

    private func listen(
        _ kinds: Set<Event.Kind>,
        onEvent: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Void
    ) throws(IMError) -> Listener {
        let isRemoved = Flag()
        let handler = handedOver(Handler(onEvent: onEvent, isRemoved: isRemoved))
        var number: im_listener = 0
        let status = im_listener_add(
            handle, mask(of: kinds),
            { userData, number, text, count in
                let handler = borrowed(userData, as: Handler.self)
                handler.onEvent(number, UnsafeRawBufferPointer(start: text, count: count))
            }, handler.toOpaque(),
            { userData in
                taken(userData, as: Handler.self).isRemoved.raise()
            }, &number)
        guard status == IM_STATUS_OK else {
            handler.release()
            throw IMError(code: status, desc: "a listener cannot be added: \(statusName(status))")
        }
        return Listener(client: self, number: number, isRemoved: isRemoved)
    }
}

/// The bits of the kinds of events; 0, which stands for all, when there is none.
private func mask(of kinds: Set<Event.Kind>) -> UInt64 {
    kinds.reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
}

/// The events behind a stream, which holds the client.
private final class EventSource: Sendable {
    private let client: Client
    private let stream: im_stream
    private let bell: Bell

    init(client: Client, mask: UInt64) throws(IMError) {
        let bell = Bell()
        let held = handedOver(bell)
        var stream: im_stream = 0
        let status = im_stream_open(
            client.handle, mask,
            { userData in borrowed(userData, as: Bell.self).ring() }, held.toOpaque(),
            { userData in
                // Whoever waits looks, and finds the end.
                taken(userData, as: Bell.self).ring()
            }, &stream)
        guard status == IM_STATUS_OK else {
            held.release()
            throw IMError(code: status, desc: "a stream cannot be opened: \(statusName(status))")
        }
        self.client = client
        self.stream = stream
        self.bell = bell
    }

    /// The next event; nil at the end, or when the task is cancelled.
    func next() async -> Event? {
        while !Task.isCancelled {
            var number: Int32 = 0
            var payload: UnsafeMutablePointer<CChar>?
            guard im_stream_next(stream, &number, &payload) == IM_STATUS_OK else { return nil }
            if let payload {
                defer { im_string_free(payload) }
                return Event(lent: number, UnsafeRawBufferPointer(start: payload, count: strlen(payload)))
            }
            await bell.wait()
        }
        return nil
    }

    /// Closing waits for a handler that is running, and the last reference to the client may go with this. But a stream may
    /// end while Swift holds the lock of a task that is being cancelled, which a handler that resumes the task waits for. So
    /// another thread does both.
    deinit {
        let (client, stream) = (client, stream)
        DispatchQueue.global().async {
            withExtendedLifetime(client) { _ = im_stream_close(stream) }
        }
    }
}

/// The object that libim holds for a listener.
private final class Handler: Sendable {
    let onEvent: @Sendable (Int32, UnsafeRawBufferPointer) -> Void
    /// Raised when the listener is gone, so that `remove` does not ask libim for it.
    let isRemoved: Flag

    init(
        onEvent: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Void,
        isRemoved: Flag
    ) {
        self.onEvent = onEvent
        self.isRemoved = isRemoved
    }
}
