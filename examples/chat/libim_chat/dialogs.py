"""Questions that take the whole screen."""

from __future__ import annotations

from typing import Generic, Optional, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label

from .text import one_line


Answer = TypeVar("Answer")


class Question(ModalScreen[Answer], Generic[Answer]):
    """Something to be answered. Whoever answers twice, with two quick keys, has answered once."""

    class CanBeAnswered(Message, namespace="question"):
        """Keys are for the question from now on."""

    def on_descendant_focus(self) -> None:
        """The field has the focus, or a button."""
        self.post_message(self.CanBeAnswered())

    def end(self, answer: Answer) -> None:
        """Takes the answer."""
        if self.is_current:
            self.dismiss(answer)


class Ask(Question[Optional[str]]):
    """Asks for a text. The answer is None when it was given up."""

    BINDINGS = [Binding("escape", "give_up", "Cancel")]

    def __init__(self, title: str, hint: str, value: str) -> None:
        super().__init__()
        self._title, self._hint, self._value = title, hint, value

    def compose(self) -> ComposeResult:
        """The title and the field."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="dialog-title", markup=False)
            yield Input(one_line(self._value), placeholder=self._hint, id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        event.stop()
        self.end(event.value.strip())

    def action_give_up(self) -> None:
        """Escape gives up."""
        self.end(None)


class Confirm(Question[bool]):
    """Asks whether something that cannot be undone is to be done."""

    BINDINGS = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        Binding("left,right", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        """The question and two buttons; Enter says no."""
        with Vertical(classes="dialog"):
            yield Label(self._question, classes="dialog-title", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel (n)", id="no")
                yield Button(f"{self._yes} (y)", id="yes", variant="error")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button answers."""
        event.stop()
        self.end(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """A key answers."""
        self.end(answer)
