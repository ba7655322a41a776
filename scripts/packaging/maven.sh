#!/bin/sh
# Puts the Kotlin binding into a Maven repository in a folder: the jar, with the C library inside, its sources and its
# documentation. The folder is what a repository of others takes, and Maven reads it as it is:
# `file:///...` as the URL of a repository.
#
#     scripts/packaging/maven.sh OUT [MAVEN OPTION...]
#
# LIBIM_BUILD is a folder with the libim.so that cargo has built; without it cargo builds one. LIBIM_NATIVES is a folder
# with libraries of more platforms, each where JNA looks for it: `linux-aarch64/libim.so`, `darwin-aarch64/libim.dylib`.
# Work lies in LIBIM_WORK, or in cargo's target folder.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift

target=$(mkdir -p "${CARGO_TARGET_DIR:-$root/target}" && cd "${CARGO_TARGET_DIR:-$root/target}" && pwd)
work=${LIBIM_WORK:-$target/maven}
[ -n "${LIBIM_BUILD:-}" ] || {
    cargo build --manifest-path "$root/Cargo.toml" --release --locked
    LIBIM_BUILD=$target/release
}

rm -rf "$work/natives"
mkdir -p "$work/natives"
[ -z "${LIBIM_NATIVES:-}" ] || cp -r "$LIBIM_NATIVES/." "$work/natives/"
# As JNA calls this machine.
case $(uname -m) in
x86_64) platform=linux-x86-64 ;;
*) platform=linux-$(uname -m) ;;
esac
mkdir -p "$work/natives/$platform"
"${STRIP:-strip}" -o "$work/natives/$platform/libim.so" "$LIBIM_BUILD/libim.so"

: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
mvn --batch-mode --quiet -Prelease -f "$root/bindings/kotlin" "-Dlibim.target=$work" "-Dlibim.natives=$work/natives" \
    "-Dproject.build.outputTimestamp=$SOURCE_DATE_EPOCH" \
    "-DaltDeploymentRepository=local::file://$out" "$@" deploy
