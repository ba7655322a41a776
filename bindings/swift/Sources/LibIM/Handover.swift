// Objects that libim carries from one thread to another, as the `user_data` of its callbacks.
#if LIBIM_THREAD_SANITIZER
    import Foundation

    /// What libim's threads have from one another the thread sanitizer cannot see, since libim is not made with it, and
    /// it would call every object that libim carries a race. In a build for it both ends take this lock.
    private let seen = NSLock()
#endif

/// Gives an object to libim, which holds it until `taken` or `borrowed` have it back.
func handedOver<T: AnyObject>(_ object: T) -> Unmanaged<T> {
    let handed = Unmanaged.passRetained(object)
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return handed
}

/// The object behind a `user_data`, which libim goes on holding.
func borrowed<T: AnyObject>(_ userData: UnsafeMutableRawPointer?, as type: T.Type) -> T {
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return Unmanaged<T>.fromOpaque(userData!).takeUnretainedValue()
}

/// The object behind a `user_data`, which libim needs no more.
func taken<T: AnyObject>(_ userData: UnsafeMutableRawPointer?, as type: T.Type) -> T {
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return Unmanaged<T>.fromOpaque(userData!).takeRetainedValue()
}
