"""The questions of the app: one at a time, and the keys that follow a question are its answer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Awaitable, Callable, Optional

from textual.app import App

import libim

from .dialogs import Answer, Ask, Confirm, Question
from .errors import words
from .terminal import driver
from .text import one_line

#: How long keys wait for a question that does not come, in seconds.
PATIENCE = 2.0


class Asking(App[None]):
    """An app that asks."""

    class Unfit(Exception):
        """What was asked for does not fit what is chosen; the words say why."""

    def __init__(self) -> None:
        super().__init__(driver_class=driver())
        #: Held while something is asked.
        self._asked: asyncio.Lock
        self._can_be_typed: asyncio.Event

    def begin_asking(self) -> None:
        """Begins, in the loop that runs now."""
        self._asked, self._can_be_typed = asyncio.Lock(), asyncio.Event()

    def complain(self, why: str) -> None:
        """Says that something did not work."""
        self.notify(one_line(why), severity="error", timeout=8, markup=False)

    async def put(self, question: Question[Answer], nothing: Answer) -> Answer:
        """Asks, unless something is being asked: a key that is pressed twice asks once."""
        if self._asked.locked():
            return nothing
        async with self._asked:
            return await self.push_screen_wait(question)

    async def ask(self, title: str, hint: str, value: str) -> Optional[str]:
        """Asks for a text; None when it was given up."""
        return await self.put(Ask(title, hint, value), None)

    async def confirm(self, question: str, yes: str) -> bool:
        """Asks whether to go on."""
        return await self.put(Confirm(question, yes), False)

    async def until_used(self, title: str, hint: str, value: str, use: Callable[[str], Awaitable[None]]) -> None:
        """Asks for a text and uses it. What cannot be used is said, and asked for again, until it is given up."""
        given = await self.ask(title, hint, value)
        while given is not None:
            try:
                await use(given)
                return
            except libim.Error as error:
                self.complain(words(error))
                if error.status == libim.Status.NO_PERMISSION:
                    return  # whatever is given
            except self.Unfit as unfit:
                self.complain(str(unfit))
            async with self._asked:
                # Something else may be asked meanwhile.
                given = await self.push_screen_wait(Ask(title, hint, given))

    def on_question_can_be_answered(self) -> None:
        """Lets the keys come that were pressed meanwhile."""
        self.let_keys_come()

    def hold_keys(self) -> None:
        """The next keys are for what comes now."""
        self._can_be_typed.clear()

    def let_keys_come(self) -> None:
        """The keys go where they belong."""
        self._can_be_typed.set()

    async def until_keys_may_come(self) -> None:
        """Waits until what is typed next goes where it belongs."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._can_be_typed.wait(), PATIENCE)
