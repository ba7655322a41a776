"""A client: one account."""

from __future__ import annotations

import ctypes
import functools
import weakref
from typing import Any, Callable, Mapping, Optional, Type, TypeVar, Union, overload

from . import _listener, _readers, _runtime
from ._aio import Async, Events
from ._call import Blocking, Call
from ._handlers import Listener
from ._library import lib
from ._listener import CallbackSink, ListenerSink, Subscription
from ._methods import Methods
from ._wire import Decoder, answer, as_is, encode, encode_text
from .config import Config
from .errors import Status
from .events import Event, mask
from .models import Opened

T = TypeVar("T")
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)


class Client(Methods, Blocking):
    """An open account with its local cache: opened with `Client.open`, closed with `close`, `with` or `async with`.

    Any thread may call, also while another one closes. The methods wait for their answers and let other Python threads
    run meanwhile; `aio` has the same methods to be awaited. After `close` every call raises `Error` with
    `Status.NOT_INITIALIZED`. A client that is collected as garbage is closed soon after, by another thread; those that
    are open when the interpreter ends are closed then. A listener that refers to its client keeps it alive.
    """

    def __init__(self, handle: int, opened: Opened) -> None:
        """Made by `Client.open`."""
        self._handle = handle
        self._opened = opened
        weakref.finalize(self, _runtime.later, functools.partial(_runtime.close, handle))

    @classmethod
    def open(cls, config: Union[Config, Mapping[str, Any]]) -> Client:
        """Opens an account, without a network and without a login, which starts the sync.

        `config` is a `Config`, or the JSON object that `im_client_open` takes as a mapping. Raises `Error` with
        ACCOUNT_IN_USE when another client, here or in another process, has the account open, INVALID_PARAMETERS or
        INVALID_USER_ID for a bad config, DATABASE_FAILED and IO_FAILED. Any thread, also inside callbacks.
        """
        handle = ctypes.c_uint64()
        response = ctypes.c_char_p()
        text = encode(config.to_wire() if isinstance(config, Config) else config)
        status = lib.im_client_open(text, ctypes.byref(handle), ctypes.byref(response))
        opened = _take(status, response, _readers.opened)
        _runtime.opened(handle.value)
        return cls(handle.value, opened)

    def close(self) -> None:
        """Closes the client. A second time, or while another thread closes it, nothing happens.

        Calls of other threads that wait for the server end with CANCELLED, the callback that is running is waited for,
        awaited calls get their answers, streams of events end. Then no callback runs any more. What waits to be sent
        is sent after the next login. Do not close under a lock which a listener takes.

        Raises `Error` with CALLED_FROM_CALLBACK inside a callback of the same client, which stays open then.
        """
        _runtime.close(self._handle)

    @property
    def handle(self) -> int:
        """The number of the client in the C library. It stays this object's to close."""
        return self._handle

    @property
    def opened(self) -> Opened:
        """What opening it found."""
        return self._opened

    @property
    def aio(self) -> Async:
        """The same methods, to be awaited: `await client.aio.login()`."""
        return Async(self)

    def call(self, name: str, request: Union[str, Mapping[str, Any], None] = None) -> Any:
        """Calls a method by its V2TIM name and gives its data as it is in JSON.

        `request` is a mapping with V2TIM's keys, or JSON text. For what this package has no method for, and for apps
        that want JSON. Raises `Error` as every method does.
        """
        return self._ask(name, {} if request is None else request, as_is)

    @overload
    def add_listener(self, listener: Listener) -> Subscription: ...

    @overload
    def add_listener(self, listener: Callable[[E1], object], kind: Type[E1], /) -> Subscription: ...

    @overload
    def add_listener(
        self, listener: Callable[[Union[E1, E2]], object], kind: Type[E1], kind2: Type[E2], /
    ) -> Subscription: ...

    @overload
    def add_listener(
        self, listener: Callable[[Union[E1, E2, E3]], object], kind: Type[E1], kind2: Type[E2], kind3: Type[E3], /
    ) -> Subscription: ...

    @overload
    def add_listener(self, listener: Callable[[Event], object], *kinds: Type[Event]) -> Subscription: ...

    def add_listener(self, listener: Union[Listener, Callable[..., object]], *kinds: Type[Event]) -> Subscription:
        """Adds a listener: a `Listener`, or a function that gets events, all or those of the `kinds`.

        It hears what changes from now on, on the client's dispatcher thread, one event at a time; it may run before
        this returns. What is said at `Listener` holds for functions too. Raises `Error` with NOT_INITIALIZED when the
        client is closed. Any thread, also inside callbacks.
        """
        if isinstance(listener, Listener):
            methods = ListenerSink(listener)
            return Subscription(self, _listener.add(self._handle, methods.mask, methods))
        return Subscription(self, _listener.add(self._handle, mask(kinds), CallbackSink(listener)))

    @overload
    def events(self, kind: Type[E1], /) -> Events[E1]: ...

    @overload
    def events(self, kind: Type[E1], kind2: Type[E2], /) -> Events[Union[E1, E2]]: ...

    @overload
    def events(self, kind: Type[E1], kind2: Type[E2], kind3: Type[E3], /) -> Events[Union[E1, E2, E3]]: ...

    @overload
    def events(self, *kinds: Type[Event]) -> Events[Event]: ...

    def events(self, *kinds: Type[Event]) -> Events[Any]:
        """The events, all or those of the `kinds`, as an asynchronous iterator: `async for event in client.events()`.

        It hears what changes from now on. Only in a running event loop. Raises `Error` with NOT_INITIALIZED when the
        client is closed.
        """
        return Events(self, kinds)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aio.close()

    def __repr__(self) -> str:
        return f"<libim.Client {self._handle} of {self._opened.user_id!r}>"

    def _perform(self, call: Call[T]) -> T:
        return self._ask(call.name, call.request, call.decode)

    def _ask(self, name: str, request: Union[str, Mapping[str, Any]], decode: Decoder[T]) -> T:
        response = ctypes.c_char_p()
        method, text = encode_text(name, "the method's name", Status.UNKNOWN_METHOD), encode(request)
        status = lib.im_call(self._handle, method, text, ctypes.byref(response))
        return _take(status, response, decode)


def _take(status: int, response: ctypes.c_char_p, decode: Decoder[T]) -> T:
    """Copies a response, gives it back to the library, and reads it."""
    copy: Optional[bytes] = response.value
    lib.im_string_free(response)
    return answer(status, copy, decode)
