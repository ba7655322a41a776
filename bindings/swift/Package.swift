// swift-tools-version: 6.0
// LibIM: libim for Swift, over the C library, which pkg-config finds. Where make-xcframework.sh has put its
// CLibIM.xcframework beside this file (for apps on Apple's systems), that is used instead.
import Foundation
import PackageDescription

let framework = "CLibIM.xcframework"
let hasFramework = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(framework)")

let package = Package(
    name: "LibIM",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "LibIM", targets: ["LibIM"])],
    targets: [
        hasFramework
            ? .binaryTarget(name: "CLibIM", path: framework)
            : .systemLibrary(name: "CLibIM", pkgConfig: "libim"),
        .target(name: "LibIM", dependencies: ["CLibIM"]),
    ],
    swiftLanguageModes: [.v6]
)
