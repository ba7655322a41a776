// Requests as JSON. libim refuses what it does not know, so nothing is written but what was given: what is nil is left
// out, and libim's default holds.

/// What can stand in a request.
protocol RequestValue {
    /// Writes it as JSON.
    func write(to json: inout String)
}

/// A JSON object, written as `["key": value]`; what is nil is left out.
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

/// A value that is an object in a request.
protocol RequestObject: RequestValue {
    /// It as JSON.
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

/// In milliseconds, as libim counts; a part of one counts as a whole one, so that a short time is not none.
extension Duration: RequestValue {
    func write(to json: inout String) {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1000)
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        json += String(
            isTooLong ? (seconds < 0 ? Int64.min : Int64.max) : whole.addingReportingOverflow(part).partialValue)
    }
}
