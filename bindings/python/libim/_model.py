"""The base of models."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime, timezone
from typing import Any, Dict, Generic, Tuple, Type, TypeVar

E = TypeVar("E", bound=enum.Enum)


class Model:
    """The base of models: frozen dataclasses, most of them with slots."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> Tuple[Any, ...]:
        """For `pickle` and `copy`, which would set the slots one by one, and a frozen class refuses that."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return type(self), tuple(getattr(self, field.name) for field in fields)


class Known(Dict[Any, E], Generic[E]):
    """The members of a set by what the wire has for them. Looking one up costs a fifth of calling the class."""

    def __init__(self, kind: Type[E]) -> None:
        """All that have a name; `kind` makes the others."""
        super().__init__({member.value: member for member in kind})
        self._kind = kind

    def __missing__(self, value: Any) -> E:
        return self._kind(value)


def time_of(seconds: int) -> datetime:
    """A time of the wire. One past the year 9999, which no clock has, is the last that Python has."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return datetime.max.replace(microsecond=0, tzinfo=timezone.utc)
