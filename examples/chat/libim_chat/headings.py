"""The lines above the history and the field: whose conversation it is, and what is being answered or edited."""

from __future__ import annotations

from typing import Optional

from rich.text import Text
from textual.widgets import Static

import libim

from .summary import summary
from .text import one_line

TYPING = "italic #7bd88f"
ELSEWHERE = "#ffb454"


class Title(Static):
    """Above the history."""

    def __init__(self) -> None:
        super().__init__(id="title")

    def say(self, name: Optional[str], is_typing: bool, below: int, unread_above: int) -> None:
        """Names the conversation, and what is not on the screen. Without one it says what can be done."""
        line = Text(no_wrap=True, overflow="ellipsis")
        if name is None:
            line.append("Choose a conversation, or press n for a new one", "italic")
        else:
            line.append(name, "bold")
            if is_typing:
                line.append("  is typing…", TYPING)
            if below:
                line.append(f"  ↓ {below:,} below: Ctrl-End", ELSEWHERE)
            if unread_above:
                line.append(f"  ↑ {unread_above:,} new: Ctrl-Home", ELSEWHERE)
        self.update(line)


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
