"""The commands in Textual's command palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, AsyncIterator, cast

from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from .commands import COMMANDS
from .text import one_line

if TYPE_CHECKING:
    from .app import ChatApp


class Commands(Provider):
    """All that can be done, and all filters."""

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """Everything, before a word is written."""
        app = cast("ChatApp", self.app)
        for command in COMMANDS.values():
            yield DiscoveryHit(command.title, partial(app.action_run_command, command.name), help=command.help)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        """What matches a word."""
        app, matcher = cast("ChatApp", self.app), self.matcher(query)
        for command in COMMANDS.values():
            score = max(matcher.match(command.title), matcher.match(command.help))
            if score > 0:
                run = partial(app.action_run_command, command.name)
                yield Hit(score, matcher.highlight(command.title), run, help=command.help)
        for place, each in enumerate(app.filters):
            title = f"Show: {one_line(each.name)}"
            score = matcher.match(title)
            if score > 0:
                # The name of a folder is no markup.
                yield Hit(score, Content(title), partial(app.action_filter, place), help="Filter the list")
