// swift-tools-version: 6.0
// The benchmark of the Swift binding; the other files of this folder are those of other languages.
import PackageDescription

let package = Package(
    name: "page",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../../bindings/swift")],
    targets: [
        .executableTarget(
            name: "page", dependencies: [.product(name: "LibIM", package: "swift")], path: ".",
            exclude: ["Page.kt", "page.cpp", "page.py"], sources: ["page.swift"])
    ],
    swiftLanguageModes: [.v6]
)
