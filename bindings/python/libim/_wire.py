"""Between the JSON of the library and the models: names, reading, encoding.

A field of a model is the wire's key in snake case, so one rule gives the key of every field.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import importlib
import json
import re
from datetime import datetime
from typing import Any, Callable, Iterator, List, Mapping, Optional, Tuple, TypeVar, Union

from .errors import Error, Status

T = TypeVar("T")
Decoder = Callable[[Any], T]


def _reader() -> Tuple[str, Callable[[bytes], Any]]:
    """The JSON library: `orjson`, the extra `fast`, which is twice as fast, or else the standard library's."""
    try:
        return "orjson", importlib.import_module("orjson").loads
    except ImportError:
        return "json", lambda text: json.loads(text.decode("utf-8"))


JSON_LIBRARY, loads = _reader()

_WHOLE_WORDS = {"id": "ID", "ids": "IDs", "c2c": "C2C", "uuid": "UUID"}


def wire_name(name: str) -> str:
    """The wire's key for a name in snake case: `face_url` is `faceUrl`, `user_id_list` is `userIDList`."""
    first, *others = name.split("_")
    return first + "".join(_WHOLE_WORDS.get(word) or word.capitalize() for word in others)


#: What has another name here than its key in snake case.
_OTHER_NAMES = {"timeoutMs": "timeout"}
#: A value that a sentence quotes, or a name of the wire that is more than one word. What is part of a path is neither.
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w/])[a-z][a-z0-9]*[A-Z]\w*(?![\w/])')


def name_of(key: str) -> str:
    """The name here for a name of the wire: the inverse of `wire_name`."""
    return _OTHER_NAMES.get(key) or re.sub(r"UUID|IDs?|C2C|[A-Z]", lambda word: "_" + word[0].lower(), key)


def in_python(desc: str) -> str:
    """A sentence of the library, with the names that parameters and methods have here."""
    return _NAME.sub(lambda found: found[0] if found[0].startswith('"') else name_of(found[0]), desc)


@contextlib.contextmanager
def named_here() -> Iterator[None]:
    """Has the errors of typed calls speak of the parameters and methods that there are here."""
    try:
        yield
    except Error as error:
        raise Error(error.code, in_python(error.desc)) from None


def as_is(data: Any) -> Any:
    """Decodes what JSON and Python have in common: texts, numbers, booleans, None."""
    return data


def nothing(data: Any) -> None:
    """Decodes the answer of a method that has none."""


def list_of(decode: Decoder[T]) -> Decoder[List[T]]:
    """A decoder of arrays whose entries `decode` reads."""
    return lambda data: [decode(item) for item in data]


def to_wire(value: Any) -> Any:
    """The JSON value of a model: `dict`s with V2TIM's keys, lists and plain values. The inverse of decoding."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        absent_times = getattr(value, "_absent_times", ())
        absent_keys = getattr(value, "_absent_keys", ())
        other_keys = getattr(value, "_other_keys", {})
        return {
            other_keys.get(name) or wire_name(name): 0 if item is None and name in absent_times else to_wire(item)
            for name, item in ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
            if item is not None or name not in absent_keys
        }
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_wire(item) for item in value]
    return value


def _default(value: Any) -> Any:
    converted = to_wire(value)
    if converted is value:
        raise TypeError(f"a {type(value).__name__} cannot be part of a request")
    return converted


def encode_text(text: str, what: str, code: int) -> bytes:
    """Text as C takes it: UTF-8 without NUL. Anything else fails with `code`."""
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError as error:
        where = f"at {error.start}"
        raise Error(code, f"{what} has a lone surrogate {where}, which is no Unicode character") from None
    if b"\0" in encoded:
        raise Error(code, f"{what} has a NUL at {text.index(chr(0))}")
    return encoded


def encode(request: Union[str, Mapping[str, Any]]) -> bytes:
    """A request as UTF-8. A `str` is JSON already."""
    if isinstance(request, str):
        return encode_text(request, "the request", Status.INVALID_JSON)
    try:
        text = json.dumps(request, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default)
    except (TypeError, ValueError) as error:
        raise Error(Status.INVALID_PARAMETERS, f"the request cannot be made: {error}") from error
    return encode_text(text, "the request", Status.INVALID_PARAMETERS)


def answer(status: int, response: Optional[bytes], decode: Decoder[T]) -> T:
    """The data of a response, decoded; raises `Error` when the call failed."""
    if response is None:
        raise Error(status or Status.INTERNAL_ERROR, "there was no memory for a response")
    code, desc, data = decode_data(response, _taken_apart)
    if code != Status.OK:
        raise Error(code, desc)
    return decode_data(data, decode)


def _taken_apart(response: bytes) -> Tuple[int, str, Any]:
    envelope = loads(response)
    return envelope["code"], envelope["desc"], envelope["data"]


def decode_data(data: Any, decode: Decoder[T]) -> T:
    """Decodes. Data of an unexpected shape, which only another version of the library can send, raises `Error`."""
    try:
        return decode(data)
    except KeyError as error:
        raise Error(Status.INTERNAL_ERROR, f"the library's answer lacks the key {error}") from error
    except (TypeError, ValueError) as error:
        raise Error(Status.INTERNAL_ERROR, f"the library's answer has an unexpected shape: {error!r}") from error
