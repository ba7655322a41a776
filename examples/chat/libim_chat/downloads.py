"""Files of others, saved where the user looks for them and under their own names."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
from pathlib import Path
from typing import Iterator

import libim

from .kinds import ending
from .text import OBEYED, one_line

#: How long a name may be, in bytes: file systems take 255, and a number may follow.
MOST = 200
#: What is a path, a device or a wildcard somewhere.
_UNFIT = re.compile(r'[/\\:*?"<>|]')
#: Names that mean something else on Windows, whatever their end.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def downloads_dir() -> Path:
    """The user's folder for downloads, as the desktop names it."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config", "user-dirs.dirs")
    try:
        named = re.search(r'^XDG_DOWNLOAD_DIR="(.+)"$', config.read_text("utf-8", "replace"), re.MULTILINE)
    except OSError:
        named = None
    path = Path(named[1].replace("$HOME", str(home)) if named else home / "Downloads")
    return path if path.is_absolute() else home / "Downloads"


def safe_name(name: str) -> str:
    """A name of another's as the name of a file: no path, nothing hidden, nothing that a terminal would obey."""
    plain = _UNFIT.sub("_", one_line(OBEYED.sub(" ", name))).strip(". ")
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    stem, end = os.path.splitext(plain)
    end = end if len(end.encode()) <= 20 else ""
    stem = plain[: len(plain) - len(end)] if end else plain
    room = MOST - len(end.encode())
    return (stem.encode()[:room].decode(errors="ignore").rstrip(". ") + end) or "file"


def name_of(message: libim.Message, source: Path) -> str:
    """The name under which the file of a message is saved. What has none is named by its kind and time."""
    if message.file_elem is not None and message.file_elem.file_name.strip(". "):
        return safe_name(message.file_elem.file_name)
    kinds = ((message.image_elem, "Picture"), (message.sound_elem, "Sound"), (message.video_elem, "Video"))
    kind = next((kind for elem, kind in kinds if elem is not None), "File")
    return f"{kind} {message.timestamp.astimezone():%Y-%m-%d %H.%M.%S}{ending(source)}"


def save(source: Path, folder: Path, name: str) -> Path:
    """Copies a file into a folder, beside what is there; not where it is there already. Returns where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _places(folder, name):
        try:
            with path.open("xb") as copy, source.open("rb") as file:
                try:
                    shutil.copyfileobj(file, copy, 1 << 20)
                except OSError:
                    path.unlink()
                    raise
        except FileExistsError:
            if path.is_file() and filecmp.cmp(path, source, shallow=False):
                return path
            continue
        return path
    raise AssertionError("there is always another number")


def _places(folder: Path, name: str) -> Iterator[Path]:
    stem, end = os.path.splitext(name)
    yield folder / name
    number = 1
    while True:
        yield folder / f"{stem} ({number}){end}"
        number += 1
