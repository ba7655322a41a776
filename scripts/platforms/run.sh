#!/bin/sh
# In the Debian root: runs a program of a platform. Cargo calls it for the tests.
#
#     scripts/platforms/run.sh TARGET PROGRAM [ARGUMENT...]
set -eu
target=$1
shift
case $target in
aarch64-*) exec qemu-aarch64 -L /usr/aarch64-linux-gnu "$@" ;;
armv7-*) exec qemu-arm -L /usr/arm-linux-gnueabihf "$@" ;;
*-windows-gnu)
    # A Windows of its own, made at the first program; what it says about itself is of no interest.
    export WINEPREFIX="$OUT/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' HOME="$OUT"
    exec wine64 "$@"
    ;;
*) echo "platforms: nothing runs programs for $target" >&2 && exit 1 ;;
esac
