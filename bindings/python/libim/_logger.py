"""The log of the C library, which is one for the process."""

from __future__ import annotations

import enum
from typing import Callable, Optional

from . import _runtime
from ._library import DESTROY, ON_LOG, lib
from .errors import Error, Status


class LogLevel(enum.IntEnum):
    """The levels of the log; each includes those before it."""

    ERROR = 1
    """Failures."""
    WARN = 2
    """Problems that were handled."""
    INFO = 3
    """Milestones, such as a login."""
    DEBUG = 4
    """Details for finding faults."""
    TRACE = 5
    """Everything."""


_callback: Optional[Callable[[int, str], object]] = None


def _on_log(_user_data: Optional[int], level: int, message: bytes, _length: int) -> None:
    callback = _callback
    if callback is not None:
        callback(level, message.decode("utf-8"))


_ON_LOG = ON_LOG(_on_log)
_switch_off = False


def set_logger(callback: Optional[Callable[[int, str], object]], max_level: int = LogLevel.INFO) -> None:
    """Sets the function that receives the level and the text of each line of the log; None switches the log off.

    There is one log for all clients of the process. `callback` runs on the thread that logs, possibly on several at
    once and while locks of the library are held: keep it short, and call nothing of libim in it except this function.
    Lines never contain the text of messages or secrets. Any thread.

    Raises:
        Error: `INVALID_PARAMETERS` (`max_level` is not 1 to 5).
        TypeError: `callback` cannot be called.
    """
    global _callback, _switch_off
    if not (callback is None or callable(callback)):
        raise TypeError(f"the logger {callback!r} cannot be called")
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
