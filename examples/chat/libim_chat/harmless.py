"""The last look at what goes to the terminal, whatever has drawn it: nothing in it that a terminal would obey, or draws wider
or narrower than others do."""

from __future__ import annotations

import re
from typing import List

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from .text import OBEYED

_PICTURE = "\ufe0f"
#: A character that is to be drawn as a picture, which some terminals do in one cell and others in two. What is joined to
#: another one stays: alone it would mean something else.
_AS_A_PICTURE = re.compile("(?<!\u200d)(.)\ufe0f(\u20e3?)(?!\u200d)")


class Harmless(LineFilter):
    """Takes out of a line what names and texts of others would do to the terminal. The line keeps its width.

    Texts are made safe where they are shown, too: there it is known where a line may break.
    """

    def apply(self, segments: List[Segment], background: Color) -> List[Segment]:
        """The line without it."""
        return [_harmless(segment) if _is_harmful(segment.text) else segment for segment in _whole(segments)]


def _whole(segments: List[Segment]) -> List[Segment]:
    """The segments with what makes a picture of a character beside that character: a cursor may be between them."""
    if not any(segment.text.startswith(_PICTURE) for segment in segments):
        return segments
    whole: List[Segment] = []
    for text, style, control in segments:
        if whole and text.startswith(_PICTURE):
            before = whole.pop()
            joined = _PICTURE + ("\u20e3" if text.startswith(_PICTURE + "\u20e3") else "")
            whole.append(Segment(before.text + joined, before.style, before.control))
            text = text[len(joined) :]
        whole.append(Segment(text, style, control))
    return whole


def _is_harmful(text: str) -> bool:
    return _PICTURE in text or OBEYED.search(text) is not None


def _harmless(segment: Segment) -> Segment:
    text = OBEYED.sub(lambda found: "\ufffd" * cell_len(found[0]), segment.text)
    return Segment(_AS_A_PICTURE.sub(_in_two_cells, text), segment.style, segment.control)


def _in_two_cells(found: "re.Match[str]") -> str:
    """The character as text, which has one width everywhere, with a blank where it is narrow."""
    plain = found[1] + found[2]
    return plain + " " * (cell_len(found[0]) - cell_len(plain))
