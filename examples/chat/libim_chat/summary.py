"""What a message says in one line, for the list and for replies."""

from __future__ import annotations

import libim

from .text import one_line
from .tips import sentence

_KINDS = {
    libim.ElemType.IMAGE: "[Picture]",
    libim.ElemType.SOUND: "[Sound]",
    libim.ElemType.VIDEO: "[Video]",
    libim.ElemType.FILE: "[File]",
    libim.ElemType.LOCATION: "[Place]",
    libim.ElemType.FACE: "[Sticker]",
    libim.ElemType.MERGER: "[Forwarded]",
}


def summary(message: libim.Message) -> str:
    """What it says, without its sender."""
    if message.status == libim.MessageStatus.REVOKED:
        return "Message recalled"
    if message.group_tips_elem is not None:
        return sentence(message.group_tips_elem)
    return f"{_KINDS.get(message.elem_type, '')} {one_line(message.preview)}".strip() or "[Message]"


def with_sender(message: libim.Message) -> str:
    """What it says and, in a group, who said it."""
    said = summary(message)
    if message.is_self and message.group_tips_elem is None:
        return f"You: {said}"
    if message.group_id is None or message.group_tips_elem is not None:
        return said
    return f"{one_line(message.sender_name)}: {said}"
