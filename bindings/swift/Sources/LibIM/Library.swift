// The version and the log of the library.
import CLibIM

/// The C library behind this package.
public enum Library {
    /// The version, for example `0.1.0`.
    public static var version: String { String(cString: im_version()) }

    /// The levels of the log.
    public enum LogLevel: Int32, Hashable, Sendable, CaseIterable {
        /// Something failed.
        case error = 1
        /// Something is wrong and was handled.
        case warn
        /// Milestones, such as a login.
        case info
        /// Details for debugging.
        case debug
        /// Everything.
        case trace
    }

    /// Sets the function that receives the log of the process, for all clients, up to a level. Lines never contain the
    /// texts of messages or secrets.
    ///
    /// The function runs on the thread that logs, on several threads at the same time; keep it short, and do not use
    /// clients in it. When this returns, the previous function is not running any more; in a log function it returns at
    /// once.
    ///
    /// - Parameters:
    ///   - level: The least important level to receive.
    ///   - logger: The function; nil, as at the start, for no log.
    /// - Throws: `.notSupported` when Rust code in the process has set another logger.
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

/// The object that libim holds for a logger.
private final class Logger: Sendable {
    let take: @Sendable (Library.LogLevel, String) -> Void

    init(_ take: @escaping @Sendable (Library.LogLevel, String) -> Void) {
        self.take = take
    }
}
