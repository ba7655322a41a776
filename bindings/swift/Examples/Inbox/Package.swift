// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Inbox",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../..")],
    targets: [
        .executableTarget(name: "Inbox", dependencies: [.product(name: "LibIM", package: "swift")]),
        .executableTarget(name: "Watch", dependencies: [.product(name: "LibIM", package: "swift")]),
    ],
    swiftLanguageModes: [.v6]
)
