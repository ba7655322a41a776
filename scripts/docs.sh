#!/bin/sh
# Makes a site of the README, docs/, the bindings' READMEs and the header, with mdBook: target/book/html/index.html.
# The pages keep their places, so that links between them work in the repository and in the site. A comment
# `<!-- section: PAGE#PLACE -->` becomes that section of the page, which is so written once. All links are followed.
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
git ls-files -z -- '*.md' docs include examples schema scripts tests/scenarios bindings LICENSE LICENSE-MIT LICENSE-APACHE |
    xargs -0 cp --parents -t "$book/src"
{
    printf '# The header\n\n```c\n'
    cat include/libim.h
    printf '```\n'
} >"$book/src/include/libim.h.md"
# mdBook wants the table of contents at the top.
sed 's|](\([^.)][^)]*\))|](docs/\1)|; s|](\.\./|](|' docs/SUMMARY.md >"$book/src/SUMMARY.md"
rm "$book/src/docs/SUMMARY.md"
cat >"$book/book.toml" <<'END'
[book]
title = "libim"
description = "The conversation list of a chat app, as one C library"
language = "en"

[output.html]
no-section-label = true
END
# Puts the sections into a page of docs/. Their links are made those of this page.
sections() { # PAGE
    while IFS= read -r line; do
        case $line in
        '<!-- section: '*' -->')
            place=${line#<!-- section: }
            place=${place% -->}
            from=${place%%#*}
            awk -v place="${place#*#}" '
                /^```/ { code = !code }
                !code && /^## / {
                    heading = tolower(substr($0, 4))
                    gsub(/[^a-z0-9 _-]/, "", heading)
                    gsub(/ /, "-", heading)
                    inside = heading == place
                    if (inside) found = 1
                    next
                }
                inside
                END { exit !found }
            ' "docs/$from" | sed "s|](\([^):#][^):]*)\)|](${from%/*}/\1|g; s|](#|]($from#|g" || exit 1
            ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"docs/$1"
}
sections first-list.md >"$book/src/docs/first-list.md"

# A folder's page is its README here and its index there; mdBook renames the page, and not what leads to it.
find "$book/src" -name README.md | while IFS= read -r page; do mv "$page" "${page%README.md}index.md"; done
find "$book/src" -name '*.md' -exec sed -i 's,\(](\|](\([^)]*/\)\)README\.md,](\2index.md,g' {} +

"$tools/bin/mdbook" build "$book" --dest-dir "$(cd "$book" && pwd)/html"
python3 scripts/site-links.py "$book/html"
echo "$book/html/index.html"
