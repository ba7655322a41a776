"""Everything that can be done with conversations, by its key, and the palette."""

from __future__ import annotations

import asyncio
import dataclasses
from functools import partial
from typing import Callable
from unittest import mock

from textual.command import CommandPalette
from textual.widgets import Input, OptionList

import chat_support
import libim
from libim_chat.app import ChatApp
from libim_chat.commands import COMMANDS


def is_so(condition: Callable[[], bool], wanted: bool) -> bool:
    """Whether a condition is as wanted."""
    return condition() == wanted


def is_member(client: libim.Client, group_id: str) -> bool:
    """Whether a user is in a group."""
    return group_id in [each.group_id for each in client.get_joined_group_list()]


class TheCommands(chat_support.Case):
    async def test_pin_mute_star_and_mark(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="hi")
        async with self.seat(alice) as seat:
            await seat.until(
                lambda: seat.place(self.c2c("bob")) is not None and seat.row(self.c2c("bob")).unread_count, "bob"
            )
            await seat.choose(self.c2c("bob"))
            await seat.press("u")
            await seat.until(lambda: seat.row(self.c2c("bob")).unread_count == 0, "read")
            await seat.press("u")
            await seat.until(lambda: libim.Mark.UNREAD in seat.row(self.c2c("bob")).mark_list, "unread")
            for on in (True, False):
                await seat.press("p")
                await seat.until(partial(is_so, lambda: seat.row(self.c2c("bob")).is_pinned, on), "pin")
                await seat.press("m")
                await seat.until(partial(is_so, lambda: seat.row(self.c2c("bob")).recv_opt != 0, on), "mute")
                await seat.press("s")
                await seat.until(
                    partial(is_so, lambda: libim.Mark.STAR in seat.row(self.c2c("bob")).mark_list, on), "star"
                )
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: libim.Mark.UNREAD not in seat.row(self.c2c("bob")).mark_list, "opened is read")

    async def test_clear_and_delete_ask_first(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="hi")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "hi" in seat.history, "the message")
            await seat.choose(self.c2c("bob"))
            await seat.press("c")
            await seat.confirm("escape")
            self.assertIn("hi", seat.history)
            await seat.press("c")
            await seat.confirm("y")
            await seat.until(lambda: "hi" not in seat.history, "the end of the messages")
            await seat.choose(self.c2c("bob"))
            await seat.press("d")
            await seat.confirm("n")
            self.assertIsNotNone(seat.place(self.c2c("bob")))
            await seat.press("d")
            await seat.confirm("y")
            await seat.until(lambda: seat.place(self.c2c("bob")) is None, "the end of the conversation")
            await seat.until(
                lambda: seat.app.list.open_id is None and seat.app.pane.conversation is None, "nothing open"
            )
            await seat.press("d")
            await seat.until(lambda: seat.said("No conversation is chosen."), "the refusal")

    async def test_chats_and_groups_are_made_named_joined_and_left(self) -> None:
        alice = self.open("alice")
        for name in ("bob", "carol"):
            await self.user(name)
        async with self.seat(alice) as seat:
            await seat.press("n")
            await seat.answer(f"{self.user_id('bob')} carol")
            await seat.until(lambda: seat.said("more than one name"), "the refusal")
            await seat.answer(",")
            await seat.until(lambda: seat.said("That is no name"), "that nobody is named")
            # On a server a name without a domain is a user of the same one.
            await seat.answer(self.user_id("bob").partition("@")[0])
            await seat.until(
                lambda: seat.app.list.open_id == self.c2c("bob") and seat.app.pane.composer.has_focus, "the chat"
            )
            await seat.type("hi")
            await seat.press("enter")
            await seat.until(lambda: seat.place(self.c2c("bob")) == 0, "bob in the list")
            await seat.choose(self.c2c("bob"))
            await seat.press("r")
            await seat.answer("Bobby")
            await seat.until(lambda: seat.row(self.c2c("bob")).show_name == "Bobby", "the remark")
            await seat.choose(self.c2c("bob"))
            await seat.press("r")
            await seat.answer("Robert")
            await seat.until(lambda: seat.row(self.c2c("bob")).show_name == "Robert", "another remark")
            await seat.choose(self.c2c("bob"))
            await seat.press("i")
            await seat.until(lambda: seat.said("That is for groups"), "the refusal")

            await seat.press("g")
            await seat.answer("Trip 🚲")
            named = f"{self.user_id('bob').partition('@')[0]} {'x' * 300}"
            await seat.answer(named)
            await seat.until(lambda: seat.said("too long"), "the refusal")
            # What was given is still there, and is asked for again.
            await seat.give_up(named)
            await seat.press("g")
            await seat.answer("Trip 🚲")
            await seat.answer(self.user_id("bob").partition("@")[0])
            await seat.until(lambda: str(seat.app.list.open_id).startswith("group_"), "the group")
            group = str(seat.app.list.open_id)
            await seat.choose(group)
            await seat.press("i")
            await seat.answer(self.user_id("carol"))
            members = alice.aio
            group_id = group[len("group_") :]
            count = 0
            while count < 3:
                page = await members.get_group_member_list(group_id)
                count = len(page.member_info_list)
                await seat.pilot.pause(0.01)
            await seat.choose(group)
            await seat.press("r")
            await seat.answer("Voyage")
            await seat.until(lambda: seat.row(group).show_name == "Voyage", "the name")
            await seat.open(group)
            await seat.until(lambda: "named the group “Voyage”" in seat.history, "the tip")
            await seat.until(lambda: len(seat.app.pane.composer.members) == 3, "the members")
            bob = self.user_id("bob")
            await seat.type(f"@{bob[:-1]}")
            await seat.until(lambda: seat.app.pane.writing.suggestions.current is not None, "the names")
            await seat.press("tab")
            self.assertEqual(seat.app.pane.composer.text, f"@{bob} ")
            await seat.type("hello")
            await seat.press("enter")
            await seat.until(lambda: f"@{bob} hello" in seat.history, "the mention")
            history = seat.app.pane.history
            assert history is not None
            mention = next(each for each in history.messages if each.preview == f"@{bob} hello")
            self.assertEqual(mention.group_at_user_list, (bob,))

    async def test_all_is_read_and_a_group_is_left(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        members = [self.user_id("alice")]
        groups = [
            await bob.aio.create_group(libim.GroupType.WORK, group_name=name, member_list=members) for name in "gh"
        ]
        g, h = groups
        async with self.seat(alice) as seat:
            # What was said before the first login counts as read on a server.
            for group_id in groups:
                await seat.until(partial(is_member, alice, group_id), "the groups")
                await bob.aio.send_and_wait(group_id=group_id, text_elem="@all", group_at_user_list=[libim.AT_ALL])
            await seat.choose(f"group_{h}")
            await seat.choose(f"group_{g}")
            await seat.until(
                lambda: all(row.unread_count and row.group_at_info_list for row in seat.app.list.rows), "@"
            )
            await seat.until(lambda: seat.app.header.unread > 0, "the count of all")
            await seat.press("R")
            await seat.confirm("n")
            self.assertTrue(all(row.unread_count for row in seat.app.list.rows))
            await seat.press("R")
            await seat.confirm("y")
            await seat.until(lambda: not any(row.unread_count for row in seat.app.list.rows), "that all is read")
            await seat.until(lambda: seat.app.header.unread == 0, "the count of all at nothing")
            await seat.press("l")
            await seat.confirm("n")
            self.assertTrue(is_member(alice, g))
            await seat.press("l")
            await seat.confirm("y")
            await seat.until(lambda: not is_member(alice, g), "the end of it")
            self.assertTrue(is_member(alice, h))

    async def test_errors_in_words(self) -> None:
        alice = self.open("alice")
        async with self.seat(alice) as seat:
            await seat.press("n")
            await seat.answer("a" * 300)
            await seat.until(lambda: seat.said("The name is too long: at most 255 bytes."), "the refusal")
            await seat.give_up("a" * 300)
            await seat.until(lambda: seat.app.screen is seat.app.screen_stack[0], "the list")

    async def test_what_takes_time_is_named_while_it_lasts(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft(self.c2c("bob"), "x")
        answered = asyncio.Event()

        async def slowly(app: ChatApp) -> None:
            await answered.wait()

        async with self.seat(alice) as seat:
            await seat.choose(self.c2c("bob"))
            with mock.patch.dict(COMMANDS, pin=dataclasses.replace(COMMANDS["pin"], run=slowly)):
                await seat.press("p")
                await seat.until(lambda: "Pin…" in seat.app.header.render().plain, "what is being done")
                answered.set()
                await seat.until(lambda: "Pin…" not in seat.app.header.render().plain, "the end of it")

    async def test_the_palette_is_for_what_the_keys_are_for(self) -> None:
        alice = self.open("alice")
        for name in ("bob", "carol"):
            alice.set_conversation_draft(self.c2c(name), "x")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.choose(self.c2c("carol"))
            await seat.press("ctrl+p")
            await seat.until(lambda: isinstance(seat.app.screen, CommandPalette), "the palette")
            palette = seat.app.screen
            palette.query_one(Input).value = "Keep the conversation on top"
            found = palette.query_one(OptionList)
            await seat.until(lambda: found.option_count == 1 and not found.options[0].disabled, "the command")
            while seat.app.screen is palette:
                await seat.press("enter")
            await seat.until(lambda: seat.row(self.c2c("carol")).is_pinned, "the pin")
            self.assertFalse(seat.row(self.c2c("bob")).is_pinned)


if __name__ == "__main__":
    chat_support.main()
