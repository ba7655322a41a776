// A flag that several threads raise, once.
import Dispatch

/// Up or down. Made of a semaphore because the lock and the atomics of the standard library need newer systems.
final class Flag: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var isUp = false

    /// Raises it, and tells whether it was down.
    @discardableResult
    func raise() -> Bool {
        lock.wait()
        defer {
            isUp = true
            lock.signal()
        }
        return !isUp
    }
}
