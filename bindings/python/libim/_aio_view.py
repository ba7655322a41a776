"""Views of the list for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, AsyncIterator, Callable, Optional

from . import _runtime, _stream
from ._list_view import Following, closed
from .models import ConversationFilter, ConversationViewChange, ConversationViewExtent

if TYPE_CHECKING:
    from ._client import Client


class AsyncListView(Following, AsyncIterator[ConversationViewChange]):
    """A view of the list in a scope: its rows, and an asynchronous iterator of what changes them.

        async with client.aio.conversation_view(limit=50) as view:
            show(view)
            async for change in view:
                show(view, change.diffs)

    It is a sequence of its rows, which change when the iterator gives a change, and at no other moment. The iterator ends
    when the client is closed, or the scope is left.
    """

    def __init__(
        self,
        client: Client,
        filter: Optional[ConversationFilter],
        search: Optional[str],
        limit: int,
        rung: asyncio.Event,
        ring: Callable[[], None],
    ) -> None:
        """Called by `Client.aio.conversation_view`."""
        super().__init__(client, filter, search, limit, ring)
        self._rung = rung

    def __aiter__(self) -> AsyncListView:
        return self

    async def __anext__(self) -> ConversationViewChange:
        while True:
            self._rung.clear()  # before the look, so that no ring is missed
            try:
                change = self._next()
            except _stream.Ended:
                raise StopAsyncIteration from None
            if change is not None:
                return change
            await self._rung.wait()

    async def until(self, condition: Callable[[AsyncListView], object]) -> None:
        """Waits until the rows are as wanted: takes changes, as the iterator does, and asks `condition` after each.

            await view.until(lambda rows: any(row.conversation_id == "c2c_bob" for row in rows))

        It takes none where the rows are so already. `asyncio.wait_for` limits the wait.

        Raises:
            Error: `NOT_INITIALIZED` (the client or the view was closed before).
        """
        while not condition(self):
            try:
                await self.__anext__()
            except StopAsyncIteration:
                raise closed() from None

    async def grow(self, count: int) -> ConversationViewExtent:
        """Lets the view show more rows. They come as a change."""
        return await self._client.aio.grow_conversation_view(self.view_id, count)

    async def set_filter(self, filter: Optional[ConversationFilter] = None) -> ConversationViewExtent:
        """Gives the view another filter, or none; it searches as before. The rows change with the next changes."""
        extent = await self._client.aio.set_conversation_view(self.view_id, filter=filter, search=self._search)
        self._filter = filter
        return extent

    async def set_search(self, search: Optional[str] = None) -> ConversationViewExtent:
        """Searches names and ids for another text, or for none; the filter stays. The rows change with the next changes."""
        extent = await self._client.aio.set_conversation_view(self.view_id, filter=self._filter, search=search)
        self._search = search
        return extent


class _Opening:
    """A view that another thread opens, for a task that may be cancelled meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._view: Optional[AsyncListView] = None
        self._is_wanted = True

    def open(self, make: Callable[[], AsyncListView]) -> AsyncListView:
        view = make()
        with self._lock:
            self._view = view
            is_wanted = self._is_wanted
        if not is_wanted:
            view._end()
        return view

    def give_up(self) -> None:
        with self._lock:
            self._is_wanted = False
            view = self._view
        if view is not None:
            _runtime.later(view._end)


@contextlib.asynccontextmanager
async def opened(
    client: Client, filter: Optional[ConversationFilter], search: Optional[str], limit: int
) -> AsyncIterator[AsyncListView]:
    """Opens a view on another thread, so that the event loop is not blocked, and closes it at the end of the scope."""
    loop = asyncio.get_running_loop()
    rung = asyncio.Event()

    def ring() -> None:
        # A loop that is closed needs to hear nothing.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(rung.set)

    opening = _Opening()
    try:
        view = await loop.run_in_executor(
            None, opening.open, lambda: AsyncListView(client, filter, search, limit, rung, ring)
        )
    except asyncio.CancelledError:
        opening.give_up()
        raise
    try:
        yield view
    finally:
        # Carried out also where the wait for it is cancelled.
        await loop.run_in_executor(None, view._end)
