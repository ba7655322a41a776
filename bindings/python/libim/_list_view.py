"""Views of the list that follow by themselves, for blocking code and for asyncio."""

from __future__ import annotations

import ctypes
import functools
import threading
import time
import weakref
from typing import TYPE_CHECKING, Callable, Iterator, Optional

from . import _runtime, _stream
from ._library import lib
from ._list_model import ListModel
from ._wire import encode
from .errors import Error, Status
from .events import ConversationViewChanged, mask
from .models import ConversationFilter, ConversationViewChange, ConversationViewExtent

if TYPE_CHECKING:
    from ._client import Client


def _close(client: int, stream: int, view: int) -> None:
    """Ends both, also of a client that is closed."""
    _stream.close(stream)
    response = ctypes.c_char_p()
    lib.im_call(client, b"closeConversationView", encode({"viewID": view}), ctypes.byref(response))
    lib.im_string_free(response)


def closed() -> Error:
    """Why a wait for rows ends that may never come."""
    return Error(Status.NOT_INITIALIZED, "the client or the view was closed before the rows were as wanted")


class Following(ListModel):
    """The rows of an open view, and the changes that were not taken yet."""

    def __init__(
        self,
        client: Client,
        filter: Optional[ConversationFilter],
        search: Optional[str],
        limit: int,
        wake: Callable[[], None],
    ) -> None:
        """Opens the view. `wake` is called, on any thread, when it may be worth looking for a change."""
        # The stream first: the changes of the view follow its rows.
        self._stream = _stream.open(client.handle, mask((ConversationViewChanged,)), wake)
        try:
            super().__init__(client.open_conversation_view(filter=filter, search=search, limit=limit))
        except BaseException:
            _stream.close(self._stream)
            raise
        self._client = client
        self._filter = filter
        self._search = search
        close = functools.partial(_close, client.handle, self._stream, self.view_id)
        # Without a scope it ends when nobody refers to it any more, on a thread that may wait.
        self._forgotten = weakref.finalize(self, _runtime.later, close)
        self._ends = close

    def _next(self) -> Optional[ConversationViewChange]:
        """The next change, applied; None when there is none now. Raises `Ended` when none will come any more."""
        while True:
            event = _stream.take(self._stream)
            if event is None:
                return None
            # Other views of the client are told in the same stream.
            if isinstance(event, ConversationViewChanged) and self.apply(event.change):
                return event.change

    def _end(self) -> None:
        if self._forgotten.detach() is not None:
            self._ends()


class ListView(Following):
    """A view of the list that is open until it is closed or its client is: its rows, and what changes them.

        with client.conversation_view(limit=50) as view:
            show(view)
            for change in view.changes():
                show(view, change.diffs)

    It is a sequence of its rows. They change when a change is taken, with `changes` or `poll`, and at no other moment. Not
    for several threads at once, except `close`.
    """

    def __init__(self, client: Client, filter: Optional[ConversationFilter], search: Optional[str], limit: int) -> None:
        """Called by `Client.conversation_view`."""
        rung = threading.Event()
        self._rung = rung
        super().__init__(client, filter, search, limit, rung.set)

    def poll(self) -> Optional[ConversationViewChange]:
        """Takes the next change and brings the rows there; None when there is none now, or any more."""
        try:
            return self._next()
        except _stream.Ended:
            return None

    def changes(self) -> Iterator[ConversationViewChange]:
        """Waits for each change and brings the rows there. Ends when the view or the client is closed."""
        while True:
            try:
                change = self._wait(None)
            except _stream.Ended:
                return
            if change is not None:
                yield change

    def until(self, condition: Callable[[ListView], object], timeout: Optional[float] = None) -> None:
        """Waits until the rows are as wanted: takes changes, as `changes` does, and asks `condition` after each.

            view.until(lambda rows: any(row.conversation_id == "c2c_bob" for row in rows), timeout=10)

        It takes none where the rows are so already.

        Args:
            condition: Is given the view. What it returns counts as true or false.
            timeout: How long to wait, in seconds. Default: as long as it takes.

        Raises:
            Error: `NOT_INITIALIZED` (the client or the view was closed before), `TIMEOUT`.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not condition(self):
            try:
                if self._wait(end) is None:
                    raise Error(Status.TIMEOUT, f"the rows were not as wanted within {timeout:.12g} s")
            except _stream.Ended:
                raise closed() from None

    def _wait(self, end: Optional[float]) -> Optional[ConversationViewChange]:
        """Waits for the next change and takes it; None where none came until `end`."""
        while True:
            self._rung.clear()  # before the look, so that no ring is missed
            change = self._next()
            if change is not None or not self._rung.wait(None if end is None else max(0.0, end - time.monotonic())):
                return change

    def grow(self, count: int) -> ConversationViewExtent:
        """Lets the view show more rows. They come as a change."""
        return self._client.grow_conversation_view(self.view_id, count)

    def set_filter(self, filter: Optional[ConversationFilter] = None) -> ConversationViewExtent:
        """Gives the view another filter, or none; it searches as before. The rows change with the next changes."""
        extent = self._client.set_conversation_view(self.view_id, filter=filter, search=self._search)
        self._filter = filter
        return extent

    def set_search(self, search: Optional[str] = None) -> ConversationViewExtent:
        """Searches names and ids for another text, or for none; the filter stays. The rows change with the next changes."""
        extent = self._client.set_conversation_view(self.view_id, filter=self._filter, search=search)
        self._search = search
        return extent

    def close(self) -> None:
        """Closes the view. Calling this again does nothing. Any thread."""
        self._end()

    def __enter__(self) -> ListView:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
