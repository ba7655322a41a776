"""The messages of one conversation, as far back as they were read."""

from __future__ import annotations

import asyncio
from typing import Dict, List, Optional, Sequence, Set, Tuple

import libim

#: How many messages are read at a time.
PAGE = 50
#: So many unread messages are read at once when a conversation is opened; of more, the newest come first.
UNREAD = 1000
#: How many messages one call confirms, or tells the readers of.
RECEIPTS = 30


class History:
    """Messages, oldest first, and what is beside them. It says what is stored: after a change it is read again."""

    def __init__(self, client: libim.Client, conversation_id: str) -> None:
        self._client = client
        self.conversation_id = conversation_id
        #: The user who looks at it.
        self.me = client.opened.user_id
        self.messages: List[libim.Message] = []
        self.reactions: Dict[str, Tuple[libim.MessageReaction, ...]] = {}
        #: How much of a file is sent or here, in percent, by message.
        self.progress: Dict[str, int] = {}
        #: How many members of a group have read a message of the user's, and how many have not, by message.
        self.readers: Dict[str, Tuple[int, int]] = {}
        self._confirmed: Set[str] = set()
        #: How many messages were unread when the conversation was opened, and the oldest of them where it is known.
        self.unread = 0
        self.first_unread: Optional[str] = None
        #: Whether nothing older is stored.
        self.is_whole = False
        #: One at a time, so that none undoes what another has read.
        self._reading = asyncio.Lock()

    async def open(self) -> None:
        """Reads the newest messages, and back to the first unread one unless that is very far."""
        self.unread = (await self._client.aio.get_conversation(self.conversation_id)).unread_count
        if self.unread > UNREAD:
            await self._read(PAGE, None)
        else:
            await self._read(PAGE + await self._find_first_unread(), None)

    async def reach_unread(self) -> bool:
        """Reads back to the first message that was unread. Returns whether there is one."""
        if self.unread and self.first_unread is None:
            async with self._reading:
                await self._find_first_unread()
        return self.first_unread is not None and await self.reach(self.first_unread)

    async def _find_first_unread(self) -> int:
        """Finds the oldest unread message. Returns how many messages are as new or newer."""
        count = found = 0
        if self.unread:
            async for message in self._client.aio.history(self.conversation_id):
                count += 1
                if _is_sent(message) and not (message.is_self or message.is_excluded_from_unread_count):
                    found, self.first_unread = found + 1, message.msg_id
                if found == self.unread:
                    break
        return count

    async def older(self) -> bool:
        """Reads a page of older messages. Returns whether there were any."""
        async with self._reading:
            oldest = self.messages[0].msg_id if self.messages else None
            try:
                page = await self._page(PAGE, oldest)
            except libim.Error:
                # The oldest may be deleted by now.
                before = len(self.messages)
                await self._read(before + PAGE, None)
                return len(self.messages) > before
            self.messages = page[::-1] + self.messages
            self.is_whole = len(page) < PAGE
            await self._learn_reactions()
            return bool(page)

    async def reach(self, msg_id: str) -> bool:
        """Reads back to a message. Returns whether it is there."""
        async with self._reading:
            while self.find(msg_id) is None and not self.is_whole:
                # Twice as many each time, so that what is far back is not read page by page.
                await self._read(2 * len(self.messages) + PAGE, None)
            return self.find(msg_id) is not None

    async def reload(self) -> None:
        """Reads all of them again, and what is newer."""
        async with self._reading:
            oldest = self.messages[0].msg_id if self.messages else None
            await self._read(len(self.messages) + PAGE, oldest)

    async def reload_reactions(self, ids: Sequence[str]) -> None:
        """Reads the reactions to messages again."""
        for result in await self._client.aio.reactions(ids):
            self.reactions[result.message_id] = result.reaction_list

    async def learn_readers(self) -> None:
        """Asks who has read the newest messages of the user's in a group."""
        mine = [each.msg_id for each in self.messages if each.is_self and each.need_read_receipt and _is_sent(each)]
        if mine:
            try:
                self.take_receipts(await self._client.aio.get_message_read_receipts(mine[-RECEIPTS:]))
            except libim.Error:
                pass  # the server is away, and will tell when there are more

    def take_receipts(self, receipts: Sequence[libim.MessageReceipt]) -> None:
        """Notes who has read messages of a group."""
        for receipt in receipts:
            if receipt.msg_id is not None and receipt.group_id is not None:
                self.readers[receipt.msg_id] = receipt.read_count, receipt.unread_count

    async def confirm(self) -> None:
        """Confirms to their senders that messages were read, where they have asked for it."""
        asked = [
            each.msg_id
            for each in self.messages
            if each.need_read_receipt and not each.is_self and _is_sent(each) and each.msg_id not in self._confirmed
        ]
        for start in range(0, len(asked), RECEIPTS):
            ids = asked[start : start + RECEIPTS]
            await self._client.aio.send_message_read_receipts(ids)
            self._confirmed.update(ids)

    async def mark_read(self) -> None:
        """Marks as read what is here, and nothing that comes meanwhile."""
        read = list(filter(_is_sent, self.messages))
        if read:
            newest = max(read, key=lambda message: (message.timestamp, int(message.seq)))
            await self._client.aio.clean_conversation_unread_message_count(
                self.conversation_id, newest.timestamp, max(int(message.seq) for message in read)
            )

    def find(self, msg_id: Optional[str]) -> Optional[libim.Message]:
        """A message of those that were read."""
        return next((message for message in self.messages if message.msg_id == msg_id), None)

    async def _read(self, count: int, oldest: Optional[str]) -> None:
        page = await self._page(count, None)
        while oldest is not None and len(page) == count and all(each.msg_id != oldest for each in page):
            # So many have come that the reader's place is further back; or it is deleted, and all are read.
            count *= 2
            page = await self._page(count, None)
        messages = page[::-1]
        self.is_whole = len(page) < count
        places = (place for place, message in enumerate(messages) if message.msg_id == oldest)
        first = next(places, 0)
        if first > 0:
            messages, self.is_whole = messages[first:], False
        self.messages = messages
        await self._learn_reactions()

    async def _page(self, count: int, before: Optional[str]) -> List[libim.Message]:
        """Messages before one, or the newest; newest first."""
        return await self._client.aio.get_history_message_list(
            conversation_id=self.conversation_id, count=count, last_msg_id=before
        )

    async def _learn_reactions(self) -> None:
        await self.reload_reactions([each.msg_id for each in self.messages if each.msg_id not in self.reactions])


def _is_sent(message: libim.Message) -> bool:
    return message.status == libim.MessageStatus.SENT
