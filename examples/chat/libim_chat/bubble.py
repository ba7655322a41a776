"""A message as lines of text."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import List, Optional, Tuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

import libim

from .errors import reason
from .replies import answered
from .summary import summary
from .text import PICTURE_COLOURS, bar, one_line, safe, size, spread

DIM = Style(color="#8b93a7")
QUIET = Style(color="#8b93a7", italic=True)
WRONG = Style(color="#ff5c5c")
READ = Style(color="#5cc8ff", bold=True)
MINE = Style(color="#7bd88f", bold=True)
MENTION = Style(color="#ffb454", bold=True)
REACTION = Style(bgcolor="#2d3448")
OWN_REACTION = Style(bgcolor="#2b4a6b")

#: What stands at the right of a message: the time and a mark.
RIGHT = 10


@dataclass(frozen=True)
class Around:
    """What is to be known beside a message to show it."""

    width: int
    has_name: bool
    reactions: Tuple[libim.MessageReaction, ...]
    progress: Optional[int]
    #: How many members of a group have read it, and how many have not.
    readers: Optional[Tuple[int, int]] = None
    #: The user who looks at it.
    me: str = ""


def mark(message: libim.Message, readers: Optional[Tuple[int, int]] = None) -> Text:
    """How far a message of one's own has come: sent, delivered, read; in a group the number of those who have read it."""
    if not message.is_self or message.group_tips_elem is not None:
        return Text("  ")
    if message.status == libim.MessageStatus.SENDING:
        return Text("◷ ", DIM)
    if message.status == libim.MessageStatus.FAILED:
        return Text("! ", WRONG)
    read, missing = readers or (0, 0)
    if message.is_peer_read or (read and not missing):
        return Text("✓✓", READ)
    if read:
        return Text(f"✓{read}" if read < 10 else "✓+", READ)
    return Text("✓✓" if message.is_delivered else "✓ ", DIM)


def lines(message: libim.Message, around: Around, console: Console) -> List[Text]:
    """The lines of a message, each of exactly `around.width` cells."""
    width = around.width
    if message.group_tips_elem is not None:
        return [spread(each, Text(), width) for each in _centred(summary(message), width, console)]
    body = _body(message, around)
    shown = list(body.wrap(console, _room(width), overflow="fold"))
    when = Text.assemble((message.timestamp.astimezone().strftime("%H:%M "), DIM), mark(message, around.readers))
    made = [
        spread(Text.assemble("  ", line), when if place == 0 else Text(), width) for place, line in enumerate(shown)
    ]
    if around.has_name:
        made.insert(0, spread(_name(message), Text(), width))
    if around.reactions:
        made.append(spread(_reactions(around.reactions), Text(), width))
    return made


def _room(width: int) -> int:
    """How many cells the words of a message have."""
    return max(8, width - RIGHT - 2)


def rule(label: str, width: int, style: Style) -> Text:
    """A line across, with a label in the middle."""
    text = Text(f" {label} ", style)
    text.truncate(width)
    left = (width - text.cell_len) // 2
    return Text("─" * left, style) + text + Text("─" * (width - left - text.cell_len), style)


def _centred(said: str, width: int, console: Console) -> List[Text]:
    wrapped = Text(said, QUIET).wrap(console, max(8, width - 4), overflow="fold")
    return [Text(" " * max(0, (width - line.cell_len) // 2)) + line for line in wrapped]


def _name(message: libim.Message) -> Text:
    if message.is_self:
        return Text("You", MINE)
    colour = PICTURE_COLOURS[sum(message.sender.encode("utf-8", "replace")) % len(PICTURE_COLOURS)]
    return Text(one_line(message.sender_name), Style(color=colour, bold=True))


def _body(message: libim.Message, around: Around) -> Text:
    if message.status == libim.MessageStatus.REVOKED:
        return Text(_recall(message, around.me), QUIET)
    body = Text()
    reply = answered(message)
    if reply is not None:
        quote = Text(f"▎ {reply[0]}: {reply[1]}", DIM)
        quote.truncate(_room(around.width), overflow="ellipsis")
        body.append_text(quote).append("\n")
    if message.text_elem is not None:
        said = Text(safe(message.text_elem.text))
        if message.group_at_user_list:
            said.highlight_regex(r"(?<!\S)@\S+", MENTION)
        body.append_text(said)
    else:
        _attached(message, around, body)
    if message.is_edited:
        body.append(" (edited)", QUIET)
    if message.status == libim.MessageStatus.FAILED:
        body.append(f"\n{reason(message)} Press s to send it again.", WRONG)
    return body


def _recall(message: libim.Message, me: str) -> str:
    """Who has recalled a message. Of others' in a group it need not be the author."""
    by = message.revoker_info
    if by is None:
        return "Message recalled"
    name = "You" if by.user_id == me else one_line(by.nick_name or by.user_id)
    return f"{name} recalled a message"


def _attached(message: libim.Message, around: Around, body: Text) -> None:
    body.append(summary(message), Style(underline=message.file_elem is not None))
    bytes_, _path = attachment(message)
    if bytes_:
        body.append(f"  {size(bytes_)}", DIM)
    if around.progress is not None and around.progress < 100:
        body.append(f"\n{bar(around.progress)}", READ)
    elif message.local_custom_data and os.path.exists(message.local_custom_data):
        body.append(f"\nsaved as {one_line(message.local_custom_data)}", DIM)
    elif bytes_ and not message.is_self:
        body.append("\nPress o to download it.", DIM)
    if message.merger_elem is not None:
        for line in message.merger_elem.abstract_list:
            body.append(f"\n▎ {one_line(line)}", DIM)


def attachment(message: libim.Message) -> Tuple[int, str]:
    """The size of the file that a message carries, and where it is on this device; 0 and empty where there is none."""
    if message.file_elem is not None:
        return message.file_elem.file_size, message.file_elem.local_url
    if message.image_elem is not None and message.image_elem.image_list:
        image = message.image_elem.image_list[0]
        return image.size, image.local_url
    if message.sound_elem is not None:
        return message.sound_elem.data_size, message.sound_elem.local_url
    if message.video_elem is not None:
        return message.video_elem.video_size, message.video_elem.local_video_url
    return 0, ""


def _reactions(reactions: Tuple[libim.MessageReaction, ...]) -> Text:
    shown = Text("  ")
    for reaction in reactions:
        style = OWN_REACTION if reaction.reacted_by_myself else REACTION
        shown.append(f" {one_line(reaction.reaction_id)} {reaction.total_user_count} ", style)
        shown.append(" ")
    return shown
