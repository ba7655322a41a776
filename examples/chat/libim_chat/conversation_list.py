"""The list of conversations: only the rows on the screen are drawn, however many there are."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional, Sequence

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

import libim

from .commands import ON_CONVERSATIONS
from .names import Names
from .row import HEIGHT, row
from .text import spread

HINT = Style(color="#8b93a7", italic=True)


class ConversationList(ScrollView, can_focus=True):
    """Shows the rows of a live view. The cursor stays with its conversation when rows move."""

    COMPONENT_CLASSES = {"list--row", "list--cursor", "list--open"}
    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter,right", "app.open_chosen", "Open", priority=True),
        *(
            Binding(
                command.key, f"app.run_command('{command.name}')", command.title, show=command.is_shown, priority=True
            )
            for command in ON_CONVERSATIONS
        ),
    ]

    open_id: reactive[Optional[str]] = reactive(None)

    class Opened(Message):
        """A conversation was chosen."""

        def __init__(self, conversation_id: str) -> None:
            super().__init__()
            self.conversation_id = conversation_id

    class NearEnd(Message):
        """The last rows are on the screen: more are wanted."""

    def __init__(self, names: Names) -> None:
        super().__init__(id="list")
        self._names = names
        self.rows: Sequence[libim.Conversation] = ()
        #: What is said where there is no row.
        self.hint = ""
        self.cursor = 0
        self._cursor_id: Optional[str] = None
        # Where the cursor goes as soon as it is in the list.
        self._goal_id: Optional[str] = None

    @property
    def current(self) -> Optional[libim.Conversation]:
        """The conversation under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[libim.Conversation]) -> None:
        """Shows the rows as they are now."""
        before = self.cursor
        self.rows = rows
        self.cursor = self._place(self._cursor_id, max(0, min(before, len(rows) - 1)))
        self._go()
        self._measure()
        top = self.scroll_offset.y
        if top > 0 and before * HEIGHT in range(top, top + self.size.height):
            # What is looked at stays where it is.
            self.scroll_to(y=top + (self.cursor - before) * HEIGHT, animate=False)
        self.refresh()
        self.want_more()

    def go_to(self, conversation_id: str) -> None:
        """Puts the cursor on a conversation, now or when it comes into the list."""
        self._goal_id = conversation_id
        self._go()
        self.action_move(0)

    def to_top(self) -> None:
        """Puts the cursor on the first row."""
        self._cursor_id, self.cursor = None, 0
        self.scroll_to(y=0, animate=False)

    def action_move(self, step: int) -> None:
        """Moves the cursor."""
        self.cursor = max(0, min(self.cursor + step, len(self.rows) - 1))
        if step:
            self._goal_id = None
        self._remember()
        top, height = self.scroll_offset.y, self.size.height
        line = self.cursor * HEIGHT
        if line < top:
            self.scroll_to(y=line, animate=False)
        elif line + HEIGHT > top + height:
            self.scroll_to(y=line + HEIGHT - height, animate=False)
        self.refresh()
        self.want_more()

    def action_page(self, step: int) -> None:
        """Moves the cursor by a screen."""
        self.action_move(step * max(1, self.size.height // HEIGHT - 1))

    def on_click(self, event: events.Click) -> None:
        """Opens what was clicked."""
        place = (event.y + self.scroll_offset.y) // HEIGHT
        if place < len(self.rows):
            self.cursor = place
            self._remember()
            self.refresh()
            self.post_message(self.Opened(self.rows[place].conversation_id))

    def on_resize(self) -> None:
        """Measures again."""
        self._measure()
        self.want_more()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Looks whether the end is near."""
        super().watch_scroll_y(old_value, new_value)
        self.want_more()

    def watch_open_id(self) -> None:
        """Draws another row as open."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        place, part = divmod(y + self.scroll_offset.y, HEIGHT)
        width = self.scrollable_content_region.width
        if place >= len(self.rows):
            hint = self.hint if y == 0 else ""
            line = spread(Text(f" {hint}", HINT), Text(), width)
            return Strip(line.render(self.app.console), width).apply_style(self.rich_style)
        conversation = self.rows[place]
        is_shown = conversation.conversation_id == self.open_id and not self.screen.has_class("-narrow")
        line = row(conversation, self._names.of(conversation), width, datetime.now(timezone.utc), is_shown)[part]
        return Strip(line.render(self.app.console), width).apply_style(self._style(place, conversation))

    def _style(self, place: int, conversation: libim.Conversation) -> Style:
        if place == self.cursor and self.has_focus:
            return self.get_component_rich_style("list--cursor")
        if conversation.conversation_id == self.open_id:
            return self.get_component_rich_style("list--open")
        return self.get_component_rich_style("list--row")

    def _place(self, conversation_id: Optional[str], otherwise: int) -> int:
        places = (place for place, each in enumerate(self.rows) if each.conversation_id == conversation_id)
        return next(places, otherwise)

    def _go(self) -> None:
        self.cursor = self._place(self._goal_id, self.cursor)
        self._remember()
        if self._cursor_id == self._goal_id:
            self._goal_id = None

    def _remember(self) -> None:
        self._cursor_id = None if self.current is None else self.current.conversation_id

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) * HEIGHT)

    def want_more(self) -> None:
        """Asks for more rows where the last ones are on the screen."""
        if (len(self.rows) * HEIGHT) - (self.scroll_offset.y + self.size.height) < 2 * self.size.height:
            self.post_message(self.NearEnd())
