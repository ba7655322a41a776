"""A conversation opens where one has stopped reading, however much has come since."""

from __future__ import annotations

import asyncio
from unittest import mock

import chat_support
import libim
from chat_support import Seat, opening
from libim_chat import history


class TheUnread(chat_support.Case):
    async def unread(self, seat: Seat, bob: libim.Client, count: int) -> str:
        """Lets bob write so many messages. Returns the conversation."""
        for number in range(count):
            await bob.aio.send_message(receiver=self.user_id("alice"), text_elem=f"new {number:04}")
        chat = self.c2c("bob")
        await seat.until(lambda: seat.place(chat) is not None and seat.row(chat).unread_count == count, "all of them")
        return chat

    async def talked(self) -> "tuple[libim.Client, libim.Client]":
        """Two who have written to each other, and nothing is unread."""
        alice, bob = await self.pair()
        chat = self.c2c("bob")
        while not list(alice.history(chat)):
            await asyncio.sleep(0.01)
        await alice.aio.clean_conversation_unread_message_count(chat)
        return alice, bob

    def on_screen(self, seat: Seat) -> str:
        """What of the history is on the screen."""
        return "\n".join(seat.app.pane.view.render_line(y).text for y in range(seat.app.pane.view.size.height))

    async def test_many_unread_messages_open_at_the_first(self) -> None:
        alice, bob = await self.talked()
        async with self.seat(alice) as seat:
            chat = await self.unread(seat, bob, 300)
            await seat.open(chat)
            await seat.until(lambda: "new 0000" in self.on_screen(seat), "the first new message")
            self.assertIn("New messages (300)", self.on_screen(seat).splitlines()[0])
            self.assertNotIn("new 0299", self.on_screen(seat))
            await seat.until(lambda: "below: Ctrl-End" in seat.title, "how many are below")
            await seat.until(lambda: seat.row(chat).unread_count == 0, "that they are read")
            # What comes meanwhile moves nothing.
            below = seat.app.pane.view.below
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="while one reads")
            await seat.until(lambda: seat.app.pane.view.below == below + 1, "one more below")
            self.assertIn("New messages (300)", self.on_screen(seat).splitlines()[0])
            await seat.press("ctrl+end")
            await seat.until(lambda: "while one reads" in self.on_screen(seat), "the newest")
            await seat.until(lambda: "below" not in seat.title, "nothing below")
            await seat.press("ctrl+home")
            await seat.until(lambda: "New messages (300)" in self.on_screen(seat).splitlines()[0], "the first again")
            seat.app.pane.view.focus()
            await seat.press("pagedown")
            await seat.until(lambda: "new 0000" not in self.on_screen(seat), "the next screen")
            # Whoever sends sees what was sent.
            seat.app.pane.composer.focus()
            await seat.type("an answer")
            await seat.press("enter")
            await seat.until(lambda: "an answer" in self.on_screen(seat), "the answer")

    async def test_where_all_fits_the_newest_is_at_the_bottom(self) -> None:
        alice, bob = await self.talked()
        async with self.seat(alice) as seat:
            chat = await self.unread(seat, bob, 3)
            await seat.open(chat)
            await seat.until(lambda: "new 0002" in self.on_screen(seat), "the newest")
            self.assertIn("New messages (3)", self.on_screen(seat))
            self.assertIn("first from bob", self.on_screen(seat))
            self.assertEqual(seat.app.pane.view.below, 0)

    async def test_a_long_name_makes_room_for_what_is_below(self) -> None:
        alice, bob = await self.pair()
        name = "A group with a name " * 5
        group = await bob.aio.create_group(libim.GroupType.WORK, group_name=name, member_list=[self.user_id("alice")])
        for number in range(60):
            await bob.aio.send_message(group_id=group, text_elem=f"line {number}")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(f"group_{group}") is not None, "the group")
            await seat.until(lambda: seat.row(f"group_{group}").unread_count == 60, "all of them")
            await seat.open(f"group_{group}")
            await seat.until(lambda: "below: Ctrl-End" in seat.whole_screen, "how many are below")
            self.assertIn("A group with", seat.title)

    async def test_in_a_narrow_terminal(self) -> None:
        alice, bob = await self.talked()
        async with self.seat(alice, size=(50, 20)) as seat:
            chat = await self.unread(seat, bob, 60)
            await seat.open(chat)
            await seat.until(lambda: "new 0000" in self.on_screen(seat), "the first new message")
            self.assertNotIn("new 0059", self.on_screen(seat))

    async def test_more_than_is_read_at_once(self) -> None:
        alice, bob = await self.talked()
        with mock.patch.object(history, "UNREAD", 100):
            async with self.seat(alice) as seat:
                chat = await self.unread(seat, bob, 120)
                await seat.open(chat)
                await seat.until(lambda: "120 new: Ctrl-Home" in seat.title, "how many there are")
                self.assertIn("new 0119", self.on_screen(seat))
                await seat.press("ctrl+home")
                await seat.until(lambda: "New messages (120)" in self.on_screen(seat).splitlines()[0], "the first")
                self.assertNotIn("Ctrl-Home", seat.title)

    async def test_whoever_reads_older_messages_keeps_the_place_however_many_come_at_once(self) -> None:
        alice, bob = await self.pair()
        for number in range(30):
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem=f"early {number}")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "early 29" in seat.history, "all of them")
            first = (await self.bobs(bob, seat, "early 3")).msg_id
            await seat.app.pane.reach(first)
            top = seat.app.pane.view._anchor()
            await alice.aio.logout()
            for number in range(130):
                await bob.aio.send_message(receiver=self.user_id("alice"), text_elem=f"late {number}")
            await self.bobs(bob, seat, "late 129")
            await alice.aio.login()
            await seat.until(lambda: "late 129" in seat.history, "what has come")
            self.assertIn("early 3", seat.history)
            self.assertEqual(seat.app.pane.view._anchor(), top)

    async def test_what_comes_while_a_conversation_is_opened_is_there(self) -> None:
        alice, bob = await self.pair()
        alice.set_conversation_draft(self.c2c("carol"), "x")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("carol"))
            async with opening(seat, self.c2c("bob")):
                await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="meanwhile")
                await seat.until(lambda: alice.get_conversation(self.c2c("bob")).unread_count == 2, "it here")
            await seat.until(lambda: "meanwhile" in seat.history, "it on the screen")


if __name__ == "__main__":
    chat_support.main()
