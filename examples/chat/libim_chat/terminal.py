"""The terminal, which may go away at any moment: then the app still ends in order."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any, Optional, Type

if TYPE_CHECKING:
    from textual.driver import Driver


class _Lasting:
    """A terminal to write to, also when it is gone: then nothing is written. An error would end the thread that writes, and
    then nobody takes what the app draws, which waits for ever."""

    def __init__(self, file: IO[str]) -> None:
        self._file: Optional[IO[str]] = file
        self._number = file.fileno()

    def write(self, text: str) -> None:
        """Writes."""
        self._do(lambda file: file.write(text))

    def flush(self) -> None:
        """Writes what is left."""
        self._do(lambda file: file.flush())

    def fileno(self) -> int:
        """Its number."""
        return self._number

    def _do(self, what: Any) -> None:
        if self._file is not None:
            try:
                what(self._file)
            except OSError:
                self._file = None


def driver() -> Optional[Type[Driver]]:
    """What draws on the terminal; None for the usual one."""
    if sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class Lasting(LinuxDriver):
        """One that the end of the terminal does not hold up."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._file: Any = _Lasting(self._file)

        def _sigcont_application(self, *_: Any) -> None:
            # The system goes on with a process whose terminal it has taken away: there is nothing to begin again then.
            if os.isatty(self.fileno):
                super()._sigcont_application()

    return Lasting
