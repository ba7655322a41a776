"""The end of the app: what is written is kept, or whoever has written it decides, or it is in a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from rich.text import Text

import libim

from .dialogs import Confirm
from .errors import words
from .text import typed

if TYPE_CHECKING:
    from .app import ChatApp

#: What the names of files begin with in which what could not be kept is, and how they end.
PREFIX, SUFFIX = "unsent-", ".txt"


class Quit(Confirm):
    """Asks whether to quit although what is written goes with it."""


async def leave(app: ChatApp) -> None:
    """Ends the app at the user's wish. What cannot be kept stays in the field, unless it may be lost."""
    if isinstance(app.screen, Quit):
        return
    why = await _keep(app)
    if why is None:
        app.exit()
    elif await app.push_screen_wait(Quit(f"What you have written cannot be kept. {why} Quit and lose it?", "Quit")):
        app.exit(return_code=1)


async def end(app: ChatApp) -> None:
    """Ends the app where nobody can be asked: the terminal is gone, or the system ends."""
    why = await _keep(app)
    if why is None:
        app.exit()
    else:
        said = f"libim-chat: what you have written could not be kept. {why}"
        said += f" It is in {_rescue(app.folder, app.pane.unkept)}"
        app.exit(return_code=1, message=Text(typed(said)))


def rescued(folder: Path) -> List[Path]:
    """The files in which what could not be kept is."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


async def _keep(app: ChatApp) -> Optional[str]:
    """Keeps what is written. Returns why not, where something would be lost."""
    await app.pane.settle()
    try:
        await app.pane.leave()
    except libim.Error as error:
        return words(error) if app.pane.unkept else None
    return "The local store cannot be written." if app.pane.unkept else None


def _rescue(folder: Path, text: str) -> str:
    """Writes a text into a file that only the user can read. Returns where it is."""
    for each in (folder, Path(tempfile.gettempdir())):
        try:
            place, name = tempfile.mkstemp(SUFFIX, PREFIX, each)
            with os.fdopen(place, "w", encoding="utf-8", errors="replace") as file:
                file.write(text + "\n")
        except OSError:
            continue
        return name
    return f"no file either, since none can be written: {text}"
