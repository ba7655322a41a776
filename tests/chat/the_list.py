"""The list on the screen follows, whatever happens to it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Set

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
        await bob.aio.create_group(libim.GroupType.WORK, group_id="g", group_name="登山 Hike 🏔️", member_list=["alice"])
        async with self.seat(alice) as seat:
            await bob.aio.send_and_wait(receiver="alice", text_elem="مرحبا 你好 👋")
            await seat.until(lambda: "👋" in seat.screen, "bob's message")
            await bob.aio.send_and_wait(group_id="g", text_elem="@alice hey", group_at_user_list=["alice"])
            await seat.until(lambda: "@  " in seat.screen or "@ " in seat.screen.split("hey")[-1], "the mention")
            await seat.until(lambda: seat.place("group_g") == 0, "the group on top")
            alice.pin_conversation("c2c_bob", True)
            await seat.until(lambda: seat.place("c2c_bob") == 0 and "▲" in seat.screen, "the pin")
            alice.set_conversation_draft("c2c_bob", "to be said")
            await seat.until(lambda: "Draft: to be said" in seat.screen, "the draft")
            alice.set_group_receive_message_opt("g", libim.ReceiveMessageOpt.NOT_NOTIFY)
            await seat.until(lambda: "● muted" in seat.screen, "the dot")
            alice.mark_conversation(["c2c_bob"], int(libim.Mark.STAR), True)
            await seat.until(lambda: "bob ★" in seat.screen, "the star")
            await seat.until(lambda: seat.app.header.state == "up to date", "the end of the sync")
            width = seat.app.list.scrollable_content_region.width
            for line in range(seat.app.list.size.height):
                self.assertEqual(seat.app.list.render_line(line).cell_length, width)

    async def test_filters_by_key(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        await bob.aio.create_group(libim.GroupType.WORK, group_id="g", group_name="Group", member_list=["alice"])
        await bob.aio.send_and_wait(group_id="g", text_elem="@alice", group_at_user_list=["alice"])
        alice.set_conversation_draft("c2c_carol", "hi")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 2, "the list")
            await seat.until(lambda: seat.row("group_g").unread_count > 0, "the unread message")
            alice.mark_conversation(["c2c_carol"], int(libim.Mark.STAR), True)
            group, carol = {"group_g"}, {"c2c_carol"}
            wanted = [("2", group), ("3", group), ("4", carol), ("5", carol), ("6", group), ("1", group | carol)]
            for key, ids in wanted:
                await seat.press(key)
                await seat.until(partial(shows, seat, ids), key)

    async def test_folders(self) -> None:
        alice = self.open("alice")
        for name in ("bob", "carol", "dave"):
            alice.set_conversation_draft(f"c2c_{name}", "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 3, "the list")
            for name, folder in (("bob", "Work"), ("carol", "Work"), ("carol", "家 Family")):
                await seat.choose(f"c2c_{name}")
                await seat.press("f")
                await seat.answer(folder)
                await seat.until(partial(is_in, seat, f"c2c_{name}", folder), folder)
            await seat.until(
                lambda: [each.name for each in seat.app.filters[6:]] == ["Work", "家 Family"], "the folders"
            )
            work, family = {"c2c_bob", "c2c_carol"}, {"c2c_carol"}
            for key, ids in (("7", work), ("8", family), ("0", work), ("0", family)):
                await seat.press(key)
                await seat.until(partial(shows, seat, ids), key)
            await seat.press("9")  # there is no such folder
            await seat.press("F")
            await seat.answer("Home")
            await seat.until(lambda: seat.app.filter.name == "Home", "the new name")
            self.assertTrue(shows(seat, family))
            await seat.choose("c2c_carol")
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
            alice.set_conversation_draft(f"c2c_u{number:02}", "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 30, "the list")
            await seat.choose("c2c_u10")
            alice.pin_conversation("c2c_u00", True)
            await seat.until(lambda: seat.place("c2c_u00") == 0, "the pin")
            current = seat.app.list.current
            self.assertEqual(current and current.conversation_id, "c2c_u10")
            alice.delete_conversation("c2c_u10")
            await seat.until(lambda: len(seat.app.list.rows) == 29, "the deletion")
            self.assertIsNotNone(seat.app.list.current)

    async def test_five_thousand_conversations_scroll(self) -> None:
        alice = self.open("alice")
        last = f"c2c_u{0:04}"

        def fill() -> None:
            for number in range(5000):
                alice.set_conversation_draft(f"c2c_u{number:04}", "x")

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
        alice.set_conversation_draft("c2c_bob", "x")
        async with self.seat(alice) as seat:
            await seat.until(lambda: len(seat.app.list.rows) == 1, "the list")
            await seat.pilot.resize_terminal(50, 20)
            await seat.until(lambda: not seat.app.pane.display, "the list alone")
            await seat.open("c2c_bob")
            await seat.until(lambda: seat.app.pane.display and seat.app.pane.size.width == 50, "the conversation alone")
            await seat.press("escape")
            await seat.until(lambda: not seat.app.pane.display, "the list again")
            await seat.pilot.resize_terminal(120, 20)
            await seat.until(lambda: seat.app.pane.display and seat.app.list.size.width > 30, "both")

    async def test_a_client_that_has_been_logged_in_for_long_is_up_to_date(self) -> None:
        alice = await self.user("alice")
        await alice.aio.send_and_wait(receiver="alice", text_elem="a note")
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
            await bob.aio.send_and_wait(receiver="alice", text_elem="while you were away")
            alice.send_message(receiver="bob", text_elem="written offline")
            await seat.until(lambda: "written offline" in seat.screen, "what waits")
            await seat.press("L")
            await seat.until(lambda: seat.app.header.state == "up to date", "the sync")
            await seat.open("c2c_bob")
            await seat.until(lambda: "while you were away" in seat.history, "what was missed")
            heard = bob.get_history_message_list(user_id="alice")
            self.assertTrue(heard)


if __name__ == "__main__":
    chat_support.main()
