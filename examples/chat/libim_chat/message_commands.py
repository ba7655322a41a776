"""What can be done with a message. `app.chosen_message()` is the one that is meant."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import libim

from .bubble import attachment
from .downloads import name_of, save
from .kinds import is_picture

if TYPE_CHECKING:
    from .app import ChatApp


async def reply(app: ChatApp) -> None:
    """The next text answers the message."""
    app.pane.writing.begin_reply(app.chosen_message())


async def edit(app: ChatApp) -> None:
    """The next text takes the place of the message's."""
    message = app.chosen_message()
    if not message.is_self or message.text_elem is None:
        raise app.Unfit("Only texts of yours can be edited.")
    app.pane.writing.begin_edit(message)


async def recall(app: ChatApp) -> None:
    """Recalls the message."""
    message = app.chosen_message()
    if message.status == libim.MessageStatus.REVOKED:
        raise app.Unfit("It is recalled already.")
    if await app.confirm("Recall the message for everyone?", "Recall"):
        await app.client.aio.revoke_message(message.msg_id)
        app.pane.renew()


async def react(app: ChatApp) -> None:
    """Adds a reaction, or takes the same one away."""
    message = app.chosen_message()
    reaction = await app.ask("React with", "an emoji", "👍")
    if not reaction:
        return
    history = app.pane.history
    made = history.reactions.get(message.msg_id, ()) if history is not None else ()
    if any(each.reaction_id == reaction and each.reacted_by_myself for each in made):
        await app.client.aio.remove_message_reaction(message.msg_id, reaction)
    else:
        await app.client.aio.add_message_reaction(message.msg_id, reaction)


async def download(app: ChatApp) -> None:
    """Downloads the file and saves it under its own name; the history shows how far it is, and where it is then."""
    message = await app.client.aio.download_message(app.chosen_message().msg_id, timeout=600)
    source = Path(attachment(message)[1])
    try:
        # One after the other: the same file is saved once. A large one takes a while to be copied.
        async with app.saving:
            saved = await asyncio.to_thread(lambda: save(source, app.downloads, name_of(message, source)))
    except OSError as error:
        raise app.Unfit(f"The file cannot be saved in {app.downloads}: {error.strerror}") from error
    await app.client.aio.set_local_custom_data(message.msg_id, str(saved))
    app.pane.renew()


async def send_again(app: ChatApp) -> None:
    """Sends a refused message again."""
    message = app.chosen_message()
    if message.status != libim.MessageStatus.FAILED:
        raise app.Unfit("Only a message that was not sent can be sent again.")
    await app.client.aio.re_send_message(message.msg_id)
    app.pane.renew()


async def remove(app: ChatApp) -> None:
    """Deletes the message for the user."""
    message = app.chosen_message()
    if await app.confirm("Delete the message? Others keep it.", "Delete"):
        await app.client.aio.delete_messages([message.msg_id])
        app.pane.renew()


async def send_file(app: ChatApp) -> None:
    """Sends a file by its path: a picture as one, anything else as a file with its name."""
    one = app.opened()

    async def use(given: str) -> None:
        if given:
            path = os.path.expanduser(given)  # a home that there is not stays as it is written
            is_shown = await asyncio.to_thread(lambda: is_picture(Path(path)))
            await app.client.aio.send_message(
                conversation_id=one.conversation_id,
                image_elem=libim.NewImage(path=path) if is_shown else None,
                file_elem=None if is_shown else libim.NewFile(path=path),
                need_read_receipt=one.group_id is not None,
            )
            app.pane.renew()

    await app.until_used("Send which file?", "a path, such as ~/Documents/plan.pdf", "", use)
