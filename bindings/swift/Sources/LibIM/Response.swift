// What libim answers: a status and `{"code","desc","data"}`, which becomes a value or an `IMError`.
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

/// The answer to a call.
struct Response: Sendable {
    var status: im_status
    /// The whole envelope.
    var json: Data

    /// Takes over a response of libim's, which is freed when it is let go of.
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

    /// Copies what libim lends.
    init(status: im_status, lent text: UnsafePointer<CChar>?, count: Int) {
        self.status = status
        json = text.map { Data(bytes: $0, count: count) } ?? Data()
    }

    /// An answer that libim has not given.
    init(_ status: im_status, _ desc: String) {
        let request: Request = ["code": Int64(status), "desc": desc]
        self.status = status
        json = Data("\(request.json.dropLast()),\"data\":null}".utf8)
    }

    /// The envelope as text.
    var text: String { String(decoding: json, as: UTF8.self) }

    /// Throws when the call has failed.
    func check() throws(IMError) {
        guard status != IM_STATUS_OK else { return }
        let envelope = try? JSONDecoder().decode(Failure.self, from: json)
        throw IMError(code: status, desc: envelope?.desc ?? "there was no memory for the answer")
    }

    /// The data of a call that has succeeded.
    func data<T: Decodable>(as type: T.Type = T.self) throws(IMError) -> T {
        try check()
        do {
            return try JSONDecoder().decode(Envelope<T>.self, from: json).data
        } catch {
            throw IMError(.internalError, "the answer is not what this version of LibIM expects: \(error)")
        }
    }
}

/// A response that is a success.
private struct Envelope<T: Decodable>: Decodable {
    var data: T
}

/// Why something failed that no call waits for; in a response, what is beside the data.
struct Failure: Codable, Hashable, Sendable {
    /// A status.
    var code: Int32
    /// One English sentence for a developer.
    var desc: String
}
