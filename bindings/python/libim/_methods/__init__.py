"""The methods, each once. `Client` has them so that they wait for their answers, `Client.aio` so that they are awaited.

Parameters have the names of the request's fields in snake case, and None leaves a field out, so that the library's
default holds. docs/status.md describes the status codes that `Error` carries.
"""

from __future__ import annotations

from .account import AccountMethods
from .change import ChangeMethods
from .conversation import ConversationMethods
from .create import CreateMethods
from .friend import FriendMethods
from .group import GroupMethods
from .history import HistoryMethods
from .label import LabelMethods
from .member import MemberMethods
from .message import MessageMethods
from .receipt import ReceiptMethods
from .search import SearchMethods
from .view import ViewMethods


class Methods(
    AccountMethods,
    FriendMethods,
    GroupMethods,
    MemberMethods,
    CreateMethods,
    MessageMethods,
    HistoryMethods,
    ChangeMethods,
    ReceiptMethods,
    ConversationMethods,
    ViewMethods,
    SearchMethods,
    LabelMethods,
):
    """The methods of a client."""
