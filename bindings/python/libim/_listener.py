"""Listeners: what hears the events of a client.

The C library gets one function for all listeners of the process and a number that says which of them is meant. So there
is no C callback that could be freed while it runs, and what a listener holds is let go when the library says that it
needs it no more.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
from typing import TYPE_CHECKING, Any, Callable, Dict, Tuple, Type

from . import events
from ._library import DESTROY, ON_EVENT, lib
from ._runtime import log
from ._wire import wire_name
from .errors import Error, Status
from .models import Conversation, Failure, Message, MessageReceipt

if TYPE_CHECKING:
    from ._client import Client


class Sink:
    """Where the events of one listener go. Both methods run on whichever thread the library chooses."""

    def hear(self, event: events.Event) -> None:
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
    """A listener that was added. It hears on until `close`, or until its client is closed, whether this object is kept
    or not; and this object keeps the client open. It can be used with `with`, which closes it at the end."""

    def __init__(self, client: Client, remove: Callable[[], None]) -> None:
        """Made by `Client.add_listener`."""
        self._client = client
        self._remove = remove

    def close(self) -> None:
        """Removes the listener. Any thread; a second time nothing happens.

        It waits until the listener is not running and will not run any more, so do not call it under a lock which the
        listener takes. Inside a callback of the client, also the listener's own, it returns at once.
        """
        self._remove()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Listener:
    """The base of listeners with a method for each event: override those that are wanted.

    They run on the client's dispatcher thread, one at a time, in the order of the changes. Inside them every method may
    be called except `Client.close` on the same client and the methods that wait for the server, which raise `Error`
    with `Status.CALLED_FROM_CALLBACK`. An exception that leaves one is logged to the logger `libim`.
    """

    def on_sync_server_start(self) -> None:
        """A sync with the server begins. Exactly one of the next two follows."""

    def on_sync_server_finish(self) -> None:
        """The sync is complete; what it changed was told before."""

    def on_sync_server_failed(self, failure: Failure) -> None:
        """The sync broke off; another one starts later."""

    def on_new_conversation(self, conversation_list: Tuple[Conversation, ...]) -> None:
        """Conversations that were never told before, or were deleted since."""

    def on_conversation_changed(self, conversation_list: Tuple[Conversation, ...]) -> None:
        """Conversations with a visible change, whole, with their new `orderkey`."""

    def on_conversation_deleted(self, conversation_id_list: Tuple[str, ...]) -> None:
        """Conversations that are gone."""

    def on_total_unread_message_count_changed(self, total_unread_count: int) -> None:
        """The new total of unread messages."""

    def on_recv_new_message(self, message: Message) -> None:
        """A message arrived."""

    def on_recv_message_modified(self, message: Message) -> None:
        """A message was modified."""

    def on_recv_message_revoked(self, msg_id: str) -> None:
        """A message was recalled."""

    def on_recv_c2c_read_receipt(self, receipt_list: Tuple[MessageReceipt, ...]) -> None:
        """A peer has read messages of ours."""

    def on_message_status_changed(self, message: Message) -> None:
        """A message of ours was sent (status 2) or refused (status 3)."""

    def on_messages_missed(self, conversation_id_list: Tuple[str, ...]) -> None:
        """Messages that were not told one by one: read the histories of these conversations."""

    def on_connecting(self) -> None:
        """The backend tries to reach the server."""

    def on_connect_success(self) -> None:
        """The server is reached and the user is known there."""

    def on_connect_failed(self, failure: Failure) -> None:
        """The server cannot be reached now; the backend goes on trying."""

    def on_kicked_offline(self) -> None:
        """Another device took the place of this session."""

    def on_user_sig_expired(self) -> None:
        """The credentials have expired."""


_KINDS_BY_NAME = {kind.name: kind for kind in events.BY_NUMBER.values()}
_KINDS_BY_HANDLER: Dict[str, Type[events.Event]] = {
    handler: _KINDS_BY_NAME[wire_name(handler)] for handler in vars(Listener) if handler.startswith("on_")
}


class CallbackSink(Sink):
    """Events for a function."""

    def __init__(self, callback: Callable[[Any], object]) -> None:
        """Each event goes to `callback`."""
        self._callback = callback

    def hear(self, event: events.Event) -> None:
        """Hands it on."""
        self._callback(event)


class ListenerSink(Sink):
    """Events for the methods of a `Listener`."""

    def __init__(self, listener: Listener) -> None:
        """Raises `Error` when the listener has overridden nothing."""
        self._handlers: Dict[Type[events.Event], Callable[..., None]] = {}
        for name, kind in _KINDS_BY_HANDLER.items():
            handler = getattr(listener, name)
            if getattr(handler, "__func__", None) is not vars(Listener)[name]:
                self._handlers[kind] = handler
        if not self._handlers:
            raise Error(Status.INVALID_PARAMETERS, "the listener has overridden no method")

    @property
    def mask(self) -> int:
        """The bits of the events that it wants."""
        return events.mask(self._handlers)

    def hear(self, event: events.Event) -> None:
        """Hands it on."""
        self._handlers[type(event)](*vars(event).values())
