"""A program in a terminal of its own: what it shows, and what is typed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from types import TracebackType
from typing import Dict, Optional, Sequence, Type

#: How long something that must come is waited for, in seconds. Some programs are built first.
PATIENCE = 120.0


class Terminal:
    """Runs a program; killed at the end of the scope."""

    def __init__(self, program: Sequence[str], patience: float = PATIENCE, **environment: str) -> None:
        self._patience = patience
        self._end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
        env: Dict[str, str] = {**os.environ, "TERM": "xterm-256color", **environment}
        self.process = subprocess.Popen(
            program,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
            # Its own, so that it hears of the end of it.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self._is_closed = False
        #: Everything that it has written.
        self.written = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
        if not self._is_closed:
            os.close(self._end)

    def until(self, words: str, after: int = 0) -> int:
        """Waits until the words are written, after a place in what is written. Returns the place after them."""
        end = time.monotonic() + self._patience
        while words not in self.written[after:]:
            is_over = not self._read() and self.process.poll() is not None
            assert not is_over and time.monotonic() < end, f"{words} is not shown: {self.written[-2000:]}"
        return self.written.index(words, after) + len(words)

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._end, keys.encode())

    def close(self) -> None:
        """Closes the window. The program goes on until it has heard of it."""
        self._is_closed = True
        os.close(self._end)

    def ended(self) -> int:
        """Waits until it ends. Returns its status."""
        end = time.monotonic() + self._patience
        while self.process.poll() is None:
            # Whatever it still draws has to go somewhere.
            self._read()
            assert time.monotonic() < end, f"it does not end: {self.written[-2000:]}"
        return self.process.returncode

    def _read(self) -> bool:
        if self._is_closed:
            time.sleep(0.01)
            return False
        if not select.select([self._end], [], [], 0.1)[0]:
            return False
        try:
            self.written += os.read(self._end, 1 << 16).decode(errors="replace")
        except OSError:  # the program has ended
            return False
        return True
