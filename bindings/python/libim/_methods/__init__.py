"""The methods, each once. `Client` has them so that they wait for their answers, `Client.aio` so that they are awaited.

Parameters have the names of the request's fields in snake case, and None leaves a field out. `timeout` is in seconds;
None is the library's 30. Methods that wait for the server raise `Error` with `Status.NOT_LOGGED_IN`, `DISCONNECTED`,
`TIMEOUT`, `CANCELLED` and `REFUSED`; docs/status.md and include/libim.h say more about each.
"""

from __future__ import annotations

from .account import AccountMethods
from .conversation import ConversationMethods
from .friend import FriendMethods
from .group import GroupMethods
from .message import MessageMethods


class Methods(AccountMethods, FriendMethods, GroupMethods, MessageMethods, ConversationMethods):
    """The methods of a client."""
