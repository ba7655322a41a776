"""The names that can take the place of what was begun with an @."""

from __future__ import annotations

from typing import List, Optional

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from .mentions import Candidate
from .text import one_line

#: How many are on the screen at a time.
SHOWN = 5
DIM = Style(color="#8b93a7")


class Suggestions(Static):
    """A small list under the field. It has no focus of its own: the field gives it keys."""

    class Picked(Message):
        """One was clicked."""

    def __init__(self) -> None:
        super().__init__(id="suggestions")
        self.candidates: List[Candidate] = []
        self.place = 0
        self.display = False

    @property
    def current(self) -> Optional[Candidate]:
        """The one that is chosen; None while the list is closed."""
        return self.candidates[self.place] if self.display and self.candidates else None

    def show(self, candidates: List[Candidate]) -> None:
        """Opens with these, or closes where there is none. The same ones keep the choice."""
        if candidates != self.candidates or not self.display:
            self.candidates, self.place = candidates, 0
        self.display = bool(candidates)
        self._draw()

    def move(self, step: int) -> None:
        """Chooses another one; after the last comes the first."""
        self.place = (self.place + step) % len(self.candidates)
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Chooses what was clicked."""
        place = self._top + event.y
        if place < len(self.candidates):
            self.place = place
            self.post_message(self.Picked())

    @property
    def _top(self) -> int:
        return max(0, min(self.place - SHOWN // 2, len(self.candidates) - SHOWN))

    def _draw(self) -> None:
        text = Text(no_wrap=True, overflow="ellipsis")
        top = self._top
        for place, each in enumerate(self.candidates[top : top + SHOWN], start=top):
            style = "bold reverse" if place == self.place else ""
            line = Text.assemble((f" @{one_line(each.written)} ", style), (f" {one_line(each.beside)}", DIM))
            text.append_text(line).append("" if place == min(top + SHOWN, len(self.candidates)) - 1 else "\n")
        self.update(text)
