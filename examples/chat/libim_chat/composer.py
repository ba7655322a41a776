"""The field in which messages are written."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from .letter import Letter
from .mentions import Candidate, Member, candidates
from .suggestions import Suggestions
from .text import typed


class Composer(TextArea):
    """A text of several lines: Enter sends it, Ctrl-J begins a new line, @ suggests names, Escape leaves."""

    BINDINGS = [
        Binding("ctrl+j", "new_line", "New line", show=False),
        Binding("escape", "leave", "Back", show=True),
        Binding("ctrl+o", "app.run_command('send_file')", "File", show=True, priority=True),
    ]

    class Sent(Message):
        """A text is to be sent."""

        def __init__(self, letter: Letter) -> None:
            super().__init__()
            self.letter = letter

    class Left(Message):
        """The writer wants out."""

    class Typed(Message):
        """The writer has changed the text."""

    class Upwards(Message):
        """The writer wants to go up from the first line."""

    def __init__(self, suggestions: Suggestions, seal: Callable[[str], Optional[Letter]], me: str) -> None:
        super().__init__(id="composer", soft_wrap=True, show_line_numbers=False, placeholder="Write a message")
        #: Those who can be mentioned.
        self.members: List[Member] = []
        self._suggestions, self._seal, self._me = suggestions, seal, me
        # The text of which the pane knows.
        self._known = ""
        # The @ for which no more names are wanted.
        self._declined: Optional[Tuple[int, int]] = None

    async def _on_key(self, event: events.Key) -> None:
        if self._suggestions.current is not None and self._choose(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            # At once: the keys that follow are of the next text.
            letter = self._seal(self.text.strip()) if self.text.strip() else None
            if letter is not None:
                self.post_message(self.Sent(letter))
            return
        if event.key == "up" and self.cursor_location[0] == 0:
            event.stop()
            event.prevent_default()
            self.post_message(self.Upwards())
            return
        await super()._on_key(event)

    def load_text(self, text: str) -> None:
        """Puts a text into the place of what is there. It may be another's, or of another program."""
        super().load_text(typed(text))
        self._known = self.text

    def _on_paste(self, event: events.Paste) -> None:  # type: ignore[override] # TextArea's own follows
        event.text = typed(event.text)

    def _choose(self, key: str) -> bool:
        """Gives the list of names a key. Returns whether it is one of its keys."""
        if key in ("up", "down"):
            self._suggestions.move(1 if key == "down" else -1)
        elif key in ("enter", "tab"):
            self.complete()
        elif key == "escape":
            self._declined = self._at()
            self._suggestions.show([])
        else:
            return False
        return True

    def complete(self) -> None:
        """Writes the name that is chosen in the place of what was begun."""
        at, chosen = self._at(), self._suggestions.current
        if at is not None and chosen is not None:
            self.replace(f"@{chosen.written} ", at, self.cursor_location)
        self._suggestions.show([])
        # A name may be the beginning of another one.
        self._declined = at

    def suggest(self) -> None:
        """Shows who fits the @ before the cursor, unless that was declined."""
        at = self._at()
        if at != self._declined:
            self._declined = None
        found = None if at is None or self._declined is not None or not self.has_focus else self._found()
        self._suggestions.show([] if found is None else found[1])

    def on_text_area_selection_changed(self) -> None:
        """Follows the cursor."""
        self.suggest()

    def on_text_area_changed(self) -> None:
        """Follows the text, whatever has changed it: a key, what was pasted, or what was taken back."""
        self.suggest()
        if self.text != self._known:
            self._known = self.text
            self.post_message(self.Typed())

    def on_blur(self) -> None:
        """Closes the list of names."""
        self._suggestions.show([])

    def _found(self) -> Optional[Tuple[int, List[Candidate]]]:
        row, column = self.cursor_location
        return candidates(self.document.get_line(row)[:column], self.members, self._me)

    def _at(self) -> Optional[Tuple[int, int]]:
        """Where the @ is for which there are names."""
        found = self._found()
        return None if found is None else (self.cursor_location[0], found[0])

    def action_new_line(self) -> None:
        """Begins a new line."""
        self.insert("\n")

    def action_leave(self) -> None:
        """Goes back."""
        self.post_message(self.Left())
