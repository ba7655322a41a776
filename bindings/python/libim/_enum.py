"""The bases of closed sets that a later version of the library may add to."""

from __future__ import annotations

import enum
from typing import Any, Optional, Tuple


class Number(enum.IntEnum):
    """A set of numbers. A number that has no name gives a member named `UNKNOWN`, equal to the number."""

    @classmethod
    def _missing_(cls, value: object) -> Optional[Number]:
        if type(value) is not int:
            return None
        # Not kept: what a server sends must not fill the memory. `is` therefore holds for known members only.
        made = int.__new__(cls, value)
        made._name_, made._value_ = "UNKNOWN", value
        return made

    def __reduce_ex__(self, protocol: Any) -> Tuple[Any, ...]:
        return type(self), (self._value_,)

    # As Python 3.11 and later do it.
    __str__ = int.__repr__

    def __format__(self, format_spec: str) -> str:
        return int.__format__(self, format_spec)


class Text(str, enum.Enum):
    """A set of texts. A text that is none of them gives a member named `UNKNOWN`, equal to the text."""

    @classmethod
    def _missing_(cls, value: object) -> Optional[Text]:
        if type(value) is not str:
            return None
        made = str.__new__(cls, value)
        made._name_, made._value_ = "UNKNOWN", value
        return made

    def __reduce_ex__(self, protocol: Any) -> Tuple[Any, ...]:
        return type(self), (self._value_,)

    __str__ = str.__str__

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self, format_spec)
