// What the Swift binding adds to a call: a page of 100 conversations, decoded to models, against the C call that it makes
// (im_call and im_string_free, nothing decoded). Prints one line.
//
//     swift run -c release --package-path benches/bindings page DIR
import CLibIM
import LibIM

@main
struct Page {
    static func main() async throws {
        let client = try Client(Config(dataDir: CommandLine.arguments[1], userID: "alice"))
        for number in 0..<100 {
            try client.cache.sendMessage(
                .text("A message of a usual length, number \(number)", toUser: "user\(number)"))
        }
        let handle = client.handle

        let bare = time {
            var text: UnsafeMutablePointer<CChar>?
            precondition(im_call(handle, "getConversationList", #"{"nextSeq":"0","count":100}"#, &text) == IM_STATUS_OK)
            im_string_free(text)
        }
        let decoded = try time {
            let page = try client.cache.getConversationList()
            precondition(page.conversationList.count == 100)
        }
        var awaited = Duration.seconds(60)
        for _ in 0..<100 {
            let start = ContinuousClock.now
            _ = try await client.getConversationList()
            awaited = min(awaited, ContinuousClock.now - start)
        }
        print(
            "Swift: a page of 100 as models \(micros(decoded)) µs, the C call \(micros(bare)) µs,",
            "ratio \(ratio(decoded, bare)); awaited \(micros(awaited)) µs, ratio \(ratio(awaited, bare))")
        try client.close()
    }

    /// The best of many turns, so that what else runs on the machine does not count.
    static func time(_ body: () throws -> Void) rethrows -> Duration {
        var best = Duration.seconds(60)
        for _ in 0..<100 {
            best = min(best, try ContinuousClock().measure(body))
        }
        return best
    }

    static func micros(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    }

    static func ratio(_ one: Duration, _ other: Duration) -> String {
        let tenths = Int((one / other * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
