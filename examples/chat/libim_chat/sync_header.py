"""The line at the top: whose list it is, how much is unread, and the state of the sync."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

import libim

from .text import one_line, spread

GOOD = Style(color="#7bd88f", bold=True)
BUSY = Style(color="#ffb454", bold=True)
BAD = Style(color="#ff5c5c", bold=True)


class SyncHeader(Widget):
    """Follows the events of a client."""

    state: reactive[str] = reactive("offline")
    style_of_state: reactive[Style] = reactive(BAD)
    unread: reactive[int] = reactive(0)

    def __init__(self, user_id: str) -> None:
        super().__init__(id="header")
        self._user_id = user_id

    def hear(self, event: libim.Event) -> None:
        """Shows what an event says."""
        if isinstance(event, libim.TotalUnreadMessageCountChanged):
            self.unread = event.total_unread_count
        elif isinstance(event, libim.Connecting):
            self._say("connecting…", BUSY)
        elif isinstance(event, libim.ConnectSuccess):
            self._say("connected", GOOD)
        elif isinstance(event, libim.SyncServerStart):
            self._say("syncing…", BUSY)
        elif isinstance(event, libim.SyncServerFinish):
            self._say("up to date", GOOD)
        elif isinstance(event, (libim.SyncServerFailed, libim.ConnectFailed)):
            self._say(f"offline: {one_line(event.failure.desc)}", BAD)
        elif isinstance(event, libim.KickedOffline):
            self._say("signed out: another device has taken over", BAD)
        elif isinstance(event, libim.UserSigExpired):
            self._say("signed out: the password is not valid any more", BAD)

    def signed_in(self) -> None:
        """Shows that the user is in, unless more is known already: a client that was logged in before says nothing."""
        if self.state == "offline":
            self._say("connected", GOOD)

    def signed_out(self) -> None:
        """Shows that the user has left."""
        self._say("signed out", BAD)

    def render(self) -> Text:
        """The line."""
        left = Text.assemble((" libim ", Style(bold=True)), f" {one_line(self._user_id)}")
        if self.unread:
            left.append(f"   {self.unread} unread", Style(color="#8b93a7"))
        return spread(left, Text(f"● {self.state} ", self.style_of_state), self.size.width)

    def _say(self, state: str, style: Style) -> None:
        self.style_of_state = style
        self.state = state
