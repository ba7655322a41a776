// From what libim tells to an `Event`.
import CLibIM

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An event as libim tells it, for those who take the payload apart themselves.
public struct RawEvent: Hashable, Sendable {
    /// The number; that of a kind, or of one that a later version of libim has.
    public var number: Int32
    /// The payload as JSON.
    public var payload: String

    /// An event with a number and a payload.
    public init(number: Int32, payload: String) {
        self.number = number
        self.payload = payload
    }

    /// V2TIM's name of the event; `UNKNOWN` when even the library does not know it.
    public var name: String { String(cString: im_event_name(number)) }
}

extension Event {
    /// An event from its number and its payload.
    public init(_ raw: RawEvent) {
        let payload = Data(raw.payload.utf8)
        self = (try? Event(number: raw.number, payload: payload)) ?? .unknown(number: raw.number, payload: raw.payload)
    }

    init(lent number: Int32, _ text: UnsafeRawBufferPointer) {
        // Read at once and not kept, so a copy is not needed.
        let base = UnsafeMutableRawPointer(mutating: text.baseAddress!)
        let payload = Data(bytesNoCopy: base, count: text.count, deallocator: .none)
        self =
            (try? Event(number: number, payload: payload))
            ?? .unknown(number: number, payload: String(decoding: text, as: UTF8.self))
    }

    private init?(number: Int32, payload: Data) throws {
        guard let kind = Kind(rawValue: number) else { return nil }
        try self.init(kind, payload: Payload(json: payload))
    }
}

/// What an event carries.
struct Payload {
    let json: Data

    func read<T: Decodable>() throws -> T {
        try JSONDecoder().decode(T.self, from: json)
    }

    func read() throws -> IMError {
        let failure: Failure = try read()
        return IMError(code: failure.code, desc: failure.desc)
    }
}
