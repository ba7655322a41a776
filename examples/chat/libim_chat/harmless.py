"""The last look at what goes to the terminal, whatever has drawn it: nothing in it that a terminal would obey."""

from __future__ import annotations

from typing import List

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from .text import OBEYED


class Harmless(LineFilter):
    """Takes out of a line what names and texts of others would do to the terminal. The line keeps its width.

    Texts are made safe where they are shown, too: there it is known where a line may break.
    """

    def apply(self, segments: List[Segment], background: Color) -> List[Segment]:
        """The line without it."""
        return [_harmless(segment) if OBEYED.search(segment.text) else segment for segment in segments]


def _harmless(segment: Segment) -> Segment:
    return Segment(
        OBEYED.sub(lambda found: "\ufffd" * cell_len(found[0]), segment.text), segment.style, segment.control
    )
