"""Walks over everything that comes in pages, for blocking code and for asyncio."""

from __future__ import annotations

from typing import AsyncIterator, Iterator, List, Optional, Sequence

from ._call import Awaiting, Blocking
from ._methods import Methods
from .enums import MessageStatus
from .models import Conversation, Message, MessageReactionResult

#: How much a walk reads at a time.
PAGE = 100
#: Of how many messages a call gives the reactions.
_REACTIONS = 20


def _counts(message: Message) -> bool:
    """Whether a message that is not read counts as unread."""
    return message.status == MessageStatus.SENT and not (message.is_self or message.is_excluded_from_unread_count)


def _parts(msg_id_list: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in the numbers that a call takes."""
    return (msg_id_list[start : start + _REACTIONS] for start in range(0, len(msg_id_list), _REACTIONS))


class Walks(Methods, Blocking):
    """What `Client` walks."""

    def conversations(self) -> Iterator[Conversation]:
        """Walks the whole list from its top, page by page.

        A conversation that moves up meanwhile may be missed; `ConversationChanged` reports it.
        """
        next_seq = "0"
        while True:
            page = self.get_conversation_list(next_seq, PAGE)
            yield from page.conversation_list
            if page.is_finished:
                return
            next_seq = page.next_seq

    def history(self, conversation_id: str) -> Iterator[Message]:
        """Walks the stored messages of a conversation, the newest first."""
        last: Optional[str] = None
        while True:
            page = self.get_history_message_list(conversation_id=conversation_id, count=PAGE, last_msg_id=last)
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].msg_id

    def unread_messages(self, conversation_id: str) -> List[Message]:
        """The unread messages of a conversation, the oldest first: those that make up its `unread_count`."""
        missing = self.get_conversation(conversation_id).unread_count
        unread: List[Message] = []
        if missing > 0:
            for message in self.history(conversation_id):
                if _counts(message):
                    unread.append(message)
                if len(unread) == missing:
                    break
        return unread[::-1]

    def reactions(
        self, msg_id_list: Sequence[str], max_user_count_per_reaction: Optional[int] = None
    ) -> List[MessageReactionResult]:
        """As `get_message_reactions`, for any number of messages: it is asked as often as that takes."""
        results: List[MessageReactionResult] = []
        for ids in _parts(msg_id_list):
            results += self.get_message_reactions(ids, max_user_count_per_reaction)
        return results


class AsyncWalks(Methods, Awaiting):
    """What `Client.aio` walks."""

    async def conversations(self) -> AsyncIterator[Conversation]:
        """As `Client.conversations`, for `async for`."""
        next_seq = "0"
        while True:
            page = await self.get_conversation_list(next_seq, PAGE)
            for conversation in page.conversation_list:
                yield conversation
            if page.is_finished:
                return
            next_seq = page.next_seq

    async def history(self, conversation_id: str) -> AsyncIterator[Message]:
        """As `Client.history`, for `async for`."""
        last: Optional[str] = None
        while True:
            page = await self.get_history_message_list(conversation_id=conversation_id, count=PAGE, last_msg_id=last)
            for message in page:
                yield message
            if len(page) < PAGE:
                return
            last = page[-1].msg_id

    async def unread_messages(self, conversation_id: str) -> List[Message]:
        """As `Client.unread_messages`."""
        missing = (await self.get_conversation(conversation_id)).unread_count
        unread: List[Message] = []
        if missing > 0:
            async for message in self.history(conversation_id):
                if _counts(message):
                    unread.append(message)
                if len(unread) == missing:
                    break
        return unread[::-1]

    async def reactions(
        self, msg_id_list: Sequence[str], max_user_count_per_reaction: Optional[int] = None
    ) -> List[MessageReactionResult]:
        """As `Client.reactions`."""
        results: List[MessageReactionResult] = []
        for ids in _parts(msg_id_list):
            results += await self.get_message_reactions(ids, max_user_count_per_reaction)
        return results
