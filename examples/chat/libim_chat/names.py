"""What to call conversations. A group without a name is called after its members, as chat apps do."""

from __future__ import annotations

import asyncio
import re
from typing import Callable, Dict, List, Optional, Sequence, Set

import libim

from .text import one_line, short

#: How many members are asked for at a time.
PAGE_OF_MEMBERS = 100
#: How many members a group without a name is called after, and how many cells each of them has.
NAMED = 3
CELLS = 20
#: What a group is called whose members are not known, or that has none.
UNNAMED = "Unnamed group"
#: After these the members of a group may be others.
CHANGES_OF_MEMBERS = (
    libim.MemberEnter,
    libim.MemberInfoChanged,
    libim.MemberInvited,
    libim.MemberKicked,
    libim.MemberLeave,
)
#: The ids of groups that programs have made up.
_MADE_UP = re.compile(r"@TGS#|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)


class Names:
    """The names of the conversations of a client. `changed` is called when one has become known."""

    def __init__(self, client: libim.Client, changed: Callable[[], None]) -> None:
        self._client, self._changed = client, changed
        #: The groups whose members were asked for, and what they are called after them.
        self._known: Dict[str, Optional[str]] = {}
        self._wanted: List[str] = []
        self._is_wanted: asyncio.Event

    def of(self, conversation: libim.Conversation) -> str:
        """The name, on one line. The members of a group without one are asked for, once."""
        name = one_line(conversation.show_name)
        if conversation.group_id is None:
            return name or one_line(conversation.user_id or "")
        if name and conversation.show_name != conversation.group_id:
            return name
        return _readable(conversation.group_id) or self._after_members(conversation.group_id) or UNNAMED

    async def learn(self) -> None:
        """Asks for the members of the groups that are to be called after them, one after another, for ever."""
        self._is_wanted = asyncio.Event()
        while True:
            while self._wanted:
                group_id = self._wanted.pop()
                try:
                    page = await self._client.aio.get_group_member_list(group_id, count=NAMED + 2)
                except libim.Error:
                    continue  # until something changes
                self.take(group_id, page.member_info_list, page.next_seq == "0")
            self._is_wanted.clear()
            await self._is_wanted.wait()

    def take(self, group_id: str, members: Sequence[libim.GroupMemberFullInfo], are_all: bool) -> None:
        """Notes the members of a group."""
        me = self._client.opened.user_id
        others = [_called(each) for each in members if each.user_id != me]
        if len(others) > NAMED or not are_all:
            name: Optional[str] = f"{', '.join(others[:NAMED])} and others"
        else:
            name = ", ".join(others) or None
        if self._known.get(group_id) != name:
            self._known[group_id] = name
            self._changed()

    def hear(self, event: libim.Event) -> None:
        """Has the members asked for again where they may be others."""
        again: Set[str] = set()
        if isinstance(event, (libim.ConnectSuccess, libim.SyncServerFinish)):
            again = {group_id for group_id, name in self._known.items() if name is None}
        elif isinstance(event, CHANGES_OF_MEMBERS):
            again = {event.change.group_id} & self._known.keys()
        for group_id in again:
            self._want(group_id)

    def _after_members(self, group_id: str) -> Optional[str]:
        if group_id not in self._known:
            self._known[group_id] = None
            self._want(group_id)
        return self._known[group_id]

    def _want(self, group_id: str) -> None:
        if group_id not in self._wanted:
            self._wanted.append(group_id)
        if hasattr(self, "_is_wanted"):
            self._is_wanted.set()


async def members_of(client: libim.Client, group_id: str) -> Optional[List[libim.GroupMemberFullInfo]]:
    """All members of a group; None without a connection, or where one may not know."""
    found: List[libim.GroupMemberFullInfo] = []
    page: Optional[libim.GroupMemberInfoResult] = None
    while page is None or page.next_seq != "0":
        seq = None if page is None else page.next_seq
        try:
            page = await client.aio.get_group_member_list(group_id, next_seq=seq, count=PAGE_OF_MEMBERS)
        except libim.Error:
            return None
        found.extend(page.member_info_list)
    return found


def _called(member: libim.GroupMemberFullInfo) -> str:
    name = member.name_card or member.friend_remark or member.nick_name
    return short(name or member.user_id.partition("@")[0] or member.user_id, CELLS)


def _readable(group_id: str) -> Optional[str]:
    """An id that somebody has chosen, without the server's name: that is what a room is known by."""
    return None if _MADE_UP.search(group_id) else one_line(group_id.partition("@")[0]) or None
