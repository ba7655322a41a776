// What is said of the library itself: its version, and its log.
import CLibIM

/// The library that is behind this package.
public enum Library {
    /// Its version, for example `0.1.0`.
    public static var version: String { String(cString: im_version()) }

    /// The levels of the log.
    public enum LogLevel: Int32, Hashable, Sendable, CaseIterable {
        /// Something failed.
        case error = 1
        /// Something is wrong and was dealt with.
        case warn
        /// Milestones, such as a login.
        case info
        /// For finding faults.
        case debug
        /// Everything.
        case trace
    }

    /// Sets the function that takes the log, of the whole process and all clients, up to a level; nil: nobody takes it,
    /// which is also the state at the start. Lines never hold messages' texts or secrets.
    ///
    /// It runs on whichever thread logs, so on several at once; keep it short, and call nothing of a client inside it.
    /// When this returns, the function before it does not run any more; inside a log function it returns at once.
    ///
    /// Throws `.notSupported` when the program has a logger of its own that libim must not replace.
    public static func setLogger(
        upTo level: LogLevel = .info, _ logger: (@Sendable (LogLevel, String) -> Void)?
    ) throws(IMError) {
        let held = logger.map { handedOver(Logger($0)) }
        let onLog: im_on_log = { userData, level, text, count in
            let logger = borrowed(userData, as: Logger.self)
            let line = String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
            logger.take(LogLevel(rawValue: level) ?? .trace, line)
        }
        let status = im_set_logger(
            held == nil ? nil : onLog, held?.toOpaque(),
            { userData in
                _ = taken(userData, as: Logger.self)
            }, level.rawValue)
        guard status == IM_STATUS_OK else {
            held?.release()
            throw IMError(code: status, desc: "the logger cannot be set: \(statusName(status))")
        }
    }
}

/// What libim holds of a logger.
private final class Logger: Sendable {
    let take: @Sendable (Library.LogLevel, String) -> Void

    init(_ take: @escaping @Sendable (Library.LogLevel, String) -> Void) {
        self.take = take
    }
}
