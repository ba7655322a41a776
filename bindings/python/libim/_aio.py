"""asyncio: calls that are awaited, and the stream of events.

The library answers on its dispatcher thread, where nothing of asyncio may be touched but `call_soon_threadsafe`. So an
answer, or an event, is decoded there and handed to the loop that asked. A loop that was closed meanwhile gets nothing,
and nothing is raised: there is nobody left who could be told.
"""

from __future__ import annotations

import asyncio
import itertools
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Callable,
    Dict,
    Generic,
    Mapping,
    NamedTuple,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from . import _listener, _runtime
from ._call import Awaiting, Call
from ._library import ON_RESPONSE, lib
from ._methods import Methods
from ._wire import Decoder, answer, as_is, encode, encode_text
from .errors import Error, Status
from .events import Event, mask

if TYPE_CHECKING:
    from ._client import Client

T = TypeVar("T")
E = TypeVar("E", bound=Event)


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: Any) -> None:
    try:
        loop.call_soon_threadsafe(function, *arguments)
    except RuntimeError:
        pass  # The loop is closed.


# Calls.


class _Asked(NamedTuple):
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    decode: Decoder[Any]


_asked: Dict[int, _Asked] = {}
_numbers = itertools.count(1)


def _on_response(number: int, status: int, response: bytes, _length: int) -> None:
    asked = _asked.pop(number)
    try:
        _soon(asked.loop, _settle, asked.future, answer(status, response, asked.decode), None)
    except Exception as error:
        _soon(asked.loop, _settle, asked.future, None, error)


def _settle(future: asyncio.Future[Any], data: Any, error: Union[Exception, None]) -> None:
    if future.done():
        return  # Nobody waits any more.
    if error is None:
        future.set_result(data)
    else:
        future.set_exception(error)


# For the life of the process: the library may call it as long as a client is open.
_ON_RESPONSE = ON_RESPONSE(_on_response)


class Async(Methods, Awaiting):
    """The methods of a client, to be awaited in a running event loop: `await client.aio.login()`.

    Cancelling the wait does not cancel the call: the library carries it out, and its answer is dropped.
    """

    def __init__(self, client: Client) -> None:
        """Called by `Client.aio`."""
        self._client = client

    async def call(self, name: str, request: Union[str, Mapping[str, Any], None] = None) -> Any:
        """Calls a method by its V2TIM name; see `Client.call`."""
        return await self._ask(name, {} if request is None else request, as_is)

    async def close(self) -> None:
        """Closes the client on another thread, so that the event loop is not blocked; see `Client.close`."""
        await asyncio.get_running_loop().run_in_executor(None, self._client.close)

    async def _perform(self, call: Call[T]) -> T:
        return await self._ask(call.name, call.request, call.decode)

    async def _ask(self, name: str, request: Union[str, Mapping[str, Any]], decode: Decoder[T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        method, text = encode_text(name, "the method's name", Status.UNKNOWN_METHOD), encode(request)
        number = next(_numbers)
        _asked[number] = _Asked(loop, future, decode)
        status = lib.im_call_async(self._client.handle, method, text, _ON_RESPONSE, number)
        if status != Status.OK:
            del _asked[number]
            raise Error(status, f"{name} was not begun")
        return await future


# Events.


class _Mailbox(_listener.Sink):
    """What the dispatcher thread and the event loop share.

    It does not know the `Events` that reads it, so that one that is forgotten can be collected.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[Union[Event, None]] = asyncio.Queue()

    def hear(self, event: Event) -> None:
        _soon(self._loop, self.queue.put_nowait, event)

    def end(self) -> None:
        _soon(self._loop, self.queue.put_nowait, None)


class Events(AsyncIterator[E], Generic[E]):
    """The events of a client as an asynchronous iterator, which ends when the client is closed.

    It receives events from its creation on. Events that the app has not taken yet are kept in memory, so take them as
    they come, or request only the kinds you need. An iterator that is closed or no longer referenced receives no more.
    """

    def __init__(self, client: Client, kinds: Tuple[Type[E], ...]) -> None:
        """Called by `Client.events`."""
        self._client = client  # An iterator that is waited on keeps its client open.
        self._mailbox = _Mailbox()
        self._remove = _listener.add(client.handle, mask(kinds), self._mailbox)
        weakref.finalize(self, _runtime.later, self._remove)

    def __aiter__(self) -> Events[E]:
        return self

    async def __anext__(self) -> E:
        event = await self._mailbox.queue.get()
        if event is None:
            self._mailbox.queue.put_nowait(None)  # It stays at its end.
            raise StopAsyncIteration
        return event  # type: ignore[return-value] # the mask lets no other kind pass

    async def aclose(self) -> None:
        """Stops receiving. Events received before can still be taken. Calling this again does nothing."""
        self._remove()

    async def __aenter__(self) -> Events[E]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
