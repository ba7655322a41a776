#!/usr/bin/env python3
"""Makes the README's picture of what the demo prints: demo-picture.py <OUTPUT >docs/demo.svg

`make picture` runs it. The list is shown, not the steps of the live view before it, nor the events after it.
"""

import html
import re
import sys

ROW, COLUMN, LEFT, TOP = 22, 8.4, 24, 64
TEXT, DIM, HEAD, UNREAD, PIN = "#d7dae0", "#7f8794", "#9fb4d0", "#ffb454", "#c9a2ff"


def colour(line: str, start: int, run: str) -> str:
    """The colour of a run of words that begins at that column."""
    if line.startswith("order"):
        return HEAD
    if line.lstrip().startswith("--"):
        return DIM
    if run == "pin":
        return PIN
    if run == "@" or (re.match(r" +\d", line) and run.isdigit() and start > 5 and run != "0"):
        return UNREAD
    if run.isdigit() or run == "-":
        return DIM
    return TEXT


def spans(line: str) -> str:
    """The line, each run of words at its own column: it looks the same in whichever font there is."""
    return "".join(
        f'<tspan x="{LEFT + COLUMN * run.start():g}" fill="{colour(line, run.start(), run[0])}">{html.escape(run[0])}</tspan>'
        for run in re.finditer(r"\S+(?: \S+)*", line)
    )


def main() -> None:
    _, shown = sys.stdin.read().split("\nthe events", 1)[0].split("\n\n", 1)
    lines = shown.rstrip().split("\n")
    lines = ["$ make demo", *lines]
    width = round(LEFT * 2 + COLUMN * max(map(len, lines)))
    height = TOP + ROW * len(lines)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
          'role="img" aria-label="What make demo prints: a list of four conversations in two pages">')
    print(f'<rect width="{width}" height="{height}" rx="10" fill="#1b1f27"/>')
    for number, colour in enumerate(["#ff5f57", "#febc2e", "#28c840"]):
        print(f'<circle cx="{LEFT + 4 + 20 * number}" cy="24" r="6" fill="{colour}"/>')
    print(f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">')
    for number, line in enumerate(lines):
        print(f'<text y="{TOP + ROW * number}">{spans(line)}</text>')
    print("</g>\n</svg>")


main()
