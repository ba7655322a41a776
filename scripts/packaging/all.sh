#!/bin/sh
# Everything of a release for this platform, from one build: FOLDER/release-VERSION, which is replaced. `make release` runs it.
#
#     scripts/packaging/all.sh FOLDER
#
# LIBIM_BUILD is a folder with the libim.so and libim.a that cargo has built. PYTHON and NODE_INCLUDE are those of wheel.sh
# and bindings/node/scripts/pack.mjs. cargo-cyclonedx is on the path.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/scripts/packaging
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
out=$(cd "$1" && pwd)/release-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir "$out"
# The times in archives, so that the same commit gives the same bytes.
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

echo "release: C and C++"
"$here/tarball.sh" "$out"
"$here/deb.sh" "$out"

echo "release: Python, Node, Kotlin"
"${STRIP:-strip}" -o "$work/libim.so" "$LIBIM_BUILD/libim.so"
LIBIM_LIBRARY=$work/libim.so "$here/wheel.sh" "$out/python"
LIBIM_LIBRARY=$work/libim.so node "$root/bindings/node/scripts/pack.mjs" "$work/node" >/dev/null
mkdir "$out/node"
mv "$work"/node/*.tgz "$out/node/"
LIBIM_WORK=$work/kotlin "$here/maven.sh" "$out/maven"

echo "release: the crate, and what is inside"
cargo package --manifest-path "$root/Cargo.toml" --no-verify --allow-dirty --quiet --target-dir "$work/crates"
cp "$work"/crates/package/*.crate "$out/"
mkdir "$work/crate"
tar -xzf "$out"/*.crate -C "$work/crate" --strip-components=1
(cd "$work/crate" && cargo cyclonedx --format json --spec-version 1.5 --override-filename libim >"$work/log" 2>&1) || {
    cat "$work/log" >&2
    exit 1
}
# Without the place where the crate lay.
sed "s|path+file://$work/crate#|pkg:cargo/|g; s|?download_url=file://[^\"#]*||g" "$work/crate/libim.json" >"$out/libim-$version.cdx.json"

# The version's part of the changelog; before it is closed that is "Unreleased".
awk -v version="$version" '
    /^## / { inside = index($0, "[" version "]") || (!found && /\[Unreleased\]/); found = found || inside; next }
    inside { print }
' "$root/CHANGELOG.md" | sed '/./,$!d' >"$out/RELEASE-NOTES.md"

(cd "$out" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >SHA256SUMS)
echo "$out"
