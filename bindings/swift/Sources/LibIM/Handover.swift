// Objects that libim passes from one thread to another, as the `user_data` of its callbacks.
#if LIBIM_THREAD_SANITIZER
    import Foundation

    /// The thread sanitizer does not see how libim synchronizes its threads, because libim is not built with it, and would
    /// report a race for every object that libim passes on. In builds for the sanitizer both ends take this lock.
    private let seen = NSLock()
#endif

/// Gives an object to libim, which holds it until `taken` takes it back.
func handedOver<T: AnyObject>(_ object: T) -> Unmanaged<T> {
    let handed = Unmanaged.passRetained(object)
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return handed
}

/// The object behind a `user_data`, which libim continues to hold.
func borrowed<T: AnyObject>(_ userData: UnsafeMutableRawPointer?, as type: T.Type) -> T {
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return Unmanaged<T>.fromOpaque(userData!).takeUnretainedValue()
}

/// The object behind a `user_data`, which libim does not hold any more.
func taken<T: AnyObject>(_ userData: UnsafeMutableRawPointer?, as type: T.Type) -> T {
    #if LIBIM_THREAD_SANITIZER
        seen.withLock {}
    #endif
    return Unmanaged<T>.fromOpaque(userData!).takeRetainedValue()
}
