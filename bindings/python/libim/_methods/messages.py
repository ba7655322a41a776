"""The methods about messages, and how they are received."""

from __future__ import annotations

from typing import List, Optional, Sequence, Union

from .._call import Call, method
from .._wire import list_of, model, nothing
from ..models import CustomElem, Message, TextElem

_message = model(Message)
_messages = list_of(_message)


class Messages:
    """The methods about messages, and how they are received."""

    @method
    def send_message(
        self,
        *,
        receiver: Optional[str] = None,
        group_id: Optional[str] = None,
        text_elem: Union[str, TextElem, None] = None,
        custom_elem: Optional[CustomElem] = None,
        elem_type: Optional[int] = None,
        group_at_user_list: Optional[Sequence[str]] = None,
        cloud_custom_data: Optional[str] = None,
        priority: Optional[int] = None,
        need_read_receipt: Optional[bool] = None,
        is_excluded_from_unread_count: Optional[bool] = None,
        is_excluded_from_last_message: Optional[bool] = None,
    ) -> Call[Message]:
        """Sends a message: stores it with status 1, shows it in the list and returns; it is delivered later.

        To a user, `receiver`, or a group, `group_id`. What it carries is `text_elem`, a `TextElem` or just the text, or
        `custom_elem`; `elem_type` follows from that. `group_at_user_list` are the users, or `AT_ALL`, who are @ed in a
        group. Text may have 64 KiB, the whole message 256 KiB as JSON. `MessageStatusChanged` tells what became of it.
        V2TIM: sendMessage.
        """
        return Call(
            "sendMessage",
            _message,
            receiver=receiver,
            groupID=group_id,
            textElem=TextElem(text_elem) if isinstance(text_elem, str) else text_elem,
            customElem=custom_elem,
            elemType=elem_type,
            groupAtUserList=group_at_user_list,
            cloudCustomData=cloud_custom_data,
            priority=priority,
            needReadReceipt=need_read_receipt,
            isExcludedFromUnreadCount=is_excluded_from_unread_count,
            isExcludedFromLastMessage=is_excluded_from_last_message,
        )

    @method
    def get_history_message_list(
        self,
        *,
        user_id: Optional[str] = None,
        group_id: Optional[str] = None,
        count: Optional[int] = None,
        last_msg_id: Optional[str] = None,
        get_type: Optional[int] = None,
    ) -> Call[List[Message]]:
        """Messages of the conversation with a user or in a group: 20, or `count`, after `last_msg_id`.

        `get_type` 3, the default, reads from the newest towards older ones, 4 from the oldest towards newer ones; 1 and
        2 are the same. V2TIM: getHistoryMessageList.
        """
        return Call(
            "getHistoryMessageList",
            _messages,
            userID=user_id,
            groupID=group_id,
            count=count,
            lastMsgID=last_msg_id,
            getType=get_type,
        )

    @method
    def revoke_message(self, msg_id: str) -> Call[None]:
        """Recalls a message of one's own for everyone; undone, and told as changed, if the server refuses.

        V2TIM: revokeMessage.
        """
        return Call("revokeMessage", nothing, msgID=msg_id)

    @method
    def delete_messages(self, msg_ids: Sequence[str]) -> Call[None]:
        """Deletes 1 to 500 messages for this account only, all or none. V2TIM: deleteMessages."""
        return Call("deleteMessages", nothing, msgIDs=msg_ids)

    @method
    def set_c2c_receive_message_opt(self, user_id_list: Sequence[str], opt: int) -> Call[None]:
        """Sets how messages of 1 to 100 users are received.

        `opt` is 0 receive and notify, 1 not delivered, 2 receive silently, 3 receive, notify only for an @. Only
        conversations with 0 count in the total of unread messages. V2TIM: setC2CReceiveMessageOpt.
        """
        return Call("setC2CReceiveMessageOpt", nothing, userIDList=user_id_list, opt=opt)

    @method
    def set_group_receive_message_opt(self, group_id: str, opt: int) -> Call[None]:
        """Sets how messages of a group are received; `opt` is as for C2C. V2TIM: setGroupReceiveMessageOpt."""
        return Call("setGroupReceiveMessageOpt", nothing, groupID=group_id, opt=opt)
