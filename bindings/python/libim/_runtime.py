"""The ends of things: what the garbage collector finds, and the end of the interpreter.

Closing a client and removing a listener wait for a callback that is running. That is right where a program asks for
it, and wrong where the garbage collector does: it runs on any thread at any moment, perhaps under a lock which that
callback wants, perhaps inside the callback. So what it finds goes to a thread, `libim-closer`, one for the process.

No callback may come into an interpreter that is ending. So when it ends, every client that is open is closed, which
waits for its callbacks; the log is switched off; and no client can be opened any more.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
from typing import Callable, Dict, List, Optional

from ._library import lib
from .errors import Error, Status

log = logging.getLogger("libim")

_changed = threading.Condition()
#: The clients that are not closed, by handle, and how many threads are at closing each. Guarded by `_changed`.
_open: Dict[int, int] = {}
_is_over = False

_later: queue.SimpleQueue[Optional[Callable[[], object]]] = queue.SimpleQueue()
_closer: Optional[threading.Thread] = None
_at_end: List[Callable[[], object]] = []


def opened(handle: int) -> None:
    """Takes note of a client. Raises `RuntimeError`, and closes it, when the interpreter is ending."""
    global _closer
    with _changed:
        if not _is_over:
            _open[handle] = 0
            if _closer is None:
                _closer = threading.Thread(target=_close_later, name="libim-closer", daemon=True)
                _closer.start()
            return
    lib.im_client_close(handle)
    raise RuntimeError("no client can be opened while the interpreter ends")


def close(handle: int) -> None:
    """Closes a client, unless that is done or another thread is at it. Raises `Error` inside a callback of its own."""
    with _changed:
        if handle not in _open:
            return
        _open[handle] += 1
    status = lib.im_client_close(handle)
    with _changed:
        if status == Status.OK:
            del _open[handle]
        elif handle in _open:
            _open[handle] -= 1
        _changed.notify_all()
    if status not in (Status.OK, Status.NOT_INITIALIZED):
        raise Error(status, "a client cannot be closed inside a callback of its own")


def later(end: Callable[[], object]) -> None:
    """Has `end` called on the thread for it. For finalizers: it may be called at any moment, and does not wait."""
    _later.put(end)


def at_end(end: Callable[[], object]) -> None:
    """Has `end` called when the interpreter ends, after the clients are closed."""
    _at_end.append(end)


def _close_later() -> None:
    for end in iter(_later.get, None):
        try:
            end()
        except Exception:
            log.exception("an end in libim failed")


@atexit.register
def _finish() -> None:
    global _is_over
    with _changed:
        _is_over = True
        rest = tuple(_open)
    for handle in rest:
        close(handle)
    with _changed:
        # Other threads may be closing some, and then their callbacks have not ended yet.
        _changed.wait_for(lambda: not any(_open.values()))
    for end in _at_end:
        end()
    _later.put(None)
    if _closer is not None:
        _closer.join()


def _forget() -> None:
    """In the child of a fork the library's threads are gone: there is nothing to close, and nothing to wait for."""
    global _changed, _closer, _later
    _changed = threading.Condition()
    _open.clear()
    _at_end.clear()
    _closer = None
    _later = queue.SimpleQueue()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
