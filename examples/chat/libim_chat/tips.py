"""What happens in a group, as sentences."""

from __future__ import annotations

import libim

from .text import one_line

_CHANGES = {
    libim.GroupChangeType.NAME: "named the group “{}”",
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
        changes = (
            _CHANGES.get(change.type, "changed the group").format(one_line(change.value))
            for change in tips.group_change_info_list
        )
        return f"{one} " + (" and ".join(changes) or "changed the group")
    if tips.type == kind.MEMBER_INFO_CHANGE:
        cards = [f"{change.user_id} is “{one_line(change.name_card)}”" for change in tips.member_change_info_list]
        return ", ".join(cards) or f"{one} changed a member"
    return "Something changed in the group"
