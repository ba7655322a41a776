// What the programs of this package share: checks, waiting, and clients on one service file.
import Foundation
import LibIM

/// Ends the program when something is not so.
public func check(_ isTrue: Bool, _ what: String = "", file: StaticString = #filePath, line: UInt = #line) {
    if !isTrue { fail("not so \(what)", file: file, line: line) }
}

/// Ends the program, and says where.
public func fail(_ what: String, file: StaticString = #filePath, line: UInt = #line) -> Never {
    FileHandle.standardError.write(Data("\(file):\(line): \(what)\n".utf8))
    _exit(1)
}

/// Checks that something fails with a status, and that the failure says why.
public func fails(
    _ status: Status, file: StaticString = #filePath, line: UInt = #line, _ body: () async throws -> Void
) async {
    do {
        try await body()
    } catch let error as IMError {
        check(error.status == status && !error.desc.isEmpty, "\(error), expected \(status)", file: file, line: line)
        return
    } catch {
        fail("\(error), expected \(status)", file: file, line: line)
    }
    fail("it works, expected \(status)", file: file, line: line)
}

/// As `fails`, where nothing can be awaited.
public func failsNow(
    _ status: Status, file: StaticString = #filePath, line: UInt = #line, _ body: () throws -> Void
) {
    do {
        try body()
    } catch let error as IMError {
        check(error.status == status && !error.desc.isEmpty, "\(error), expected \(status)", file: file, line: line)
        return
    } catch {
        fail("\(error), expected \(status)", file: file, line: line)
    }
    fail("it works, expected \(status)", file: file, line: line)
}

/// Waits until a condition holds; a minute without it is a failure.
public func until(
    _ what: String, file: StaticString = #filePath, line: UInt = #line, _ isTrue: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await !isTrue() {
        if ContinuousClock.now > end { fail("waited in vain for \(what)", file: file, line: line) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// A value that several threads change.
public final class Shared<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var held: Value

    public init(_ value: Value) {
        held = value
    }

    public var value: Value { lock.withLock { held } }

    public func change<T>(_ body: (inout Value) -> T) -> T {
        lock.withLock { body(&held) }
    }

    public func set(_ value: Value) {
        lock.withLock { held = value }
    }
}

/// Something that happens once, and for which a thread waits.
public final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    public init() {}

    public func give() {
        semaphore.signal()
    }

    public func wait(file: StaticString = #filePath, line: UInt = #line) {
        if semaphore.wait(timeout: .now() + 60) != .success { fail("waited in vain", file: file, line: line) }
        semaphore.signal()
    }
}

/// The directory that the program was given. Whoever asks for it first also starts the watch over the program's time.
public let dir: String = {
    DispatchQueue.global().asyncAfter(deadline: .now() + 300) { fail("it hangs") }
    return CommandLine.arguments[1]
}()

/// What a user's client is opened with: a cache and the service in the program's directory.
public func config(_ user: String) -> Config {
    Config(dataDir: "\(dir)/\(user)", userID: user, backend: .embedded(path: "\(dir)/service.db"))
}

/// Whether nobody has a user's account open.
public func isFree(_ user: String) -> Bool {
    (try? Client(config(user))) != nil
}

/// An object whose end can be seen.
public final class Witness: Sendable {
    public init() {}
}
