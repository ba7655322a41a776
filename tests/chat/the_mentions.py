"""An @ in a group shows who fits, and the keys choose."""

from __future__ import annotations

from typing import Callable, List
from unittest import mock

import chat_support
import libim
from chat_support import Seat
from libim_chat import names as conversation_names


def shown(seat: Seat) -> List[str]:
    """What the list of names has to offer; nothing while it is closed."""
    suggestions = seat.app.pane.writing.suggestions
    return [each.written for each in suggestions.candidates] if suggestions.display else []


def text(seat: Seat) -> str:
    """What is in the field."""
    return seat.app.pane.composer.text


class TheMentions(chat_support.Case):
    async def group(self, alice: libim.Client) -> str:
        """A group of four, two of whom have names with spaces."""
        bob, mei = await self.user("bob"), await self.user("mei")
        await self.user("zoe")
        await bob.aio.set_self_info("Bob Martin")
        await mei.aio.set_self_info("陈美 Mei")
        members = [self.user_id(name) for name in ("bob", "mei", "zoe")]
        group_id = await alice.aio.create_group(libim.GroupType.WORK, group_name="Group", member_list=members)
        for member in members:
            await alice.aio.get_users_info([member])
        return f"group_{group_id}"

    async def opened(self, seat: Seat, group: str) -> None:
        """Opens the group, and waits until the names are known."""
        await seat.open(group)

        def names() -> List[str]:
            seat.app.pane._renew_members()
            return [member.name for member in seat.app.pane.composer.members]

        await seat.until(lambda: {"Bob Martin", "陈美 Mei"} <= set(names()), "the names")

    async def sent(self, seat: Seat, said: str) -> libim.Message:
        """Sends what is in the field; the message."""
        await seat.press("enter")
        await seat.until(lambda: said in seat.history and text(seat) == "", "the message")
        history = seat.app.pane.history
        assert history is not None
        return next(each for each in history.messages if each.preview == said)

    async def test_names_are_shown_as_one_types_and_chosen_with_keys(self) -> None:
        alice = await self.user("alice")
        group = await self.group(alice)
        bob, mei, zoe = (self.user_id(name) for name in ("bob", "mei", "zoe"))
        async with self.seat(alice) as seat:
            await self.opened(seat, group)

            def offers(*wanted: str) -> Callable[[], bool]:
                return lambda: shown(seat) == list(wanted)

            await seat.press("at")
            await seat.until(lambda: {"Bob Martin", "陈美 Mei", zoe, "all"} <= set(shown(seat)), "all names")
            await seat.until(lambda: "@Bob Martin" in seat.whole_screen, "the list on the screen")
            await seat.press("m", "a", "r")
            await seat.until(offers("Bob Martin"), "a word of a name")
            await seat.press("enter")
            self.assertEqual(text(seat), "@Bob Martin ")
            await seat.until(offers(), "the end of the list")
            await seat.type("你好@陈美 ")
            await seat.until(offers("陈美 Mei"), "a name in a sentence without spaces")
            await seat.press("tab")
            self.assertEqual(text(seat), "@Bob Martin 你好@陈美 Mei ")
            await seat.type("look")
            message = await self.sent(seat, "@Bob Martin 你好@陈美 Mei look")
            self.assertEqual(set(message.group_at_user_list), {bob, mei})

            # The arrows go around, and Enter takes what is chosen instead of sending.
            await seat.press("at")
            await seat.until(lambda: len(shown(seat)) > 3, "all names again")
            first, last = shown(seat)[0], shown(seat)[-1]
            await seat.press("down", "up")
            self.assertEqual(seat.app.pane.writing.suggestions.current, seat.app.pane.writing.suggestions.candidates[0])
            self.assertNotEqual(first, last)
            await seat.press("up", "enter")
            self.assertEqual((last, text(seat)), ("all", "@all "))
            await seat.type("hear")
            message = await self.sent(seat, "@all hear")
            self.assertEqual(message.group_at_user_list, (libim.AT_ALL,))

    async def test_a_group_of_several_pages_of_members(self) -> None:
        alice = await self.user("alice")
        group = await self.group(alice)
        with mock.patch.object(conversation_names, "PAGE_OF_MEMBERS", 2):
            async with self.seat(alice) as seat:
                await self.opened(seat, group)
                self.assertEqual(len(seat.app.pane.composer.members), 4)

    async def test_escape_closes_the_list_and_leaves_the_text(self) -> None:
        alice = await self.user("alice")
        group = await self.group(alice)
        async with self.seat(alice) as seat:
            await self.opened(seat, group)
            await seat.press("at", "b")
            await seat.until(lambda: "Bob Martin" in shown(seat), "the names")
            await seat.press("escape")
            await seat.until(lambda: shown(seat) == [], "the end of the list")
            self.assertTrue(seat.app.pane.composer.has_focus)
            await seat.press("o")
            self.assertEqual((text(seat), shown(seat)), ("@bo", []))
            # Another @ is another question.
            await seat.press("space", "at", "b")
            await seat.until(lambda: "Bob Martin" in shown(seat), "the names for another one")
            await seat.press("x", "x")
            await seat.until(lambda: shown(seat) == [], "that nobody fits")
            await seat.press("backspace", "backspace")
            await seat.until(lambda: "Bob Martin" in shown(seat), "the names again")
            await seat.press("escape", "escape")
            await seat.until(lambda: seat.app.list.has_focus, "the list of conversations")

    async def test_with_one_user_there_is_nobody_to_choose(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="hi")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.press("at", "b")
            self.assertEqual((text(seat), shown(seat)), ("@b", []))
            await seat.press("tab")
            await seat.until(lambda: not seat.app.pane.composer.has_focus or text(seat) != "@b", "what Tab does else")


if __name__ == "__main__":
    chat_support.main()
