"""Questions whose answer is used until that works: nobody writes the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Awaitable, Callable

import libim

from .errors import words

if TYPE_CHECKING:
    from .app import ChatApp


async def until_used(app: ChatApp, title: str, hint: str, value: str, use: Callable[[str], Awaitable[None]]) -> None:
    """Asks for a text and uses it. What cannot be used is said, and asked for again, until it is given up."""
    given = await app.ask(title, hint, value)
    while given is not None:
        try:
            await use(given)
            return
        except libim.Error as error:
            app.complain(words(error))
            if error.status == libim.Status.NO_PERMISSION:
                return  # whatever is given
        except app.Unfit as unfit:
            app.complain(str(unfit))
        given = await app.ask(title, hint, given)
