#!/bin/sh
# Packs what `make install` installs, for one platform: `libim-VERSION-linux-ARCH.tar.gz`. It is unpacked anywhere;
# programs find it with `pkg-config --define-prefix` or CMake's libim_DIR.
#
#     scripts/packaging/tarball.sh OUT
#
# With LIBIM_BUILD, a folder with the libim.so and libim.a that cargo has built, those are packed; else cargo makes them.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
name=libim-$version-linux-$(uname -m)
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
[ -n "${LIBIM_BUILD:-}" ] || cargo build --manifest-path "$root/Cargo.toml" --release --locked
DESTDIR=$work PREFIX=/$name LIBDIR='' INCLUDEDIR='' "$root/scripts/install.sh" install
"${STRIP:-strip}" "$work/$name/lib/libim.so.$version"
"${STRIP:-strip}" --strip-debug "$work/$name/lib/libim.a"
cp "$root/README.md" "$root/CHANGELOG.md" "$root"/LICENSE* "$work/$name/"
# The same bytes from the same files: no names of users, no times but the release's, and one order.
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
    gzip -9n >"$out/$name.tar.gz"
