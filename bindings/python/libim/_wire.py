"""Between the JSON of the library and the dataclasses: names, decoders, encoding.

A field of a dataclass is the wire's key in snake case, so one rule gives the key of every field. A decoder is made once
for each class; per object it costs one `itemgetter`, a `dict`, and a call for each field that is itself made of models.
"""

from __future__ import annotations

import dataclasses
import json
import operator
import sys
import typing
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Type, TypeVar, Union

from .errors import Error, Status

T = TypeVar("T")
Decoder = Callable[[Any], T]

_WHOLE_WORDS = {"id": "ID", "ids": "IDs", "c2c": "C2C"}


def wire_name(name: str) -> str:
    """The wire's key for a name in snake case: `face_url` is `faceUrl`, `user_id_list` is `userIDList`."""
    first, *others = name.split("_")
    return first + "".join(_WHOLE_WORDS.get(word) or word.capitalize() for word in others)


def as_is(data: Any) -> Any:
    """Decodes what JSON and Python have in common: texts, numbers, booleans, None."""
    return data


def nothing(data: Any) -> None:
    """Decodes the answer of a method that has none."""


def list_of(decode: Decoder[T]) -> Decoder[List[T]]:
    """A decoder of arrays whose entries `decode` reads."""
    return lambda data: [decode(item) for item in data]


_decoders: Dict[type, Decoder[Any]] = {}


def model(cls: Type[T]) -> Decoder[T]:
    """The decoder of a dataclass. Keys that the class does not have are left out: later versions may add some."""
    if cls not in _decoders:
        _decoders[cls] = _compile(cls)
    return _decoders[cls]


def _compile(cls: Type[T]) -> Decoder[T]:
    hints = typing.get_type_hints(cls, vars(sys.modules[cls.__module__]))
    names = tuple(field.name for field in dataclasses.fields(cls))  # type: ignore[arg-type]
    keys = tuple(map(wire_name, names))
    nested = tuple((name, decode) for name in names for decode in [_field_decoder(hints[name])] if decode)
    values = _getter(keys)
    # The classes are frozen, so an attribute cannot be set one by one; and the generated __init__, which goes around
    # that for each field, would take most of the time.
    make, put = cls.__new__, object.__setattr__

    def decode_object(data: Any) -> T:
        fields = dict(zip(names, values(data)))
        for name, decode in nested:
            value = fields[name]
            if value is not None:
                fields[name] = decode(value)
        result = make(cls)
        put(result, "__dict__", fields)
        return result

    return decode_object


def _tuple_of(decode: Optional[Decoder[Any]]) -> Decoder[Tuple[Any, ...]]:
    if decode is None:
        return tuple
    entry = decode
    return lambda data: tuple([entry(item) for item in data])


def _getter(keys: Tuple[str, ...]) -> Callable[[Any], Tuple[Any, ...]]:
    if len(keys) > 1:
        return operator.itemgetter(*keys)

    def values(data: Any) -> Tuple[Any, ...]:  # an itemgetter of one key would give its value bare
        return tuple(data[key] for key in keys)

    return values


def _field_decoder(hint: Any) -> Optional[Decoder[Any]]:
    """What a field's value goes through when it is not None; None when it is taken as it is."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Union:
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _field_decoder(inner)
    if origin is tuple:
        return _tuple_of(_field_decoder(arguments[0]))
    return model(hint) if dataclasses.is_dataclass(hint) else None  # type: ignore[arg-type]


def to_wire(value: Any) -> Any:
    """The JSON value of a model: `dict`s with V2TIM's keys, lists and plain values. The inverse of decoding."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {wire_name(field.name): to_wire(getattr(value, field.name)) for field in dataclasses.fields(value)}
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
    envelope = json.loads(response.decode("utf-8"))
    if envelope["code"] != Status.OK:
        raise Error(envelope["code"], envelope["desc"])
    return decode_data(envelope["data"], decode)


def decode_data(data: Any, decode: Decoder[T]) -> T:
    """Decodes, and turns data of another shape, which only another version of the library can give, into an `Error`."""
    try:
        return decode(data)
    except (KeyError, TypeError, ValueError) as error:
        raise Error(Status.INTERNAL_ERROR, f"the library answered in another shape: {error!r}") from error
