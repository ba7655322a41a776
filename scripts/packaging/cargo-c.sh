#!/bin/sh
# Shows that `cargo cinstall` gives what `make install` gives: the same files under the same names, but for those of CMake;
# the same headers, soname and functions; the same flags from pkg-config. `make cargo-c` runs it, on debug builds.
#
# CARGO_C is a cargo-cinstall; the others are those of the path.
set -eu
cd "$(dirname "$0")/../.."

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --locked
DESTDIR=$work/make PREFIX=/usr PROFILE=debug scripts/install.sh install
# A folder of its own: cargo-c asks for the feature `capi`, and so for another build.
"${CARGO_C:-cargo-cinstall}" cinstall --quiet --locked --debug --destdir "$work/cargo-c" --prefix /usr --libdir /usr/lib \
    --target-dir "$target/cargo-c"

# What is said of an installation, line by line.
of() { # FOLDER
    (
        cd "$1/usr"
        find . ! -type d ! -path './lib/cmake/*' -printf '%P %l\n' | LC_ALL=C sort
        find include -type f | LC_ALL=C sort | xargs sha256sum
        readelf -W -d lib/libim.so | sed -n 's/.*(SONAME).*\[/soname [/p'
        nm -D --defined-only lib/libim.so | sed 's/^[0-9a-f]* //' | LC_ALL=C sort
        export PKG_CONFIG_SYSROOT_DIR=/sysroot PKG_CONFIG_LIBDIR="$1/usr/lib/pkgconfig"
        for what in --modversion --cflags --libs; do
            pkg-config "$what" libim | xargs -n 1 | LC_ALL=C sort -u | xargs
        done
    )
}
of "$work/make" >"$work/make.txt"
of "$work/cargo-c" >"$work/cargo-c.txt"
diff "$work/make.txt" "$work/cargo-c.txt" || {
    echo "cargo-c: '<' is what make install gives, '>' what cargo cinstall gives" >&2
    exit 1
}
grep -q ' im_call$\| im_call@\|T im_call' "$work/make.txt"
echo "cargo cinstall gives what make install gives: $(wc -l <"$work/make.txt") lines compared"
