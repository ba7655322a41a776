#!/bin/sh
# In the Debian root: builds libim for a platform, runs the tests in src, and then the C programs of tests/abi on the shared
# library; builds the program of login.sh.
#
#     scripts/platforms/test.sh TARGET
#
# REPOSITORY, OUT, CARGO_HOME and FEATURES are those of scripts/platforms.sh.
set -eu
target=$1
cd "$REPOSITORY"
export CARGO_NET_OFFLINE=true CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$OUT" CARGO_PROFILE_DEV_DEBUG=0 TMPDIR="$OUT/tmp"
mkdir -p "$TMPDIR"
run="$REPOSITORY/scripts/platforms/run.sh"

std='' end=so
case $target in
aarch64-*) cc=aarch64-linux-gnu-gcc ;;
armv7-*) cc=arm-linux-gnueabihf-gcc ;;
*-windows-gnu)
    cc=x86_64-w64-mingw32-gcc end=dll
    # Debian has no standard library for it: it is built too.
    std=-Zbuild-std
    export RUSTC_BOOTSTRAP=1
    ;;
*) echo "platforms: no compiler for $target" >&2 && exit 1 ;;
esac
name=$(echo "$target" | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${name}_LINKER=$cc" "CARGO_TARGET_${name}_RUNNER=sh $run $target"

cargo build $std --locked --target "$target" --lib --no-default-features --features "$FEATURES"
cargo test $std --locked --target "$target" --lib --no-default-features --features "$FEATURES"

library=$OUT/$target/debug
programs=$OUT/$target/programs
rm -rf "$programs"
mkdir -p "$programs"
case $end in
so) ln -s ../debug/libim.so "$programs/libim.so.0" && link="$programs/libim.so.0 -Wl,-rpath,$programs" ;;
dll) cp "$library/im.dll" "$programs" && link="$library/libim.dll.a" ;;
esac
build() { # SOURCE
    # shellcheck disable=SC2086 # a list of arguments
    "$cc" -std=gnu11 -Wall -Wextra -g -D_POSIX_C_SOURCE=200809L -funwind-tables -Iinclude -Itests/abi "$1" \
        -o "$programs/$(basename "$1" .c).exe" $link -pthread
}

for source in tests/abi/*.c; do
    program=$(basename "$source" .c)
    case $program:$end in
    # They are about an SQLite in the program, which needs SQLite's headers for the platform.
    own_sqlite:* | impostor_sqlite:*) continue ;;
    # There is no fork, and no SIGKILL.
    fork:dll) continue ;;
    esac
    build "$source"
    mkdir "$programs/$program.data"
    sh "$run" "$target" "$programs/$program.exe" "$programs/$program.data"
    echo "test abi $program ... ok"
done
build tests/platforms/login.c
