// Writing requests as JSON. A value that is nil is left out, so that libim's default applies.

/// A value in a request.
protocol RequestValue {
    /// Appends the value as JSON.
    func write(to json: inout String)
}

/// A JSON object, written as `["key": value]`; values that are nil are left out.
struct Request: ExpressibleByDictionaryLiteral, RequestValue {
    private(set) var json = "{"

    init(dictionaryLiteral elements: (String, (any RequestValue)?)...) {
        for case (let key, let value?) in elements {
            if json != "{" { json += "," }
            key.write(to: &json)
            json += ":"
            value.write(to: &json)
        }
        json += "}"
    }

    func write(to json: inout String) {
        json += self.json
    }
}

/// A type whose values are objects in a request.
protocol RequestObject: RequestValue {
    /// The value as JSON.
    var request: Request { get }
}

extension RequestObject {
    func write(to json: inout String) {
        json += request.json
    }
}

extension String: RequestValue {
    func write(to json: inout String) {
        json += "\""
        if utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            writeEscaped(to: &json)
        } else {
            json += self
        }
        json += "\""
    }

    private func writeEscaped(to json: inout String) {
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\":
                json += "\\"
                json.unicodeScalars.append(scalar)
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default:
                json.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Bool: RequestValue {
    func write(to json: inout String) {
        json += self ? "true" : "false"
    }
}

extension RequestValue where Self: FixedWidthInteger {
    func write(to json: inout String) {
        json += String(self)
    }
}

/// What is not finite becomes null, which libim refuses by the name of the field.
extension Double: RequestValue {
    func write(to json: inout String) {
        json += isFinite ? String(self) : "null"
    }
}

extension Int64: RequestValue {}
extension UInt64: RequestValue {}
extension UInt16: RequestValue {}

extension Array: RequestValue where Element: RequestValue {
    func write(to json: inout String) {
        json += "["
        for (place, element) in enumerated() {
            if place > 0 { json += "," }
            element.write(to: &json)
        }
        json += "]"
    }
}

/// Written in milliseconds, rounded up so that a short time does not become 0.
extension Duration: RequestValue {
    func write(to json: inout String) {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1000)
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        json += String(
            isTooLong ? (seconds < 0 ? Int64.min : Int64.max) : whole.addingReportingOverflow(part).partialValue)
    }
}
