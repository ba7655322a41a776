#!/bin/sh
# Makes a site of the README, docs/, the bindings' READMEs and the header, with mdBook: target/book/html/index.html.
# The pages keep their places, so that links between them work in the repository and in the site.
set -eu
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
version=0.5.4
tools=$target/tools
"$tools/bin/mdbook" --version 2>/dev/null | grep -q "v$version" ||
    cargo install mdbook --version "$version" --locked --no-default-features --features search --root "$tools"

book=$target/book
rm -rf "$book"
mkdir -p "$book/src"
git ls-files -z -- '*.md' docs include examples schema tests/scenarios bindings LICENSE LICENSE-MIT LICENSE-APACHE |
    xargs -0 cp --parents -t "$book/src"
{
    printf '# The header\n\n```c\n'
    cat include/libim.h
    printf '```\n'
} >"$book/src/include/libim.h.md"
# mdBook wants the table of contents at the top.
sed 's|](\([^.)][^)]*\))|](docs/\1)|; s|](docs/README.md)|](docs/index.md)|; s|](\.\./|](|' docs/SUMMARY.md >"$book/src/SUMMARY.md"
mv "$book/src/docs/README.md" "$book/src/docs/index.md"
rm "$book/src/docs/SUMMARY.md"
cat >"$book/book.toml" <<'END'
[book]
title = "libim"
description = "The conversation list of a chat app, as one C library"
language = "en"

[output.html]
no-section-label = true
END
"$tools/bin/mdbook" build "$book" --dest-dir "$(cd "$book" && pwd)/html"
echo "$book/html/index.html"
