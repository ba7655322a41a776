"""What a type checker must see of the package; it is checked and not run."""

from __future__ import annotations

from typing import Callable, List, Optional, Union

import libim
from typing_extensions import assert_type


def blocking(client: libim.Client) -> None:
    assert_type(client.login(timeout=1.5), None)
    assert_type(client.get_login_user(), Optional[str])
    assert_type(client.get_conversation_list("0", 20), libim.ConversationResult)
    assert_type(client.get_history_message_list(user_id="bob"), List[libim.Message])
    assert_type(client.get_conversation("c2c_bob").last_message, Optional[libim.Message])
    client.get_conversation()  # type: ignore[call-arg]
    client.get_conversation(1)  # type: ignore[arg-type]
    client.get_conversation("c2c_bob").show_name = "x"  # type: ignore[misc]


async def awaited(client: libim.Client) -> None:
    assert_type(await client.aio.login(timeout=1.5), None)
    assert_type(await client.aio.get_conversation_list("0", 20), libim.ConversationResult)
    assert_type(await client.aio.get_total_unread_message_count(), int)
    await client.aio.get_conversation(1)  # type: ignore[arg-type]
    async for event in client.events():
        assert_type(event, libim.Event)
        if isinstance(event, libim.RecvNewMessage):
            assert_type(event.message, libim.Message)
    async for message in client.events(libim.RecvNewMessage):
        assert_type(message, libim.RecvNewMessage)
    async for either in client.events(libim.Connecting, libim.ConnectSuccess):
        assert_type(either, Union[libim.Connecting, libim.ConnectSuccess])


def listeners(client: libim.Client) -> None:
    def total(event: libim.TotalUnreadMessageCountChanged) -> None: ...

    def lists(event: Union[libim.NewConversation, libim.ConversationChanged]) -> None: ...

    every: Callable[[libim.Event], None] = print
    client.add_listener(every)
    client.add_listener(total, libim.TotalUnreadMessageCountChanged)
    client.add_listener(lists, libim.NewConversation, libim.ConversationChanged)
    client.add_listener(total)  # type: ignore[arg-type]
    client.add_listener(total, libim.NewConversation)  # type: ignore[arg-type]
    client.add_listener(lambda event: print(event.total_unread_count), libim.TotalUnreadMessageCountChanged)
    assert_type(client.add_listener(libim.Listener()), libim.Subscription)


def errors(error: libim.Error) -> None:
    assert_type(error.code, int)
    assert_type(error.status, Optional[libim.Status])
    assert_type(error.desc, str)
