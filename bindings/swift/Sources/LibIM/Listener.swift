// Receiving events: streams for tasks, and listeners with handlers.
import CLibIM
import Dispatch

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
    /// The stream ends when the client closes. When the stream is released or its task is cancelled, another thread
    /// removes the listener behind it a moment later. Events that have not been taken are kept in memory.
    ///
    /// - Parameters:
    ///   - kinds: The kinds of events; empty: all.
    ///   - policy: Which events to keep when many have not been taken; by default all.
    /// - Throws: `.notInitialized` when the client is closed.
    public func events(
        _ kinds: Set<Event.Kind> = [],
        policy: AsyncStream<Event>.Continuation.BufferingPolicy = .unbounded
    ) throws(IMError) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: policy)
        let held = Held(
            try listen(kinds) { number, payload in
                continuation.yield(Event(lent: number, payload))
            } onEnd: {
                continuation.finish()
            })
        continuation.onTermination = { _ in held.letGo() }
        return stream
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
        onEvent: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable () -> Void = {}
    ) throws(IMError) -> Listener {
        let isRemoved = Flag()
        let handler = handedOver(Handler(onEvent: onEvent, onEnd: onEnd, isRemoved: isRemoved))
        let mask = kinds.reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
        var number: im_listener = 0
        let status = im_listener_add(
            handle, mask,
            { userData, number, text, count in
                let handler = borrowed(userData, as: Handler.self)
                handler.onEvent(number, UnsafeRawBufferPointer(start: text, count: count))
            }, handler.toOpaque(),
            { userData in
                let handler = taken(userData, as: Handler.self)
                handler.isRemoved.raise()
                handler.onEnd()
            }, &number)
        guard status == IM_STATUS_OK else {
            handler.release()
            throw IMError(code: status, desc: "a listener cannot be added: \(statusName(status))")
        }
        return Listener(client: self, number: number, isRemoved: isRemoved)
    }
}

/// The listener of a stream, which holds the client.
private final class Held: @unchecked Sendable {
    // Only `letGo` uses it, and runs once.
    private var listener: Listener?

    init(_ listener: Listener) {
        self.listener = listener
    }

    /// Removes the listener, and with it maybe the last reference to the client. Both wait for a running handler, but a
    /// stream may end while Swift holds the lock of a task that is being cancelled, which a handler that resumes the
    /// task waits for. So another thread does both.
    func letGo() {
        DispatchQueue.global().async {
            self.listener?.remove()
            self.listener = nil
        }
    }
}

/// The object that libim holds for a listener.
private final class Handler: Sendable {
    let onEvent: @Sendable (Int32, UnsafeRawBufferPointer) -> Void
    /// Called once, when the listener was removed or its client was closed.
    let onEnd: @Sendable () -> Void
    /// Raised when the listener is gone, so that `remove` does not ask libim for it.
    let isRemoved: Flag

    init(
        onEvent: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable () -> Void,
        isRemoved: Flag
    ) {
        self.onEvent = onEvent
        self.onEnd = onEnd
        self.isRemoved = isRemoved
    }
}
