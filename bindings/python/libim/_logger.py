"""The log of the C library, which is one for the process."""

from __future__ import annotations

import enum
from typing import Callable, Optional

from . import _runtime
from ._library import DESTROY, ON_LOG, lib
from .errors import Error, Status


class LogLevel(enum.IntEnum):
    """How much the log tells; each level has those before it too."""

    ERROR = 1  #: Something failed.
    WARN = 2  #: Something is wrong and was dealt with.
    INFO = 3  #: Milestones, such as a login.
    DEBUG = 4  #: For finding faults.
    TRACE = 5  #: Everything.


_callback: Optional[Callable[[int, str], object]] = None


def _on_log(_user_data: Optional[int], level: int, message: bytes, _length: int) -> None:
    callback = _callback
    if callback is not None:
        callback(level, message.decode("utf-8"))


_ON_LOG = ON_LOG(_on_log)
_switch_off = False


def set_logger(callback: Optional[Callable[[int, str], object]], max_level: int = LogLevel.INFO) -> None:
    """Has `callback` called with the level and the text of each line of the log; None switches the log off.

    It runs on whichever thread logs, so on several at once, and perhaps with locks of the library held: keep it short,
    and call nothing of libim inside it but this. Lines never hold messages' texts or secrets. For all clients of the
    process. Raises `Error` with INVALID_PARAMETERS when `max_level` is not 1 to 5. Any thread.
    """
    global _callback, _switch_off
    if callback is None:
        lib.im_set_logger(ON_LOG(), None, DESTROY(), LogLevel.ERROR)
        _callback = None
        return
    status = lib.im_set_logger(_ON_LOG, None, DESTROY(), max_level)
    if status != Status.OK:
        raise Error(status, f"the logger was refused: max_level is {max_level}")
    _callback = callback
    if not _switch_off:
        _switch_off = True
        _runtime.at_end(lambda: set_logger(None))
