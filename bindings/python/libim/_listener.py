"""Listeners: what hears the events of a client.

The C library gets one function for all listeners of the process and a number that says which of them is meant. So there
is no C callback that could be freed while it runs, and what a listener holds is let go when the library says that it
needs it no more.
"""

from __future__ import annotations

import ctypes
import difflib
import functools
import inspect
import itertools
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple, Type

from . import events
from ._handlers import KINDS, Listener
from ._library import DESTROY, ON_EVENT, lib
from ._runtime import log
from ._wire import name_of
from .errors import Error, Status

if TYPE_CHECKING:
    from ._client import Client


class Sink:
    """Where the events of one listener go. Both methods run on whichever thread the library chooses."""

    def hear(self, event: events.Event) -> object:
        """Takes an event. On the client's dispatcher thread."""
        raise NotImplementedError

    def end(self) -> None:
        """No event will come any more."""


_sinks: Dict[int, Sink] = {}
_numbers = itertools.count(1)


def _on_event(number: int, event: int, payload: bytes, _length: int) -> None:
    try:
        _sinks[number].hear(events.decode(event, payload))
    except Exception:
        log.exception("a listener of libim failed")


def _on_destroy(number: int) -> None:
    try:
        _sinks.pop(number).end()
    except Exception:
        log.exception("a listener of libim failed at its end")


# For the life of the process: the library may call them as long as a client is open.
_ON_EVENT = ON_EVENT(_on_event)
_ON_DESTROY = DESTROY(_on_destroy)


def add(client: int, mask: int, sink: Sink) -> Callable[[], None]:
    """Adds a listener to the client of a handle. Gives what removes it, and waits for it, when it is not gone already.

    Raises `Error` when the client is closed.
    """
    number = next(_numbers)
    _sinks[number] = sink
    listener = ctypes.c_uint64()
    status = lib.im_listener_add(client, mask, _ON_EVENT, number, _ON_DESTROY, ctypes.byref(listener))
    if status != Status.OK:
        del _sinks[number]
        raise Error(status, "the listener was refused: the client is closed")
    return functools.partial(_remove, client, listener.value, number)


def _remove(client: int, listener: int, number: int) -> None:
    if number in _sinks:
        lib.im_listener_remove(client, listener)


class Subscription:
    """A listener that was added.

    The listener receives events until `close`, or until its client is closed, whether or not this object is kept. This
    object keeps the client open. As a context manager it removes the listener at the end of the `with` block.
    """

    def __init__(self, client: Client, remove: Callable[[], None]) -> None:
        """Called by `Client.add_listener`."""
        self._client = client
        self._remove = remove

    def close(self) -> None:
        """Removes the listener. Any thread; calling this again does nothing.

        This waits until the listener is not running and will not run again, so do not call it while holding a lock that
        the listener takes. Within a callback of the client, including the listener's own, it returns at once. An
        `async def` listener is not waited for: it ends the event that it is at.
        """
        self._remove()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_async(listener: Callable[..., object]) -> bool:
    """Whether a function, or an object that can be called, is a coroutine function."""
    return inspect.iscoroutinefunction(listener) or inspect.iscoroutinefunction(
        getattr(listener, "__call__", None)  # noqa: B004 - what it is, not whether it is
    )


class CallbackSink(Sink):
    """Events for a function."""

    def __init__(self, callback: Callable[[Any], object]) -> None:
        """Each event goes to `callback`."""
        self._callback = callback

    def hear(self, event: events.Event) -> None:
        """Hands it on."""
        self._callback(event)


def _meant(name: str) -> Optional[str]:
    """The method of an event that an attribute was meant to be, which has another name; None when it is none."""
    here = name_of(name) if name.startswith("on") else ""  # V2TIM's name is a likely mistake
    if name in KINDS or not here.startswith("on_"):
        return None
    return next(iter(difflib.get_close_matches(here, KINDS, 1, 0.8)), None)


class ListenerSink(Sink):
    """Events for the methods of a `Listener`."""

    def __init__(self, listener: Listener) -> None:
        """Raises `Error` when the listener has overridden nothing, or has misspelt the name of an event."""
        for name in dir(listener):
            meant = _meant(name)
            if meant is not None:
                desc = f"the listener has {name}, which is no event's method; {meant} is"
                raise Error(Status.INVALID_PARAMETERS, desc)
        self._handlers: Dict[Type[events.Event], Callable[..., object]] = {}
        for name, kind in KINDS.items():
            handler = getattr(listener, name)
            if getattr(handler, "__func__", None) is not vars(Listener)[name]:
                self._handlers[kind] = handler
        if not self._handlers:
            raise Error(Status.INVALID_PARAMETERS, "the listener has overridden no method")

    @property
    def kinds(self) -> Tuple[Type[events.Event], ...]:
        """The events that it wants."""
        return tuple(self._handlers)

    @property
    def is_async(self) -> bool:
        """Whether some of its methods are coroutine functions."""
        return any(map(is_async, self._handlers.values()))

    @property
    def mask(self) -> int:
        """The bits of the events that it wants."""
        return events.mask(self._handlers)

    def hear(self, event: events.Event) -> object:
        """Hands it on. Gives what its method gives, which a coroutine function wants awaited."""
        return self._handlers[type(event)](*vars(event).values())
