"""The base of models."""

from __future__ import annotations

import dataclasses
from typing import Any, Tuple


class Model:
    """The base of models: frozen dataclasses, most of them with slots."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> Tuple[Any, ...]:
        """For `pickle` and `copy`, which would set the slots one by one, and a frozen class refuses that."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return type(self), tuple(getattr(self, field.name) for field in fields)
