"""The main job of libim in Python: a conversation list that is right.

    python inbox.py DIR

opens alice, bob and carol on one service file in DIR, as three tasks of one event loop. Bob and carol write to alice,
to her alone and in a group; she answers, pins, drafts and reads; then her list is printed page by page, and the events
she got. Nobody sleeps: whoever waits for something waits for events and looks again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from types import TracebackType
from typing import Callable, List, Optional, Type

import libim

PAGE = 2
PATIENCE_S = 30


class Person:
    """A user who is logged in and notes down what happens."""

    def __init__(self, directory: str, name: str) -> None:
        service = libim.Embedded(os.path.join(directory, "service.db"))
        self.name = name
        self.client = libim.Client.open(libim.Config(os.path.join(directory, name), name, service))
        self.events: List[libim.Event] = []
        self._news = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(self.client.events()))

    async def __aenter__(self) -> Person:
        await self.client.aio.login()
        await self.client.aio.set_self_info(nick_name=self.name.capitalize())
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.client.aio.close()
        await self._listening

    async def _listen(self, events: libim.Events[libim.Event]) -> None:
        async for event in events:
            self.events.append(event)
            self._news.set()

    async def wait_until(self, what: str, is_true: Callable[[], bool]) -> None:
        """Looks whether `is_true` after every event, until it is."""
        try:
            while True:
                self._news.clear()
                if is_true():
                    return
                await asyncio.wait_for(self._news.wait(), PATIENCE_S)
        except asyncio.TimeoutError:
            sys.exit(f"{self.name}: waited in vain for {what}")

    def has_unread(self, conversation_id: str, count: int) -> bool:
        return self.client.get_conversation(conversation_id).unread_count == count

    def newest(self, *, user_id: Optional[str] = None, group_id: Optional[str] = None) -> Optional[libim.Message]:
        history = self.client.get_history_message_list(user_id=user_id, group_id=group_id, count=1)
        return history[0] if history else None

    def alice_has_said_bye(self) -> bool:
        newest = self.newest(group_id="team")
        return newest is not None and newest.sender == "alice"


# --- the three ---


async def bob(directory: str) -> None:
    async with Person(directory, "bob") as me:
        await me.client.aio.create_group(
            libim.GroupType.WORK, group_id="team", group_name="The Team", member_list=["alice", "carol"]
        )
        me.client.send_message(receiver="alice", text_elem="Are you in today?")
        me.client.send_message(receiver="alice", text_elem="Lunch at noon?")
        me.client.send_message(
            group_id="team", text_elem="@alice can you have a look at the plan?", group_at_user_list=["alice"]
        )
        await me.wait_until("alice's goodbye", me.alice_has_said_bye)


async def carol(directory: str) -> None:
    async with Person(directory, "carol") as me:
        me.client.send_message(receiver="alice", text_elem="The tickets are booked 🎉")
        await me.wait_until("being in the team", lambda: bool(me.client.get_joined_group_list()))
        me.client.send_message(group_id="team", text_elem="I have read it, looks fine")
        await me.wait_until("alice's goodbye", me.alice_has_said_bye)


async def alice(directory: str) -> None:
    async with Person(directory, "alice") as me:
        client = me.client
        await client.aio.add_friend("bob", "Bobby")
        await me.wait_until(
            "everybody's messages",
            lambda: me.has_unread("c2c_bob", 2) and me.has_unread("c2c_carol", 1) and me.has_unread("group_team", 2),
        )
        # A conversation takes its place when the server has the message, and the pages below shall not shift.
        await client.aio.send_and_wait(receiver="dave", text_elem="Hello dave, this is alice")
        await client.aio.send_and_wait(receiver="bob", text_elem="Noon is fine")
        client.pin_conversation("c2c_carol", True)
        client.set_conversation_draft("c2c_carol", "Great, which")
        client.clean_conversation_unread_message_count("c2c_bob")

        total = client.get_total_unread_message_count()
        print(f"alice's list, {PAGE} a page; {total} unread in all\n")
        print_list(client)

        client.send_message(group_id="team", text_elem="Thanks, bye for now")
        await me.wait_until(
            "the delivery of what alice wrote",
            lambda: all(
                m and m.status == libim.MessageStatus.SENT
                for m in (me.newest(user_id="bob"), me.newest(group_id="team"))
            ),
        )
        print("\nthe events she got, as they came\n")
        for event in me.events:
            print("      ", describe(event))


def print_row(place: int, row: libim.Conversation) -> None:
    pin, at, draft = "pin" if row.is_pinned else "", "@" if row.group_at_info_list else "", row.draft_text or "-"
    last = row.last_message
    said = ""
    if last:
        who = "you" if last.is_self else last.nick_name
        said = f"{who}: {last.text_elem.text if last.text_elem else ''}"
    print(f"{place:5}  {pin:3}  {row.unread_count:6}  {at:2}  {draft:14}  {row.show_name:9}  {said}")


def print_list(client: libim.Client) -> None:
    print("order  pin  unread  @   draft           name       last message")
    next_seq, place, page = "0", 1, 1
    while True:
        result = client.get_conversation_list(next_seq, PAGE)
        for row in result.conversation_list:
            print_row(place, row)
            place += 1
        next_seq = result.next_seq
        print(f"       -- page {page}, nextSeq {next_seq}{', finished' if result.is_finished else ''}")
        if result.is_finished:
            return
        page += 1


def describe(event: libim.Event) -> str:
    """The event, and whom it is about."""
    about = ""
    if isinstance(event, (libim.NewConversation, libim.ConversationChanged)):
        about = " ".join(conversation.conversation_id for conversation in event.conversation_list)
    elif isinstance(event, (libim.RecvNewMessage, libim.MessageStatusChanged)):
        about = event.message.sender
    elif isinstance(event, libim.TotalUnreadMessageCountChanged):
        about = str(event.total_unread_count)
    return f"{event.name:32} {about}"


async def main(directory: str) -> None:
    await asyncio.gather(bob(directory), carol(directory), alice(directory))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} DIR")
    asyncio.run(main(sys.argv[1]))
