"""What a step of scrolling in the chat client costs, in a long list beside a short one. `make bench-chat` runs it.

A step moves the cursor by a screen and draws each line of the list. The lists are those of a client of the embedded service.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from pathlib import Path
from typing import AsyncIterator

import libim
from libim_chat.app import ChatApp

#: Conversations in the two lists.
LENGTHS = (50, 5000)
#: How many steps are measured at a time.
STEPS = 200
#: The lists take turns this often, and the best turn of each counts: what else the machine does is in neither.
TURNS = 5


@contextlib.asynccontextmanager
async def shown(folder: Path, length: int) -> AsyncIterator[ChatApp]:
    """The app with a list of that length, all of it there."""
    service = libim.Embedded(folder / f"{length}.db")
    with libim.Client.open(libim.Config(folder / f"data{length}", "alice", service)) as client:
        for number in range(length):
            client.set_conversation_draft(f"c2c_u{number:04}", "x")
        app = ChatApp(client)
        async with app.run_test(size=(120, 40)) as pilot:
            while not (app.rows and app.rows.is_finished and len(app.list.rows) == length):
                app.list.action_move(1_000_000)
                await pilot.pause(0.01)
            yield app


def median(app: ChatApp) -> float:
    """The median of a step, in seconds."""
    last, step = len(app.list.rows) - 1, 1
    times = []
    for _ in range(STEPS):
        # At an end it turns around.
        if app.list.cursor == (last if step > 0 else 0):
            step = -step
        begin = time.perf_counter()
        app.list.action_page(step)
        for line in range(app.list.size.height):
            app.list.render_line(line)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


async def measured(folder: Path, length: int) -> float:
    """The same in a list of that length."""
    async with shown(folder, length) as app:
        return median(app)


async def main() -> None:
    """Prints the figures of docs/performance.md."""
    best = dict.fromkeys(LENGTHS, float("inf"))
    for _ in range(TURNS):
        for length in LENGTHS:
            with tempfile.TemporaryDirectory() as folder:
                best[length] = min(best[length], await measured(Path(folder), length))
    short, long = (best[length] for length in LENGTHS)
    print(f"A step of scrolling, of {LENGTHS[1]:,} and of {LENGTHS[0]} conversations, and the ratio:")
    print(f"| {long * 1000:.1f} ms | {short * 1000:.1f} ms | {long / short:.1f} |")


if __name__ == "__main__":
    asyncio.run(main())
