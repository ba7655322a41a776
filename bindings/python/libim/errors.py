"""Why a call failed: the status codes and the one exception of libim."""

from __future__ import annotations

import enum
from typing import Optional

__all__ = ["Error", "Status"]


class Status(enum.IntEnum):
    """The status codes. A number never changes its meaning; later versions of the library may have others."""

    OK = 0  #: Success.
    INVALID_CONVERSATION = 6004  #: The conversation is not one that this call can work on.
    NOT_INITIALIZED = 6013  #: The client is closed.
    NOT_LOGGED_IN = 6014  #: The call needs the server and nobody is logged in.
    IN_PROGRESS = 6015  #: The same operation is already running.
    INVALID_PARAMETERS = 6017  #: A parameter is missing, unknown, of the wrong type or out of range.
    DATABASE_FAILED = 6019  #: The local database failed.
    IO_FAILED = 6022  #: Reading or writing a file failed (disk full, permission).
    INVALID_JSON = 6027  #: The request is not JSON.
    INVALID_USER_ID = 7003  #: The user id is not valid.
    CANCELLED = 7009  #: The client was closed while the call was running.
    INTERNAL_ERROR = 7012  #: A fault inside libim; please report it.
    NOT_SUPPORTED = 7013  #: This backend cannot do that.
    INVALID_GROUP_ID = 8501  #: The group id is not valid.
    DISCONNECTED = 9508  #: The server cannot be reached now.
    TIMEOUT = 9510  #: The server did not answer in time.
    NO_PERMISSION = 10007  #: The user may not do that.
    TOO_MANY_CONVERSATIONS = 51006  #: More than 100 conversations in one call.
    NO_SUCH_CONVERSATION_GROUP = 51009  #: No such conversation group.
    CONVERSATION_GROUP_NAME_TOO_LONG = 51011  #: The conversation-group name is longer than 32 bytes.
    ACCOUNT_IN_USE = 90001  #: Another client, here or in another process, has this account's cache open.
    CALLED_FROM_CALLBACK = 90002  #: Called from a callback, where it would deadlock.
    UNKNOWN_METHOD = 90003  #: There is no method of that name.
    REFUSED = 90004  #: The server refused the operation.


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
