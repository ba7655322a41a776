// Events as libim delivers them, and their way to an `Event`.
import CLibIM

/// An event whose payload is still JSON.
public struct RawEvent: Hashable, Sendable {
    /// The number of the event: the raw value of a kind, or a number of a later version of libim.
    public var number: Int32
    /// The payload as JSON.
    public var payload: String

    /// An event with a number and a payload.
    public init(number: Int32, payload: String) {
        self.number = number
        self.payload = payload
    }

    /// V2TIM's name of the event; `UNKNOWN` when the library does not know the number.
    public var name: String { String(cString: im_event_name(number)) }
}

extension Event {
    /// Reads an event; `.unknown` when the number is not known or the payload cannot be read.
    public init(_ raw: RawEvent) {
        var payload = raw.payload
        self = payload.withUTF8 { Event(lent: raw.number, UnsafeRawBufferPointer($0)) }
    }

    init(lent number: Int32, _ payload: UnsafeRawBufferPointer) {
        let event = Kind(rawValue: number).flatMap { kind in
            try? JSONReader.read(payload) { try Event(kind, payload: &$0) }
        }
        self = event ?? .unknown(number: number, payload: String(decoding: payload, as: UTF8.self))
    }
}
