#!/bin/sh
# Makes sure that what a target needs is there; installs what is missing with apt-get, or says what to install.
#
#     scripts/setup.sh demo|test
set -eu

missing=
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need_file() { # PKG-CONFIG-NAME PACKAGE
    pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}

command -v cargo >/dev/null 2>&1 || {
    echo "setup: cargo is missing; install Rust 1.89 or newer, see https://rustup.rs" >&2
    exit 1
}
need gcc gcc
need pkg-config pkg-config
need_file jansson libjansson-dev
if [ "${1:-}" = test ]; then
    need g++ g++
    need make make
    need readelf binutils
    need objcopy binutils
    need python3 python3
    need cmake cmake
    need_file sqlite3 libsqlite3-dev
    need_file nlohmann_json nlohmann-json3-dev
fi

if [ -n "$missing" ]; then
    root=
    [ "$(id -u)" = 0 ] || root=sudo
    if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$root" ] && ! command -v sudo >/dev/null 2>&1; }; then
        echo "setup: please install:$missing" >&2
        exit 1
    fi
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # a list of packages
    { $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends $missing; } >/dev/null || {
        echo "setup: could not install$missing" >&2
        exit 1
    }
fi

if [ "${1:-}" = test ]; then
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
fi
