// Responses of libim, a status and the JSON `{"code","desc","data"}`, and how they become a value or an `IMError`.
import CLibIM

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The response to a call.
struct Response: Sendable {
    var status: im_status
    /// The whole envelope.
    var json: Data

    /// Takes ownership of a response of libim, which is freed with the last copy of this value.
    init(taking text: UnsafeMutablePointer<CChar>?, status: im_status) {
        self.status = status
        json =
            text.map { text in
                Data(
                    bytesNoCopy: text, count: strlen(text),
                    deallocator: .custom { start, _ in
                        im_string_free(start.assumingMemoryBound(to: CChar.self))
                    })
            } ?? Data()
    }

    /// Copies a response that libim lends to a callback.
    init(status: im_status, lent text: UnsafePointer<CChar>?, count: Int) {
        self.status = status
        json = text.map { Data(bytes: $0, count: count) } ?? Data()
    }

    /// A failure before libim was called.
    init(_ status: im_status, _ desc: String) {
        let request: Request = ["code": Int64(status), "desc": desc]
        self.status = status
        json = Data("\(request.json.dropLast()),\"data\":null}".utf8)
    }

    /// The whole JSON as text.
    var text: String { String(decoding: json, as: UTF8.self) }

    /// Throws if the call failed.
    func check() throws(IMError) {
        guard status != IM_STATUS_OK else { return }
        let failure: IMError? = try? json.withUnsafeBytes { try JSONReader.read($0) { try $0.read() } }
        throw IMError(code: status, desc: failure?.desc ?? "there was no memory for the answer")
    }

    /// The data, if the call succeeded.
    func data<T: JSONReadable>() throws(IMError) -> T {
        try check()
        do {
            return try json.withUnsafeBytes { try JSONReader.read($0, Envelope<T>.init).data }
        } catch {
            throw IMError(.internalError, "the answer is not what this version of LibIM expects: \(error)")
        }
    }

    /// The data, if the call succeeded, as a type of the app.
    func decoded<T: Decodable>() throws(IMError) -> T {
        try check()
        do {
            return try JSONDecoder().decode(AnyEnvelope<T>.self, from: json).data
        } catch {
            throw IMError(.internalError, "the answer is not what was asked for: \(error)")
        }
    }
}

private let envelopeKeys = JSONKeys("code", "desc", "data")

/// A response to a call that succeeded.
private struct Envelope<T: JSONReadable>: JSONReadable {
    var data: T

    init(json: inout JSONReader) throws {
        var data: T?
        var object = try json.object()
        while let key = try json.key(of: envelopeKeys, in: &object) {
            if key == 2 { data = try json.read(T.self) } else { try json.skip() }
        }
        self.data = try json.required(data, "data")
    }
}

/// The same, read by Foundation.
private struct AnyEnvelope<T: Decodable>: Decodable {
    var data: T
}

// As in failed responses, and in the payloads of events.
extension IMError: JSONReadable {
    init(json: inout JSONReader) throws {
        var code: Int32?
        var desc: String?
        var object = try json.object()
        while let key = try json.key(of: envelopeKeys, in: &object) {
            switch key {
            case 0: code = try json.read(Int32.self)
            case 1: desc = try json.read(String.self)
            default: try json.skip()
            }
        }
        self.init(code: try json.required(code, "code"), desc: try json.required(desc, "desc"))
    }
}
