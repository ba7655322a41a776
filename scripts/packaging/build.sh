#!/bin/sh
# Builds the libim.so and libim.a of a release, and prints the folder that has them: no path of this machine is in them, so
# that the same commit, compiler and linker give the same bytes in any folder.
#
#     scripts/packaging/build.sh TARGET-FOLDER
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
maps="--remap-path-prefix=$target=/target --remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$root=/libim"
# The C code of dependencies.
c_maps="-ffile-prefix-map=$target=/target -ffile-prefix-map=$cargo_home=/cargo"
RUSTFLAGS="${RUSTFLAGS:-} $maps" CFLAGS="${CFLAGS:-} $c_maps" \
    cargo build --manifest-path "$root/Cargo.toml" --target-dir "$target" --release --locked >&2
echo "$target/release"
