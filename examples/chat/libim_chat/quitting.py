"""The end of the app: what is written is kept, or whoever has written it decides, or it is in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from rich.text import Text

import libim

from .dialogs import Confirm
from .errors import words
from .rescued import rescue
from .text import typed

if TYPE_CHECKING:
    from .app import ChatApp


class Quit(Confirm):
    """Asks whether to quit although what is written goes with it."""


class Ending:
    """How the app ends. However often one asks for it, it is done once at a time."""

    def __init__(self, app: ChatApp) -> None:
        self._app = app
        self._is_leaving = self._has_ended = False

    async def leave(self) -> None:
        """Ends the app at the user's wish. What cannot be kept stays in the field, unless it may be lost."""
        if not self._is_leaving:
            self._is_leaving = True
            try:
                await self._leave()
            finally:
                self._is_leaving = False

    async def _leave(self) -> None:
        why = await _keep(self._app)
        if why is None:
            self._app.exit()
        elif await self._app.push_screen_wait(
            Quit(f"What you have written cannot be kept. {why} Quit and lose it?", "Quit")
        ):
            self._app.exit(return_code=1)

    async def end(self) -> None:
        """Ends the app where nobody can be asked: the terminal is gone, or the system ends."""
        if self._has_ended:
            return
        self._has_ended = True
        app = self._app
        why = await _keep(app)
        if why is None:
            app.exit()
        else:
            said = f"libim-chat: what you have written could not be kept. {why}"
            said += f" It is in {rescue(app.folder, app.client.opened.user_id, app.pane.writing.unkept)}"
            app.exit(return_code=1, message=Text(typed(said)))


async def _keep(app: ChatApp) -> Optional[str]:
    """Keeps what is written. Returns why not, where something would be lost."""
    writing = app.pane.writing
    await writing.settle()
    try:
        await app.pane.leave()
    except libim.Error as error:
        return words(error) if writing.unkept else None
    return "The local store cannot be written." if writing.unkept else None
