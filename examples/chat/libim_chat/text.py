"""Text in a terminal: made safe, cut to cells, times and initials."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Tuple

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

#: Backgrounds of pictures; a name always has the same one.
PICTURE_COLOURS: Tuple[str, ...] = (
    "#b4637a",
    "#907aa9",
    "#286983",
    "#56949f",
    "#b7791f",
    "#5f8a4e",
    "#8a5a44",
    "#4f6db0",
)

#: What a terminal would obey, or cannot show: control characters, changes of the direction that reach beyond the text they
#: are in, characters that only format, and halves of characters.
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]")
#: Those of them that say nothing: where they are taken out, nothing is missed.
_SILENT = re.compile("[\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]")


def typed(text: str) -> str:
    """A text for the field: as `safe`, with its tabs."""
    text = _SILENT.sub("", re.sub("\r\n|[\r\u2028\u2029]", "\n", text))
    return OBEYED.sub(lambda found: found[0] if found[0] in "\n\t" else "\ufffd", text)


def safe(text: str) -> str:
    """A text from others without what a terminal would obey."""
    return typed(text).expandtabs(4)


def one_line(text: str) -> str:
    """A safe text with all white space in one."""
    return " ".join(safe(text).split())


def short(name: str, width: int = 40) -> str:
    """A name for a question, cut where it is long."""
    line = Text(one_line(name))
    line.truncate(width, overflow="ellipsis")
    return line.plain


def initials(name: str) -> str:
    """One or two letters that stand for a picture, at most two cells wide."""
    words = [word for word in one_line(name).split() if word[0].isalnum()] or one_line(name).split()
    letters = "".join(word[0] for word in words[:2]).upper() or "?"
    return letters if cell_len(letters) <= 2 else letters[0]


def picture(name: str, key: str) -> Tuple[Text, Text]:
    """The two lines of a picture, four cells wide: the initials on the colour of `key`."""
    colour = PICTURE_COLOURS[sum(key.encode("utf-8", "replace")) % len(PICTURE_COLOURS)]
    style = Style(color="#ffffff", bgcolor=colour, bold=True)
    return Text(set_cell_size(" " + initials(name), 4), style), Text("    ", style)


def spread(left: Text, right: Text, width: int) -> Text:
    """One line of exactly `width` cells: `left`, cut where it must be, and `right` at the end."""
    room = max(0, width - right.cell_len)
    line = Text.assemble(left)  # so that its own style ends where it ends
    line.truncate(max(0, room - 1) if right else room, overflow="ellipsis")
    line.append(" " * (room - line.cell_len))
    line.append_text(right)
    line.truncate(width)
    return line


def short_time(when: datetime, now: datetime) -> str:
    """A time for the list: of today the hour, of this week the day, else the date."""
    there, here = when.astimezone(), now.astimezone()
    if there.date() == here.date():
        return there.strftime("%H:%M")
    if there.date() == here.date() - timedelta(days=1):
        return "Yesterday"
    if timedelta() < here - there < timedelta(days=6):
        return there.strftime("%a")
    return there.strftime("%d %b" if there.year == here.year else "%Y-%m-%d")


def day_name(day: date, today: date) -> str:
    """A day for the line between two days."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day.strftime('%A')}, {day.day} {day.strftime('%B %Y')}"


def size(count: int) -> str:
    """A number of bytes in words."""
    if count < 1000:
        return f"{count} bytes"
    amount = float(count)
    for unit in ("kB", "MB"):
        amount /= 1000
        if amount < 1000:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} GB"


def bar(percent: int, width: int = 12) -> str:
    """Progress as a bar."""
    done = width * max(0, min(100, percent)) // 100
    return "━" * done + "╌" * (width - done) + f" {percent}%"
