"""Methods that are written once and called in two ways: so that they wait, and so that they are awaited.

A method of `Methods` makes a `Call`: a name, a request, and how to read the answer. The decorator `method` turns it
into an attribute that, on a `Client`, waits and gives the answer, and, on `Client.aio`, gives a coroutine of it. The
types say the same: `P` are the parameters and `T` is the answer in both.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Coroutine,
    Generic,
    List,
    Mapping,
    Optional,
    Sequence,
    Type,
    TypeVar,
    Union,
    overload,
)

from . import _readers
from ._wire import Decoder
from .errors import Error, Status
from .models import Message, NewMember, TextElem

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec  # part of every type checker, and not there at run time

    P = ParamSpec("P")
else:
    P = TypeVar("P")


class Call(Generic[T]):
    """A call that can be made: the method's V2TIM name, how to read its answer, and the request's keys."""

    __slots__ = ("decode", "name", "next", "request")

    next: Optional[Callable[[T], Call[T]]]
    """Makes the call that follows this one, whose answer is then the answer."""

    def __init__(self, name: str, decode: Decoder[T], **request: Any) -> None:
        """What is None is left out of the request, so that the library's default holds."""
        self.name = name
        self.decode = decode
        self.next = None
        self.request: Mapping[str, Any] = {key: value for key, value in request.items() if value is not None}

    def then(self, next: Callable[[T], Call[T]]) -> Call[T]:  # noqa: A002
        """Has another call follow."""
        self.next = next
        return self


class Blocking:
    """What makes calls and waits for their answers."""

    def _perform(self, call: Call[T]) -> T:
        raise NotImplementedError


class Awaiting:
    """What makes calls whose answers are awaited."""

    async def _perform(self, call: Call[T]) -> T:
        raise NotImplementedError


class method(Generic[P, T]):  # noqa: N801 - a decorator, as `property` is
    """Turns a function that makes a `Call` into a method that performs it."""

    def __init__(self, function: Callable[Concatenate[Any, P], Call[T]]) -> None:
        """`function` has the method's name, parameters and words."""
        self._function = function
        functools.update_wrapper(self, function)
        # For help(): the answer, and not the call that asks for it.
        signature = inspect.signature(function)
        answer = str(signature.return_annotation)[len("Call[") : -1]
        self.__signature__ = signature.replace(return_annotation=answer)

    @overload
    def __get__(self, instance: None, owner: Type[Any]) -> method[P, T]: ...

    @overload
    def __get__(self, instance: Blocking, owner: Type[Any]) -> Callable[P, T]: ...

    @overload
    def __get__(self, instance: Awaiting, owner: Type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, instance: Union[None, Blocking, Awaiting], owner: Optional[Type[Any]] = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, instance: Any, *args: Any, **kwargs: Any) -> Any:
        """Performs the call as `instance` does."""
        return instance._perform(self._function(instance, *args, **kwargs))


#: As the library has them, in seconds.
_SHORTEST, _LONGEST = 0.001, 600


def milliseconds(timeout: Optional[float]) -> Optional[int]:
    """A timeout in seconds as the library takes it."""
    if timeout is None:
        return None
    if not _SHORTEST <= timeout <= _LONGEST:
        raise Error(
            Status.INVALID_PARAMETERS, f"timeout {timeout:.12g} is not between {_SHORTEST} and {_LONGEST} seconds"
        )
    return round(timeout * 1000)


def until_sent(message: Message, timeout: Optional[float]) -> Call[Message]:
    """The call that ends when the server has a message."""
    return Call("waitUntilSent", _readers.message, msgID=message.msg_id, timeoutMs=milliseconds(timeout))


def text_elem_of(text: Union[str, TextElem, None]) -> Optional[TextElem]:
    """The element of a text that may be given as it is."""
    return TextElem(text) if isinstance(text, str) else text


def members_of(members: Optional[Sequence[Union[str, NewMember]]]) -> Optional[List[NewMember]]:
    """Members, each of which may be given as a userID."""
    if members is None:
        return None
    if isinstance(members, str):
        raise Error(Status.INVALID_PARAMETERS, f"member_list is the text {members[:64]!r} and not a list of members")
    return [NewMember(member) if isinstance(member, str) else member for member in members]
