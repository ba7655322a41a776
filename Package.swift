// swift-tools-version: 6.0
// LibIM as a package of this repository, for those who depend on it by its address:
//
//     .package(url: "https://…/libim", from: "0.1.0")  and  .product(name: "LibIM", package: "libim")
//
// bindings/swift/Package.swift is the same package for those who have the files. The C library is the one that pkg-config
// finds, or the CLibIM.xcframework that bindings/swift/make-xcframework.sh has put beside that file.
import Foundation
import PackageDescription

let folder = "bindings/swift"
let framework = "\(folder)/CLibIM.xcframework"
let hasFramework = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(framework)")

let package = Package(
    name: "LibIM",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "LibIM", targets: ["LibIM"])],
    targets: [
        hasFramework
            ? .binaryTarget(name: "CLibIM", path: framework)
            : .systemLibrary(name: "CLibIM", path: "\(folder)/Sources/CLibIM", pkgConfig: "libim"),
        .target(name: "LibIM", dependencies: ["CLibIM"], path: "\(folder)/Sources/LibIM"),
    ],
    swiftLanguageModes: [.v6]
)
