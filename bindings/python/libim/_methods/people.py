"""The methods about people: profiles and friends."""

from __future__ import annotations

from typing import List, Optional, Sequence

from .._call import Call, method, milliseconds
from .._wire import list_of, model, nothing
from ..models import FriendInfo, FriendOperationResult, UserFullInfo

_users = list_of(model(UserFullInfo))
_friends = list_of(model(FriendInfo))
_friend_result = model(FriendOperationResult)
_friend_results = list_of(_friend_result)


class People:
    """The methods about people: profiles and friends."""

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
