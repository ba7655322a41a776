"""What happens in a group, as sentences."""

from __future__ import annotations

from typing import Optional

import libim

from .text import one_line, short

_CHANGES = {
    libim.GroupChangeType.INTRODUCTION: "changed what the group is about: {}",
    libim.GroupChangeType.NOTIFICATION: "changed the notice: {}",
    libim.GroupChangeType.FACE_URL: "changed the picture of the group",
    libim.GroupChangeType.OWNER: "made {} the owner",
}


def name_of(member: libim.GroupMemberInfo) -> str:
    """What to call a member."""
    return one_line(member.name_card or member.friend_remark or member.nick_name or member.user_id)


def sentence(tips: libim.GroupTipsElem) -> str:
    """One sentence for what happened."""
    one = name_of(tips.op_member) or "Somebody"
    others = ", ".join(map(name_of, tips.member_list)) or "somebody"
    kind = libim.GroupTipsType
    if tips.type == kind.JOIN:
        return f"{others} joined"
    if tips.type == kind.INVITE:
        return f"{one} invited {others}"
    if tips.type == kind.QUIT:
        return f"{one} left"
    if tips.type == kind.KICKED:
        return f"{one} removed {others}"
    if tips.type == kind.SET_ADMIN:
        return f"{one} made {others} administrator"
    if tips.type == kind.CANCEL_ADMIN:
        return f"{one} made {others} a member again"
    if tips.type == kind.GROUP_INFO_CHANGE:
        changes = (_change(change) for change in tips.group_change_info_list)
        return f"{one} " + (" and ".join(changes) or "changed the group")
    if tips.type == kind.MEMBER_INFO_CHANGE:
        cards = [f"{change.user_id} is “{one_line(change.name_card)}”" for change in tips.member_change_info_list]
        return ", ".join(cards) or f"{one} changed a member"
    return "Something changed in the group"


def _change(change: libim.GroupChangeInfo) -> str:
    value = one_line(change.value)
    if change.type == libim.GroupChangeType.NAME:
        return f"named the group “{value}”" if value else "took the name of the group away"
    return _CHANGES.get(change.type, "changed the group").format(value)


def ending(event: libim.Event, conversation: libim.Conversation, name: str, me: str) -> Optional[str]:
    """Says when others end the membership in a group that is shown: what is written now goes nowhere."""
    if not isinstance(event, (libim.GroupDismissed, libim.MemberKicked)):
        return None
    change = event.change
    if change.group_id != conversation.group_id or change.op_user.user_id == me:
        return None
    if isinstance(change, libim.GroupDismissal):
        return f"The group {short(name)} was dismissed."
    if any(member.user_id == me for member in change.member_list):
        return f"You were removed from the group {short(name)}."
    return None
