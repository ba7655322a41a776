"""Whom a text mentions with an @, and who can take the place of a name that was begun."""

from __future__ import annotations

import re
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

import libim

from .text import one_line

#: The word for everyone.
ALL = "all"
#: An @ that begins a name. On an XMPP server an id has one itself.
_BEGIN = re.compile(r"(?<![a-zA-Z0-9._\-])@")
#: What does not follow the end of a name.
_GOES_ON = re.compile(r"[\w@]|[-.]\w")


class Member(NamedTuple):
    """A member of a group. The names are on one line and harmless: they are written into texts."""

    user_id: str
    #: What the others in the group see.
    name: str = ""
    #: Further names, also those that only the user knows.
    others: Tuple[str, ...] = ()

    @property
    def names(self) -> Tuple[str, ...]:
        """All names."""
        return tuple(name for name in (self.name, one_line(self.user_id), *self.others) if name)


class Candidate(NamedTuple):
    """Who can be meant."""

    #: What is written for them.
    written: str
    #: What else says who they are.
    beside: str


def members(infos: Iterable[libim.GroupMemberFullInfo]) -> List[Member]:
    """The members of a group with their names."""
    return [
        Member(
            info.user_id,
            one_line(info.name_card or info.nick_name),
            (one_line(info.nick_name), one_line(info.friend_remark)),
        )
        for info in infos
    ]


def mentioned(text: str, members: Sequence[Member]) -> List[str]:
    """The ids of those whom a text mentions, and `AT_ALL` for everyone. Of several names that fit the longest counts."""
    named = {_name_at(text, begin.end(), members) for begin in _BEGIN.finditer(text)}
    ids = [member.user_id for member in members if named.intersection(member.names)]
    return ([libim.AT_ALL] if ALL in named else []) + ids


def _name_at(text: str, place: int, members: Sequence[Member]) -> str:
    fitting = [ALL, *(name for member in members for name in member.names)]
    return max(
        (name for name in fitting if text.startswith(name, place) and not _GOES_ON.match(text, place + len(name))),
        key=len,
        default="",
    )


def candidates(before: str, members: Sequence[Member], me: str = "") -> Optional[Tuple[int, List[Candidate]]]:
    """Where the @ before the cursor is, and who fits what follows it; None where there is no @ or nobody fits.

    `me` is who writes: nobody calls themselves. A name fits that begins so, or has a word that does. What follows may have spaces, as names do.
    """
    begins = [begin.start() for begin in _BEGIN.finditer(before)]
    if not begins or not members:
        return None
    begun = before[begins[-1] + 1 :].casefold()
    fitting = [
        Candidate(_written(member, members), _beside(member))
        for member in members
        if member.user_id != me and any(_fits(name.casefold(), begun) for name in member.names)
    ]
    if ALL.startswith(begun):
        fitting.append(Candidate(ALL, "everyone"))
    return (begins[-1], fitting) if fitting else None


def _fits(name: str, begun: str) -> bool:
    return name.startswith(begun) or any(word.startswith(begun) for word in name.split())


def _written(member: Member, members: Sequence[Member]) -> str:
    """The name, where no other member has it; else the id."""
    is_known = [each for each in members if member.name in each.names] == [member]
    return member.name if is_known and member.name != ALL else one_line(member.user_id)


def _beside(member: Member) -> str:
    remarks = [name for name in member.names if name != member.name]
    return ", ".join(dict.fromkeys(remarks))
