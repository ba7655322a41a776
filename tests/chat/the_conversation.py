"""A conversation on the screen: what is written, and what others do."""

from __future__ import annotations

from functools import partial
from typing import List

import chat_support
import libim
from chat_support import Seat


def is_in_history(seat: Seat, text: str) -> bool:
    """Whether the history shows a text."""
    return text in seat.history


class TheConversation(chat_support.Case):
    async def test_what_is_sent_is_delivered_and_read(self) -> None:
        alice, bob = await self.pair()
        async with self.seat(alice) as seat:
            await self.befriend(alice, bob)
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "New messages" in seat.history and "Today" in seat.history, "the lines between")
            await seat.until(lambda: seat.row(self.c2c("bob")).unread_count == 0, "the count")
            await seat.type("hello you")
            await seat.press("enter")
            await seat.until(lambda: "hello you" in seat.history, "the message")
            sent = await self.bobs(bob, seat, "hello you")
            self.assertEqual(seat.app.pane.composer.text, "")

            def mine() -> libim.Message:
                assert seat.app.pane.history is not None
                found = seat.app.pane.history.find(sent.msg_id)
                assert found is not None
                return found

            await seat.until(lambda: mine().is_delivered and "✓✓" in seat.history, "the delivery")
            await bob.aio.mark_c2c_message_as_read(self.user_id("alice"))
            await seat.until(lambda: mine().is_peer_read, "the reading")

    async def test_typing_is_shown_both_ways(self) -> None:
        alice, bob = await self.pair()
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="second")
        heard: List[libim.Event] = []
        bob.add_listener(heard.append, libim.TypingStatusChanged)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type("friends first")
            await seat.press("enter")
            await self.bobs(bob, seat, "friends first")
            titles = seat.app.pane.query_one("#title")

            def title() -> str:
                return str(titles.render())

            # It is told at most once in four seconds and lasts six: told until it is seen.
            def bob_is_seen() -> bool:
                bob.send_typing_status(self.user_id("alice"), True)
                return "typing" in title()

            def alice_is_heard() -> bool:
                seat.app.pane._tell_typing(seat.app.opened(), True)
                return bool(heard)

            await seat.until(bob_is_seen, "bob types")
            await seat.until(alice_is_heard, "alice types")

    async def test_replies_reactions_edits_and_recalls(self) -> None:
        alice, bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.selected("first from bob")
            await seat.press("r")
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.type("an answer")
            await seat.press("enter")
            await seat.until(lambda: f"▎ {self.user_id('bob')}: first from bob" in seat.history, "the quote")
            answer = await self.bobs(bob, seat, "an answer")
            self.assertIn("messageReply", answer.cloud_custom_data)

            await seat.selected("first from bob")
            await seat.press("plus")
            await seat.answer("👍")
            await seat.until(lambda: "👍 1" in seat.history, "the reaction")
            bob.add_message_reaction(answer.msg_id, "🎉")
            await seat.until(lambda: "🎉 1" in seat.history, "bob's reaction")
            await seat.selected("first from bob")
            await seat.press("plus")
            await seat.answer("👍")
            await seat.until(lambda: "👍 1" not in seat.history, "the end of the reaction")

            await seat.selected("an answer")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "an answer", "the text to edit")
            await seat.type(" indeed")
            await seat.press("enter")
            await seat.until(lambda: "an answer indeed (edited)" in seat.history, "the edit")
            await self.bobs(bob, seat, "an answer indeed")

            await seat.selected("first from bob")
            await seat.press("e")
            await seat.until(lambda: seat.said("Only texts of yours can be edited."), "the refusal")
            await seat.press("x")
            await seat.confirm("y")
            await seat.until(lambda: len(seat.complaints) >= 2, "another refusal")

            await seat.selected("an answer indeed")
            await seat.press("x")
            await seat.confirm("n")
            self.assertIn("an answer indeed", seat.history)
            await seat.press("x")
            await seat.confirm("y")
            await seat.until(lambda: "You recalled a message" in seat.history, "the recall")

    async def test_it_is_said_who_has_recalled_a_message(self) -> None:
        alice, bob = await self.pair()
        await self.user("carol")
        members = [self.user_id("alice"), self.user_id("carol")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)
        await bob.aio.set_self_info("Bob Martin")
        async with self.seat(alice) as seat:
            await seat.open(f"group_{group_id}")
            for text in ("one", "two"):
                sent = await bob.aio.send_and_wait(group_id=group_id, text_elem=text)
                await seat.until(partial(is_in_history, seat, text), text)
                if text == "two":  # heard while something else is open
                    await seat.open(self.c2c("bob"))
                await bob.aio.revoke_message(sent.msg_id)
                await seat.open(f"group_{group_id}")
                wanted = f"{sent.nick_name or self.user_id('bob')} recalled a message"
                await seat.until(partial(is_in_history, seat, wanted), wanted)
            await seat.open(self.c2c("bob"))
            first = await self.bobs(bob, seat, "first from bob")
            await bob.aio.revoke_message(first.msg_id)
            await seat.until(lambda: "recalled a message" in seat.history, "the recall of a message to her")
            self.assertNotIn("Message recalled", seat.history)
        # Another run of the client has heard of none of it.
        async with self.seat(alice) as seat:
            await seat.open(f"group_{group_id}")
            name = sent.nick_name or self.user_id("bob")
            await seat.until(lambda: seat.history.count(f"{name} recalled a message") == 2, "both recalls")

    async def test_a_file_goes_and_comes(self) -> None:
        alice, bob = await self.pair()
        path = self.dir / "plan für 山.txt"
        path.write_bytes(b"plan" * 1000)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.press("ctrl+o")
            await seat.answer(str(path))
            await seat.until(lambda: "[File] plan für 山.txt  4.0 kB" in seat.history, "the file")
            # The home of nobody is a path like any other.
            for number, none in enumerate((str(self.dir / "none.txt"), "~nobody-has-this-name/none.txt"), 1):
                await seat.press("ctrl+o")
                await seat.answer(none)
                await seat.until(
                    lambda: sum("There is no such file." in why for why in seat.complaints) == number, "the refusal"
                )
                await seat.give_up(none)
            (self.dir / "empty").touch()
            for wrong, why in ((".", "The file cannot be opened."), ("empty", "The file is empty.")):
                await seat.press("ctrl+o")
                await seat.answer(str(self.dir / wrong))
                await seat.until(partial(seat.said, why), why)
                await seat.give_up(str(self.dir / wrong))
            got = await self.bobs(bob, seat, path.name)
            self.assertIsNotNone(got.file_elem)

            await bob.aio.send_and_wait(
                receiver=self.user_id("alice"), file_elem=libim.NewFile(path=str(path), file_name="back.txt")
            )
            await seat.until(lambda: "back.txt" in seat.history, "bob's file")
            await seat.selected("back.txt")
            await seat.press("o")
            await seat.until(lambda: "saved as" in seat.history, "the download")
            saved = self.downloads / "back.txt"
            await seat.until(lambda: f"savedas{saved}" in "".join(seat.history.split()), "where it is")
            self.assertEqual(saved.read_bytes(), path.read_bytes())

    async def test_a_group_says_how_many_have_read(self) -> None:
        alice, bob, carol = self.open("alice"), await self.user("bob"), await self.user("carol")
        members = [self.user_id("alice"), self.user_id("carol")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)
        group = f"group_{group_id}"
        await bob.aio.send_and_wait(group_id=group_id, text_elem="read this", need_read_receipt=True)

        async def read(client: libim.Client, text: str) -> None:
            def found() -> List[str]:
                return [each.msg_id for each in client.history(group) if each.preview == text]

            await seat.until(found, f"{text} at another's")
            await client.aio.send_message_read_receipts(found())

        def readers(text: str) -> str:
            return next(line for line in seat.history.splitlines() if text in line)[-2:]

        async with self.seat(alice) as seat:
            await seat.open(group)
            asked = next(bob.history(group)).msg_id

            def is_confirmed() -> bool:
                return bob.get_message_read_receipts([asked])[0].read_count == 1

            await seat.until(is_confirmed, "that alice has read it")
            await seat.type("and this")
            await seat.press("enter")
            await read(bob, "and this")
            await seat.until(lambda: readers("and this") == "✓1", "the first reader")
            await seat.press("escape")
            await seat.open(group)
            await read(carol, "and this")
            await seat.until(lambda: readers("and this") == "✓✓", "that all have")
            plan = self.dir / "plan.pdf"
            plan.write_bytes(b"a plan")
            await seat.press("ctrl+o")
            await seat.answer(str(plan))
            await seat.until(lambda: "plan.pdf" in seat.history, "a file")
            await read(bob, "plan.pdf")
            await seat.until(lambda: readers("plan.pdf") == "✓1", "the first reader of the file")
        async with self.seat(alice) as seat:
            await seat.open(group)
            await seat.until(lambda: readers("and this") == "✓✓", "that all have, asked for")

    async def test_the_progress_of_a_file_is_shown(self) -> None:
        alice, bob = await self.pair()
        path = self.dir / "film.bin"
        path.write_bytes(bytes(3_000_000))
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), file_elem=libim.NewFile(path=str(path)))
            await seat.until(lambda: "Press o to download it." in seat.history, "bob's file")
            await seat.selected("film.bin")
            message = seat.app.pane.view.current
            assert message is not None
            # As the events say it; of a fast download only the last one need be told.
            seat.app.pane._progress(message.msg_id, 40)
            await seat.until(lambda: "━━━━╌╌╌╌╌╌╌╌ 40%" in seat.history, "the bar")
            await seat.press("o")
            await seat.until(lambda: "saved as" in seat.history and "━" not in seat.history, "the download")

    async def test_what_was_refused_is_sent_again_or_deleted(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        members = [self.user_id("alice")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)
        group = f"group_{group_id}"
        async with self.seat(alice) as seat:
            await seat.open(group)
            alice.logout()
            for text in ("once more", "never mind"):
                await seat.type(text)
                await seat.press("enter")
                await seat.until(partial(is_in_history, seat, text), text)
            await bob.aio.kick_group_member(group_id, members)
            await alice.aio.login()
            await seat.until(lambda: seat.history.count("Not sent: you may not do that.") == 2, "the refusals")
            await bob.aio.invite_user_to_group(group_id, members)
            await seat.until(lambda: group_id in [each.group_id for each in alice.get_joined_group_list()], "the group")
            await seat.selected("never mind")
            await seat.press("d")
            await seat.confirm("n")
            self.assertIn("never mind", seat.history)
            await seat.press("d")
            await seat.confirm("y")
            await seat.until(lambda: "never mind" not in seat.history, "the deletion")
            await seat.selected("once more")
            await seat.press("s")
            await seat.until(lambda: "Not sent" not in seat.history, "another try")

            def arrived() -> bool:
                return "once more" in [each.preview for each in bob.history(group)]

            await seat.until(arrived, "it at bob's")

    async def test_drafts_are_kept(self) -> None:
        alice, _ = await self.pair()
        alice.set_conversation_draft(self.c2c("carol"), "for carol")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type("half a")
            await seat.open(self.c2c("carol"))
            await seat.until(lambda: "Draft: half a" in seat.screen, "the draft")
            # That of the open conversation is in the field.
            self.assertNotIn("for carol", seat.screen)
            self.assertEqual(seat.app.pane.composer.text, "for carol")
            await seat.open(self.c2c("bob"))
            self.assertEqual(seat.app.pane.composer.text, "half a")
            await seat.press("enter")
            await seat.until(lambda: "half a" in seat.history, "the message")
            await seat.until(lambda: seat.row(self.c2c("bob")).draft_text is None, "the end of the draft")
            await seat.type("until later")
            await seat.press("ctrl+q")
            await seat.until(
                lambda: alice.get_conversation(self.c2c("bob")).draft_text == "until later", "the last draft"
            )

    async def test_older_messages_come_as_one_scrolls_up(self) -> None:
        alice, bob = await self.pair()
        bob_id = self.user_id("bob")
        for number in range(200):
            alice.insert_c2c_message_to_local_storage(bob_id, bob_id, f"old {number:03}")
        await alice.aio.mark_c2c_message_as_read(bob_id)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            history = seat.app.pane.history
            assert history is not None
            self.assertLess(len(history.messages), 201)
            self.assertFalse(history.is_whole)
            await seat.until(lambda: seat.app.pane.view.scroll_offset.y == seat.app.pane.view.max_scroll_y, "the end")
            seat.app.pane.view.focus()

            # Pressed again and again: a key that comes while a page is being read asks for no other.
            def is_whole() -> bool:
                seat.app.pane.view.action_oldest()
                return history.is_whole

            await seat.press("home")
            await seat.until(is_whole, "all older ones")
            self.assertEqual(len(history.messages), 201)
            await seat.press("end")
            await seat.until(
                lambda: seat.app.pane.view.scroll_offset.y == seat.app.pane.view.max_scroll_y, "the end again"
            )
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="the newest")
            await seat.until(lambda: "the newest" in seat.history, "the newest")
            await seat.until(
                lambda: seat.app.pane.view.scroll_offset.y == seat.app.pane.view.max_scroll_y, "still the end"
            )
            await seat.pilot.resize_terminal(60, 24)
            await seat.pilot.resize_terminal(140, 40)
            await seat.until(lambda: "the newest" in seat.history, "the newest after a resize")

    async def test_each_line_of_the_history_has_its_width(self) -> None:
        alice, bob = await self.pair()
        texts = ["你好" * 60, "👩‍👩‍👧 " * 30, "مرحبا بالعالم " * 12, "a\tb\x1b[31m\n\n" + "w" * 300, "🏔️"]
        for text in texts:
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem=text)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: len(seat.app.pane.history.messages if seat.app.pane.history else ()) == 6, "all")
            for width in (40, 75, 110):
                await seat.pilot.resize_terminal(width, 30)
                view = seat.app.pane.view
                here = view.scrollable_content_region.width
                await seat.until(
                    lambda: all(line.cell_len == view._width for _, line in view._lines), f"{width}, {here}"
                )
            self.assertNotIn("\x1b", seat.history)


if __name__ == "__main__":
    chat_support.main()
