"""Keys that come faster than the app: each is for what stands there once those before it are obeyed."""

from __future__ import annotations

import asyncio
from typing import Optional
from unittest import mock

import chat_support
import libim
from chat_support import Seat
from libim_chat.dialogs import Ask
from libim_chat.search import Search
from textual import events


def strike(seat: Seat, *keys: str) -> None:
    """Presses keys at once, without waiting for what they do."""
    for key in keys:
        letter: Optional[str] = key if len(key) == 1 else None
        seat.app.post_message(events.Key(key, letter))


class TheHaste(chat_support.Case):
    async def test_what_is_typed_after_a_key_that_asks_is_the_answer(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.choose(self.c2c("bob"))
            strike(seat, "n", *"max", "enter")
            await seat.until(lambda: seat.app.list.open_id == self.c2c("max"), "the conversation with max")
            self.assertEqual(alice.get_conversation(self.c2c("bob")).recv_opt, libim.ReceiveMessageOpt.RECEIVE)

    async def test_what_is_typed_after_opening_a_conversation_is_written_in_it(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.choose(self.c2c("bob"))
            strike(seat, "enter", *"max")
            await seat.until(lambda: seat.app.pane.composer.text == "max", "the text")
            await seat.selected("first from bob")
            strike(seat, "r", *"ed")
            await seat.until(lambda: seat.app.pane.composer.text == "maxed", "more of it")
            self.assertEqual(alice.get_conversation(self.c2c("bob")).recv_opt, libim.ReceiveMessageOpt.RECEIVE)

    async def test_a_question_is_answered_once(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.press("n")
            await seat.until(lambda: isinstance(seat.app.screen, Ask) and seat.app.screen.focused, "the question")
            strike(seat, *"carol", "enter", "enter")
            await seat.until(lambda: seat.app.list.open_id == self.c2c("carol"), "the conversation")
            seat.app.action_show_list()
            await seat.press("slash")
            await seat.until(lambda: isinstance(seat.app.screen, Search), "the search")
            await seat.press(*"first")
            await seat.until(lambda: "first from bob" in seat.whole_screen, "what was found")
            strike(seat, "enter", "enter")
            await seat.until(lambda: seat.app.list.open_id == self.c2c("bob"), "what was chosen")

    async def test_a_question_that_is_asked_again_waits_for_another_one(self) -> None:
        alice = self.open("alice")
        may_answer = asyncio.Event()

        async def slowly(*_: object, **__: object) -> None:
            await may_answer.wait()
            raise libim.Error(libim.Status.REFUSED, "no")

        async with self.seat(alice) as seat:
            with mock.patch.object(type(alice.aio), "create_group", slowly):
                await seat.press("g")
                await seat.answer("Trip")
                await seat.answer("bob")
                await seat.press("n")
                await seat.until(
                    lambda: isinstance(seat.app.screen, Ask) and seat.app.screen.focused, "another question"
                )
                may_answer.set()
                await seat.until(lambda: seat.said("refused"), "the refusal")
                await seat.give_up("")
                await seat.give_up("bob")


if __name__ == "__main__":
    chat_support.main()
