#!/bin/sh
# The version of libim, which stands in several files.
#
#     scripts/release.sh check      fails when a file has another version than Cargo.toml
#     scripts/release.sh VERSION    writes VERSION into all of them, closes "Unreleased" in CHANGELOG.md, and makes the
#                                   interface that which later versions are held against; what is left to do is printed
set -eu
cd "$(dirname "$0")/.."

# A file, and the text around the version in it.
places() {
    cat <<'END'
bindings/kotlin/pom.xml|^  <version>|</version>
bindings/kotlin/examples/pom.xml|^      <version>|</version>
bindings/kotlin/README.md|im.libim:libim:|`
bindings/swift/README.md|libim", from: "|"
bindings/python/pyproject.toml|^version = "|"
bindings/python/libim/__init__.py|^__version__ = "|"
bindings/node/package.json|^    "version": "|"
bindings/node/README.md|libim-|\.tgz
examples/chat/pyproject.toml|^version = "|"
examples/chat/libim_chat/__init__.py|^__version__ = "|"
CHANGELOG.md|^Version |, C ABI
README.md|^\*\*Status: |[,.* ]
END
}

current=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
number='[0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*'

case "${1:-}" in
check)
    status=0
    while IFS='|' read -r file before after; do
        found=$(grep -o "$before$number$after" "$file" | grep -o "$number" | sort -u)
        [ "$found" = "$current" ] || {
            echo "release: $file has the version '$found', Cargo.toml has $current" >&2
            status=1
        }
    done <<END
$(places)
END
    exit "$status"
    ;;
[0-9]*.[0-9]*.[0-9]*)
    test -z "$(git status --porcelain)" || {
        echo "release: there are changes that are not committed" >&2
        exit 1
    }
    sed -i "0,/^version = \".*\"$/s//version = \"$1\"/" Cargo.toml
    while IFS='|' read -r file before after; do
        sed -i "s|\($before\)$number\($after\)|\1$1\2|" "$file"
    done <<END
$(places)
END
    sed -i "s/^## \[Unreleased\]$/## [Unreleased]\n\n## [$1] - $(date +%Y-%m-%d)/" CHANGELOG.md
    cargo update --workspace --quiet
    make --no-print-directory generate
    # docs/versions.md: what has changed since the last release has to fit the new version.
    cargo xtask compatible
    cp schema/openrpc.json schema/released.json
    "$0" check
    cat <<END
Left to do: read \`git diff\`, run \`make test\`, commit, \`git tag -s v$1\`. If a function changed, \`make abi\` and IM_ABI_VERSION.
END
    ;;
*)
    echo "usage: scripts/release.sh check|VERSION" >&2
    exit 2
    ;;
esac
