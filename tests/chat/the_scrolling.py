"""Scrolling costs the same in a long list as in a short one: what is done is counted, not how long it takes."""

from __future__ import annotations

import asyncio
from typing import Any, List, NamedTuple, Tuple
from unittest import mock

import chat_support
import libim
from chat_support import Seat
from libim_chat import conversation_list
from libim_chat.row import HEIGHT
from libim_chat.row import row as drawn
from services import ON_SERVER

#: On a server each account is another user's; there the list need not be as long.
LENGTHS = (50, 500) if ON_SERVER else (500, 5000)
#: What each key is pressed for, and how often.
STEPS = ("down", "up", "pagedown", "pageup", "end", "home")
TIMES = 5


class Work(NamedTuple):
    """What one key has caused at most."""

    #: How many lines of rows were drawn.
    lines: int
    #: How many calls of libim were made.
    calls: int


async def work(seat: Seat) -> Work:
    """What scrolling in the whole list costs for each key at most."""
    counts: List[int] = [0, 0]

    def draw(*arguments: Any) -> Tuple[Any, Any]:
        counts[0] += 1
        return drawn(*arguments)

    asked = type(seat.app.client.aio)._ask

    async def ask(self: Any, name: str, *arguments: Any) -> Any:
        counts[1] += 1
        return await asked(self, name, *arguments)

    worst = Work(0, 0)
    with (
        mock.patch.object(conversation_list, "row", draw),
        mock.patch.object(type(seat.app.client.aio), "_ask", ask),
    ):
        for key in STEPS:
            for _ in range(TIMES):
                counts[:] = [0, 0]
                before = seat.app.list.cursor
                await seat.press(key)
                await seat.pilot.pause()
                is_moved = seat.app.list.cursor != before
                assert counts[0] > 0 or not is_moved, f"{key} has moved the cursor, and nothing was drawn"
                worst = Work(max(worst.lines, counts[0]), max(worst.calls, counts[1]))
    return worst


class TheScrolling(chat_support.Case):
    async def test_a_step_costs_the_same_however_long_the_list_is(self) -> None:
        alice = self.open("alice")
        filled = 0
        for length in LENGTHS:

            def fill(count: int) -> None:
                for number in range(filled, count):
                    alice.set_conversation_draft(self.c2c(f"u{number:04}"), "x")

            await asyncio.get_running_loop().run_in_executor(None, fill, length)
            filled = length
            async with self.seat(alice) as seat:
                await self.whole(seat, length)
                height = seat.app.list.size.height
                cost = await work(seat)
                # A screen is drawn once or a few times, and never what is not on it.
                self.assertLessEqual(cost.lines, 6 * (height + HEIGHT), (length, cost))
                self.assertEqual(cost.calls, 0, length)

    async def test_a_change_draws_the_screen_and_not_the_list(self) -> None:
        alice = self.open("alice")
        last = LENGTHS[-1]

        def fill() -> None:
            for number in range(last):
                alice.set_conversation_draft(self.c2c(f"u{number:04}"), "x")

        await asyncio.get_running_loop().run_in_executor(None, fill)
        async with self.seat(alice) as seat:
            await self.whole(seat, last)
            await seat.press("home")
            drawn_lines: List[int] = []

            def draw(conversation: libim.Conversation, *arguments: Any) -> Tuple[Any, Any]:
                drawn_lines.append(1)
                return drawn(conversation, *arguments)

            chosen = self.c2c("u0000")
            with mock.patch.object(conversation_list, "row", draw):
                alice.pin_conversation(chosen, True)
                await seat.until(lambda: seat.place(chosen) == 0, "the pin")
                await seat.pilot.pause()
            self.assertLess(len(drawn_lines), last)

    async def whole(self, seat: Seat, length: int) -> None:
        """Waits until all rows are in the list, which grows as one goes to its end."""

        def is_whole() -> bool:
            seat.app.list.action_move(1_000_000)
            return len(seat.app.list.rows) == length and bool(seat.app.rows and seat.app.rows.is_finished)

        await seat.until(is_whole, f"{length} rows")


if __name__ == "__main__":
    chat_support.main()
