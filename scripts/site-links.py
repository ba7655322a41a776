#!/usr/bin/env python3
"""Follows every link of a site in a folder, and names those that lead nowhere: to no file, or to no place in it.

    scripts/site-links.py FOLDER

Links to other sites are not followed.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The places in a page, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.targets: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.places.add(value)
            if name in ("href", "src") and value:
                self.targets.append(value)


def main() -> int:
    root = Path(sys.argv[1]).resolve()
    # The page to print is all others in one, with links between its parts.
    paths = [path for path in sorted(root.rglob("*.html")) if path.name not in ("print.html", "toc.html", "404.html")]
    pages = {path: Page(path) for path in paths}
    wrong = []
    count = 0
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if there.is_dir():
                there = there / "index.html"
            place = unquote(parts.fragment)
            if not there.exists() or (place and there in pages and place not in pages[there].places):
                wrong.append(f"{path.relative_to(root)}: {target}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(pages)} pages, {count} links, {len(wrong)} lead nowhere")
    return 1 if wrong or len(pages) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
