"""Where one writes."""

from __future__ import annotations

from typing import List

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from .mentions import Member, completed


class Composer(TextArea):
    """A text of several lines: Enter sends it, Ctrl-J begins a new line, Tab completes a name, Escape leaves."""

    BINDINGS = [
        Binding("ctrl+j", "new_line", "New line", show=False),
        Binding("escape", "leave", "Back", show=True),
        Binding("ctrl+o", "app.run_command('send_file')", "File", show=True),
    ]

    class Sent(Message):
        """The text is to be sent."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The writer wants out."""

    class Typed(Message):
        """A key has changed the text."""

    class Upwards(Message):
        """The writer wants to go up from the first line."""

    def __init__(self) -> None:
        super().__init__(id="composer", soft_wrap=True, show_line_numbers=False, placeholder="Write a message")
        #: Those who can be mentioned.
        self.members: List[Member] = []

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(self.Sent(self.text.strip()))
            return
        if event.key == "up" and self.cursor_location[0] == 0:
            event.stop()
            event.prevent_default()
            self.post_message(self.Upwards())
            return
        if event.key == "tab" and self._complete():
            event.stop()
            event.prevent_default()
            return
        before = self.text
        await super()._on_key(event)
        if self.text != before:
            self.post_message(self.Typed())

    def _complete(self) -> bool:
        """Completes the name of a member before the cursor. Returns whether there was one."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        found = completed(before, self.members)
        if found is None:
            return False
        start, name = found
        self.replace(name, (row, start), (row, column))
        return True

    def action_new_line(self) -> None:
        """Begins a new line."""
        self.insert("\n")

    def action_leave(self) -> None:
        """Goes back."""
        self.post_message(self.Left())
