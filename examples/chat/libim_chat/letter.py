"""What is given up to be sent, as it was at that moment: the writer goes on while it is on its way."""

from __future__ import annotations

import dataclasses
from typing import List, Optional

import libim

from .mentions import Member, mentioned
from .replies import answering


@dataclasses.dataclass(frozen=True)
class Letter:
    """A text and where it goes."""

    text: str
    conversation: libim.Conversation
    #: The message that it answers.
    reply_to: Optional[libim.Message]
    #: The message whose content it takes the place of.
    edits: Optional[libim.Message]
    #: Those who can be mentioned.
    members: List[Member]

    async def send(self, client: libim.Client) -> None:
        """Sends it."""
        conversation = self.conversation
        if self.edits is not None:
            await client.aio.modify_message(msg_id=self.edits.msg_id, text_elem=self.text)
            return
        is_group = conversation.group_id is not None
        answered = self.reply_to
        if answered is not None:
            # As it is by now: it may have been recalled.
            answered = next(iter(await client.aio.find_messages([answered.msg_id])), answered)
        await client.aio.send_message(
            conversation_id=conversation.conversation_id,
            text_elem=self.text,
            cloud_custom_data=None if answered is None else answering(answered),
            group_at_user_list=(mentioned(self.text, self.members) or None) if is_group else None,
            need_read_receipt=is_group,
        )
