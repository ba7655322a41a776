"""The installed program as it is started in a terminal: `installed.py PROGRAM` sees the list of the demo and leaves it."""

from __future__ import annotations

import sys

from terminal import Terminal


def main(program: str) -> None:
    """Runs it."""
    with Terminal([program, "--demo"]) as terminal:
        terminal.until("alice")
        terminal.type("\x11")  # Control and q
        status = terminal.ended()
        assert status == 0, status


if __name__ == "__main__":
    main(sys.argv[1])
