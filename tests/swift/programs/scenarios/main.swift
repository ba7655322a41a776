// Plays every scenario of the folder that is the second argument, and says how many.
import Check
import Foundation

let folder = CommandLine.arguments[2]
let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
var faults: [String] = []
for file in files {
    let scenario = try JSON(
        String(decoding: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")), as: UTF8.self))
    let place = "\(dir)/\(file)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    check(scenario["title"]?.text != nil, "\(file) has no title")
    do {
        try Stage(dir: place).play(scenario["steps"]!.array!)
    } catch let fault as Fault {
        faults.append("\(file): \(fault.what)")
    }
    try FileManager.default.removeItem(atPath: place)
}
check(faults.isEmpty, "\n" + faults.joined(separator: "\n\n"))
print("\(files.count) scenarios")
