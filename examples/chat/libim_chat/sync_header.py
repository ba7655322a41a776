"""The line at the top: whose list it is, how much is unread, and the state of the sync."""

from __future__ import annotations

from typing import Tuple

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

import libim

from .errors import why
from .text import one_line, spread

GOOD = Style(color="#7bd88f", bold=True)
BUSY = Style(color="#ffb454", bold=True)
BAD = Style(color="#ff5c5c", bold=True)

#: After these the connection or the sync stands otherwise.
CHANGES_OF_STATE = (
    libim.Connecting,
    libim.ConnectSuccess,
    libim.ConnectFailed,
    libim.KickedOffline,
    libim.UserSigExpired,
    libim.SyncServerStart,
    libim.SyncServerFinish,
    libim.SyncServerFailed,
)


class SyncHeader(Widget):
    """Shows what it is told of a client."""

    state: reactive[str] = reactive("signed out")
    style_of_state: reactive[Style] = reactive(BAD)
    unread: reactive[int] = reactive(0)
    #: What the user has asked for and waits for.
    doing: reactive[Tuple[str, ...]] = reactive(())

    def __init__(self, user_id: str) -> None:
        super().__init__(id="header")
        self._user_id = user_id

    def show(self, status: libim.ConnectionStatus) -> None:
        """Says how the connection and the sync stand."""
        failure = status.connection_failure
        if status.connection == libim.ConnectionState.CONNECTING:
            self._say("connecting…", BUSY)
        elif status.connection == libim.ConnectionState.DISCONNECTED:
            # The first: the server has ended the login, and libim does not try again.
            has_ended = failure is not None and failure.code == libim.Status.NOT_LOGGED_IN
            words = "offline" if failure is not None and not has_ended else "signed out"
            self._say(words if failure is None else f"{words}: {why(failure)}", BAD)
        elif status.sync == libim.SyncState.SYNCING:
            self._say("syncing…", BUSY)
        elif status.sync_failure is not None:
            self._say(f"not up to date: {why(status.sync_failure)}", BAD)
        else:
            self._say("up to date" if status.sync == libim.SyncState.FINISHED else "connected", GOOD)

    def render(self) -> Text:
        """The line."""
        left = Text.assemble((" libim ", Style(bold=True)), f" {one_line(self._user_id)}")
        if self.unread:
            left.append(f"   {self.unread} unread", Style(color="#8b93a7"))
        for title in self.doing:
            left.append(f"   {title}…", BUSY)
        return spread(left, Text(f"● {self.state} ", self.style_of_state), self.size.width)

    def _say(self, state: str, style: Style) -> None:
        self.style_of_state = style
        self.state = state
