#!/bin/sh
# Makes the Debian packages libim0 and libim-dev.
#
#     scripts/packaging/deb.sh OUT
#
# With LIBIM_BUILD, a folder with the libim.so and libim.a that cargo has built, those are packed; else cargo makes them.
# The times in the packages are that of SOURCE_DATE_EPOCH, else that of the last commit. Needs dpkg-dev and debhelper.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

# The tree that debhelper wants: the repository with a folder `debian` at its top, without touching the repository.
mkdir "$work/libim"
for entry in "$root"/*; do
    case ${entry##*/} in
    target | debian) ;;
    *) ln -s "$entry" "$work/libim/" ;;
    esac
done
cp -r "$root/scripts/packaging/debian" "$work/libim/debian"
cat >"$work/libim/debian/changelog" <<END
libim ($version) unstable; urgency=medium

  * Release $version. CHANGELOG.md says what changed.

 -- $(sed -n 's/^Maintainer: //p' "$work/libim/debian/control")  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR
(cd "$work/libim" && dpkg-buildpackage --build=binary --no-sign) >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
mv "$work"/*.deb "$out/"
