// swift-tools-version: 6.0
// The programs that hold LibIM to its promises. tests/swift.rs builds and runs them; each gets an empty directory as its
// argument and ends with 0 when all it checks is so.
import PackageDescription

let programs = [
    "errors", "events", "exit", "lifetime", "many", "methods", "reading", "scenarios", "text", "views", "walks",
]
let libIM = Target.Dependency.product(name: "LibIM", package: "swift")

let package = Package(
    name: "programs",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../../../bindings/swift")],
    targets: [.target(name: "Check", dependencies: [libIM], path: "Check")]
        + programs.map { .executableTarget(name: $0, dependencies: [libIM, "Check"], path: $0) },
    swiftLanguageModes: [.v6]
)
