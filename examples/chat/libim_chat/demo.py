"""The demo: the app in a world of its own."""

from __future__ import annotations

from .app import ChatApp
from .bots import answer, chatter
from .world import World

__all__ = ["DemoApp", "World"]


class DemoApp(ChatApp):
    """The app of the world's user, with the bots as tasks beside it."""

    def __init__(self, world: World) -> None:
        super().__init__(world.me)
        self._world = world

    async def on_mount(self) -> None:
        """Wakes the bots, too. `ChatApp.on_mount` runs by itself."""
        self.run_worker(self._live(), group="world")

    async def _live(self) -> None:
        await self._world.populate()
        for name, bot in self._world.bots.items():
            self.run_worker(answer(name, bot, 1.5), group="bots")
            self.run_worker(chatter(name, bot), group="bots")
