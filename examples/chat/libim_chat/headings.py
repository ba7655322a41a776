"""The lines above the history and the field: whose conversation it is, and what is being answered or edited."""

from __future__ import annotations

from typing import Optional

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

import libim

from .summary import summary
from .text import one_line

TYPING = "italic #7bd88f"
ELSEWHERE = "#ffb454"


class Title(Widget):
    """Above the history."""

    def __init__(self) -> None:
        super().__init__(id="title")
        self._name: Optional[str] = None
        self._beside = Text()

    def say(self, name: Optional[str], is_typing: bool, below: int, unread_above: int) -> None:
        """Names the conversation, and what is not on the screen. Without one it says what can be done."""
        self._name, self._beside = name, Text()
        if is_typing:
            self._beside.append("  is typing…", TYPING)
        if below:
            self._beside.append(f"  ↓ {below:,} below: Ctrl-End", ELSEWHERE)
        if unread_above:
            self._beside.append(f"  ↑ {unread_above:,} new: Ctrl-Home", ELSEWHERE)
        self.refresh()

    def render(self) -> Text:
        """The line. A long name makes room for what stands beside it, down to a third."""
        width = self.content_size.width
        if self._name is None:
            line = Text("Choose a conversation, or press n for a new one", "italic")
        else:
            name = Text(self._name, "bold")
            name.truncate(max(width - self._beside.cell_len, width // 3), overflow="ellipsis")
            line = Text.assemble(name, self._beside)
        line.truncate(width, overflow="ellipsis")
        return line


class Banner(Static):
    """Above the field, while the next text is an answer or an edit."""

    def __init__(self) -> None:
        super().__init__(id="banner")

    def say(self, answered: Optional[libim.Message], edited: Optional[libim.Message]) -> None:
        """Shows the message that is answered or edited, or nothing."""
        said = ""
        if edited is not None:
            said = f"Editing: {summary(edited)}"
        elif answered is not None:
            said = f"Replying to {one_line(answered.sender_name)}: {summary(answered)}"
        self.update(Text(said, no_wrap=True, overflow="ellipsis"))
        self.display = bool(said)
