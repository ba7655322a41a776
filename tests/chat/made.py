"""`make chat` as it is typed in a terminal: `made.py FOLDER` waits until the list of its world moves, and leaves it."""

from __future__ import annotations

import os
import sys

from terminal import Terminal

#: What the bots say by themselves, after the world has been made.
MOVES = ("Train or car?", "All tests are green")
#: The packages may have to be installed first, in seconds.
PATIENCE = 600.0


def main(folder: str) -> None:
    """Runs it, with the library that is there: cargo would replace it under the tests that run beside this one."""
    library = f"LIBIM_LIBRARY={os.environ['LIBIM_LIBRARY']}"
    with Terminal(["make", "--no-print-directory", "-C", folder, "chat", "CARGO=true", library], PATIENCE) as terminal:
        place = terminal.until("alice")
        for text in MOVES:
            place = terminal.until(text, place)
        terminal.type("\x11")  # Control and q
        status = terminal.ended()
        assert status == 0, terminal.written[-2000:]


if __name__ == "__main__":
    main(sys.argv[1])
