"""The exception of libim, and its status codes."""

from __future__ import annotations

from typing import Optional

from ._status import Status

__all__ = ["Error", "Status"]


class Error(Exception):
    """A call failed. It changed nothing, except possibly on a server that became unreachable during the call."""

    code: int
    """The status code: a `Status` if this package knows it."""
    desc: str
    """One English sentence for developers, without the text of messages and without secrets."""

    def __init__(self, code: int, desc: str) -> None:
        """Creates an error from the status `code` and the sentence `desc`."""
        super().__init__(code, desc)
        self.code = code
        self.desc = desc
        try:
            self.code = Status(code)
        except ValueError:
            pass  # of a later version of the library

    @property
    def status(self) -> Optional[Status]:
        """The code as a `Status`; None if this package does not know it."""
        return self.code if isinstance(self.code, Status) else None

    def __str__(self) -> str:
        name = self.code.name if isinstance(self.code, Status) else "UNKNOWN"
        return f"{name} ({int(self.code)}): {self.desc}"
