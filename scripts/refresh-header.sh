#!/bin/sh
# Makes include/libim.h anew from src/ffi. Run it after a change of an exported item or its doc comment.
set -eu
cd "$(dirname "$0")/.."
# The build script writes the header to its OUT_DIR, which cargo tells in its messages.
out_dir=$(cargo check --quiet --lib --message-format=json |
    sed -n 's/.*"reason":"build-script-executed".*[/#]libim[#@].*"out_dir":"\([^"]*\)".*/\1/p' | tail -n 1)
test -n "$out_dir"
cp "$out_dir/libim.h" include/libim.h
