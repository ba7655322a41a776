// Hearing events: streams for tasks, and listeners for handlers.
import CLibIM
import Dispatch

/// A handler of a client's events, until it is removed or let go of.
///
/// Handlers of a client run one at a time, in order, on a thread of the client. Inside one, do not wait for anything that
/// this client tells or answers: `Client.cache` is what to call there. A slow handler holds up no call, but answers and
/// other handlers; changes that wait for it are merged.
public final class Listener: Sendable {
    private let client: Client
    private let number: im_listener
    private let isRemoved: Flag

    fileprivate init(client: Client, number: im_listener, isRemoved: Flag) {
        self.client = client
        self.number = number
        self.isRemoved = isRemoved
    }

    /// Removes the handler; again, or after its client was closed, it does nothing. Letting go of the listener does the
    /// same.
    ///
    /// When it returns, the handler does not run, will not run again, and is released; so it waits for a handler that
    /// runs, and must not be called under a lock that the handler takes. A task that is being cancelled is such a lock
    /// for those who resume it, so do not call this in an `onCancel`. Inside a handler of the client, also its own, it
    /// returns at once.
    public func remove() {
        guard isRemoved.raise() else { return }
        im_listener_remove(client.handle, number)
    }

    deinit {
        remove()
    }
}

extension Client {
    /// The events from now on as a stream for one task: of some kinds, or when none is named of all.
    ///
    /// ```swift
    /// for await event in try client.events([.onRecvNewMessage]) {
    ///     if case .onRecvNewMessage(let message) = event { print(message.sender) }
    /// }
    /// ```
    ///
    /// It ends when the client closes. When the stream is let go of, or its task is cancelled, the listener behind it is
    /// removed, by another thread a moment later. Events that are not taken yet wait in memory, all of them unless `policy` drops some.
    ///
    /// Throws `.notInitialized` when the client is closed.
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

    /// Adds a handler for events, of some kinds, or when none is named of all. It hears them as long as the listener is
    /// held on to.
    ///
    /// Throws `.notInitialized` when the client is closed.
    public func addListener(
        _ kinds: Set<Event.Kind> = [], _ handler: @escaping @Sendable (Event) -> Void
    ) throws(IMError) -> Listener {
        try listen(kinds) { number, payload in handler(Event(lent: number, payload)) }
    }

    /// As `addListener`, for events as libim tells them, their payloads in JSON.
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

/// The listener of a stream, and with it the client.
private final class Held: @unchecked Sendable {
    // Only `letGo` looks at it, and runs once.
    private var listener: Listener?

    init(_ listener: Listener) {
        self.listener = listener
    }

    /// Removes the listener and may be the end of the client. Both can wait for a handler that runs; and streams end where
    /// nothing may be waited for: a task that is cancelled is locked meanwhile, and a handler that resumes it would wait
    /// for that. So another thread does it, which also holds the last reference.
    func letGo() {
        DispatchQueue.global().async {
            self.listener?.remove()
            self.listener = nil
        }
    }
}

/// What libim holds of a listener.
private final class Handler: Sendable {
    let onEvent: @Sendable (Int32, UnsafeRawBufferPointer) -> Void
    /// Runs once, when the listener is gone, also because its client was closed.
    let onEnd: @Sendable () -> Void
    /// Raised when the listener is gone, so that nobody asks libim for it any more.
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
