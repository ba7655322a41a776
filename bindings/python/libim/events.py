"""What a client tells of: a dataclass for each event.

An event has at most one field, which is what V2TIM hands to the callback of that name.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Dict, Iterable, Tuple, Type

from ._wire import decode_data, model, wire_name
from .models import Conversation, Failure, Message, MessageReceipt

__all__ = [
    "ConnectFailed",
    "ConnectSuccess",
    "Connecting",
    "ConversationChanged",
    "ConversationDeleted",
    "Event",
    "KickedOffline",
    "MessageStatusChanged",
    "MessagesMissed",
    "NewConversation",
    "RecvC2CReadReceipt",
    "RecvMessageModified",
    "RecvMessageRevoked",
    "RecvNewMessage",
    "SyncServerFailed",
    "SyncServerFinish",
    "SyncServerStart",
    "TotalUnreadMessageCountChanged",
    "UserSigExpired",
]


@dataclass(frozen=True)
class Event:
    """The base of all events."""

    number: ClassVar[int]  #: The number of the event, which never changes.
    name: ClassVar[str]  #: V2TIM's name, for example `onNewConversation`.

    @property
    def payload(self) -> Any:
        """What the event tells: the value of its one field, or None."""
        return next(iter(vars(self).values()), None)


@dataclass(frozen=True)
class SyncServerStart(Event):
    """onSyncServerStart: a sync with the server begins. Exactly one of the next two follows."""

    number = 0
    name = "onSyncServerStart"


@dataclass(frozen=True)
class SyncServerFinish(Event):
    """onSyncServerFinish: the sync is complete; what it changed was told before."""

    number = 1
    name = "onSyncServerFinish"


@dataclass(frozen=True)
class SyncServerFailed(Event):
    """onSyncServerFailed: the sync broke off; another one starts later."""

    number = 2
    name = "onSyncServerFailed"
    failure: Failure  #: Why.


@dataclass(frozen=True)
class NewConversation(Event):
    """onNewConversation: conversations that were never told before, or were deleted since."""

    number = 3
    name = "onNewConversation"
    conversation_list: Tuple[Conversation, ...]  #: The conversations. Their place here means nothing.


@dataclass(frozen=True)
class ConversationChanged(Event):
    """onConversationChanged: conversations with a visible change, whole, with their new `orderkey`."""

    number = 4
    name = "onConversationChanged"
    conversation_list: Tuple[Conversation, ...]  #: The conversations. Their place here means nothing.


@dataclass(frozen=True)
class ConversationDeleted(Event):
    """onConversationDeleted: conversations that are gone."""

    number = 5
    name = "onConversationDeleted"
    conversation_id_list: Tuple[str, ...]  #: Their ids.


@dataclass(frozen=True)
class TotalUnreadMessageCountChanged(Event):
    """onTotalUnreadMessageCountChanged: the new total of unread messages."""

    number = 6
    name = "onTotalUnreadMessageCountChanged"
    total_unread_count: int  #: The total.


@dataclass(frozen=True)
class RecvNewMessage(Event):
    """onRecvNewMessage: a message arrived."""

    number = 7
    name = "onRecvNewMessage"
    message: Message  #: The message.


@dataclass(frozen=True)
class RecvMessageModified(Event):
    """onRecvMessageModified: a message was modified."""

    number = 8
    name = "onRecvMessageModified"
    message: Message  #: The message, as it is now.


@dataclass(frozen=True)
class RecvMessageRevoked(Event):
    """onRecvMessageRevoked: a message was recalled."""

    number = 9
    name = "onRecvMessageRevoked"
    msg_id: str  #: The id of the message.


@dataclass(frozen=True)
class RecvC2CReadReceipt(Event):
    """onRecvC2CReadReceipt: a peer has read messages of ours."""

    number = 10
    name = "onRecvC2CReadReceipt"
    receipt_list: Tuple[MessageReceipt, ...]  #: How far.


@dataclass(frozen=True)
class MessageStatusChanged(Event):
    """onMessageStatusChanged: a message of ours was sent (status 2) or refused (status 3)."""

    number = 11
    name = "onMessageStatusChanged"
    message: Message  #: The message.


@dataclass(frozen=True)
class MessagesMissed(Event):
    """onMessagesMissed: messages that were not told one by one. Read the histories of these conversations."""

    number = 12
    name = "onMessagesMissed"
    conversation_id_list: Tuple[str, ...]  #: The ids of the conversations.


@dataclass(frozen=True)
class Connecting(Event):
    """onConnecting: the backend tries to reach the server."""

    number = 13
    name = "onConnecting"


@dataclass(frozen=True)
class ConnectSuccess(Event):
    """onConnectSuccess: the server is reached and the user is known there."""

    number = 14
    name = "onConnectSuccess"


@dataclass(frozen=True)
class ConnectFailed(Event):
    """onConnectFailed: the server cannot be reached now; the backend goes on trying."""

    number = 15
    name = "onConnectFailed"
    failure: Failure  #: Why.


@dataclass(frozen=True)
class KickedOffline(Event):
    """onKickedOffline: another device took the place of this session."""

    number = 16
    name = "onKickedOffline"


@dataclass(frozen=True)
class UserSigExpired(Event):
    """onUserSigExpired: the credentials have expired."""

    number = 17
    name = "onUserSigExpired"


#: The class of each event, by its number.
BY_NUMBER: Dict[int, Type[Event]] = {kind.number: kind for kind in Event.__subclasses__()}

_KEYS = {
    number: wire_name(next((field.name for field in dataclasses.fields(kind)), ""))
    for number, kind in BY_NUMBER.items()
}


def decode(number: int, payload: bytes) -> Event:
    """The event of a callback of the library."""
    data = json.loads(payload.decode("utf-8"))
    return decode_data({_KEYS[number]: data}, model(BY_NUMBER[number]))


def mask(kinds: Iterable[Type[Event]]) -> int:
    """The bits of a listener for these kinds; of all that this package knows when there are none."""
    bits = 0
    for kind in tuple(kinds) or BY_NUMBER.values():
        bits |= 1 << kind.number
    return bits
