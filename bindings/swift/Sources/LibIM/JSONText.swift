// Texts in JSON: most of the bytes of a page, so they are scanned eight bytes at a time and copied whole if nothing in them
// is escaped.

extension JSONReader {
    /// Reads a text.
    mutating func text() throws -> String {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a text") }
        next += 1
        let text = next
        guard scanText() else { return try unescaped(from: text) }
        defer { next += 1 }
        return String(decoding: UnsafeBufferPointer(start: text, count: next - text), as: UTF8.self)
    }

    /// Moves to the next quote, backslash, control character or end of the JSON; true if it is a quote.
    mutating func scanText() -> Bool {
        // Eight bytes at a time. The highest bit marks a byte; only the first mark is reliable, because of borrows.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        while end - next >= 8 {
            let bytes = UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
            let quotes = bytes ^ (ones &* 0x22)
            let backslashes = bytes ^ (ones &* 0x5c)
            let marks =
                ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
                | ((bytes &- (ones &* 0x20)) & ~bytes)
            if marks & tops != 0 {
                next += (marks & tops).trailingZeroBitCount / 8
                return next.pointee == UInt8(ascii: "\"")
            }
            next += 8
        }
        while next < end, next.pointee != UInt8(ascii: "\""), next.pointee != UInt8(ascii: "\\"), next.pointee >= 0x20 {
            next += 1
        }
        return next < end && next.pointee == UInt8(ascii: "\"")
    }

    /// A text that begins at `text`, from its first backslash on, which is next.
    mutating func unescaped(from text: UnsafePointer<UInt8>) throws -> String {
        var bytes = Array(UnsafeBufferPointer(start: text, count: next - text))
        while true {
            guard next < end else { throw unexpected("the end of a text") }
            if next.pointee == UInt8(ascii: "\"") { break }
            guard next.pointee == UInt8(ascii: "\\") else { throw unexpected("a character that texts may have") }
            next += 1
            try bytes.append(contentsOf: escaped().utf8)
            let plain = next
            _ = scanText()
            bytes.append(contentsOf: UnsafeBufferPointer(start: plain, count: next - plain))
        }
        next += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The character of an escape, behind its backslash.
    private mutating func escaped() throws -> String {
        guard next < end else { throw unexpected("an escape") }
        let plain: UnicodeScalar
        switch next.pointee {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = UnicodeScalar(next.pointee)
        case UInt8(ascii: "b"): plain = "\u{8}"
        case UInt8(ascii: "f"): plain = "\u{c}"
        case UInt8(ascii: "n"): plain = "\n"
        case UInt8(ascii: "r"): plain = "\r"
        case UInt8(ascii: "t"): plain = "\t"
        case UInt8(ascii: "u"):
            next += 1
            return try String(codePoint())
        default: throw unexpected("an escape")
        }
        next += 1
        return String(plain)
    }

    /// The character of a `\u`, behind it, or of a pair of them.
    private mutating func codePoint() throws -> Character {
        let first = try hexadecimal()
        if let scalar = UnicodeScalar(first) { return Character(scalar) }
        guard takes("\\u") else { throw unexpected("the second half of a surrogate pair") }
        let second = try hexadecimal()
        guard 0xd800..<0xdc00 ~= first, 0xdc00..<0xe000 ~= second,
            let scalar = UnicodeScalar(0x10000 + (UInt32(first - 0xd800) << 10 | UInt32(second - 0xdc00)))
        else { throw unexpected("a surrogate pair") }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard next < end, let digit = Character(UnicodeScalar(next.pointee)).hexDigitValue, next.pointee < 0x80
            else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            next += 1
        }
        return value
    }
}
