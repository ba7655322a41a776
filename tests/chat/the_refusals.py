"""What a service does not do is said in words: some of it at once, some when it has answered."""

from __future__ import annotations

from typing import List
from unittest import mock

import chat_support
import libim
from services import ON_SERVER


def is_member(client: libim.Client, group_id: str) -> bool:
    """Whether a user is in a group."""
    return group_id in [each.group_id for each in client.get_joined_group_list()]


class TheRefusals(chat_support.Case):
    async def group(self, owner: libim.Client, others: List[str]) -> str:
        """A group with others in it."""
        members = [self.user_id(name) for name in others]
        return await owner.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)

    async def test_a_recall_of_what_another_has_said(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        group_id = await self.group(alice, ["bob"])
        async with self.seat(alice) as seat:
            await seat.until(lambda: is_member(bob, group_id), "bob in it")
            await bob.aio.send_and_wait(group_id=group_id, text_elem="something rude")
            await seat.open(f"group_{group_id}")
            await seat.until(lambda: "something rude" in seat.history, "bob's message")
            await seat.selected("something rude")
            await seat.press("x")
            await seat.confirm("y")
            if ON_SERVER:
                await seat.until(
                    lambda: seat.said("the recall was refused, and all still see the message"), "the refusal"
                )
                await seat.until(lambda: "something rude" in seat.history, "the message again")
            else:
                await seat.until(lambda: "You recalled a message" in seat.history, "the recall")

    async def test_a_reaction_and_an_edit_that_are_refused_later_are_said(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        group_id = await self.group(bob, ["alice"])
        async with self.seat(alice) as seat:
            await seat.until(lambda: is_member(alice, group_id), "alice in it")
            await bob.aio.send_and_wait(group_id=group_id, text_elem="what bob says")
            await seat.open(f"group_{group_id}")
            await seat.until(lambda: "what bob says" in seat.history, "bob's message")
            await seat.type("what alice says")
            await seat.press("enter")
            await seat.until(lambda: len(list(bob.history(f"group_{group_id}"))) >= 2, "alice's message at bob's")
            await alice.aio.logout()
            await seat.selected("what bob says")
            await seat.press("plus")
            await seat.answer("👍")
            await seat.until(lambda: "👍 1" in seat.history, "the reaction")
            await seat.selected("what alice says")
            await seat.press("e")
            await seat.until(lambda: seat.app.pane.composer.text == "what alice says", "the text to edit")
            await seat.type(" now")
            await seat.press("enter")
            await seat.until(lambda: "what alice says now (edited)" in seat.history, "the edit")
            await bob.aio.kick_group_member(group_id, [self.user_id("alice")])
            await alice.aio.login()
            await seat.until(lambda: seat.said("“Group”: the reaction was refused."), "the first refusal")
            await seat.until(lambda: seat.said("“Group”: the edit was refused, and all still see"), "the second")
            await seat.until(lambda: "👍 1" not in seat.history and "says now" not in seat.history, "what was before")

    async def test_a_pin_that_is_refused_later_is_said(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft("group_elsewhere", "x")
        async with self.seat(alice) as seat:
            await seat.choose("group_elsewhere")
            await seat.press("p")
            if ON_SERVER:  # there it is a matter of one's own
                await seat.until(lambda: seat.row("group_elsewhere").is_pinned, "the pin")
            else:
                await seat.until(lambda: seat.said("the pin was refused. You may not do that."), "the refusal")
                await seat.until(lambda: not seat.row("group_elsewhere").is_pinned, "the end of the pin")

    async def test_a_message_to_nobody(self) -> None:
        alice = self.open("alice")
        async with self.seat(alice) as seat:
            await seat.press("n")
            await seat.answer(self.user_id("nobody"))
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.type("is anyone there")
            await seat.press("enter")
            # The embedded service keeps it for whoever takes the name.
            wanted = "Not sent: the server has" if ON_SERVER else "✓"
            await seat.until(lambda: wanted in seat.history, wanted)

    async def test_a_group_of_another_gets_a_name(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        group_id = await self.group(bob, ["alice"])
        async with self.seat(alice) as seat:
            await seat.choose(f"group_{group_id}")
            await seat.press("r")
            await seat.answer("Mine")
            if ON_SERVER:
                await seat.until(lambda: seat.said("You may not do that."), "the refusal")
            else:
                await seat.until(lambda: seat.row(f"group_{group_id}").show_name == "Mine", "the name")

    async def test_the_owner_of_a_group_leaves(self) -> None:
        alice = self.open("alice")
        await self.user("bob")
        async with self.seat(alice) as seat:
            group_id = await self.group(alice, ["bob"])
            await seat.choose(f"group_{group_id}")
            await seat.press("l")
            await seat.confirm("y")
            if ON_SERVER:
                await seat.until(lambda: seat.said("You may not do that."), "the refusal")
                self.assertTrue(is_member(alice, group_id))
            else:
                await seat.until(lambda: not is_member(alice, group_id), "the end of it")

    async def test_who_cannot_be_invited(self) -> None:
        alice = self.open("alice")
        await self.user("bob")
        async with self.seat(alice) as seat:
            group_id = await self.group(alice, ["bob"])
            await seat.choose(f"group_{group_id}")
            await seat.press("i")
            await seat.answer("x" * 300)
            await seat.until(lambda: seat.said("The name of the user is too long: at most 255 bytes."), "the refusal")
            if ON_SERVER:
                await seat.answer("nobody@")
                await seat.until(lambda: seat.said('"nobody@" is not an address'), "the refusal")

    async def test_what_is_said_hides_neither_the_field_nor_the_title(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice, notifications=True) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type("what I write")
            seat.app.complain("a sentence " * 12)
            await seat.until(lambda: seat.app.screen.query("Toast"), "the sentence")
            await seat.until(lambda: "a sentence" in seat.whole_screen, "the sentence on the screen")
            self.assertIn("what I write", seat.whole_screen)
            self.assertIn("up to date", seat.whole_screen)

    async def test_what_fails_by_itself_is_said_and_goes_on(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="one")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "one" in seat.history, "the first message")
            history = seat.app.pane.history
            assert history is not None
            full = libim.Error(libim.Status.DATABASE_FAILED, "the disk is full")
            with mock.patch.object(history, "reload", side_effect=full):
                await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="two")
                await seat.until(lambda: seat.said("The local store cannot be read"), "why not")
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="three")
            await seat.until(lambda: "two" in seat.history and "three" in seat.history, "all of them")


if __name__ == "__main__":
    chat_support.main()
