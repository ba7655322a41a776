// A reader for the JSON of libim. Decoding is most of the cost of a large page, and Foundation's decoder is several times
// slower: it builds a tree first and looks up every key in a dictionary. This one reads models straight from the bytes.
#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A type that answers and events hold. Generated for models, in Readers.swift.
protocol JSONReadable {
    /// Reads a value. A missing key is an error, an unknown key is skipped.
    init(json: inout JSONReader) throws
}

/// The error for JSON that is malformed or of another type. Names keys and positions, never values.
struct Unreadable: Error, CustomStringConvertible {
    let description: String
}

/// The keys of a type, in the order in which libim writes them.
struct JSONKeys: Sendable {
    let names: [StaticString]

    init(_ names: StaticString...) {
        self.names = names
    }
}

/// A position in JSON, which is UTF-8. libim delivers nothing else, so invalid bytes are not refused but replaced, as
/// `String(decoding:as:)` does.
struct JSONReader {
    private let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var next: UnsafePointer<UInt8>
    private var depth = 0

    /// How deep skipped values may be nested.
    static let depthLimit = 128

    /// Reads one value, after which only white space may follow.
    static func read<T>(_ bytes: UnsafeRawBufferPointer, _ body: (inout JSONReader) throws -> T) throws -> T {
        guard let start = bytes.baseAddress else { throw Unreadable(description: "there is no JSON") }
        var reader = JSONReader(start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        let value = try body(&reader)
        reader.skipSpace()
        guard reader.next == reader.end else { throw reader.unexpected("the end") }
        return value
    }

    private init(_ start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        end = start + count
        next = start
    }

    /// Reads a value of a type.
    @inline(__always)
    mutating func read<T: JSONReadable>(_ type: T.Type = T.self) throws -> T {
        try T(json: &self)
    }

    func unexpected(_ expected: String) -> Unreadable {
        Unreadable(description: "at byte \(next - start) there is not \(expected)")
    }

    private mutating func skipSpace() {
        while next < end, next.pointee == 0x20 || next.pointee == 0x0a || next.pointee == 0x0d || next.pointee == 0x09 {
            next += 1
        }
    }

    /// The next byte that is not white space; 0 at the end.
    mutating func peek() -> UInt8 {
        skipSpace()
        return next < end ? next.pointee : 0
    }

    private mutating func take(_ byte: UInt8) throws {
        guard peek() == byte else { throw unexpected("'\(UnicodeScalar(byte))'") }
        next += 1
    }

    mutating func takes(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard end - next >= count, memcmp(next, literal.utf8Start, count) == 0 else { return false }
        next += count
        return true
    }
}

// MARK: - Objects and lists

extension JSONReader {
    /// The state of reading an object.
    struct Object {
        fileprivate var isFirst = true
        /// The place of the next key if they come in the order of libim.
        fileprivate var expected = 0
    }

    /// Begins an object.
    mutating func object() throws -> Object {
        try take(UInt8(ascii: "{"))
        return Object()
    }

    /// The place of the next key in `keys`, -1 for an unknown key, nil at the end of the object.
    mutating func key(of keys: JSONKeys, in object: inout Object) throws -> Int? {
        guard try goesOn(until: UInt8(ascii: "}"), &object.isFirst) else { return nil }
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key") }
        next += 1
        let name = next
        let place: Int
        if scanText() {
            place = Self.place(of: name, count: next - name, among: keys, from: object.expected)
            next += 1
        } else {
            var text = try unescaped(from: name)
            place = text.withUTF8 {
                Self.place(of: $0.baseAddress, count: $0.count, among: keys, from: object.expected)
            }
        }
        if place >= 0 { object.expected = place + 1 }
        try take(UInt8(ascii: ":"))
        return place
    }

    private static func place(
        of name: UnsafePointer<UInt8>?, count: Int, among keys: JSONKeys, from expected: Int
    ) -> Int {
        func isAt(_ place: Int) -> Bool {
            let key = keys.names[place]
            return key.utf8CodeUnitCount == count && (count == 0 || memcmp(key.utf8Start, name!, count) == 0)
        }
        if expected < keys.names.count, isAt(expected) { return expected }
        return keys.names.indices.first(where: isAt) ?? -1
    }

    /// The value of a key, which must have been there.
    @inline(__always)
    func required<T>(_ value: T?, _ key: StaticString) throws -> T {
        guard let value else { throw Unreadable(description: "there is no \(key)") }
        return value
    }

    /// Moves to the next entry of a list or an object; false, and behind the end, when there is none.
    private mutating func goesOn(until close: UInt8, _ isFirst: inout Bool) throws -> Bool {
        if peek() == close {
            next += 1
            return false
        }
        if !isFirst { try take(UInt8(ascii: ",")) }
        isFirst = false
        return true
    }

    /// Reads a list.
    mutating func list<T: JSONReadable>() throws -> [T] {
        try take(UInt8(ascii: "["))
        var list: [T] = []
        var isFirst = true
        while try goesOn(until: UInt8(ascii: "]"), &isFirst) {
            list.append(try read())
        }
        return list
    }

    /// Skips `null`, if that is next.
    mutating func isNull() throws -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        guard takes("null") else { throw unexpected("null") }
        return true
    }

    /// Skips a value of any type.
    mutating func skip() throws {
        switch peek() {
        case UInt8(ascii: "\""):
            next += 1
            let text = next
            if scanText() { next += 1 } else { _ = try unescaped(from: text) }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.depthLimit else { throw unexpected("a value: it is nested too deep") }
            try skipEntries()
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            _ = try bool()
        case UInt8(ascii: "n"):
            _ = try isNull()
        default:
            try skipNumber()
        }
    }

    private mutating func skipEntries() throws {
        var isFirst = true
        if next.pointee == UInt8(ascii: "[") {
            next += 1
            while try goesOn(until: UInt8(ascii: "]"), &isFirst) { try skip() }
        } else {
            next += 1
            while try goesOn(until: UInt8(ascii: "}"), &isFirst) {
                guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key") }
                try skip()
                try take(UInt8(ascii: ":"))
                try skip()
            }
        }
    }
}

// MARK: - Numbers and words

extension JSONReader {
    /// Reads true or false.
    mutating func bool() throws -> Bool {
        skipSpace()
        if takes("true") { return true }
        if takes("false") { return false }
        throw unexpected("true or false")
    }

    /// Reads an integer, written without a fraction or an exponent.
    mutating func integer<T: FixedWidthInteger>() throws -> T {
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative { next += 1 }
        let first = next
        var value: T = 0
        while let digit = digit() {
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            // A negative number is counted down, because the least one has no positive counterpart.
            let (sum, isPast) =
                isNegative
                ? tens.subtractingReportingOverflow(T(digit)) : tens.addingReportingOverflow(T(digit))
            guard !isTooLarge, !isPast else { throw unexpected("a number that fits") }
            value = sum
            next += 1
        }
        try endNumber(first)
        guard next == end || ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(next.pointee) else {
            throw unexpected("the end of an integer")
        }
        return value
    }

    private func digit() -> UInt8? {
        guard next < end, next.pointee &- UInt8(ascii: "0") < 10 else { return nil }
        return next.pointee - UInt8(ascii: "0")
    }

    /// Checks the digits from `first` to here: at least one, and no leading zero.
    private func endNumber(_ first: UnsafePointer<UInt8>) throws {
        guard next > first, next - first == 1 || first.pointee != UInt8(ascii: "0") else {
            throw unexpected("a number")
        }
    }

    private mutating func skipNumber() throws {
        if peek() == UInt8(ascii: "-") { next += 1 }
        let first = next
        while digit() != nil { next += 1 }
        try endNumber(first)
        if next < end, next.pointee == UInt8(ascii: ".") {
            next += 1
            try skipDigits()
        }
        if next < end, next.pointee | 0x20 == UInt8(ascii: "e") {
            next += 1
            if next < end, next.pointee == UInt8(ascii: "+") || next.pointee == UInt8(ascii: "-") { next += 1 }
            try skipDigits()
        }
    }

    /// Reads a number with or without a fraction.
    mutating func double() throws -> Double {
        _ = peek()
        let first = next
        try skipNumber()
        let text = String(decoding: UnsafeBufferPointer(start: first, count: next - first), as: UTF8.self)
        guard let value = Double(text) else { throw unexpected("a number that fits") }
        return value
    }

    private mutating func skipDigits() throws {
        let first = next
        while digit() != nil { next += 1 }
        guard next > first else { throw unexpected("a digit") }
    }
}

// MARK: - Types that have no keys

extension String: JSONReadable {
    init(json: inout JSONReader) throws {
        self = try json.text()
    }
}

extension Bool: JSONReadable {
    init(json: inout JSONReader) throws {
        self = try json.bool()
    }
}

extension Double: JSONReadable {
    init(json: inout JSONReader) throws {
        self = try json.double()
    }
}

extension JSONReadable where Self: FixedWidthInteger {
    init(json: inout JSONReader) throws {
        self = try json.integer()
    }
}

extension Int32: JSONReadable {}
extension Int64: JSONReadable {}
extension UInt32: JSONReadable {}
extension UInt64: JSONReadable {}

extension Optional: JSONReadable where Wrapped: JSONReadable {
    init(json: inout JSONReader) throws {
        self = try json.isNull() ? nil : Wrapped(json: &json)
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    init(json: inout JSONReader) throws {
        self = try json.list()
    }
}
