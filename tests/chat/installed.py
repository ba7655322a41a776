"""The installed program as it is started in a terminal: `installed.py PROGRAM` sees the list of the demo and leaves it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

#: How long the list and the end are waited for, in seconds.
PATIENCE = 120.0


def seen(terminal: int, end: float, words: str) -> bool:
    """Whether the words come on the screen until then."""
    screen = b""
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            screen += os.read(terminal, 1 << 16)
        except OSError:  # the program has ended
            return False
        if words.encode() in screen:
            return True
    return False


def main(program: str) -> None:
    """Runs it."""
    terminal, ours = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen([program, "--demo"], stdin=ours, stdout=ours, stderr=ours, env=environment)
    os.close(ours)
    try:
        assert seen(terminal, time.monotonic() + PATIENCE, "alice"), "the list is not shown"
        os.write(terminal, b"\x11")  # Control and q
        while process.poll() is None:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    os.read(terminal, 1 << 16)
                except OSError:
                    process.wait(PATIENCE)
        assert process.returncode == 0, process.returncode
    finally:
        process.kill()
        os.close(terminal)


if __name__ == "__main__":
    main(sys.argv[1])
