"""The methods about groups and their members."""

from __future__ import annotations

from typing import List, Optional, Sequence, Union

from .._call import Call, method, milliseconds
from .._wire import as_is, list_of, model, nothing
from ..models import GroupInfo, GroupInfoResult, GroupMemberInfoResult, GroupMemberOperationResult, NewMember

_groups = list_of(model(GroupInfo))
_group_results = list_of(model(GroupInfoResult))
_members = model(GroupMemberInfoResult)
_member_results = list_of(model(GroupMemberOperationResult))


class Groups:
    """The methods about groups and their members."""

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
