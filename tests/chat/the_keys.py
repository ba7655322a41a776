"""Keys and the mouse, and how the marks of a row are drawn."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from typing import List, Tuple

from rich.style import Style
from textual import events
from textual.widgets import HelpPanel

import chat_support
import libim
from chat_support import Seat
from libim_chat.row import BADGE, DRAFT, HEIGHT, MENTION, STAR, row

Opt = libim.ReceiveMessageOpt


class TheBadges(chat_support.Case):
    def styled(self, conversation: libim.Conversation, style: Style) -> List[str]:
        """The parts of a row in a style."""
        lines = row(conversation, conversation.show_name, 50, datetime.now(timezone.utc), False)
        return [
            line.plain[span.start : span.end]
            for line in lines
            for span in line.spans
            if (Style.parse(span.style) if isinstance(span.style, str) else span.style) == style
        ]

    async def test_what_a_row_is_marked_with(self) -> None:
        alice, bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(self.c2c("bob")) is not None, "bob")
            await seat.until(lambda: seat.row(self.c2c("bob")).unread_count == 1, "his message")
            plain = seat.row(self.c2c("bob"))
            # On the screen it has the colours of a badge.
            badges = [segment for segment in seat.app.list.render_line(1) if segment.text.strip() == "1"]
            self.assertEqual(len(badges), 1)
            assert badges[0].style is not None and BADGE.bgcolor is not None
            self.assertEqual(badges[0].style.bgcolor, BADGE.bgcolor)
            for count, wanted in ((0, []), (1, [" 1 "]), (999, [" 999 "]), (1000, [" 999+ "]), (10**6, [" 999+ "])):
                many = dataclasses.replace(plain, unread_count=count)
                self.assertEqual(self.styled(many, BADGE), wanted)
                self.assertEqual(self.styled(dataclasses.replace(many, recv_opt=Opt.NOT_NOTIFY), BADGE), [])
            muted = dataclasses.replace(plain, recv_opt=Opt.NOT_NOTIFY)
            self.assertTrue(row(muted, "x", 50, datetime.now(timezone.utc), False)[1].plain.endswith("● muted"))
            marked = dataclasses.replace(plain, unread_count=0, mark_list=(libim.Mark.UNREAD, libim.Mark.STAR))
            self.assertTrue(row(marked, "x", 50, datetime.now(timezone.utc), False)[1].plain.endswith("●"))
            both = dataclasses.replace(marked, recv_opt=Opt.NOT_NOTIFY)
            self.assertTrue(row(both, "x", 50, datetime.now(timezone.utc), False)[1].plain.endswith("● muted"))
            self.assertEqual(self.styled(marked, STAR), [" ★"])
            self.assertEqual(self.styled(dataclasses.replace(plain, is_pinned=True), STAR), ["▲ "])
            self.assertEqual(self.styled(dataclasses.replace(plain, draft_text="x"), DRAFT), ["Draft: "])
            mention = libim.GroupAtInfo("1", libim.GroupAtType.ME)
            self.assertEqual(self.styled(dataclasses.replace(plain, group_at_info_list=(mention,)), MENTION), ["@ "])


class TheKeys(chat_support.Case):
    async def test_control_j_begins_a_line(self) -> None:
        alice, bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.press(*"one", "ctrl+j", *"two")
            self.assertEqual(seat.app.pane.composer.text, "one\ntwo")
            await seat.press("enter")
            sent = await self.bobs(bob, seat, "one two")
            assert sent.text_elem is not None
            self.assertEqual(sent.text_elem.text, "one\ntwo")
            # In the middle of a text, and at its beginning.
            await seat.press(*"ab", "left", "ctrl+j")
            self.assertEqual(seat.app.pane.composer.text, "a\nb")
            self.assertEqual(seat.app.pane.composer.cursor_location, (1, 0))

    async def test_f1_shows_the_keys_wherever_one_is(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice, size=(130, 50)) as seat:

            async def shown(*keys: Tuple[str, str]) -> None:
                await seat.press("f1")
                await seat.until(lambda: seat.app.screen.query(HelpPanel), "the keys")
                for key, what in keys:
                    await seat.until(
                        lambda: any(key in line and what in line for line in seat.whole_screen.splitlines()), what
                    )
                await seat.press("f1")
                await seat.until(lambda: not seat.app.screen.query(HelpPanel), "the end of them")

            await seat.choose(self.c2c("bob"))
            await shown(("p", "Pin"), ("/", "Search"), ("R", "All read"))
            await seat.open(self.c2c("bob"))
            await seat.press("x")
            await shown(("^j", "New line"), ("^o", "File"), ("^end", "Newest message"))
            self.assertEqual(seat.app.pane.composer.text, "x")
            self.assertTrue(seat.app.pane.composer.has_focus)
            await seat.selected("first from bob")
            await shown(("r", "Reply"), ("o", "Download"))


class TheCursor(chat_support.Case):
    async def test_up_leads_to_the_newest_message_on_the_screen(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            view = seat.app.pane.view
            await seat.selected("first from bob")
            await seat.press("r")
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            for number in range(40):
                await seat.type(f"mine {number}")
                await seat.press("enter")
            await seat.until(lambda: "mine 39" in seat.history and view._is_at_end, "all of them, and the end")
            await seat.press("up")
            await seat.until(lambda: view.has_focus, "the history")
            self.assertEqual(view.current and view.current.preview, "mine 39")

    async def test_what_a_key_is_for_is_on_the_screen(self) -> None:
        alice, bob = await self.pair()
        for number in range(60):
            await bob.aio.send_message(receiver=self.user_id("alice"), text_elem=f"line {number}")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(self.c2c("bob")) is not None, "bob")
            await seat.until(lambda: seat.row(self.c2c("bob")).unread_count == 61, "all of them")
            await seat.open(self.c2c("bob"))
            view = seat.app.pane.view
            await seat.selected("first from bob")
            await seat.press("end")
            await seat.until(lambda: view.below == 0, "the end")
            await seat.press("d")
            await seat.confirm("n")
            self.assertIn("first from bob", seat.whole_screen)
            # What is not on the screen has no cursor any more.
            await seat.press("end")
            await seat.until(lambda: view.below == 0, "the end again")
            await seat.press("tab")
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.press("shift+tab")
            await seat.until(lambda: view.has_focus, "the history")
            self.assertEqual(view.current and view.current.preview, "line 59")


class TheMouse(chat_support.Case):
    async def test_filters(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(self.c2c("bob")) is not None, "bob")
            line = next(line for line in seat.whole_screen.splitlines() if "3 Groups" in line)
            await self.at(seat, "#filters", line.index("3 Groups") + 3, 0)
            await seat.until(lambda: seat.app.filter.name == "Groups" and not seat.app.list.rows, "the groups")

    async def at(self, seat: Seat, selector: str, x: int, y: int) -> None:
        """Clicks."""
        await seat.until(lambda: seat.app.screen.query(selector), selector)
        await seat.pilot.click(selector, offset=(x, y))

    async def test_rows_messages_names_buttons_and_the_wheel(self) -> None:
        alice, bob = await self.pair()
        members = [self.user_id("alice")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)
        await bob.aio.send_and_wait(group_id=group_id, text_elem="in the group")
        group, chat = f"group_{group_id}", self.c2c("bob")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(chat) is not None and seat.place(group) is not None, "both")
            for wanted in (chat, group):
                place = seat.place(wanted)
                assert place is not None
                await self.at(seat, "#list", 8, place * HEIGHT + 1)
                await seat.until(lambda: seat.app.list.open_id == wanted, wanted)
                await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.until(lambda: "in the group" in seat.history, "the message")
            # Below the rows there is nothing to open.
            await self.at(seat, "#list", 8, seat.app.list.size.height - 1)
            self.assertEqual(seat.app.list.open_id, group)
            # A message, and the line between two days.
            view = seat.app.pane.view
            lines = [line.plain for _, line in view._lines]
            found = next(place for place, line in enumerate(lines) if "in the group" in line)
            await self.at(seat, "#history", 5, view._blank + found)
            await seat.until(lambda: view.has_focus and view.current is not None, "the message")
            self.assertEqual(view.current and view.current.preview, "in the group")
            await self.at(seat, "#history", 5, view._blank)
            self.assertEqual(view.current and view.current.preview, "in the group")
            # A name among those that fit.
            seat.app.pane.composer.focus()
            await seat.until(lambda: len(seat.app.pane.composer.members) == 2, "the members")
            await seat.press("at")
            names = seat.app.pane.writing.suggestions
            await seat.until(lambda: names.display and names.candidates and names.size.height > 1, "the names")
            second = names.candidates[1].written
            await self.at(seat, "#suggestions", 3, 1)
            await seat.until(lambda: seat.app.pane.composer.text == f"@{second} ", "the name")
            self.assertTrue(seat.app.pane.composer.has_focus)
            # The buttons of a question.
            await seat.choose(group)
            for button, is_left in (("#no", False), ("#yes", True)):
                await seat.press("l")
                await seat.until(lambda: seat.app.screen.query(button), "the question")
                await self.at(seat, button, 4, 1)
                await seat.until(lambda: len(seat.app.screen_stack) == 1, "the end of it")
                if is_left:
                    await seat.until(
                        lambda: group_id not in [each.group_id for each in alice.get_joined_group_list()], "the end"
                    )

    async def test_the_wheel_scrolls_the_history(self) -> None:
        alice, bob = await self.pair()
        for number in range(60):
            await bob.aio.send_message(receiver=self.user_id("alice"), text_elem=f"line {number}")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(self.c2c("bob")) is not None, "bob")
            await seat.until(lambda: seat.row(self.c2c("bob")).unread_count == 61, "all of them")
            await seat.open(self.c2c("bob"))
            view = seat.app.pane.view
            await seat.press("ctrl+end")
            await seat.until(lambda: view.scroll_offset.y == view.max_scroll_y, "the end")
            before = view.scroll_offset.y
            await seat.pilot._post_mouse_events([events.MouseScrollUp], view)
            await seat.until(lambda: view.scroll_offset.y < before, "another place")


if __name__ == "__main__":
    chat_support.main()
