"""What a file is, by its first bytes."""

from __future__ import annotations

import re
from pathlib import Path

#: Pictures that are shown as such, and how the names of such files end.
_PICTURES = (
    (re.compile(rb"\x89PNG"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8"), ".gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp"),
)
#: Sounds and videos.
_OTHERS = (
    (re.compile(rb"RIFF....WAVE", re.DOTALL), ".wav"),
    (re.compile(rb"OggS"), ".ogg"),
    (re.compile(rb"ID3|\xff[\xf2\xf3\xfb]"), ".mp3"),
    (re.compile(rb"....ftypM4A", re.DOTALL), ".m4a"),
    (re.compile(rb"....ftyp", re.DOTALL), ".mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), ".webm"),
)


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def ending(path: Path) -> str:
    """How the name of such a file ends; empty for one of no known kind."""
    begin = _begin(path)
    return next((end for kind, end in _PICTURES + _OTHERS if kind.match(begin)), "")


def is_picture(path: Path) -> bool:
    """Whether it is one. What cannot be read is none."""
    try:
        begin = _begin(path) if path.is_file() else b""
    except OSError:
        return False
    return any(kind.match(begin) for kind, _ in _PICTURES)
