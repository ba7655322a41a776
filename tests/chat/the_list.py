"""The list on the screen follows, whatever happens to it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Set

from textual.widgets import HelpPanel

import chat_support
import libim
from chat_support import Seat
from libim_chat.row import HEIGHT


def shows(seat: Seat, ids: Set[str]) -> bool:
    """Whether the list has these rows."""
    return {row.conversation_id for row in seat.app.list.rows} == ids


def is_in(seat: Seat, conversation_id: str, folder: str) -> bool:
    """Whether a conversation is in a folder."""
    return folder in seat.row(conversation_id).conversation_group_list


def shows_more(seat: Seat, count: int) -> bool:
    """Whether the list has more rows than these."""
    return len(seat.app.list.rows) > count


class TheList(chat_support.Case):
    async def test_rows_show_what_is_to_be_known(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        me = self.user_id("alice")
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="登山 Hike 🏔️", member_list=[me])
        group, chat = f"group_{group_id}", self.c2c("bob")
        async with self.seat(alice) as seat:
            await bob.aio.send_and_wait(receiver=me, text_elem="مرحبا 你好 👋")
            await seat.until(lambda: "👋" in seat.screen, "bob's message")
            await seat.until(lambda: seat.place(group) is not None, "the group")
            await bob.aio.send_and_wait(group_id=group_id, text_elem="@alice hey", group_at_user_list=[me])
            await seat.until(lambda: "@  " in seat.screen or "@ " in seat.screen.split("hey")[-1], "the mention")
            await seat.until(lambda: seat.place(group) == 0, "the group on top")
            alice.pin_conversation(chat, True)
            await seat.until(lambda: seat.place(chat) == 0 and "▲" in seat.screen, "the pin")
            alice.set_conversation_draft(chat, "to be said")
            await seat.until(lambda: "Draft: to be said" in seat.screen, "the draft")
            alice.set_group_receive_message_opt(group_id, libim.ReceiveMessageOpt.NOT_NOTIFY)
            await seat.until(lambda: "● muted" in seat.screen, "the dot")
            alice.mark_conversation([chat], int(libim.Mark.STAR), True)
            await seat.until(lambda: f"{self.user_id('bob')} ★" in seat.screen, "the star")
            await seat.until(lambda: seat.app.header.state == "up to date", "the end of the sync")
            width = seat.app.list.scrollable_content_region.width
            for line in range(seat.app.list.size.height):
                self.assertEqual(seat.app.list.render_line(line).cell_length, width)

    async def test_filters_by_key(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        me, carol_chat = self.user_id("alice"), self.c2c("carol")
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=[me])
        alice.set_conversation_draft(carol_chat, "hi")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 2, "the list")
            await bob.aio.send_and_wait(group_id=group_id, text_elem="@alice", group_at_user_list=[me])
            await seat.until(lambda: seat.row(f"group_{group_id}").unread_count > 0, "the unread message")
            alice.mark_conversation([carol_chat], int(libim.Mark.STAR), True)
            group, carol = {f"group_{group_id}"}, {carol_chat}
            wanted = [("2", group), ("3", group), ("4", carol), ("5", carol), ("6", group), ("1", group | carol)]
            for key, ids in wanted:
                await seat.press(key)
                await seat.until(partial(shows, seat, ids), key)

    async def test_folders(self) -> None:
        alice = self.open("alice")
        for name in ("bob", "carol", "dave"):
            alice.set_conversation_draft(self.c2c(name), "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 3, "the list")
            for name, folder in (("bob", "Work"), ("carol", "Work"), ("carol", "家 Family")):
                await seat.choose(self.c2c(name))
                await seat.press("f")
                await seat.answer(folder)
                await seat.until(partial(is_in, seat, self.c2c(name), folder), folder)
            await seat.until(
                lambda: [each.name for each in seat.app.filters[6:]] == ["Work", "家 Family"], "the folders"
            )
            work, family = {self.c2c("bob"), self.c2c("carol")}, {self.c2c("carol")}
            for key, ids in (("7", work), ("8", family), ("0", work), ("0", family)):
                await seat.press(key)
                await seat.until(partial(shows, seat, ids), key)
            await seat.press("9")  # there is no such folder
            await seat.press("F")
            await seat.answer("Home")
            await seat.until(lambda: seat.app.filter.name == "Home", "the new name")
            self.assertTrue(shows(seat, family))
            await seat.choose(self.c2c("carol"))
            await seat.press("f")
            await seat.answer("Home")
            await seat.until(lambda: shows(seat, set()), "the end of what is in it")
            await seat.press("D")
            await seat.confirm("y")
            await seat.until(lambda: seat.app.filter.name == "All" and len(seat.app.list.rows) == 3, "the whole list")
            await seat.press("D")
            await seat.until(lambda: seat.said("No folder is shown"), "why not")

    async def test_the_cursor_stays_with_its_conversation(self) -> None:
        alice = self.open("alice")
        for number in range(30):
            alice.set_conversation_draft(self.c2c(f"u{number:02}"), "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 30, "the list")
            await seat.choose(self.c2c("u10"))
            alice.pin_conversation(self.c2c("u00"), True)
            await seat.until(lambda: seat.place(self.c2c("u00")) == 0, "the pin")
            current = seat.app.list.current
            self.assertEqual(current and current.conversation_id, self.c2c("u10"))
            alice.delete_conversation(self.c2c("u10"))
            await seat.until(lambda: len(seat.app.list.rows) == 29, "the deletion")
            self.assertIsNotNone(seat.app.list.current)

    async def test_five_thousand_conversations_scroll(self) -> None:
        alice = self.open("alice")
        last = self.c2c("u0000")

        def fill() -> None:
            for number in range(5000):
                alice.set_conversation_draft(self.c2c(f"u{number:04}"), "x")

        await asyncio.get_running_loop().run_in_executor(None, fill)
        async with self.seat(alice) as seat:
            await seat.until(lambda: "u4999" in seat.screen, "the top")
            while not (seat.app.rows and seat.app.rows.is_finished):
                shown = len(seat.app.list.rows)
                await seat.press("end")
                await seat.until(partial(shows_more, seat, shown), "more rows")
            await seat.press("end")
            await seat.until(lambda: "u0000" in seat.screen, "the end")
            self.assertEqual(len(seat.app.list.rows), 5000)
            self.assertEqual(seat.app.list.virtual_size.height, 5000 * HEIGHT)
            alice.pin_conversation(last, True)
            await seat.until(lambda: seat.place(last) == 0, "the pin")
            await seat.press("home")
            await seat.until(lambda: "u0000" in seat.screen and "▲" in seat.screen, "the top again")

    async def test_one_half_where_there_is_no_room_for_two(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft(self.c2c("bob"), "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 1, "the list")
            await seat.pilot.resize_terminal(50, 20)
            await seat.until(lambda: not seat.app.pane.display, "the list alone")
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: seat.app.pane.display and seat.app.pane.size.width == 50, "the conversation alone")
            await seat.press("escape")
            await seat.until(lambda: not seat.app.pane.display, "the list again")
            await seat.pilot.resize_terminal(120, 20)
            await seat.until(lambda: seat.app.pane.display and seat.app.list.size.width > 40, "both")
            # In a usual terminal texts have more room than the list.
            await seat.pilot.resize_terminal(80, 24)
            await seat.until(lambda: 30 < seat.app.list.size.width < seat.app.pane.size.width, "a narrower list")

    async def test_an_empty_list_says_what_to_do_and_the_keys_are_shown(self) -> None:
        async with self.seat(self.open("alice")) as seat:
            await seat.until(lambda: "n writes to a user" in seat.screen, "the hint")
            await seat.press("2")
            await seat.until(lambda: "1 shows all" in seat.screen, "another hint")
            await seat.press("question_mark")
            await seat.until(lambda: seat.app.screen.query(HelpPanel), "the keys")
            await seat.press("question_mark")
            await seat.until(lambda: not seat.app.screen.query(HelpPanel), "the end of them")

    async def test_a_tiny_terminal(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.set_self_info("Bob " * 60)
        async with self.seat(alice, size=(24, 7)) as seat:
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="hello")
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "hello" in seat.whole_screen, "the message")
            await seat.type("hi")
            await seat.until(lambda: "hi" in seat.whole_screen, "what is written")
            await seat.press("enter", "escape")
            await seat.choose(self.c2c("bob"))
            await seat.press("d")
            await seat.until(lambda: "Delete (y)" in seat.whole_screen, "the question")
            await seat.confirm("n")
            await seat.press("f")
            await seat.until(lambda: "Which folder?" in seat.whole_screen, "another question")
            await seat.answer("Work")
            await seat.until(lambda: is_in(seat, self.c2c("bob"), "Work"), "the folder")
            await seat.pilot.resize_terminal(2, 1)
            await seat.pilot.resize_terminal(90, 30)
            await seat.until(lambda: "hello" in seat.whole_screen, "all again")

    async def test_a_client_that_has_been_logged_in_for_long_is_up_to_date(self) -> None:
        alice = await self.user("alice")
        await alice.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="a note")
        done = libim.ConnectionStatus(libim.ConnectionState.CONNECTED, None, libim.SyncState.FINISHED, None)
        while await alice.aio.get_connection_status() != done:
            await asyncio.sleep(0)
        async with self.seat(alice, states=("up to date",)) as seat:
            await seat.press("O")
            await seat.until(lambda: seat.app.header.state == "signed out", "the end of the login")

    async def test_signing_out_and_in_brings_what_was_missed(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        async with self.seat(alice) as seat:
            await seat.press("O")
            await seat.until(lambda: seat.app.header.state == "signed out", "the end of the login")
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="while you were away")
            alice.send_message(receiver=self.user_id("bob"), text_elem="written offline")
            await seat.until(lambda: "written offline" in seat.screen, "what waits")
            await seat.press("L")
            await seat.until(lambda: seat.app.header.state == "up to date", "the sync")
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "while you were away" in seat.history, "what was missed")
            heard = bob.get_history_message_list(user_id=self.user_id("alice"))
            self.assertTrue(heard)


if __name__ == "__main__":
    chat_support.main()
