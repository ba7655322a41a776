"""Streams of the C library: events that are taken when they are wanted.

As with listeners, the library gets one function for all streams of the process and a number that says which is meant.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Callable, Dict, Optional

from . import events
from ._library import DESTROY, ON_READY, lib
from ._runtime import log
from .errors import Error, Status

#: What wakes whoever waits for a stream, by number. It is called on whichever thread the library chooses.
_waiting: Dict[int, Callable[[], None]] = {}
_numbers = itertools.count(1)


def _wake(wake: Callable[[], None]) -> None:
    try:
        wake()
    except Exception:
        log.exception("a stream of libim failed")


def _on_ready(number: int) -> None:
    _wake(_waiting[number])


def _on_destroy(number: int) -> None:
    # Whoever waits looks, and finds the end.
    _wake(_waiting.pop(number))


# For the life of the process: the library may call them as long as a client is open.
_ON_READY = ON_READY(_on_ready)
_ON_DESTROY = DESTROY(_on_destroy)


class Ended(Exception):
    """No event will come any more."""


def open(client: int, mask: int, wake: Callable[[], None]) -> int:
    """Opens a stream of the client of a handle. Raises `Error` when the client is closed."""
    number = next(_numbers)
    _waiting[number] = wake
    stream = ctypes.c_uint64()
    status = lib.im_stream_open(client, mask, _ON_READY, number, _ON_DESTROY, ctypes.byref(stream))
    if status != Status.OK:
        del _waiting[number]
        raise Error(status, "the stream was refused: the client is closed")
    return stream.value


def take(stream: int) -> Optional[events.Event]:
    """The oldest event, or None when there is none now. Raises `Ended` when there is none any more."""
    event = ctypes.c_int32()
    payload = ctypes.c_char_p()
    if lib.im_stream_next(stream, ctypes.byref(event), ctypes.byref(payload)) != Status.OK:
        raise Ended
    text = payload.value
    lib.im_string_free(payload)
    return None if text is None else events.decode(event.value, text)


def close(stream: int) -> None:
    """Closes a stream; nothing happens when that is done."""
    lib.im_stream_close(stream)
