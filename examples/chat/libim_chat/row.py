"""A conversation as two lines of the list."""

from __future__ import annotations

from datetime import datetime
from typing import Tuple

from rich.style import Style
from rich.text import Text

import libim

from .summary import with_sender
from .text import one_line, picture, short_time, spread

DIM = Style(color="#8b93a7")
DRAFT = Style(color="#ff5c5c", bold=True)
MENTION = Style(color="#ffb454", bold=True)
BADGE = Style(color="#ffffff", bgcolor="#d64545", bold=True)
STAR = Style(color="#ffd166")

#: How many lines a conversation takes.
HEIGHT = 2


def is_muted(conversation: libim.Conversation) -> bool:
    """Whether its messages do not notify."""
    return conversation.recv_opt != libim.ReceiveMessageOpt.RECEIVE


def row(conversation: libim.Conversation, name: str, width: int, now: datetime, is_open: bool) -> Tuple[Text, Text]:
    """The two lines, each of exactly `width` cells; `name` is what the conversation is called.

    Of the open conversation it says no draft, which is in the field.
    """
    face, below = picture(name, conversation.conversation_id)
    first = Text.assemble(face, " ", _name(conversation, name))
    second = Text.assemble(below, " ", _said(conversation, is_open))
    return spread(first, _when(conversation, now), width), spread(second, _badges(conversation), width)


def _name(conversation: libim.Conversation, name: str) -> Text:
    line = Text(name, Style(bold=conversation.unread_count > 0))
    if conversation.group_id is not None:
        line = Text.assemble(("# ", DIM), line)
    if libim.Mark.STAR in conversation.mark_list:
        line.append(" ★", STAR)
    return line


def _when(conversation: libim.Conversation, now: datetime) -> Text:
    message = conversation.last_message
    times = (conversation.draft_timestamp, None if message is None else message.timestamp)
    known = [time for time in times if time is not None]
    when = Text(short_time(max(known), now) if known else "", DIM)
    return Text.assemble(("▲ ", STAR), when) if conversation.is_pinned else when


def _said(conversation: libim.Conversation, is_open: bool) -> Text:
    if conversation.draft_text is not None and not is_open:
        return Text.assemble(("Draft: ", DRAFT), (one_line(conversation.draft_text), DIM))
    message = conversation.last_message
    if message is None:
        return Text("No messages yet", Style(color="#8b93a7", italic=True))
    said = Text(with_sender(message), DIM)
    if message.status == libim.MessageStatus.FAILED:
        return Text.assemble(("! ", DRAFT), said)
    if message.status == libim.MessageStatus.SENDING:
        return Text.assemble(("◷ ", DIM), said)
    return said


def _badges(conversation: libim.Conversation) -> Text:
    badges = Text()
    if conversation.group_at_info_list:
        badges.append("@ ", MENTION)
    if is_muted(conversation):
        is_unread = conversation.unread_count > 0 or libim.Mark.UNREAD in conversation.mark_list
        badges.append("● " if is_unread else "", DIM)
        badges.append("muted", DIM)
    elif conversation.unread_count > 0:
        count = conversation.unread_count
        badges.append(f" {count} " if count < 1000 else " 999+ ", BADGE)
    elif libim.Mark.UNREAD in conversation.mark_list:
        badges.append("●", Style(color="#d64545"))
    return badges
