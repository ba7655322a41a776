"""Replies: what a message says in `cloud_custom_data` about the message that it answers."""

from __future__ import annotations

import json
from typing import Optional, Tuple

import libim

from .summary import summary
from .text import one_line


def answering(message: libim.Message) -> str:
    """The `cloud_custom_data` of a reply to a message."""
    reply = {
        "messageID": message.msg_id,
        "messageAbstract": summary(message)[:100],
        "messageSender": message.sender_name,
        "messageType": int(message.elem_type),
        "messageTime": int(message.timestamp.timestamp()),
        "messageSequence": int(message.seq),
        "version": 1,
    }
    return json.dumps({"messageReply": reply}, ensure_ascii=False)


def answered(message: libim.Message) -> Optional[Tuple[str, str]]:
    """Sender and summary of the message that a message answers; None if it answers none."""
    if '"messageReply"' not in message.cloud_custom_data:
        return None
    try:
        reply = json.loads(message.cloud_custom_data)["messageReply"]
        return one_line(str(reply["messageSender"])), one_line(str(reply["messageAbstract"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # from an app with another idea of it
