#!/bin/sh
# Holds the C ABI against its committed description, docs/abi/libim.so.N.abi, with N = IM_ABI_VERSION.
#
#     scripts/abi.sh check    fails when the header declares something else: other functions, parameters or types
#     scripts/abi.sh write    writes the description, after functions were added or for a new IM_ABI_VERSION
#
# The description is made of include/libim.h alone: each function gets an empty body, and libabigail reads what the C
# compiler says of it. That the library has exactly those functions is shown by tests/header.rs.
set -eu
cd "$(dirname "$0")/.."

header=include/libim.h
number=$(sed -n 's/^#define IM_ABI_VERSION \([0-9][0-9]*\)$/\1/p' "$header")
test -n "$number" || {
    echo "abi: $header has no IM_ABI_VERSION" >&2
    exit 1
}
description=docs/abi/libim.so.$number.abi
symbols=scripts/packaging/debian/libim0.symbols
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Declarations, each on a line, become definitions.
{
    echo '#include <libim.h>'
    gcc -E -P -x c "$header" | tr '\n' ' ' | tr ';' '\n' |
        sed -n '/typedef/d; s/^.*extern "C" {//; s/^ *\(.*[ *]im_[a-z0-9_]*(.*)\) *$/\1 { __builtin_trap(); }/p'
} >"$dir/stub.c"
# By its bare name: the description keeps what the compiler was given.
(include=$PWD/include && cd "$dir" && gcc -g -shared -fPIC -I"$include" stub.c -o libim.so -Wl,-soname,"libim.so.$number")

case "${1:-}" in
write)
    mkdir -p docs/abi
    abidw --no-show-locs --no-comp-dir-path --no-corpus-path --out-file "$description" "$dir/libim.so"
    # Debian notes down for each function the version that it came with.
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
    sed -n "s/.*<elf-symbol name='\([a-z0-9_]*\)'.*/ \1@Base/p" "$description" | LC_ALL=C sort | while read -r symbol; do
        grep "^ $symbol " "$symbols" || echo " $symbol $version"
    done >"$dir/symbols"
    { sed -n '/^ /!p' "$symbols" && cat "$dir/symbols"; } >"$dir/file" && cp "$dir/file" "$symbols"
    ;;
check)
    test -e "$description" || {
        echo "abi: $description is missing: run scripts/abi.sh write" >&2
        exit 1
    }
    abidiff --no-added-syms "$description" "$dir/libim.so" || {
        echo "abi: programs that were built before would break: undo that, or raise IM_ABI_VERSION" >&2
        exit 1
    }
    abidiff "$description" "$dir/libim.so" || {
        echo "abi: the interface has grown: run scripts/abi.sh write" >&2
        exit 1
    }
    ;;
*)
    echo "usage: scripts/abi.sh check|write" >&2
    exit 2
    ;;
esac
