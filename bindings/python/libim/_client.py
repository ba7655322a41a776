"""A client: one account."""

from __future__ import annotations

import ctypes
import functools
import weakref
from concurrent.futures import Future
from typing import Any, Callable, Mapping, Optional, Type, TypeVar, Union, overload

from . import _beside, _listener, _readers, _runtime
from ._aio import Async, Events, listen
from ._call import Call
from ._handlers import Listener
from ._library import lib
from ._list_view import ListView
from ._listener import CallbackSink, ListenerSink, Subscription, is_async
from ._walks import Walks
from ._wire import Decoder, answer, as_is, encode, encode_text, named_here
from .config import Config
from .errors import Status
from .events import Event, mask
from .models import Conversation, ConversationFilter, Message, Opened

T = TypeVar("T")
E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)


class Client(Walks):
    """An open account with its local cache: opened with `Client.open`, closed with `close`, `with` or `async with`.

    Any thread may call, even while another one closes the client. Methods block until they have their answers, while
    other Python threads run; `aio` has the same methods for asyncio. After `close`, every call raises `Error` with
    `Status.NOT_INITIALIZED`. A client that is garbage-collected is closed shortly afterwards by another thread, and
    clients still open when the interpreter ends are closed then. A listener that refers to its client keeps it alive.
    """

    def __init__(self, handle: int, opened: Opened) -> None:
        """Called by `Client.open`."""
        self._handle = handle
        self._opened = opened
        weakref.finalize(self, _runtime.later, functools.partial(_runtime.close, handle))

    @classmethod
    def open(cls, config: Union[Config, Mapping[str, Any]]) -> Client:
        """Opens an account. This needs neither a network nor a login; `login` starts the sync.

        `config` is a `Config`, or a mapping with the keys of the JSON object that `im_client_open` takes. Any thread,
        also within callbacks.

        Raises:
            Error: `ACCOUNT_IN_USE` (another client, in this or another process, has the account open in this `data_dir`),
                `INVALID_PARAMETERS` or `INVALID_USER_ID` (the config is not valid), `DATABASE_FAILED`, `IO_FAILED`.
        """
        if isinstance(config, Config):
            with named_here():
                return cls.open(config.to_wire())
        handle = ctypes.c_uint64()
        response = ctypes.c_char_p()
        text = encode(config)
        status = lib.im_client_open(text, ctypes.byref(handle), ctypes.byref(response))
        opened = _take(status, response, _readers.opened)
        _runtime.opened(handle.value)
        return cls(handle.value, opened)

    def close(self) -> None:
        """Closes the client. Does nothing if it is closed already, or while another thread closes it.

        Other threads' calls that wait for the server end with `CANCELLED`, a running callback is waited for, awaited
        calls get their answers, and streams of events end. No callback runs afterwards. Unsent messages and changes are
        sent after the next login. Do not call this while holding a lock that a listener takes.

        Raises:
            Error: `CALLED_FROM_CALLBACK` (within a callback of the same client, which then stays open).
        """
        _runtime.close(self._handle)

    @property
    def handle(self) -> int:
        """The client's handle in the C library. Only this object may close it."""
        return self._handle

    @property
    def opened(self) -> Opened:
        """The result of opening the account."""
        return self._opened

    @property
    def aio(self) -> Async:
        """The same methods for asyncio: `await client.aio.login()`."""
        return Async(self)

    def call(self, name: str, request: Union[str, Mapping[str, Any], None] = None) -> Any:
        """Calls a method by its V2TIM name and returns its data as JSON values.

        `request` is a mapping with V2TIM's keys, or JSON text. This is for methods that this package does not have, and
        for apps that prefer JSON. Raises `Error` as every method does.
        """
        return self._ask(name, {} if request is None else request, as_is)

    def for_each_conversation(self, visit: Callable[[Conversation], object]) -> Future[None]:
        """Walks the whole list from its top and calls `visit` with each conversation on the client's callback thread.

        This is how to read the list beside a listener: add the listener first, then walk. Each page is read at its place
        among the events, so its conversations are never older than what the listener heard before, and what is newer
        comes after.

        The walk ends when `visit` returns False or the future is cancelled. The future has no result; it fails with what
        `visit` raises, which is logged too, and with `CANCELLED` when the client is closed. Do not wait for it within a
        listener. Any thread.
        """
        return _beside.conversations(self, visit)

    def for_each_message(self, conversation_id: str, visit: Callable[[Message], object]) -> Future[None]:
        """Walks the stored messages of a conversation, the newest first, as `for_each_conversation` walks the list."""
        return _beside.messages(self, conversation_id, visit)

    def conversation_view(
        self, filter: Optional[ConversationFilter] = None, limit: int = 100, *, search: Optional[str] = None
    ) -> ListView:
        """Opens a view of the list that follows: the first `limit` conversations, or the first that a filter and a search find.

        `with client.conversation_view() as view` gives a sequence of them, and `view.changes()` and `view.poll()` bring it up
        to date. For asyncio see `Async.conversation_view`.

        Raises:
            Error: `NOT_INITIALIZED` (the client is closed), `INVALID_PARAMETERS` (`limit` is below 1, a condition of `filter` is
                not valid, or `search` is empty or too long), `NOT_SUPPORTED` (`search`, and the config says `search` false).
        """
        return ListView(self, filter, search, limit)

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
        """Adds a listener: a `Listener`, or a function that is called with events, all of them or those of the `kinds`.

        It receives events from now on, one at a time, on the client's dispatcher thread; it may run before this method
        returns. The rules in the documentation of `Listener` apply to functions too. Any thread, also within callbacks.

        An `async def` function, or a `Listener` with methods of that kind, runs in the event loop in which this is called:
        each event is awaited before the next, and those that wait are merged as in `events`.

        Raises:
            Error: `NOT_INITIALIZED` (the client is closed), `INVALID_PARAMETERS` (a `Listener` that overrides nothing,
                or has a method whose name is almost that of an event).
            TypeError: `listener` is neither a `Listener` nor callable, or one of the `kinds` is no class of an event.
        """
        if isinstance(listener, Listener):
            methods = ListenerSink(listener)
            if methods.is_async:
                return Subscription(self, listen(self, methods.kinds, methods.hear))
            return Subscription(self, _listener.add(self._handle, methods.mask, methods))
        if not callable(listener):
            raise TypeError(f"the listener {listener!r} is neither a Listener nor callable")
        if is_async(listener):
            return Subscription(self, listen(self, kinds, listener))
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
        """Returns an asynchronous iterator of events, all of them or those of the `kinds`.

        `async for event in client.events()` receives events from the call of `events` on. Call it in a running event
        loop.

        Raises:
            Error: `NOT_INITIALIZED` (the client is closed).
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
        with named_here():
            answer = self._ask(call.name, call.request, call.decode)
        return answer if call.next is None else self._perform(call.next(answer))

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
