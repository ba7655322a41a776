"""libim: the conversation list of a chat app.

    with libim.Client.open(libim.Config("im-data", "alice")) as alice:
        alice.login()
        for conversation in alice.get_conversation_list().conversation_list:
            print(conversation.show_name, conversation.unread_count)

`Client` has the methods, `Client.aio` the same for asyncio. `Client.add_listener` and `Client.events` report changes.
A call that fails raises `Error`. Names are V2TIM's in snake case.
"""

from . import config, enums, errors, events, models
from ._aio import Async, Events
from ._aio_view import AsyncListView
from ._client import Client
from ._handlers import Listener
from ._library import library_version
from ._list_model import ListModel
from ._list_view import ListView
from ._listener import Subscription
from ._logger import LogLevel, set_logger
from ._wire import to_wire
from .config import *
from .enums import *
from .errors import *
from .events import *
from .models import *

__version__ = "0.1.0"

__all__ = [
    "Async",
    "AsyncListView",
    "Client",
    "Events",
    "ListModel",
    "ListView",
    "Listener",
    "LogLevel",
    "Subscription",
    "library_version",
    "set_logger",
    "to_wire",
]
__all__ += config.__all__
__all__ += enums.__all__
__all__ += errors.__all__
__all__ += events.__all__
__all__ += models.__all__
