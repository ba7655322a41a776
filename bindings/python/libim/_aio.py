"""asyncio: calls that are awaited, and the stream of events.

The library answers on its dispatcher thread, where nothing of asyncio may be touched but `call_soon_threadsafe`. So an
answer, or an event, is decoded there and handed to the loop that asked. A loop that was closed meanwhile gets nothing,
and nothing is raised: there is nobody left who could be told.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import itertools
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncContextManager,
    AsyncIterator,
    Callable,
    Dict,
    Generic,
    Iterable,
    Mapping,
    NamedTuple,
    Optional,
    Set,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from . import _aio_view, _runtime, _stream
from ._call import Call
from ._library import ON_RESPONSE, lib
from ._walks import AsyncWalks
from ._wire import Decoder, answer, as_is, encode, encode_text, named_here
from .errors import Error, Status
from .events import Event, mask
from .models import ConversationFilter

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


class Async(AsyncWalks):
    """The methods of a client, to be awaited in a running event loop: `await client.aio.login()`.

    Cancelling the wait does not cancel the call: the library carries it out, and its answer is dropped.
    """

    def __init__(self, client: Client) -> None:
        """Called by `Client.aio`."""
        self._client = client

    async def call(self, name: str, request: Union[str, Mapping[str, Any], None] = None) -> Any:
        """Calls a method by its V2TIM name; see `Client.call`."""
        return await self._ask(name, {} if request is None else request, as_is)

    def conversation_view(
        self, filter: Optional[ConversationFilter] = None, limit: int = 100, *, search: Optional[str] = None
    ) -> AsyncContextManager[_aio_view.AsyncListView]:
        """A view of the list that follows, for `async with`: the first `limit` conversations, or those of a filter and a search.

        What `as` gives is a sequence of them, and an asynchronous iterator of their changes. The view is closed at the end of
        the scope. Raises `Error` as `Client.conversation_view` does.
        """
        return _aio_view.opened(self._client, filter, search, limit)

    async def close(self) -> None:
        """Closes the client on another thread, so that the event loop is not blocked; see `Client.close`."""
        await asyncio.get_running_loop().run_in_executor(None, self._client.close)

    async def _perform(self, call: Call[T]) -> T:
        with named_here():
            answer = await self._ask(call.name, call.request, call.decode)
        return answer if call.next is None else await self._perform(call.next(answer))

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


class _Bell:
    """What the dispatcher thread and the event loop share: whether it may be worth looking for an event.

    It does not know the `Events` that hears it, so that one that is forgotten can be collected.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.rung = asyncio.Event()

    def ring(self) -> None:
        _soon(self._loop, self.rung.set)


class Events(AsyncIterator[E], Generic[E]):
    """The events of a client as an asynchronous iterator, which ends when the client is closed.

    It receives events from its creation on. Those that were not taken yet are merged, so that a slow consumer gets no
    backlog: of each conversation it gets the newest state, and of message events the newest few thousand, with one
    `MessagesMissed` for the others. An iterator that is closed or no longer referenced receives no more.
    """

    def __init__(self, client: Client, kinds: Tuple[Type[E], ...]) -> None:
        """Called by `Client.events`."""
        self._client = client  # An iterator that is waited on keeps its client open.
        self._bell = _Bell()
        self._stream = _stream.open(client.handle, mask(kinds), self._bell.ring)
        weakref.finalize(self, _runtime.later, functools.partial(_stream.close, self._stream))

    def __aiter__(self) -> Events[E]:
        return self

    async def __anext__(self) -> E:
        while True:
            self._bell.rung.clear()  # before the look, so that no ring is missed
            try:
                event = _stream.take(self._stream)
            except _stream.Ended:
                raise StopAsyncIteration from None
            if event is not None:
                return event  # type: ignore[return-value] # the mask lets no other kind pass
            await self._bell.rung.wait()

    async def aclose(self) -> None:
        """Stops receiving, and drops what was not taken. Calling this again does nothing."""
        _stream.close(self._stream)

    async def __aenter__(self) -> Events[E]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


# Listeners that are coroutines.

#: The event loop refers to its tasks weakly.
_listening: Set[asyncio.Task[None]] = set()


def listen(client: Client, kinds: Iterable[Type[Event]], hear: Callable[[Any], object]) -> Callable[[], None]:
    """Has a coroutine function called with events in the running loop, one after the other. Gives what ends that."""
    events: Events[Event] = Events(client, tuple(kinds))
    task = asyncio.get_running_loop().create_task(_tell(events, hear))
    _listening.add(task)
    task.add_done_callback(_listening.discard)
    return functools.partial(_stream.close, events._stream)


async def _tell(events: Events[Event], hear: Callable[[Any], object]) -> None:
    while True:
        try:
            event = await events.__anext__()
        except StopAsyncIteration:
            return
        except Error:
            _runtime.log.exception("an event of libim cannot be read")
            continue
        try:
            outcome = hear(event)
            if inspect.isawaitable(outcome):
                await outcome
        except Exception:
            _runtime.log.exception("a listener of libim failed")
