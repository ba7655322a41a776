#!/bin/sh
# Makes CLibIM.xcframework beside Package.swift: libim for macOS, iOS and the iOS simulator, with its header, for Xcode.
#
#     bindings/swift/make-xcframework.sh
#
# It needs a Mac with Xcode and Rust (rustup), and cannot be run elsewhere, since Apple's linker and xcodebuild are only
# there. It has therefore not been run where the project is tested: expect to look after it. What is there already is
# replaced. The libraries are cargo's own: unlike those of `make install` they show the names of the SQLite inside, so an
# app with an SQLite of its own must see to it that only one is linked.
set -eu

fail() {
    echo "make-xcframework: $*" >&2
    exit 1
}

[ "$(uname -s)" = Darwin ] || fail "this needs a Mac: xcodebuild and Apple's SDKs are only there"
command -v xcodebuild >/dev/null || fail "xcodebuild is missing; install Xcode"
command -v lipo >/dev/null || fail "lipo is missing; install Xcode's command line tools"
command -v rustup >/dev/null || fail "rustup is missing; see https://rustup.rs"

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
framework=$here/CLibIM.xcframework
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As Package.swift says of the systems.
export MACOSX_DEPLOYMENT_TARGET=13.0 IPHONEOS_DEPLOYMENT_TARGET=16.0

# The libraries of one system, one for each kind of processor, as one file.
build() { # NAME TARGET...
    name=$1
    shift
    mkdir -p "$work/$name"
    libraries=
    for triple; do
        rustup target add "$triple"
        cargo build --manifest-path "$root/Cargo.toml" --release --lib --target "$triple"
        cp "$target/$triple/release/libim.a" "$work/$name/$triple.a"
        libraries="$libraries $work/$name/$triple.a"
    done
    # shellcheck disable=SC2086 # a list of paths that mktemp has made
    lipo -create $libraries -output "$work/$name/libim.a"
}

build macos aarch64-apple-darwin x86_64-apple-darwin
build ios aarch64-apple-ios
build simulator aarch64-apple-ios-sim x86_64-apple-ios

# The module has the name that the sources import, and here no library to search for: the framework is one.
mkdir "$work/headers"
cp "$root/include/libim.h" "$work/headers/"
cat >"$work/headers/module.modulemap" <<'MAP'
module CLibIM {
    header "libim.h"
    export *
}
MAP

rm -rf "$framework"
xcodebuild -create-xcframework \
    -library "$work/macos/libim.a" -headers "$work/headers" \
    -library "$work/ios/libim.a" -headers "$work/headers" \
    -library "$work/simulator/libim.a" -headers "$work/headers" \
    -output "$framework"
echo "$framework"
