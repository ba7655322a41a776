#!/bin/sh
# What each binding costs: one line for each language, from the programs in benches/bindings. Everything is made with
# optimizations, and lies below `bench-bindings` in cargo's target folder. `make bench` runs it.
set -eu
cd "$(dirname "$0")/.."

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
dir=$target/bench-bindings
prefix=$dir/prefix
rm -rf "$dir/data" "$prefix"
mkdir -p "$dir/data"

quietly() { # COMMAND...: what it says counts only when it fails
    "$@" >"$dir/log" 2>&1 || {
        cat "$dir/log" >&2
        exit 1
    }
}

quietly make --no-print-directory install PREFIX="$prefix" LIBDIR="$prefix/lib"
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib" LIBIM_LIBRARY="$prefix/lib/libim.so"
fresh() { # NAME: a folder for a program's data
    mkdir "$dir/data/$1"
    echo "$dir/data/$1"
}

# shellcheck disable=SC2046 # a list of options
g++ -std=c++17 -O2 benches/bindings/page.cpp -o "$dir/page" $(pkg-config --cflags --libs libim) -pthread
"$dir/page" "$(fresh cpp)"

quietly mvn --batch-mode --quiet -Ptests --file bindings/kotlin -Dlibim.target="$dir/kotlin" \
    -Dmdep.outputFile="$dir/kotlin.classpath" test-compile dependency:build-classpath
java -cp "$dir/kotlin/classes:$dir/kotlin/test-classes:$(cat "$dir/kotlin.classpath")" page.PageKt "$(fresh kotlin)"

# The package as npm installs it, in a folder where the program finds it.
tools=$target/node-tools/node_modules
NODE_INCLUDE=$tools/node-api-headers/include quietly node bindings/node/scripts/pack.mjs "$dir/node"
rm -rf "$dir/node/app"
mkdir "$dir/node/app"
echo '{"private":true}' >"$dir/node/app/package.json"
quietly npm install --prefix "$dir/node/app" --offline --no-audit --no-fund "$dir"/node/libim-*.tgz
cp benches/bindings/page.mjs "$dir/node/app"
node "$dir/node/app/page.mjs" "$(fresh node)"

# -S: without the packages that are installed. With orjson, where scripts/setup.sh has put it.
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=bindings/python
python3 -S benches/bindings/page.py
[ ! -x "$target/venv/bin/python" ] || "$target/venv/bin/python" benches/bindings/page.py

swift() {
    scripts/debian-root.sh run "$target/swift-root" -w "$dir" \
        env PKG_CONFIG_PATH="$PKG_CONFIG_PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$@"
}
rm -f "$dir/swift/release.yaml" # the plan, in which SwiftPM would miss new files of LibIM
quietly swift swift build --disable-sandbox -c release --package-path "$PWD/benches/bindings" --scratch-path "$dir/swift"
swift "$dir/swift/release/page" "$(fresh swift)"
