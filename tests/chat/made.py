"""`make chat` as it is typed in a terminal: `made.py FOLDER` waits until the list of its world moves, and leaves it."""

from __future__ import annotations

import sys

from terminal import Terminal

#: What the bots say by themselves, after the world has been made.
MOVES = ("Train or car?", "All tests are green")
#: The library and the packages may have to be built first, in seconds.
PATIENCE = 1800.0


def main(folder: str) -> None:
    """Runs it."""
    with Terminal(["make", "--no-print-directory", "-C", folder, "chat"], PATIENCE) as terminal:
        place = terminal.until("alice")
        for text in MOVES:
            place = terminal.until(text, place)
        terminal.type("\x11")  # Control and q
        status = terminal.ended()
        assert status == 0, terminal.written[-2000:]


if __name__ == "__main__":
    main(sys.argv[1])
