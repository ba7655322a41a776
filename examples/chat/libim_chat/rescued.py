"""Files with what was written and could not be kept: made when the app had to end, put back when it starts again."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, NamedTuple, Optional, Tuple

import libim

from .drafts import Drafts

if TYPE_CHECKING:
    from .app import ChatApp

#: What the names of such files begin with, and how they end.
PREFIX, SUFFIX = "unsent-", ".txt"
_FORM = re.compile(r"From: ([^\n]+)\nTo: ([^\n]+)\n\n(.+)\n", re.DOTALL)


class Rescued(NamedTuple):
    """What such a file says."""

    user_id: str
    conversation_id: str
    text: str


def rescue(folder: Path, user_id: str, texts: Mapping[str, str]) -> str:
    """Writes texts into files that only the user can read, one for each conversation. Returns where they are."""
    places = [_write(folder, Rescued(user_id, conversation_id, text)) for conversation_id, text in texts.items()]
    if None not in places:
        return ", ".join(filter(None, places))
    return "no file either, since none can be written:\n" + "\n".join(texts.values())


def _places(folder: Path) -> Tuple[Path, ...]:
    """Where such files are: in the folder, or elsewhere when it takes none."""
    return (folder, Path(tempfile.gettempdir()))


def _write(folder: Path, what: Rescued) -> Optional[str]:
    for each in _places(folder):
        try:
            place, name = tempfile.mkstemp(SUFFIX, PREFIX, each)
            with os.fdopen(place, "w", encoding="utf-8", errors="replace") as file:
                file.write(f"From: {what.user_id}\nTo: {what.conversation_id}\n\n{what.text}\n")
        except OSError:
            continue
        return name
    return None


def read(file: Path) -> Optional[Rescued]:
    """What a file says; None where it is no such file any more."""
    try:
        # In a folder that others can write to, what others have written is not meant.
        found = _FORM.fullmatch(file.read_text("utf-8")) if file.stat().st_uid == os.getuid() else None
    except (OSError, ValueError):
        return None
    return None if found is None else Rescued(*found.groups())


async def put_back(app: ChatApp) -> None:
    """Makes drafts of what the files say that are the user's. The file of what cannot be one stays, and is named."""
    drafts = Drafts(app.client)
    for file in sorted({file for folder in _places(app.folder) for file in folder.glob(f"{PREFIX}*{SUFFIX}")}):
        found = read(file)
        if found is not None and found.user_id != app.client.opened.user_id:
            continue  # of another account, which has its caches here too
        try:
            if found is None:
                raise ValueError
            await drafts.put_back(found.conversation_id, found.text)
            file.unlink()
        except (libim.Error, OSError, ValueError):
            app.complain(f"What you had written when the app had to end is in {file}")
        else:
            app.notify("What you had written when the app had to end is a draft again.", markup=False)
