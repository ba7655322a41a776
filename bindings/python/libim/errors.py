"""Why a call failed: the status codes and the one exception of libim."""

from __future__ import annotations

from typing import Optional

from ._status import Status

__all__ = ["Error", "Status"]


class Error(Exception):
    """A call that failed. It has changed nothing, except perhaps on a server that was lost while it worked."""

    code: int  #: The status code, a `Status` where this package knows it.
    desc: str  #: One English sentence for a developer. It never holds a message's text or a secret.

    def __init__(self, code: int, desc: str) -> None:
        """An error with the status `code` and the sentence `desc`."""
        super().__init__(code, desc)
        self.code = code
        self.desc = desc
        try:
            self.code = Status(code)
        except ValueError:
            pass  # of a later version of the library

    @property
    def status(self) -> Optional[Status]:
        """The code as a `Status`; None for one that this package does not know."""
        return self.code if isinstance(self.code, Status) else None

    def __str__(self) -> str:
        name = self.code.name if isinstance(self.code, Status) else "UNKNOWN"
        return f"{name} ({int(self.code)}): {self.desc}"
