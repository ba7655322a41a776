// A flag that can be raised once, by any thread.
import Dispatch

/// A flag. It uses a semaphore because the mutex and the atomics of the standard library need newer systems.
final class Flag: @unchecked Sendable {
    private let lock = DispatchSemaphore(value: 1)
    private var isUp = false

    /// Raises the flag; false when it was raised already.
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
