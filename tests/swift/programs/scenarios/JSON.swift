// JSON as the runner compares it: integers as 64-bit ones, texts code point by code point.
import Check
import Foundation

enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(Text)
    case array([JSON])
    case object([Text: JSON])

    init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[Text(key)]
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text.string
    }

    var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    var array: [JSON]? {
        guard case .array(let entries) = self else { return nil }
        return entries
    }

    var object: [Text: JSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The value at a JSON Pointer.
    func at(pointer: String) -> JSON? {
        var value: JSON? = self
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            if let entries = value?.array {
                value = Int(key).flatMap { entries.indices.contains($0) ? entries[$0] : nil }
            } else {
                value = value?[key]
            }
        }
        return value
    }

    var written: String {
        String(decoding: try! JSONEncoder().encode(self), as: UTF8.self)
    }
}

/// A text that equals what has the same code points, where a String equals what looks the same.
struct Text: Hashable, Sendable {
    let string: String

    init(_ string: some StringProtocol) {
        self.string = String(string)
    }

    static func == (one: Text, other: Text) -> Bool {
        one.string.utf8.elementsEqual(other.string.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in string.utf8 { hasher.combine(byte) }
    }
}

extension JSON: Equatable {}

extension JSON: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self) {
            var object: [Text: JSON] = [:]
            for key in members.allKeys { object[Text(key.stringValue)] = try members.decode(JSON.self, forKey: key) }
            self = .object(object)
        } else if var entries = try? decoder.unkeyedContainer() {
            var array: [JSON] = []
            while !entries.isAtEnd { array.append(try entries.decode(JSON.self)) }
            self = .array(array)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let integer = try? value.decode(Int64.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(Text(try value.decode(String.self)))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var members = encoder.container(keyedBy: Key.self)
            for (key, value) in object { try members.encode(value, forKey: Key(stringValue: key.string)) }
        case .array(let array):
            var entries = encoder.unkeyedContainer()
            for value in array { try entries.encode(value) }
        case .null:
            var value = encoder.singleValueContainer()
            try value.encodeNil()
        case .bool(let bool):
            var value = encoder.singleValueContainer()
            try value.encode(bool)
        case .integer(let integer):
            var value = encoder.singleValueContainer()
            try value.encode(integer)
        case .number(let number):
            var value = encoder.singleValueContainer()
            try value.encode(number)
        case .text(let text):
            var value = encoder.singleValueContainer()
            try value.encode(text.string)
        }
    }
}
