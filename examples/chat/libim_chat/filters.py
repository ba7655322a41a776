"""The filters of the list, each with its key: those that are always there, and the folders of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

import libim


@dataclass(frozen=True)
class Filter:
    """Conversations to show."""

    key: str
    name: str
    label: str
    wanted: Optional[libim.ConversationFilter]


FILTERS: Tuple[Filter, ...] = (
    Filter("1", "All", "All", None),
    Filter("2", "Unread", "Unread", libim.ConversationFilter(has_unread_count=True)),
    Filter("3", "Groups", "Groups", libim.ConversationFilter(conversation_type=libim.ConversationType.GROUP)),
    Filter("4", "People", "People", libim.ConversationFilter(conversation_type=libim.ConversationType.C2C)),
    Filter("5", "Starred", "★", libim.ConversationFilter(mark_type=int(libim.Mark.STAR))),
    Filter("6", "Mentions", "@", libim.ConversationFilter(has_group_at_info=True)),
)


#: The keys of the first folders; another one goes on to the next folder.
FOLDER_KEYS = "789"
NEXT_FOLDER_KEY = "0"


def choices(folders: Sequence[str]) -> Tuple[Filter, ...]:
    """All filters: the fixed ones, and one for each folder (a conversation group of V2TIM)."""
    keys = FOLDER_KEYS.ljust(len(folders))
    return FILTERS + tuple(
        Filter(key.strip(), name, name, libim.ConversationFilter(conversation_group=name))
        for key, name in zip(keys, folders)
    )
