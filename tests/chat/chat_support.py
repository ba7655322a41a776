"""What the tests of the chat client share: users of one service, an app on the screen of a pilot, and waiting."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import AsyncIterator, Callable, List, Optional, Tuple
from unittest import mock

from textual.pilot import Pilot

import libim
from libim_chat.app import ChatApp
from libim_chat.history import History
from services import Service

#: How long something that must come is waited for, in seconds.
PATIENCE = 60.0
#: After this many seconds a script is not slow but stuck.
STUCK = 600.0


class Seat:
    """An app that runs, and the fingers in front of it."""

    def __init__(self, app: ChatApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        #: What the app has complained of; on the screen it does not stay.
        self.complaints: List[str] = []
        complain = app.complain

        def heard(why: str) -> None:
            self.complaints.append(why)
            complain(why)

        setattr(app, "complain", heard)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Lets the app run until the condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; {self.complaints}\n{self.screen}\n{self.history}")
            await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        """Presses keys."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Writes a text into the field, with a key at its end."""
        self.app.pane.composer.insert(text[:-1])
        await self.pilot.press(text[-1])

    async def answer(self, text: str) -> None:
        """Waits for a question, and answers it."""
        from libim_chat.dialogs import Ask

        await self.until(lambda: isinstance(self.app.screen, Ask) and self.app.screen.focused, "a question")
        asked = self.app.screen
        field = asked.query_one("#answer")
        setattr(field, "value", text)
        await self.press("enter")
        await self.until(lambda: self.app.screen is not asked, "the end of the question")

    async def give_up(self, given: str) -> None:
        """Waits for a question in which an answer that could not be used still stands, and gives it up."""
        from libim_chat.dialogs import Ask

        await self.until(lambda: isinstance(self.app.screen, Ask) and self.app.screen.focused, "the question again")
        asked = self.app.screen
        assert getattr(asked.query_one("#answer"), "value") == given, given
        await self.press("escape")
        await self.until(lambda: self.app.screen is not asked, "the end of the question")

    async def confirm(self, key: str) -> None:
        """Waits for a question whether to go on, and presses a key."""
        from libim_chat.dialogs import Confirm

        await self.until(lambda: isinstance(self.app.screen, Confirm), "a confirmation")
        asked = self.app.screen
        await self.press(key)
        await self.until(lambda: self.app.screen is not asked, "the end of the confirmation")

    async def open(self, conversation_id: str) -> None:
        """Opens a conversation of the list with the keys."""
        await self.choose(conversation_id)
        await self.press("enter")
        await self.until(lambda: self.app.list.open_id == conversation_id, f"{conversation_id} open")
        await self.until(lambda: self.app.pane.composer.has_focus, "the field")

    async def choose(self, conversation_id: str) -> None:
        """Goes to a conversation of the list."""
        await self.until(lambda: self.place(conversation_id) is not None, f"{conversation_id} in the list")
        self.app.action_show_list()
        await self.until(lambda: self.app.list.has_focus, "the list")
        while (here := self.app.list.current) is not None and here.conversation_id != conversation_id:
            place = self.place(conversation_id)
            assert place is not None
            self.app.list.action_move(place - self.app.list.cursor)

    def place(self, conversation_id: str) -> Optional[int]:
        """Where a conversation is in the list."""
        places = (place for place, row in enumerate(self.app.list.rows) if row.conversation_id == conversation_id)
        return next(places, None)

    def row(self, conversation_id: str) -> libim.Conversation:
        """A row of the list."""
        place = self.place(conversation_id)
        assert place is not None, conversation_id
        return self.app.list.rows[place]

    async def selected(self, text: str) -> None:
        """Goes up into the history, to the message with a text."""
        history = self.app.pane.history
        assert history is not None
        found = next(each for each in history.messages if each.preview == text)
        self.app.pane.view.focus()
        await self.until(lambda: self.app.pane.view.has_focus, "the history")
        self.app.pane.view.select(found.msg_id)

    @property
    def history(self) -> str:
        """The history as plain text."""
        return self.app.pane.view.plain

    @property
    def screen(self) -> str:
        """The list as it is on the screen, as plain text."""
        lines = range(self.app.list.size.height)
        return "\n".join(self.app.list.render_line(line).text.rstrip() for line in lines)

    @property
    def whole_screen(self) -> str:
        """Everything that is on the screen, as plain text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    @property
    def title(self) -> str:
        """The line above the history."""
        return str(self.app.pane.query_one("#title").render())

    @property
    def open_name(self) -> Optional[str]:
        """The name of the open conversation."""
        conversation = self.app.pane.conversation
        return None if conversation is None else conversation.show_name

    def said(self, part: str) -> bool:
        """Whether the app has complained with these words."""
        return any(part in why for why in self.complaints)


@contextlib.asynccontextmanager
async def opening(seat: Seat, conversation_id: str) -> AsyncIterator[None]:
    """While this lasts a conversation is being opened: its history is read, and it is not shown yet."""
    opened, is_read, may_go_on = History.open, asyncio.Event(), asyncio.Event()

    async def slowly(history: History) -> None:
        await opened(history)
        is_read.set()
        await may_go_on.wait()

    with mock.patch.object(History, "open", slowly):
        task = asyncio.ensure_future(seat.app.pane.open(conversation_id))
        await is_read.wait()
        yield
        may_go_on.set()
        await task


class Case(unittest.IsolatedAsyncioTestCase):
    """A test with a folder, and users of one service."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.service = Service(self.dir)
        #: Where files of others are saved.
        self.downloads = self.dir / "Downloads"

    def open(self, name: str, port: Optional[int] = None) -> libim.Client:
        """A user; on a server through another port where one is given."""
        client = libim.Client.open(self.service.config(name, port))
        self.addCleanup(client.close)
        return client

    def user_id(self, name: str) -> str:
        """The userID of a user."""
        return self.service.user_id(name)

    def c2c(self, name: str) -> str:
        """The conversation with a user."""
        return f"c2c_{self.service.user_id(name)}"

    async def befriend(self, one: libim.Client, other: libim.Client) -> None:
        """Makes friends of two users. To others a server tells less."""
        for here, there in ((one, other), (other, one)):
            await here.aio.add_friend(there.opened.user_id)
        for here, there in ((one, other), (other, one)):
            while there.opened.user_id not in [friend.user_id for friend in await here.aio.get_friend_list()]:
                await asyncio.sleep(0.01)

    async def pair(self) -> "tuple[libim.Client, libim.Client]":
        """Two users, one of whom has written to the other."""
        # Logged in before, since a server does not know what was never read before the first login.
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="first from bob")
        end = time.monotonic() + PATIENCE
        while alice.get_conversation(self.c2c("bob")).last_message is None:
            assert time.monotonic() < end, "alice has not heard of bob"
            await asyncio.sleep(0.01)
        return alice, bob

    async def bobs(self, bob: libim.Client, seat: Seat, text: str) -> libim.Message:
        """A message as bob has it."""
        found = [m for m in bob.history(self.c2c("alice")) if m.preview == text]
        while not found:
            await seat.pilot.pause(0.01)
            found = [m for m in bob.history(self.c2c("alice")) if m.preview == text]
        return found[0]

    async def asyncSetUp(self) -> None:
        # Its warnings of slow steps are about the machine.
        asyncio.get_running_loop().set_debug(False)

    async def user(self, name: str) -> libim.Client:
        """A user who is logged in."""
        client = self.open(name)
        await client.aio.login()
        return client

    @contextlib.asynccontextmanager
    async def seat(
        self,
        client: libim.Client,
        size: Tuple[int, int] = (100, 26),
        states: Tuple[str, ...] = ("connected", "up to date"),
        notifications: bool = False,
    ) -> AsyncIterator[Seat]:
        """The app of a user, once the header says one of the states."""
        app = ChatApp(client, self.service.domain, self.dir, self.downloads)
        async with app.run_test(size=size, notifications=notifications) as pilot:
            seat = Seat(app, pilot)
            await seat.until(lambda: app.rows is not None, "the view of the list")
            await seat.until(lambda: app.header.state.startswith(states), "the login")
            yield seat


def main() -> None:
    """Runs the tests of the script. A script without tests fails; one that is stuck says where, and ends."""
    faulthandler.dump_traceback_later(STUCK, exit=True)
    result = unittest.main(module="__main__", exit=False).result
    sys.exit(not (result.wasSuccessful() and result.testsRun > 0 and not result.skipped))
