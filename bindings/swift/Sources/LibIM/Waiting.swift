// One task that waits for something that another thread brings, and that can be cancelled meanwhile.
import Dispatch

/// A value that comes once. The first one counts.
final class Promised<Value: Sendable>: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var value: Value?
    private var waiting: UnsafeContinuation<Value, Never>?

    /// Gives the value; later ones are dropped. Any thread.
    func give(_ given: Value) {
        lock.wait()
        guard value == nil else {
            lock.signal()
            return
        }
        value = given
        let waiting = waiting
        self.waiting = nil
        lock.signal()
        waiting?.resume(returning: given)
    }

    /// Waits for the value, for one task; `cancelled` takes its place when the task is cancelled before.
    func wait(orWhenCancelled cancelled: Value) async -> Value {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                lock.wait()
                let value = value
                if value == nil { waiting = continuation }
                lock.signal()
                if let value { continuation.resume(returning: value) }
            }
        } onCancel: {
            give(cancelled)
        }
    }
}

/// A bell that one task waits for. A ring that nobody waits for is kept.
final class Bell: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var next = Promised<Void>()

    /// Rings. Any thread.
    func ring() {
        current().give(())
    }

    /// Waits for a ring since the last wait, or for the task to be cancelled.
    func wait() async {
        await current().wait(orWhenCancelled: ())
        renew()
    }

    private func current() -> Promised<Void> {
        lock.wait()
        defer { lock.signal() }
        return next
    }

    private func renew() {
        lock.wait()
        defer { lock.signal() }
        next = Promised()
    }
}
