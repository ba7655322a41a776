"""The methods about conversations: the list, and what is in it."""

from __future__ import annotations

from typing import List, Optional, Sequence, Union

from .._call import Call, method
from .._wire import as_is, list_of, model, nothing
from ..models import Conversation, ConversationResult

_conversation = model(Conversation)
_conversations = list_of(_conversation)
_page = model(ConversationResult)


class Conversations:
    """The methods about conversations: the list, and what is in it."""

    @method
    def get_conversation_list(
        self, next_seq: Union[str, int, None] = None, count: Optional[int] = None
    ) -> Call[ConversationResult]:
        """A page of the list, in its order: 100 conversations, or `count`, from the `next_seq` of the page before.

        V2TIM: getConversationList.
        """
        return Call("getConversationList", _page, nextSeq=next_seq, count=count)

    @method
    def get_conversation(self, conversation_id: str) -> Call[Conversation]:
        """One conversation, `c2c_<userID>` or `group_<groupID>`.

        Of one that is not in the list it gives a transient one, whose `orderkey` is 0. V2TIM: getConversation.
        """
        return Call("getConversation", _conversation, conversationID=conversation_id)

    @method
    def get_conversation_list_by_conversation_ids(
        self, conversation_id_list: Sequence[str]
    ) -> Call[List[Conversation]]:
        """Those of 1 to 100 conversations that are in the list, in the order asked.

        V2TIM: getConversationListByConversationIds.
        """
        return Call("getConversationListByConversationIds", _conversations, conversationIDList=conversation_id_list)

    @method
    def set_conversation_draft(self, conversation_id: str, draft_text: Optional[str] = None) -> Call[None]:
        """Keeps a draft, of at most 64 KiB, on this device; None and an empty one cancel it.

        V2TIM: setConversationDraft.
        """
        return Call("setConversationDraft", nothing, conversationID=conversation_id, draftText=draft_text)

    @method
    def pin_conversation(self, conversation_id: str, is_pinned: bool) -> Call[None]:
        """Pins or unpins; undone, and told as changed, if the server refuses. V2TIM: pinConversation."""
        return Call("pinConversation", nothing, conversationID=conversation_id, isPinned=is_pinned)

    @method
    def get_total_unread_message_count(self) -> Call[int]:
        """The unread messages of all conversations with `recv_opt` 0. V2TIM: getTotalUnreadMessageCount."""
        return Call("getTotalUnreadMessageCount", as_is)

    @method
    def clean_conversation_unread_message_count(
        self,
        conversation_id: Optional[str] = None,
        clean_timestamp: Optional[int] = None,
        clean_sequence: Optional[int] = None,
    ) -> Call[None]:
        """Marks as read: one conversation, `c2c` or `group` for all of a kind, None for all.

        C2C messages up to the time `clean_timestamp` (s), group messages up to `clean_sequence`; None and 0 are all.
        V2TIM: cleanConversationUnreadMessageCount.
        """
        return Call(
            "cleanConversationUnreadMessageCount",
            nothing,
            conversationID=conversation_id,
            cleanTimestamp=clean_timestamp,
            cleanSequence=clean_sequence,
        )

    @method
    def clear_c2c_history_message(self, user_id: str) -> Call[None]:
        """Empties the history with a user, for this account only. V2TIM: clearC2CHistoryMessage."""
        return Call("clearC2CHistoryMessage", nothing, userID=user_id)

    @method
    def clear_group_history_message(self, group_id: str) -> Call[None]:
        """Empties the history of a group, for this account only. V2TIM: clearGroupHistoryMessage."""
        return Call("clearGroupHistoryMessage", nothing, groupID=group_id)

    @method
    def delete_conversation(self, conversation_id: str) -> Call[None]:
        """Deletes a conversation and its history, for this account only. V2TIM: deleteConversation."""
        return Call("deleteConversation", nothing, conversationID=conversation_id)
