"""Recalls and edits that are shown before the server has taken them, and what tells that it has not."""

from __future__ import annotations

from typing import Dict, Optional, Set

import libim


class Wishes:
    """What the user has asked for. It stays shown without a connection, and is undone when the server refuses it."""

    def __init__(self) -> None:
        self._recalls: Set[str] = set()
        # The text before.
        self._edits: Dict[str, str] = {}

    def recall(self, message: libim.Message) -> None:
        """A message is to be recalled."""
        self._recalls.add(message.msg_id)

    def edit(self, message: libim.Message, text: str) -> None:
        """A message is to have another text."""
        if text != _text(message):
            self._edits[message.msg_id] = _text(message)

    def refused_by(self, event: libim.Event) -> Optional[str]:
        """What the event says was refused, in words; None if it says nothing of the kind."""
        if isinstance(event, libim.MessageStatusChanged):
            message = event.message
            if message.status == libim.MessageStatus.SENT and message.msg_id in self._recalls:
                self._recalls.discard(message.msg_id)
                return "The server has not recalled the message, and all still see it."
        elif isinstance(event, libim.RecvMessageModified):
            message = event.message
            if self._edits.get(message.msg_id) == _text(message):
                del self._edits[message.msg_id]
                return "The server has not taken the edit, and all still see the former text."
        return None


def _text(message: libim.Message) -> str:
    return "" if message.text_elem is None else message.text_elem.text
