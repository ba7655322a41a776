"""What libim tells of: conversations, messages, people and groups.

Frozen dataclasses with V2TIM's names in snake case: `conversationID` is `conversation_id`. `to_wire` gives a model with
the names as they are in JSON. Keys that V2TIM has and libim does not fill yet (pictures, sound and so on) are not here.
Times are in seconds since 1970, UTC. Every integer is below 2^53.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

__all__ = [
    "AT_ALL",
    "Conversation",
    "ConversationResult",
    "CustomElem",
    "Failure",
    "FriendInfo",
    "FriendOperationResult",
    "GroupAtInfo",
    "GroupInfo",
    "GroupInfoResult",
    "GroupMemberFullInfo",
    "GroupMemberInfoResult",
    "GroupMemberOperationResult",
    "Message",
    "MessageReceipt",
    "NewMember",
    "Opened",
    "TextElem",
    "UserFullInfo",
]

#: The pseudo user that stands for everybody in `group_at_user_list`. The spelling is V2TIM's.
AT_ALL = "__kImSDK_MesssageAtALL__"


@dataclass(frozen=True)
class TextElem:
    """What a text message carries."""

    text: str  #: The text, of 1 byte to 64 KiB.


@dataclass(frozen=True)
class CustomElem:
    """What a custom message carries."""

    data: str  #: The app's data.
    desc: str = ""  #: A description for lists and notifications.
    extension: str = ""  #: A second field of the app's own.


@dataclass(frozen=True)
class Message:
    """A message (V2TimMessage)."""

    msg_id: str  #: Its id, the same on all devices and for all users.
    timestamp: int  #: When it was sent, s; the server's time once the server has it.
    sender: str  #: The userID of the sender.
    nick_name: str  #: The sender's nickname when it was sent.
    friend_remark: str  #: The user's remark for the sender, as it is now. Empty for one's own messages.
    face_url: str  #: The sender's picture when it was sent.
    name_card: str  #: Always empty: not supported yet.
    group_id: Optional[str]  #: The group; None for C2C.
    user_id: Optional[str]  #: The peer of the C2C conversation, whoever sent the message; None for groups.
    status: int  #: 1 being sent, 2 sent or received, 3 refused by the server, 6 recalled.
    elem_type: int  #: 1 text, 2 custom.
    text_elem: Optional[TextElem]  #: The text; None when `elem_type` is not 1, and once recalled.
    custom_elem: Optional[CustomElem]  #: The app's own data; None when `elem_type` is not 2, and once recalled.
    local_custom_data: str  #: Always empty: not supported yet.
    local_custom_int: int  #: Always 0: not supported yet.
    cloud_custom_data: str  #: The app's data beside the element. Empty once recalled.
    is_self: bool  #: Whether the account's own user sent it, on whichever device.
    is_read: bool  #: Whether the user has read it. True for one's own.
    is_peer_read: bool  #: Whether the peer has read it. For one's own messages in C2C conversations; else False.
    priority: int  #: 0 default, 1 high, 2 normal, 3 low; carried for the app.
    group_at_user_list: Tuple[str, ...]  #: Who is @ed: userIDs and `AT_ALL`. Empty for C2C, and once recalled.
    seq: str  #: The server's sequence in the conversation, rising in the server's order. `0` until the server has it.
    random: int  #: A random number, made by the sender.
    is_excluded_from_unread_count: bool  #: Whether it does not count as unread.
    is_excluded_from_last_message: bool  #: Whether it does not become the last message.
    need_read_receipt: bool  #: Whether the sender wants a receipt; carried for the app.
    id: str  #: The same as `msg_id`.


@dataclass(frozen=True)
class GroupAtInfo:
    """An unread message of a group that @s the user (V2TimGroupAtInfo)."""

    seq: str  #: The sequence of the message: its `seq`.
    at_type: int  #: 1 the user by name, 2 everyone, 3 both.


@dataclass(frozen=True)
class Conversation:
    """A conversation (V2TimConversation)."""

    conversation_id: str  #: `c2c_<userID>` or `group_<groupID>`.
    type: int  #: 1 with a user (C2C), 2 with a group.
    user_id: Optional[str]  #: The user; None for groups.
    group_id: Optional[str]  #: The group; None for C2C.
    show_name: str  #: The name to show; never empty. C2C: remark, nickname or userID. Group: name or groupID.
    face_url: str  #: The address of the picture; empty when there is none.
    group_type: Optional[str]  #: As in `GroupInfo`; None for C2C, and while the group is not known.
    unread_count: int  #: Messages not read yet.
    last_message: Optional[Message]  #: The newest message; None when there is none.
    draft_text: Optional[str]  #: The draft; None when there is none.
    draft_timestamp: int  #: When the draft was set, s; 0 without one.
    is_pinned: bool  #: Whether it is pinned.
    recv_opt: int  #: 0 receive and notify, 1 not delivered, 2 receive silently, 3 receive, notify only for an @.
    group_at_info_list: Tuple[GroupAtInfo, ...]  #: The unread messages that @ the user, oldest first. Empty for C2C.
    orderkey: int  #: Sort by it, descending. 0 for a transient conversation, which is not in the list.
    mark_list: Tuple[int, ...]  #: Always empty: marks are not supported yet.
    custom_data: str  #: Always empty: not supported yet.
    conversation_group_list: Tuple[str, ...]  #: Always empty: not supported yet.
    c2c_read_timestamp: int  #: C2C: the time of the last message read, s; 0 when none was. Groups: 0.
    group_read_sequence: int  #: Groups: the sequence of the last message read; 0 when none was. C2C: 0.


@dataclass(frozen=True)
class ConversationResult:
    """A page of the list (V2TimConversationResult)."""

    next_seq: str  #: The cursor for the next page. `0` of an empty list.
    is_finished: bool  #: Whether this page holds the end of the list.
    conversation_list: Tuple[Conversation, ...]  #: The page, in the order of the list.


@dataclass(frozen=True)
class UserFullInfo:
    """What a user shows of themselves (V2TimUserFullInfo). Empty text means not set."""

    user_id: str  #: The user.
    nick_name: str  #: The name the user chose.
    face_url: str  #: The address of the user's picture.


@dataclass(frozen=True)
class FriendInfo:
    """A friend (V2TimFriendInfo)."""

    user_id: str  #: The friend.
    friend_remark: str  #: The user's own name for the friend; empty when there is none.
    user_profile: UserFullInfo  #: What the friend shows.


@dataclass(frozen=True)
class FriendOperationResult:
    """What became of one user (V2TimFriendOperationResult)."""

    user_id: str  #: The user.
    result_code: int  #: A status; 0 done.
    result_info: str  #: Empty, or why it was not done.


@dataclass(frozen=True)
class GroupInfo:
    """A group as the user sees it (V2TimGroupInfo)."""

    group_id: str  #: The group.
    group_type: str  #: `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    group_name: str  #: Its name; empty when not set.
    face_url: str  #: The address of its picture; empty when not set.
    owner: Optional[str]  #: The owner's userID; None when unknown.
    create_time: int  #: When it was made, s.
    member_count: int  #: How many members it has.
    role: int  #: The user's own role: 0 not a member, 200 member, 300 administrator, 400 owner.


@dataclass(frozen=True)
class GroupInfoResult:
    """What the server knows of one group (V2TimGroupInfoResult)."""

    result_code: int  #: A status: 0, or 8501 when there is no such group.
    result_message: str  #: Empty, or one sentence.
    group_info: Optional[GroupInfo]  #: The group; None when `result_code` is not 0.


@dataclass(frozen=True)
class GroupMemberFullInfo:
    """A member of a group (V2TimGroupMemberFullInfo)."""

    user_id: str  #: The member.
    role: int  #: 200 member, 300 administrator, 400 owner.
    nick_name: str  #: The name the member chose.
    name_card: str  #: Always empty: not supported yet.
    friend_remark: str  #: The user's own name for the member; empty when not a friend.
    face_url: str  #: The address of the member's picture.
    join_time: int  #: When the member joined, s.


@dataclass(frozen=True)
class GroupMemberInfoResult:
    """A page of the members of a group (V2TimGroupMemberInfoResult)."""

    next_seq: str  #: Where the next page starts; `0` after the last one.
    member_info_list: Tuple[GroupMemberFullInfo, ...]  #: The members, in the order they joined.


@dataclass(frozen=True)
class GroupMemberOperationResult:
    """What became of one member (V2TimGroupMemberOperationResult)."""

    member_id: str  #: The user.
    result: int  #: 1 done, 0 not.
    result_info: str  #: Empty, or why it was not done.


@dataclass(frozen=True)
class NewMember:
    """Somebody who is in a new group from the start."""

    user_id: str  #: The user.
    role: int = 200  #: 200 member, 300 administrator.


@dataclass(frozen=True)
class MessageReceipt:
    """How far a peer has read (V2TimMessageReceipt)."""

    user_id: str  #: The peer, who has read.
    timestamp: int  #: The time of the last message the peer has read, s.
    group_id: Optional[str]  #: Always None: receipts are for C2C conversations.
    msg_id: Optional[str]  #: Always None: not supported yet.
    read_count: int  #: Always 0: not supported yet.
    unread_count: int  #: Always 0: not supported yet.


@dataclass(frozen=True)
class Failure:
    """Why something failed that no call waits for."""

    code: int  #: A status.
    desc: str  #: One English sentence for a developer.


@dataclass(frozen=True)
class Opened:
    """What opening a client found."""

    user_id: str  #: The account's user.
    cache: str  #: `created`, `opened`, or `rebuilt` when the cache was damaged and moved aside.
    salvaged: int  #: How many unsent changes a rebuild could keep; else 0.
