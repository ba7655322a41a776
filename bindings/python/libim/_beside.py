"""Walks on the client's callback thread, where each page keeps its place among the events that listeners hear.

The library answers there what was asked for asynchronously, so a page is shown before any event that is newer than it.
"""

from __future__ import annotations

import itertools
from concurrent.futures import Future, InvalidStateError
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, TypeVar

from ._call import Call
from ._library import ON_RESPONSE, lib
from ._methods import Methods
from ._runtime import log
from ._walks import PAGE
from ._wire import answer, encode, named_here
from .errors import Error, Status
from .models import Conversation, ConversationResult, Message

if TYPE_CHECKING:
    from ._client import Client

P = TypeVar("P")

#: What takes each answer that is to come, by number.
_steps: Dict[int, Callable[[int, bytes], None]] = {}
_numbers = itertools.count(1)


def _on_response(number: int, status: int, response: bytes, _length: int) -> None:
    _steps.pop(number)(status, response)


# For the life of the process: the library may call it as long as a client is open.
_ON_RESPONSE = ON_RESPONSE(_on_response)


class _Maker(Methods):
    """Makes the calls of methods, for others to perform."""

    def _perform(self, call: Call[Any]) -> Call[Any]:
        return call


_make: Any = _Maker()


def conversations(client: Client, visit: Callable[[Conversation], object]) -> Future[None]:
    """See `Client.for_each_conversation`."""

    def show(page: ConversationResult, takes: Callable[[Any], bool]) -> Optional[Call[Any]]:
        goes_on = all(map(takes, page.conversation_list)) and not page.is_finished
        return _make.get_conversation_list(page.next_seq, PAGE) if goes_on else None

    return _walk(client, _make.get_conversation_list("0", PAGE), show, visit)


def messages(client: Client, conversation_id: str, visit: Callable[[Message], object]) -> Future[None]:
    """See `Client.for_each_message`."""

    def page_after(last: Optional[str]) -> Call[Any]:
        made: Call[Any] = _make.get_history_message_list(conversation_id=conversation_id, count=PAGE, last_msg_id=last)
        return made

    def show(page: List[Message], takes: Callable[[Any], bool]) -> Optional[Call[Any]]:
        return page_after(page[-1].msg_id) if all(map(takes, page)) and len(page) >= PAGE else None

    return _walk(client, page_after(None), show, visit)


def _walk(
    client: Client,
    first: Call[P],
    show: Callable[[P, Callable[[Any], bool]], Optional[Call[P]]],
    visit: Callable[[Any], object],
) -> Future[None]:
    """Asks for the first page; `show` shows one to what takes its items, and makes the call for the one after it."""
    ended: Future[None] = Future()

    def end(error: Optional[Exception]) -> None:
        try:
            if error is None:
                ended.set_result(None)
            else:
                ended.set_exception(error)
        except InvalidStateError:
            pass  # It was cancelled.

    def takes(item: Any) -> bool:
        return not ended.done() and visit(item) is not False

    def ask(call: Call[P]) -> None:
        number = next(_numbers)
        _steps[number] = step
        status = lib.im_call_async(client.handle, call.name.encode(), encode(call.request), _ON_RESPONSE, number)
        if status != Status.OK:
            del _steps[number]
            end(Error(status, f"{call.name} was not begun"))

    def step(status: int, response: bytes) -> None:
        try:
            with named_here():
                page = answer(status, response, first.decode)
        except Error as error:
            end(error)
            return
        try:
            following = show(page, takes)
        except Exception as error:
            log.exception("a visitor of libim failed")
            end(error)
            return
        if following is None:
            end(None)
        else:
            ask(following)

    with named_here():
        ask(first)
    return ended
