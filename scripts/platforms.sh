#!/bin/sh
# Builds libim for other platforms and tests it there, on emulators: the tests in src, the C programs of tests/abi, and a
# login to a Prosody.
#
#     scripts/platforms.sh [TARGET...]
#
# TARGET is one of aarch64-unknown-linux-gnu, armv7-unknown-linux-gnueabihf and x86_64-pc-windows-gnu; without one, all of
# them. FEATURES names those of the crate (`xmpp`); without it, the login is left out. Compilers and emulators are those of
# a Debian root (scripts/debian-root.sh), which is made at the first time: 1.5 GB to load, 5 GB on disk, in target/.
# What is built lies in target/platforms/TARGET.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
target_dir=${CARGO_TARGET_DIR:-$repository/target}
mkdir -p "$target_dir/platforms"
target_dir=$(cd "$target_dir" && pwd)
out=$target_dir/platforms
root=$target_dir/platforms-root
features=${FEATURES-xmpp}

# The root has no access to registries of its own making: everything is loaded here.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
"$repository/scripts/debian-root.sh" make "$root" platforms
cargo fetch --quiet --locked --manifest-path "$repository/Cargo.toml"
RUSTC_BOOTSTRAP=1 cargo fetch --quiet --locked --manifest-path "$root/usr/lib/rustlib/src/rust/library/Cargo.toml"

inside() { # [-w FOLDER]... COMMAND...
    "$repository/scripts/debian-root.sh" run "$root" -w "$out" -w "$cargo_home" "$@"
}

[ $# -gt 0 ] || set -- aarch64-unknown-linux-gnu armv7-unknown-linux-gnueabihf x86_64-pc-windows-gnu
for target; do
    echo "platforms: $target"
    inside env REPOSITORY="$repository" OUT="$out" CARGO_HOME="$cargo_home" FEATURES="$features" \
        sh "$repository/scripts/platforms/test.sh" "$target"
    case $features in
    *xmpp*) OUT=$out ROOT=$root "$repository/scripts/demo-xmpp.sh" "$repository/scripts/platforms/login.sh" "$target" ;;
    esac
    echo "platforms: $target passed"
done
