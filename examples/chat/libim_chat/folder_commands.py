"""What can be done with the folders of the user, which V2TIM calls conversation groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from .errors import check
from .filters import FILTERS
from .text import one_line, short

if TYPE_CHECKING:
    from .app import ChatApp


async def put(app: ChatApp) -> None:
    """Puts the conversation into a folder, which is made when there is none of the name, or takes it out."""
    one = app.chosen()
    known = await app.client.aio.get_conversation_group_list()
    hint = ", ".join(map(one_line, known)) or "its name"
    shown = _names(app)

    async def use(name: str) -> None:
        if not name:
            return
        # Folders of other programs may have names that cannot be typed.
        name = next((each for each in known if one_line(each) == name), name)
        ids = [one.conversation_id]
        if name in one.conversation_group_list:
            check(await app.client.aio.delete_conversations_from_group(name, ids))
        elif name in known:
            check(await app.client.aio.add_conversations_to_group(name, ids))
        else:
            check(await app.client.aio.create_conversation_group(name, ids))

    await app.until_used("Which folder?", hint, shown[0] if shown else "", use)


async def rename(app: ChatApp) -> None:
    """Gives the folder that is shown another name."""
    former = _shown(app)

    async def use(name: str) -> None:
        if name and name != one_line(former):
            await app.client.aio.rename_conversation_group(former, name)

    await app.until_used("The new name of the folder", "", former, use)


async def delete(app: ChatApp) -> None:
    """Deletes the folder that is shown."""
    name = _shown(app)
    if await app.confirm(f"Delete the folder “{short(name)}”? Its conversations stay.", "Delete"):
        await app.client.aio.delete_conversation_group(name)


def _names(app: ChatApp) -> List[str]:
    return [] if app.filter in FILTERS else [app.filter.name]


def _shown(app: ChatApp) -> str:
    names = _names(app)
    if not names:
        raise app.Unfit("No folder is shown: choose one with 7, 8, 9 or 0 first.")
    return names[0]
