"""The history of a conversation on the screen, newest at the bottom."""

from __future__ import annotations

import bisect
from datetime import datetime
from typing import Dict, List, Optional, Tuple

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

import libim

from .bubble import Around, lines, rule
from .commands import ON_MESSAGES
from .history import History
from .text import day_name

DAY = Style(color="#8b93a7")
NEW = Style(color="#ff5c5c", bold=True)
#: Messages of one sender within this many seconds have one name above them.
TOGETHER = 300


class HistoryView(ScrollView, can_focus=True):
    """Draws a `History`. Whoever is at its end stays there; whoever reads older messages keeps the place."""

    COMPONENT_CLASSES = {"history--line", "history--cursor"}
    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "screen(-1)", "Page up", show=False),
        Binding("pagedown", "screen(1)", "Page down", show=False),
        Binding("home", "oldest", "Oldest", show=False),
        Binding("end", "newest", "Newest", show=False),
        Binding("left", "app.show_list", "List", show=False),
        *(
            Binding(
                command.key, f"app.run_command('{command.name}')", command.title, show=command.is_shown, priority=True
            )
            for command in ON_MESSAGES
        ),
    ]

    class Scrolled(Message):
        """Another number of messages is below the screen."""

    class OlderWanted(Message):
        """The oldest messages are on the screen: more are wanted."""

    def __init__(self) -> None:
        super().__init__(id="history")
        self.history: Optional[History] = None
        self._cursor_id: Optional[str] = None
        self._lines: List[Tuple[Optional[str], Text]] = []
        self._made: Dict[str, Tuple[libim.Message, Around, List[Text]]] = {}
        # On which lines messages begin.
        self._begins: List[int] = []
        self._is_at_end = True
        #: How many messages are below the screen.
        self.below = 0

    @property
    def current(self) -> Optional[libim.Message]:
        """The message under the cursor."""
        return None if self.history is None else self.history.find(self._cursor_id)

    @property
    def plain(self) -> str:
        """All lines as plain text."""
        return "\n".join(line.plain.rstrip() for _, line in self._lines)

    def show(self, history: Optional[History]) -> None:
        """Shows a history as it is now. Another one is shown from its first unread message on, or at its end."""
        is_other = history is not self.history
        if is_other:
            self.history = history
            self._made.clear()
            self._cursor_id = None
            self._is_at_end = True
        anchor = self._anchor()
        self._lines = self._all_lines()
        before = [None, *(owner for owner, _ in self._lines)]
        self._begins = [place for place, (owner, _) in enumerate(self._lines) if owner and owner != before[place]]
        self.virtual_size = Size(self._width, len(self._lines))
        if is_other and history is not None and history.first_unread is not None:
            self.go_to_unread()
        elif self._is_at_end:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        elif anchor is not None:
            self._return_to(*anchor)
        self.refresh()
        self._look_for_older()
        self._count_below()

    def go_to_unread(self) -> None:
        """Brings the line above what was unread to the top, where that is not all on the last screen."""
        first = None if self.history is None else self.history.first_unread
        if first is not None and self._return_to(first, -1):
            self._is_at_end = self.scroll_offset.y >= self.max_scroll_y

    def _count_below(self) -> None:
        below = len(self._begins) - bisect.bisect_left(self._begins, self.scroll_offset.y + self.size.height)
        if below != self.below:
            self.below = below
            self.post_message(self.Scrolled())

    def select(self, msg_id: str) -> None:
        """Puts the cursor on a message and brings it onto the screen."""
        self._cursor_id = msg_id
        places = [place for place, (owner, _) in enumerate(self._lines) if owner == msg_id]
        if places:
            top, height = self.scroll_offset.y, self.size.height
            if places[0] < top:
                self.scroll_to(y=places[0], animate=False, immediate=True)
            elif places[-1] >= top + height:
                self.scroll_to(y=places[-1] + 1 - height, animate=False, immediate=True)
        self.refresh()

    def action_move(self, step: int) -> None:
        """Moves the cursor from message to message."""
        messages = [] if self.history is None else self.history.messages
        if not messages:
            return
        ids = [message.msg_id for message in messages]
        place = ids.index(self._cursor_id) + step if self._cursor_id in ids else len(ids) - 1
        self.select(ids[max(0, min(place, len(ids) - 1))])

    def action_newest(self) -> None:
        """Goes to the end, and stays there when what is older or newer comes meanwhile."""
        self._is_at_end = True
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def action_screen(self, step: int) -> None:
        """Scrolls by a screen."""
        self.scroll_to(y=self.scroll_offset.y + step * max(1, self.size.height - 2), animate=False)

    def action_oldest(self) -> None:
        """Scrolls to the oldest message that was read."""
        self.scroll_to(y=0, animate=False, immediate=True)
        self._look_for_older()

    def enter(self) -> None:
        """Takes the focus, with the cursor on the newest message of the screen, wherever it was before."""
        self._cursor_id = None
        self.focus()
        self.on_focus()

    def on_focus(self) -> None:
        """Puts the cursor on the newest message of the screen, unless it is on one that is there."""
        top = self.scroll_offset.y
        shown = [owner for owner, _ in self._lines[top : top + self.size.height] if owner is not None]
        # A message that is not drawn yet has only just come.
        is_drawn = any(owner == self._cursor_id for owner, _ in self._lines)
        if shown and self._cursor_id not in shown and (is_drawn or self.current is None):
            self.select(shown[-1])
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor on what was clicked."""
        place = event.y - self._blank + self.scroll_offset.y
        if 0 <= place < len(self._lines):
            self._cursor_id = self._lines[place][0] or self._cursor_id
            self.refresh()

    def on_resize(self) -> None:
        """Wraps again."""
        self.show(self.history)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notes where the reader is."""
        super().watch_scroll_y(old_value, new_value)
        self._is_at_end = self.scroll_offset.y >= self.max_scroll_y
        self._look_for_older()
        self._count_below()

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        place = y - self._blank + self.scroll_offset.y
        base = self.get_component_rich_style("history--line")
        if not 0 <= place < len(self._lines):
            return Strip.blank(self._width, base)
        owner, line = self._lines[place]
        if owner is not None and owner == self._cursor_id and self.has_focus:
            base = self.get_component_rich_style("history--cursor")
        return Strip(line.render(self.app.console), self._width).apply_style(base)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _blank(self) -> int:
        """How many lines are blank above a history that does not fill the screen."""
        return max(0, self.size.height - len(self._lines))

    def _look_for_older(self) -> None:
        is_near = self.scroll_offset.y < self.size.height
        if is_near and self.history is not None and not self.history.is_whole:
            self.post_message(self.OlderWanted())

    def _anchor(self) -> Optional[Tuple[str, int]]:
        """The first message on the screen, and on which line of it the screen begins."""
        top = self.scroll_offset.y
        for place in range(top, len(self._lines)):
            owner = self._lines[place][0]
            if owner is not None:
                return owner, top - place
        return None

    def _return_to(self, msg_id: str, offset: int) -> bool:
        places = (place for place, (owner, _) in enumerate(self._lines) if owner == msg_id)
        place = next(places, None)
        if place is not None:
            self.scroll_to(y=place + offset, animate=False, immediate=True)
        return place is not None

    def _all_lines(self) -> List[Tuple[Optional[str], Text]]:
        made: List[Tuple[Optional[str], Text]] = []
        before: Optional[libim.Message] = None
        today = datetime.now().date()
        for message in [] if self.history is None else self.history.messages:
            day = message.timestamp.astimezone().date()
            is_new_day = before is None or before.timestamp.astimezone().date() != day
            if is_new_day:
                made.append((None, rule(day_name(day, today), self._width, DAY)))
            history = self.history
            is_first_unread = history is not None and message.msg_id == history.first_unread
            if history is not None and is_first_unread:
                made.append((None, rule(f"New messages ({history.unread:,})", self._width, NEW)))
            has_name = is_new_day or is_first_unread or not _are_together(before, message)
            made.extend((message.msg_id, line) for line in self._lines_of(message, has_name))
            before = message
        return made

    def _lines_of(self, message: libim.Message, has_name: bool) -> List[Text]:
        history = self.history
        assert history is not None
        around = Around(
            self._width,
            has_name,
            history.reactions.get(message.msg_id, ()),
            history.progress.get(message.msg_id),
            history.readers.get(message.msg_id),
            history.me,
        )
        known = self._made.get(message.msg_id)
        if known is None or known[:2] != (message, around):
            known = message, around, lines(message, around, self.app.console)
            self._made[message.msg_id] = known
        return known[2]


def _are_together(before: Optional[libim.Message], message: libim.Message) -> bool:
    if before is None or before.sender != message.sender or before.group_tips_elem is not None:
        return False
    return abs((message.timestamp - before.timestamp).total_seconds()) < TOGETHER
