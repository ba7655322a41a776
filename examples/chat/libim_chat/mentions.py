"""Whom a text mentions with an @, and what completes a name that was begun."""

from __future__ import annotations

from typing import Iterable, List, Optional, Sequence, Tuple

import libim

#: The word for everyone.
ALL = "all"
#: A member: the id, and all names, the id among them.
Member = Tuple[str, Tuple[str, ...]]


def members(infos: Iterable[libim.GroupMemberFullInfo]) -> List[Member]:
    """The members of a group with their names."""
    made = []
    for info in infos:
        names = (info.user_id, info.name_card, info.friend_remark, info.nick_name)
        made.append((info.user_id, tuple(name for name in names if name)))
    return made


def mentioned(text: str, members: Sequence[Member]) -> List[str]:
    """The ids of those whom a text mentions, and `AT_ALL` for everyone."""
    words = {word[1:].rstrip(",.:;!?") for word in text.split() if word.startswith("@")}
    ids = [user_id for user_id, names in members if words.intersection(names)]
    return ([libim.AT_ALL] if ALL in words else []) + ids


def completed(before: str, members: Sequence[Member]) -> Optional[Tuple[int, str]]:
    """Where the last word of a text begins and what to put in its place, if it is an @ and the beginning of a member's name."""
    word = before.split()[-1] if before and not before[-1].isspace() else ""
    if not word.startswith("@"):
        return None
    begun = word[1:].casefold()
    for user_id, names in [*members, (ALL, (ALL,))]:
        if any(name.casefold().startswith(begun) for name in names):
            return len(before) - len(word), f"@{user_id} "
    return None
