// Times, which are seconds since 1970 in JSON.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Date: JSONReadable {
    init(json: inout JSONReader) throws {
        self.init(timeIntervalSince1970: Double(try json.read(Int64.self)))
    }
}

extension Date: RequestValue {
    func write(to json: inout String) {
        let seconds = timeIntervalSince1970.rounded(.down)
        // Past what the library takes, which says so then.
        (Int64(exactly: seconds) ?? (seconds < 0 ? .min : .max)).write(to: &json)
    }
}

extension JSONReader {
    /// Reads a time, of which 0 says that there is none.
    mutating func dateOrNil() throws -> Date? {
        let seconds = try read(Int64.self)
        return seconds == 0 ? nil : Date(timeIntervalSince1970: Double(seconds))
    }
}
