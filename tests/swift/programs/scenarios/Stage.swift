// Plays one scenario: its clients, its variables, its steps. tests/scenarios/README.md says what each step means.
import Check
import Foundation
import LibIM

/// Why a step did not end as written.
struct Fault: Error {
    let what: String

    init(_ what: String) {
        self.what = what
    }
}

/// A client under its name, and how much of what it heard was passed over.
private struct Player {
    let client: Client
    let heard: Shared<[RawEvent]>
    let listener: Listener
    var passed = 0
}

private let keys: [String: Set<String>] = [
    "open": ["client", "config", "code", "desc", "data", "save"],
    "call": ["client", "method", "request", "text", "code", "desc", "data", "save"],
    "wait": ["client", "method", "request", "text", "code", "desc", "data", "save"],
    "hear": ["client", "event", "payload", "save"],
    "unheard": ["client", "event"],
    "close": ["client", "code"],
    "rename": ["from", "to"],
    "repeat": ["times", "as", "steps"],
]

final class Stage {
    private let dir: String
    private var players: [Text: Player] = [:]
    private var variables: [Text: JSON]

    init(dir: String) {
        self.dir = dir
        variables = [Text("dir"): .text(Text(dir))]
    }

    deinit {
        for player in players.values { try? player.client.close() }
    }

    func play(_ steps: [JSON]) throws {
        for (number, raw) in steps.enumerated() {
            do {
                try step(raw)
            } catch let fault as Fault {
                throw Fault("step \(number), \(raw.written.prefix(300))\n\(fault.what)")
            }
        }
    }

    private func step(_ raw: JSON) throws {
        let action = raw["do"]?.text ?? ""
        guard let known = keys[action] else { throw Fault("there is no step \(action)") }
        for key in raw.object!.keys where key.string != "do" && !known.contains(key.string) {
            throw Fault("\(action) has no \(key.string)")
        }
        if action == "repeat" {
            for turn in 0..<raw["times"]!.integer! {
                variables[Text(raw["as"]!.text!)] = .integer(turn)
                do {
                    try play(raw["steps"]!.array!)
                } catch let fault as Fault {
                    throw Fault("turn \(turn), \(fault.what)")
                }
            }
            return
        }
        let step = try fillIn(raw)
        switch action {
        case "open": try open(step)
        case "call": try call(step)
        case "wait": try eventually { try call(step) }
        case "hear": try eventually { try hear(step) }
        case "unheard": if let (place, _) = try find(step) { throw Fault("it is event \(place)") }
        case "close": try close(step)
        default: try FileManager.default.moveItem(atPath: step["from"]!.text!, toPath: step["to"]!.text!)
        }
    }

    private func open(_ step: JSON) throws {
        let name = Text(step["client"]!.text!)
        var config = step["config"]!.object!
        let path = JSON.text(Text("\(dir)/service.db"))
        config[Text("dataDir")] = config[Text("dataDir")] ?? .text(Text("\(dir)/\(name.string)"))
        config[Text("backend")] =
            config[Text("backend")] ?? .object([Text("kind"): .text(Text("embedded")), Text("path"): path])
        do {
            let client = try Client(json: JSON.object(config).written)
            let heard = Shared<[RawEvent]>([])
            let listener = try client.addRawListener { event in heard.change { $0.append(event) } }
            try? players[name]?.client.close()
            players[name] = Player(client: client, heard: heard, listener: listener)
            let data = String(decoding: try JSONEncoder().encode(client.opened), as: UTF8.self)
            try judge(step, code: 0, desc: "", data: try JSON(data))
        } catch let error as IMError {
            try judge(step, code: error.code, desc: error.desc, data: .null)
        }
    }

    private func call(_ step: JSON) throws {
        let request = step["text"]?.text ?? step["request"]?.written ?? "{}"
        let response = try JSON(try player(step).client.cache.response(step["method"]!.text!, request))
        try judge(step, code: Int32(response["code"]!.integer!), desc: response["desc"]!.text!, data: response["data"]!)
    }

    private func close(_ step: JSON) throws {
        var code: Int32 = 0
        do {
            try player(step).client.close()
        } catch let error as IMError {
            code = error.code
        }
        try judge(step, code: code, desc: "", data: .null)
    }

    private func hear(_ step: JSON) throws {
        guard let (place, payload) = try find(step) else {
            let player = try player(step)
            let heard = player.heard.value.dropFirst(player.passed).map { "\($0.name) \($0.payload.prefix(300))" }
            throw Fault("it heard only\n\(heard.joined(separator: "\n"))")
        }
        players[Text(step["client"]!.text!)]!.passed = place + 1
        try save(step, payload)
    }

    /// The place and the payload of the first event that fits and was not passed over.
    private func find(_ step: JSON) throws -> (Int, JSON)? {
        let player = try player(step)
        for (place, event) in player.heard.value.enumerated().dropFirst(player.passed) {
            guard event.name == step["event"]!.text! else { continue }
            let payload = try JSON(event.payload)
            if step["payload"].flatMap({ misfit($0, payload, "payload") }) == nil { return (place, payload) }
        }
        return nil
    }

    private func judge(_ step: JSON, code: Int32, desc: String, data: JSON) throws {
        let expected = step["code"]?.integer ?? 0
        if Int64(code) != expected { throw Fault("code is \(code), not \(expected): \(desc)") }
        if let part = step["desc"]?.text, !desc.contains(part) { throw Fault("desc is \(desc)") }
        if let pattern = step["data"], let misfit = misfit(pattern, data, "data") { throw Fault(misfit) }
        try save(step, data)
    }

    private func save(_ step: JSON, _ value: JSON) throws {
        for (name, pointer) in step["save"]?.object ?? [:] {
            guard let found = value.at(pointer: pointer.text!) else { throw Fault("nothing at \(pointer.written)") }
            variables[name] = found
        }
    }

    private func player(_ step: JSON) throws -> Player {
        guard let player = players[Text(step["client"]!.text!)] else { throw Fault("there is no such client") }
        return player
    }

    private func fillIn(_ value: JSON) throws -> JSON {
        switch value {
        case .text(let text): try fillIn(text.string)
        case .array(let entries): .array(try entries.map(fillIn))
        case .object(let members): .object(try members.mapValues(fillIn))
        default: value
        }
    }

    private func fillIn(_ text: String) throws -> JSON {
        var filled = ""
        var rest = Substring(text)
        while let start = rest.range(of: "${") {
            let after = rest[start.upperBound...]
            guard let end = after.firstIndex(of: "}") else { throw Fault("a ${ without its }") }
            guard let value = variables[Text(after[..<end])] else {
                throw Fault("there is no variable \(after[..<end])")
            }
            if text.hasPrefix("${"), after.index(after: end) == text.endIndex, filled.isEmpty,
                start.lowerBound == text.startIndex
            {
                return value
            }
            filled += rest[..<start.lowerBound] + (value.text ?? value.written)
            rest = after[after.index(after: end)...]
        }
        return .text(Text(filled + rest))
    }
}

/// Tries until it works, at most 30 seconds; the last fault when it never does.
private func eventually(_ attempt: () throws -> Void) throws {
    let end = ContinuousClock.now + .seconds(30)
    while true {
        do {
            return try attempt()
        } catch let fault as Fault {
            if ContinuousClock.now > end { throw fault }
            Thread.sleep(forTimeInterval: 0.002)
        }
    }
}
