"""The pictures of the documents: `python -m libim_chat.pictures FOLDER` writes them as SVG."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from .app import ChatApp
from .search import Search
from .waiting import until
from .world import DESIGN, GROUPS, HIKE, NAMES, World

SIZE = (116, 28)


async def draw(folder: Path) -> None:
    """Draws the list with a group, the search, and the palette."""
    with tempfile.TemporaryDirectory() as data, World(Path(data)) as world:
        app = ChatApp(world.me)
        async with app.run_test(size=SIZE) as pilot:
            await world.populate()
            await until(pilot, lambda: len(app.list.rows) >= len(GROUPS) + len(NAMES), "all conversations")
            await until(pilot, lambda: app.header.state == "up to date", "the sync")
            await app.open_conversation(HIKE)
            await pilot.pause()
            await pilot.press("W", "e", "l", "l")
            await pilot.pause()
            _write(app, folder / "chat.svg")
            await _search(app, pilot)
            _write(app, folder / "chat-search.svg")
            await pilot.press("escape")
            await app.open_conversation(DESIGN)
            app.action_show_list()
            await pilot.press("ctrl+p")
            await until(pilot, lambda: app.screen is not app.screen_stack[0] and _options(app), "the palette")
            _write(app, folder / "chat-commands.svg")


async def _search(app: ChatApp, pilot: Pilot[None]) -> None:
    app.action_show_list()
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(app.screen, Search), "the search")
    app.screen.query_one(Input).value = "the"
    await until(pilot, lambda: _options(app), "what is found")


def _options(app: ChatApp) -> int:
    return app.screen.query_one(OptionList).option_count


def _write(app: ChatApp, path: Path) -> None:
    path.write_text(app.export_screenshot(title="libim-chat"), "utf-8")


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
