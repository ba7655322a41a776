"""The methods, each once. `Client` has them so that they wait for their answers, `Client.aio` so that they are awaited.

Parameters have the names of the request's fields in snake case, and None leaves a field out. `timeout` is in seconds;
None is the library's 30. Methods that wait for the server raise `Error` with `Status.NOT_LOGGED_IN`, `DISCONNECTED`,
`TIMEOUT`, `CANCELLED` and `REFUSED`; docs/status.md and include/libim.h say more about each.
"""

from __future__ import annotations

from typing import List, Optional, Sequence, Union

from ._call import Call, method, milliseconds
from ._wire import as_is, list_of, model, nothing
from .models import (
    Conversation,
    ConversationResult,
    CustomElem,
    FriendInfo,
    FriendOperationResult,
    GroupInfo,
    GroupInfoResult,
    GroupMemberInfoResult,
    GroupMemberOperationResult,
    Message,
    NewMember,
    TextElem,
    UserFullInfo,
)

_conversation = model(Conversation)
_conversations = list_of(_conversation)
_page = model(ConversationResult)
_message = model(Message)
_messages = list_of(_message)
_users = list_of(model(UserFullInfo))
_friends = list_of(model(FriendInfo))
_friend_result = model(FriendOperationResult)
_friend_results = list_of(_friend_result)
_groups = list_of(model(GroupInfo))
_group_results = list_of(model(GroupInfoResult))
_members = model(GroupMemberInfoResult)
_member_results = list_of(model(GroupMemberOperationResult))


class Methods:
    """The methods of a client."""

    # The account.

    @method
    def login(
        self, user_id: Optional[str] = None, user_sig: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Call[None]:
        """Logs in: starts the connection, the sync, and the delivery of what waits to be sent.

        Returns when the account is usable: at once when the cache knows it, even offline. `user_id` can only be the
        client's own, and `user_sig` is not looked at. Raises `Error` with NOT_LOGGED_IN for a wrong password, REFUSED
        when the server does not let the user in. Waits for the server. V2TIM: login.
        """
        return Call("login", nothing, userID=user_id, userSig=user_sig, timeoutMs=milliseconds(timeout))

    @method
    def logout(self, *, timeout: Optional[float] = None) -> Call[None]:
        """Logs out: ends the connection. The cache stays usable; what waits is sent after the next login.

        Waits for the server. V2TIM: logout.
        """
        return Call("logout", nothing, timeoutMs=milliseconds(timeout))

    @method
    def get_login_user(self) -> Call[Optional[str]]:
        """Who is logged in; None when nobody is. V2TIM: getLoginUser."""
        return Call("getLoginUser", as_is)

    @method
    def get_login_status(self) -> Call[int]:
        """The state of the login: 1 logged in, 2 logging in, 3 logged out. V2TIM: getLoginStatus."""
        return Call("getLoginStatus", as_is)

    @method
    def network_changed(self) -> Call[None]:
        """Says that the device's network may have changed, so that a lost connection is noticed or mended sooner.

        Nobody has to call it. libim's own: networkChanged.
        """
        return Call("networkChanged", nothing)

    # People.

    @method
    def set_self_info(
        self, nick_name: Optional[str] = None, face_url: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Call[None]:
        """Sets one's own nickname and picture, each of at most 500 bytes; what is None stays as it is.

        Waits for the server. V2TIM: setSelfInfo.
        """
        return Call("setSelfInfo", nothing, nickName=nick_name, faceUrl=face_url, timeoutMs=milliseconds(timeout))

    @method
    def get_users_info(
        self, user_id_list: Sequence[str], *, timeout: Optional[float] = None
    ) -> Call[List[UserFullInfo]]:
        """The profiles of 1 to 100 users, those that exist, in the order asked.

        Waits for the server. V2TIM: getUsersInfo.
        """
        return Call("getUsersInfo", _users, userIDList=user_id_list, timeoutMs=milliseconds(timeout))

    @method
    def add_friend(
        self, user_id: str, remark: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Call[FriendOperationResult]:
        """Adds a friend; `remark` is one's own name for the friend, of at most 500 bytes.

        Waits for the server. V2TIM: addFriend.
        """
        return Call("addFriend", _friend_result, userID=user_id, remark=remark, timeoutMs=milliseconds(timeout))

    @method
    def set_friend_info(self, user_id: str, friend_remark: str, *, timeout: Optional[float] = None) -> Call[None]:
        """Sets one's own name for a friend, of at most 500 bytes; an empty one removes it.

        Waits for the server. V2TIM: setFriendInfo.
        """
        return Call(
            "setFriendInfo", nothing, userID=user_id, friendRemark=friend_remark, timeoutMs=milliseconds(timeout)
        )

    @method
    def get_friend_list(self) -> Call[List[FriendInfo]]:
        """The friends, by userID. V2TIM: getFriendList."""
        return Call("getFriendList", _friends)

    @method
    def delete_from_friend_list(
        self, user_id_list: Sequence[str], *, timeout: Optional[float] = None
    ) -> Call[List[FriendOperationResult]]:
        """Ends friendships with 1 to 100 users. The conversations stay.

        Waits for the server. V2TIM: deleteFromFriendList.
        """
        return Call("deleteFromFriendList", _friend_results, userIDList=user_id_list, timeoutMs=milliseconds(timeout))

    # Groups.

    @method
    def create_group(
        self,
        group_type: str,
        *,
        group_id: Optional[str] = None,
        group_name: Optional[str] = None,
        face_url: Optional[str] = None,
        member_list: Optional[Sequence[Union[str, NewMember]]] = None,
        timeout: Optional[float] = None,
    ) -> Call[str]:
        """Makes a group, with oneself as its owner, and gives its groupID.

        `group_type` is `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`. Without a `group_id` the server
        chooses one. A member is a userID, or a `NewMember` with a role. Raises `Error` with REFUSED when the id is
        taken. Waits for the server. V2TIM: createGroup.
        """
        members = member_list and [NewMember(who) if isinstance(who, str) else who for who in member_list]
        return Call(
            "createGroup",
            as_is,
            groupType=group_type,
            groupID=group_id,
            groupName=group_name,
            faceUrl=face_url,
            memberList=members,
            timeoutMs=milliseconds(timeout),
        )

    @method
    def set_group_info(
        self,
        group_id: str,
        *,
        group_name: Optional[str] = None,
        face_url: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Call[None]:
        """Sets the name and the picture of a group, each of at most 500 bytes; what is None stays as it is.

        Waits for the server. V2TIM: setGroupInfo.
        """
        return Call(
            "setGroupInfo",
            nothing,
            groupID=group_id,
            groupName=group_name,
            faceUrl=face_url,
            timeoutMs=milliseconds(timeout),
        )

    @method
    def invite_user_to_group(
        self, group_id: str, user_list: Sequence[str], *, timeout: Optional[float] = None
    ) -> Call[List[GroupMemberOperationResult]]:
        """Takes 1 to 100 users into a group. Waits for the server. V2TIM: inviteUserToGroup."""
        return Call(
            "inviteUserToGroup", _member_results, groupID=group_id, userList=user_list, timeoutMs=milliseconds(timeout)
        )

    @method
    def kick_group_member(
        self,
        group_id: str,
        member_list: Sequence[str],
        reason: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
    ) -> Call[List[GroupMemberOperationResult]]:
        """Removes 1 to 100 members from a group; `reason` is not carried.

        Waits for the server. V2TIM: kickGroupMember.
        """
        return Call(
            "kickGroupMember",
            _member_results,
            groupID=group_id,
            memberList=member_list,
            reason=reason,
            timeoutMs=milliseconds(timeout),
        )

    @method
    def join_group(
        self, group_id: str, message: Optional[str] = None, *, timeout: Optional[float] = None
    ) -> Call[None]:
        """Enters a group that is open (all but `Work`); nobody has to be asked, so `message` is not used.

        Raises `Error` with NO_PERMISSION where one is invited only. Waits for the server. V2TIM: joinGroup.
        """
        return Call("joinGroup", nothing, groupID=group_id, message=message, timeoutMs=milliseconds(timeout))

    @method
    def quit_group(self, group_id: str, *, timeout: Optional[float] = None) -> Call[None]:
        """Leaves a group. The conversation stays, with its history.

        Raises `Error` with NO_PERMISSION for the owner. Waits for the server. V2TIM: quitGroup.
        """
        return Call("quitGroup", nothing, groupID=group_id, timeoutMs=milliseconds(timeout))

    @method
    def dismiss_group(self, group_id: str, *, timeout: Optional[float] = None) -> Call[None]:
        """Ends a group of one's own. The members' conversations stay.

        Raises `Error` with NO_PERMISSION for all but the owner. Waits for the server. V2TIM: dismissGroup.
        """
        return Call("dismissGroup", nothing, groupID=group_id, timeoutMs=milliseconds(timeout))

    @method
    def get_groups_info(
        self, group_id_list: Sequence[str], *, timeout: Optional[float] = None
    ) -> Call[List[GroupInfoResult]]:
        """What the server knows of 1 to 100 groups, in the order asked. Waits for the server. V2TIM: getGroupsInfo."""
        return Call("getGroupsInfo", _group_results, groupIDList=group_id_list, timeoutMs=milliseconds(timeout))

    @method
    def get_joined_group_list(self) -> Call[List[GroupInfo]]:
        """One's own groups, by groupID. V2TIM: getJoinedGroupList."""
        return Call("getJoinedGroupList", _groups)

    @method
    def get_group_member_list(
        self,
        group_id: str,
        *,
        filter: Optional[int] = None,
        next_seq: Union[str, int, None] = None,
        count: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> Call[GroupMemberInfoResult]:
        """A page of the members of a group, in the order they joined: 100, or `count`, from `next_seq` on.

        `filter` is 0 all, 1 the owner, 2 administrators, 4 ordinary members. Raises `Error` with NO_PERMISSION for
        those who are no members. Waits for the server. V2TIM: getGroupMemberList.
        """
        return Call(
            "getGroupMemberList",
            _members,
            groupID=group_id,
            filter=filter,
            nextSeq=next_seq,
            count=count,
            timeoutMs=milliseconds(timeout),
        )

    # Messages.

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

    # Conversations.

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
