"""Texts that are written and not sent: kept as the drafts of their conversations, or here where that fails."""

from __future__ import annotations

from typing import Dict, Mapping

import libim

from .text import typed


def joined(*texts: str) -> str:
    """Texts below each other, where there is more than one."""
    return "\n".join(filter(None, texts))


class Drafts:
    """The drafts of a client."""

    def __init__(self, client: libim.Client) -> None:
        self._client = client
        #: What could not be kept as a draft, by conversation.
        self._unkept: Dict[str, str] = {}

    @property
    def unkept(self) -> Mapping[str, str]:
        """What is nowhere but here, by conversation."""
        return self._unkept

    def of(self, conversation: libim.Conversation) -> str:
        """What is to be in the field of a conversation."""
        return joined(self._unkept.pop(conversation.conversation_id, ""), conversation.draft_text or "")

    async def keep(self, conversation_id: str, text: str) -> None:
        """Keeps what is in the field."""
        # As the draft is now, also where another device has written one.
        now = await self._client.aio.get_conversation(conversation_id)
        if text != typed(now.draft_text or "").strip():
            await self._client.aio.set_conversation_draft(conversation_id, text)

    async def put_back(self, conversation_id: str, text: str) -> None:
        """Keeps what could not be kept when the app had to end. The draft may be an earlier state of the same text."""
        now = (await self._client.aio.get_conversation(conversation_id)).draft_text or ""
        if now.startswith(text):
            return
        both = text if text.startswith(now) else joined(text, now)
        await self._client.aio.set_conversation_draft(conversation_id, both)

    async def take_back(self, conversation_id: str, text: str) -> None:
        """Keeps a text that could not be sent, of a conversation that is not shown any more."""
        try:
            now = await self._client.aio.get_conversation(conversation_id)
            await self._client.aio.set_conversation_draft(conversation_id, joined(text, now.draft_text or ""))
        except libim.Error:
            # It is in the field when the conversation is shown again.
            self._unkept[conversation_id] = joined(self._unkept.get(conversation_id, ""), text)
