"""What is written: nothing of it is lost, whatever the writer and others do meanwhile."""

from __future__ import annotations

from typing import List
from unittest import mock

import chat_support
import libim
from textual import events

#: The status of a message that was recalled.
RECALLED = libim.MessageStatus.REVOKED


class TheWriting(chat_support.Case):
    async def test_whoever_types_fast_loses_nothing_and_sends_nothing_twice(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            composer = seat.app.pane.composer
            composer.focus()
            await seat.until(lambda: composer.has_focus, "the field")
            for text in ("one", "two", "three", "", "four"):
                for letter in text:
                    composer.post_message(events.Key(letter, letter))
                composer.post_message(events.Key("enter", None))
            for letter in "tail":
                composer.post_message(events.Key(letter, letter))
            await seat.until(lambda: "four" in seat.history and composer.text == "tail", "all of them")
            assert seat.app.pane.history is not None
            said = [each.preview for each in seat.app.pane.history.messages if each.is_self]
            self.assertEqual(said, ["one", "two", "three", "four"])

    async def test_an_edit_leaves_what_was_written_and_a_recalled_message_is_quoted_no_more(self) -> None:
        alice, bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type("mine")
            await seat.press("enter")
            await seat.until(lambda: "mine" in seat.history, "the message")
            await seat.type("half a text")
            await seat.selected("mine")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "mine", "the edit")
            await seat.press("escape")
            self.assertEqual(seat.app.pane.composer.text, "half a text")
            # What is answered is recalled before the answer is sent.
            await seat.selected("first from bob")
            await seat.press("r")
            first = (await self.bobs(bob, seat, "first from bob")).msg_id
            await bob.aio.revoke_message(first)
            await seat.until(lambda: "first from bob" not in seat.history, "the recall")
            await seat.press("enter")
            answer = await self.bobs(bob, seat, "half a text")
            self.assertIn(first, answer.cloud_custom_data)
            self.assertNotIn("first from bob", answer.cloud_custom_data)

    async def test_half_an_edit_is_kept_when_one_leaves(self) -> None:
        alice, bob = await self.pair()
        await bob.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=[self.user_id("alice")])
        chat = self.c2c("bob")
        async with self.seat(alice) as seat:
            await seat.open(chat)
            await seat.type("mine")
            await seat.press("enter")
            await seat.until(lambda: "mine" in seat.history, "the message")
            await seat.until(lambda: len(seat.app.list.rows) == 2, "the group")
            group = next(row.conversation_id for row in seat.app.list.rows if row.conversation_id != chat)
            for more, draft in (("", "half a text"), (" and more", "half a text\nmine and more")):
                seat.app.pane.composer.load_text("half a text")
                await seat.selected("mine")
                await seat.press("e")
                await seat.until(lambda: seat.app.pane.composer.text == "mine", "the edit")
                seat.app.pane.composer.load_text(f"mine{more}")
                await seat.open(group)
                await seat.until(lambda: seat.row(chat).draft_text == draft, "the draft")
                await seat.open(chat)
                self.assertEqual(seat.app.pane.composer.text, draft)

    async def test_what_is_typed_is_kept_before_one_leaves(self) -> None:
        alice, _bob = await self.pair()
        chat = self.c2c("bob")
        async with self.seat(alice) as seat:
            await seat.open(chat)
            await seat.type("half a text")
            # As it would be found after the app was killed now.
            await seat.until(lambda: alice.get_conversation(chat).draft_text == "half a text", "the draft")
            self.assertEqual(seat.app.pane.composer.text, "half a text")
            await seat.press("enter")
            await seat.until(lambda: "half a text" in seat.history, "the message")
            await seat.until(lambda: alice.get_conversation(chat).draft_text is None, "the end of the draft")
            await seat.type("more")
            await seat.until(lambda: alice.get_conversation(chat).draft_text == "more", "another draft")
            # Also what no key has typed.
            await seat.press("ctrl+u")
            await seat.until(lambda: alice.get_conversation(chat).draft_text is None, "no draft")
            seat.app.post_message(events.Paste("pasted"))
            await seat.until(lambda: alice.get_conversation(chat).draft_text == "pasted", "what was pasted")
            await seat.press("ctrl+u")
            # What an edit is given up with is no draft.
            await seat.selected("half a text")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "half a text", "the edit")
            await seat.type(" changed")
            await seat.until(lambda: alice.get_conversation(chat).draft_text == "half a text changed", "the edit kept")
            await seat.press("escape")
            await seat.until(lambda: alice.get_conversation(chat).draft_text is None, "the end of it")

    async def test_an_answer_that_was_begun_is_one_when_the_conversation_is_opened_again(self) -> None:
        alice, bob = await self.pair()
        alice.set_conversation_draft(self.c2c("carol"), "x")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.selected("first from bob")
            await seat.press("r")
            await seat.type("my answer")
            await seat.open(self.c2c("carol"))
            self.assertNotIn("Replying to", seat.whole_screen)
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "Replying to" in seat.whole_screen, "what is answered")
            await seat.press("enter")
            answer = await self.bobs(bob, seat, "my answer")
            self.assertIn("messageReply", answer.cloud_custom_data)

    async def test_what_is_answered_is_shown_and_told_as_it_is_by_now(self) -> None:
        alice, bob = await self.pair()
        for number in range(60):
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem=f"later {number}")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "later 59" in seat.history, "all of them")
            for place in range(2):
                assert seat.app.pane.history is not None
                first = (await self.bobs(bob, seat, "later 58" if place else "first from bob")).msg_id
                await seat.app.pane.reach(first)
                await seat.until(lambda: seat.app.pane.view.has_focus, "the history")
                await seat.press("r")
                await seat.until(lambda: "Replying to" in seat.whole_screen, "the reply")
                # The first one is recalled when it is no longer on a page that was read.
                if place == 0:
                    seat.app.action_show_list()
                    await seat.app.close_conversation(self.c2c("bob"))
                await bob.aio.revoke_message(first)
                await seat.until(lambda: alice.find_messages([first])[0].status == RECALLED, "the recall")
                await seat.open(self.c2c("bob"))
                if place == 1:
                    await seat.until(lambda: "Replying to bob: later 58" not in seat.whole_screen, "another banner")
                await seat.type(f"answer {place}")
                await seat.press("enter")
                answer = await self.bobs(bob, seat, f"answer {place}")
                self.assertIn(first, answer.cloud_custom_data)
                self.assertNotIn("first from bob", answer.cloud_custom_data)
                self.assertNotIn("later 58", answer.cloud_custom_data)

    async def test_a_deleted_conversation_answers_nothing_any_more(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.selected("first from bob")
            await seat.press("r")
            await seat.until(lambda: "Replying to" in seat.whole_screen, "the reply")
            await seat.press("escape", "escape")
            await seat.selected("first from bob")
            await seat.press("r")
            seat.app.action_show_list()
            await seat.choose(self.c2c("bob"))
            await seat.press("d")
            await seat.confirm("y")
            await seat.until(lambda: seat.place(self.c2c("bob")) is None, "the end of it")
            await seat.app.open_conversation(self.c2c("bob"))
            self.assertNotIn("Replying to", seat.whole_screen)

    async def test_what_comes_back_is_no_part_of_an_edit(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type("mine")
            await seat.press("enter")
            await seat.until(lambda: "mine" in seat.history, "the message")
            letter = seat.app.pane.writing.seal("refused")
            assert letter is not None
            await seat.selected("mine")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "mine", "the edit")
            refused = libim.Error(libim.Status.DATABASE_FAILED, "no")
            with mock.patch.object(type(alice.aio), "send_message", side_effect=refused):
                with self.assertRaises(libim.Error):
                    await seat.app.pane.send(letter)
            self.assertEqual(seat.app.pane.composer.text, "mine")
            await seat.press("escape")
            self.assertEqual(seat.app.pane.composer.text, "refused")

    async def test_nobody_is_typing_any_more_once_the_edit_is_sent(self) -> None:
        alice, bob = await self.pair()
        await self.befriend(alice, bob)
        async with self.seat(alice) as seat, bob.events() as events:
            await seat.open(self.c2c("bob"))
            await seat.type("mine")
            await seat.press("enter")
            await seat.until(lambda: "mine" in seat.history, "the message")
            await seat.selected("mine")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "mine", "the edit")
            await seat.type(" changed")
            await seat.press("enter")
            typing: List[bool] = []
            is_edited = False
            async for event in events:
                if isinstance(event, libim.TypingStatusChanged):
                    typing.append(event.typing_status.is_typing)
                if isinstance(event, libim.RecvMessageModified):
                    is_edited = True
                if is_edited and typing[-1:] == [False]:
                    break
            self.assertIn(True, typing)

    async def test_neither_what_others_write_nor_a_narrow_window_ends_the_app(self) -> None:
        alice, bob = await self.pair()
        deep = '{"messageReply":' + "[" * 2000
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="above\r\nbelow", cloud_custom_data=deep)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "below" in seat.history, "the message")
            self.assertNotIn("\ufffd", seat.history)
            for width in (1, 2, 3, 4, 5, 100):
                await seat.pilot.resize_terminal(width, 12)
                await seat.pilot.pause()
            await seat.until(lambda: "below" in seat.history, "the message again")

    async def test_the_end_of_a_group_that_is_shown_is_said(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        async with self.seat(alice) as seat:
            for name in ("Left", "Gone"):
                members = [self.user_id("alice")]
                group_id = await bob.aio.create_group(libim.GroupType.PUBLIC, group_name=name, member_list=members)
                await bob.aio.send_and_wait(group_id=group_id, text_elem="welcome")
                await seat.open(f"group_{group_id}")
                await seat.until(lambda: "welcome" in seat.history, "the group")
                if name == "Left":
                    await bob.aio.kick_group_member(group_id, members)
                    await seat.until(lambda: seat.said("You were removed from the group Left."), "the end")
                else:
                    await bob.aio.dismiss_group(group_id)
                    await seat.until(lambda: seat.said("The group Gone was dismissed."), "the end")

    async def test_a_key_pressed_twice_asks_once(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.selected("first from bob")
            await seat.press("d", "d")
            await seat.confirm("n")
            await seat.until(lambda: len(seat.app.screen_stack) == 1, "no other question")
            self.assertIn("first from bob", seat.history)


if __name__ == "__main__":
    chat_support.main()
