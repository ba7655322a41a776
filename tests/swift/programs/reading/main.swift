// How JSON is read: models with all their keys or not at all, and everything else as Foundation reads it, or more strictly.
import Check
import Foundation

@testable import LibIM

try await everyKeyIsNeeded()
try noPartIsTakenForTheWhole()
try unknownKeysArePassedOver()
try textsAndNumbers()
asFoundationReads([String?].self, seed: 1)
asFoundationReads([Int64].self, seed: 2)
asFoundationReads([UInt32].self, seed: 3)
asFoundationReads([[Bool]].self, seed: 4)
anyValueIsPassedOver(seed: 5)
try nestingHasAnEnd()

/// Reads a whole text.
func read<T: JSONReadable>(_ text: String, as type: T.Type = T.self) throws -> T {
    var text = text
    return try text.withUTF8 { try JSONReader.read(UnsafeRawBufferPointer($0)) { try $0.read(T.self) } }
}

func everyKeyIsNeeded() async throws {
    let client = try Client(config("alice"))
    try await client.sendMessage(.text("hello", toUser: "bob"))
    let answer = await client.response("getConversation", #"{"conversationID":"c2c_bob"}"#)
    let whole = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as! [String: Any]
    let conversation = whole["data"] as! [String: Any]
    let message = conversation["lastMessage"] as! [String: Any]
    /// The event that tells a conversation.
    func told(_ conversation: [String: Any]) throws -> Event {
        let json = try JSONSerialization.data(withJSONObject: [conversation])
        return Event(RawEvent(number: 4, payload: String(decoding: json, as: UTF8.self)))
    }
    check(try told(conversation) == .onConversationChanged([client.cache.getConversation("c2c_bob")]))
    for key in conversation.keys {
        var other = conversation
        other[key] = nil
        guard case .unknown(number: 4, _) = try told(other) else { fail("read without \(key)") }
    }
    // Elements of kinds that libim does not fill yet have no property.
    for key in message.keys where !key.hasSuffix("Elem") || ["textElem", "customElem"].contains(key) {
        var (other, without) = (conversation, message)
        without[key] = nil
        other["lastMessage"] = without
        guard case .unknown(number: 4, _) = try told(other) else { fail("read without \(key) of the message") }
    }
    do {
        let _: TextElem = try read(#"{"texts":"secret"}"#)
    } catch {
        check("\(error)" == "there is no text", "\(error)")
        return
    }
    fail("read without its text")
}

/// Each part in memory of exactly its size, so that the address sanitizer sees a look beyond the end.
func noPartIsTakenForTheWhole() throws {
    let friend =
        #"{"userID":"a long id \u00e9","friendRemark":"","userProfile":"#
        + #"{"userID":"u","nickName":"","faceUrl":"","allowType":0}}"#
    let whole = Array(friend.utf8)
    for count in 0...whole.count {
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { part.deallocate() }
        part.copyBytes(from: whole[..<count])
        let read = try? JSONReader.read(UnsafeRawBufferPointer(part)) { try $0.read(FriendInfo.self) }
        check((read != nil) == (count == whole.count), "\(count) bytes")
        check((try? JSONReader.read(UnsafeRawBufferPointer(part)) { try $0.skip() }) != nil || count < whole.count)
    }
}

func unknownKeysArePassedOver() throws {
    let friend = try read(
        #" { "later" : [ { "a\"}" : -1.5e+3 } , [ ] , { } ] , "userProfile" : { "faceUrl" : "f" , "x" : "\u007d" , "nickName" : "n" , "allowType" : 2 , "userID" : "u" } , "friendRemark" : "r" , "user\u0049D" : "u" , "": null } "#,
        as: FriendInfo.self)
    check(friend.id == "u" && friend.friendRemark == "r" && friend.userProfile.nickName == "n")
    check(friend.userProfile.faceUrl == "f" && friend.userProfile.id == "u" && friend.userProfile.allowType == .denyAny)
    for broken in [
        "", "{", "}", "[]", "null", #"{"text"}"#, #"{"text":}"#, #"{"text":"a",}"#, #"{,"text":"a"}"#,
        #"{"text":"a"}}"#, #"{"text":"a"},"#, #"{"text":null}"#, #"{"text":1}"#, #"{text:"a"}"#, #"{"text":"a" "b":1}"#,
    ] {
        check((try? read(broken, as: TextElem.self)) == nil, broken)
    }
}

func textsAndNumbers() throws {
    check(try read(#""\ud83d\ude00\u0000\/\b\f\n\r\t\\\"é""#) == "😀\0/\u{8}\u{c}\n\r\t\\\"é")
    check(try read(#"[-9223372036854775808,9223372036854775807,0,-0]"#) == [Int64.min, .max, 0, 0])
    check(try read("[18446744073709551615]") == [UInt64.max])
    check(try read("[true,false,null]") == [true, false, nil])
    for broken in [
        "9223372036854775808", "-9223372036854775809", "01", "-", "1.0", "1e2", "+1", "1 2", "\"1\"", "0x1", "",
    ] {
        check((try? read(broken, as: Int64.self)) == nil, broken)
    }
    for broken in [
        #""\ud83d""#, #""\ude00\ud83d""#, #""\ud83dx""#, #""\x""#, #""\u12g4""#, "\"a\nb\"", #"""#, #""\"#, #""\u"#,
    ] {
        check((try? read(broken, as: String.self)) == nil, broken)
    }
    // Marks at every distance from where eight bytes are looked at together.
    for count in 0..<40 {
        let text = String(repeating: "x", count: count)
        check(try read("\"\(text)\\n\(text)é\(text)\"") == "\(text)\n\(text)é\(text)")
        check((try? read("\"\(text)\u{1f}\(text)\"", as: String.self)) == nil)
    }
}

/// Texts that are JSON or nearly: a value, in which some bytes may be replaced by others that matter in JSON.
struct Texts {
    private var state: UInt64
    private static let marks = Array(#"[]{}",:\u0123456789ab.eE+-tfn \#n"#.unicodeScalars)

    init(seed: UInt64) {
        state = seed
    }

    mutating func number(below end: Int) -> Int {
        // SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(end))
    }

    mutating func pick(_ list: [String]) -> String {
        list[number(below: list.count)]
    }

    mutating func text() -> String {
        let pieces = [
            "a", "0123456789", "é", "😀", "\\n", "\\\\", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\u{7f}", "{",
        ]
        return "\"" + (0..<number(below: 5)).map { _ in pick(pieces) }.joined() + "\""
    }

    mutating func value(_ depth: Int) -> String {
        switch number(below: depth > 3 ? 5 : 8) {
        case 0: return text()
        case 1:
            return pick([
                "0", "-0", "1", "-17", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
            ])
        case 2: return pick(["1.5", "1e5", "-0.25E-3", "1.0", "01", "1.", ".5", "--1"])
        case 3: return pick(["true", "false", "null"])
        case 4: return pick(["[]", "{}", " [ ] ", "[ ]"])
        case 5:
            return "{" + (0..<number(below: 4)).map { _ in text() + ":" + value(depth + 1) }.joined(separator: ",")
                + "}"
        default: return "[" + (0..<number(below: 4)).map { _ in value(depth + 1) }.joined(separator: ", ") + "]"
        }
    }

    mutating func broken(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<number(below: 3) where !scalars.isEmpty {
            let place = number(below: scalars.count)
            switch number(below: 3) {
            case 0: scalars.remove(at: place)
            case 1: scalars[place] = Self.marks[number(below: Self.marks.count)]
            default: scalars.insert(Self.marks[number(below: Self.marks.count)], at: place)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// Whether a comma stands before the end of a list or an object, which Foundation lets pass.
func hasTrailingComma(_ text: String) -> Bool {
    let dense = text.filter { !$0.isWhitespace }
    return dense.contains(",]") || dense.contains(",}")
}

/// What this reader takes Foundation's takes too, with the same value. The other way round it is so but for a comma too
/// many, and integers that are written with a fraction or an exponent.
func asFoundationReads<T: JSONReadable & Decodable & Equatable>(_ type: [T].Type, seed: UInt64) {
    var texts = Texts(seed: seed)
    var taken = 0
    for _ in 0..<3000 {
        let list = "[" + (0..<texts.number(below: 4)).map { _ in texts.value(2) }.joined(separator: ",") + "]"
        let text = texts.broken(list)
        let real = try? read(text, as: [T].self)
        let expected = try? JSONDecoder().decode([T].self, from: Data(text.utf8))
        if real == nil, hasTrailingComma(text) || text.contains(where: { ".eE".contains($0) }) { continue }
        check(real == expected, "\(T.self): \(text)")
        taken += real == nil ? 0 : 1
    }
    check(taken > 300, "only \(taken) texts were right")
}

func anyValueIsPassedOver(seed: UInt64) {
    var texts = Texts(seed: seed)
    var taken = 0
    for _ in 0..<10000 {
        var text = texts.value(0)
        text = texts.broken(text)
        let real = text.withUTF8 { bytes in
            (try? JSONReader.read(UnsafeRawBufferPointer(bytes)) { try $0.skip() }) != nil
        }
        let expected = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        // Foundation has no number for some exponents.
        if !real, hasTrailingComma(text) { continue }
        if real, expected == nil, text.contains(where: { "eE".contains($0) }) { continue }
        check(real == (expected != nil), text)
        taken += real ? 1 : 0
    }
    check(taken > 1000, "only \(taken) texts were right")
}

func nestingHasAnEnd() throws {
    func nested(_ depth: Int) -> String {
        #"{"later":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + #","text":"a"}"#
    }
    check(try read(nested(128), as: TextElem.self).text == "a")
    check((try? read(nested(129), as: TextElem.self)) == nil)
    check((try? read(String(repeating: "[", count: 1_000_000), as: TextElem.self)) == nil)
}
