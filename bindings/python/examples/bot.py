"""A bot: answers what people write to it, also what they wrote while it was away. It is made to be started from.

    python bot.py DATA_DIR                                     the embedded service in DATA_DIR, as the user "bot"
    LIBIM_PASSWORD=... python bot.py DATA_DIR bot@example.org  an account on an XMPP server

It knows three commands: `help`, `echo TEXT` and `remind SECONDS TEXT`. In a group it answers when it is mentioned. A command is a function
below with the decorator `command`; its docstring is its help.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Awaitable, Callable, Dict, List, Set

import libim

log = logging.getLogger("bot")

Command = Callable[["Bot", libim.Message, str], Awaitable[str]]
COMMANDS: Dict[str, Command] = {}


def command(function: Command) -> Command:
    """Makes a function answer messages that begin with its name."""
    COMMANDS[function.__name__] = function
    return function


class Bot:
    """An account that answers."""

    def __init__(self, client: libim.Client) -> None:
        self.client = client
        self.answered: Set[str] = set()
        self.reminders: Set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answers until the client is closed or the login has ended."""
        # Before the login, so that nothing is missed.
        events = self.client.events(
            libim.RecvNewMessage, libim.MessagesMissed, libim.ConnectFailed, libim.KickedOffline, libim.UserSigExpired
        )
        await self.client.aio.login()
        log.info("%s is here", self.client.opened.user_id)
        async for conversation in self.client.aio.conversations():
            if conversation.unread_count > 0:
                await self.catch_up(conversation.conversation_id)
        async for event in events:
            if isinstance(event, libim.RecvNewMessage):
                await self.answer(event.message)
            elif isinstance(event, libim.MessagesMissed):
                for conversation_id in event.conversation_id_list:
                    await self.catch_up(conversation_id)
            elif isinstance(event, libim.ConnectFailed):
                log.warning("no connection: %s", event.failure.desc)  # libim goes on trying
            else:
                log.error("the login has ended: %s", event.name)
                return

    async def catch_up(self, conversation_id: str) -> None:
        """Answers what is unread."""
        for message in await self.client.aio.unread_messages(conversation_id):
            await self.answer(message)

    async def answer(self, message: libim.Message) -> None:
        """Answers a message, once, and marks it as read."""
        me = self.client.opened.user_id
        if message.msg_id in self.answered or message.is_self or message.text_elem is None:
            return
        self.answered.add(message.msg_id)
        is_meant = message.group_id is None or me in message.group_at_user_list
        if is_meant:
            try:
                await self.say(message.conversation_id, await self.reply(message))
            except libim.Error as error:
                log.warning("no answer in %s: %s", message.conversation_id, error)
        # Bounds, so that what has come meanwhile stays unread.
        await self.client.aio.clean_conversation_unread_message_count(
            message.conversation_id, message.timestamp, int(message.seq)
        )

    async def reply(self, message: libim.Message) -> str:
        """What to say to a message."""
        name, _, rest = message.preview.replace(f"@{self.client.opened.user_id}", "").strip().partition(" ")
        found = COMMANDS.get(name.lower())
        if found is None:
            return f"Hello, {message.sender_name}! I do not know “{name}”. Try “help”."
        return await found(self, message, rest)

    async def say(self, conversation_id: str, text: str) -> None:
        """Sends a text, and waits until the server has it."""
        await self.client.aio.send_and_wait(conversation_id=conversation_id, text_elem=text)


@command
async def help(bot: Bot, message: libim.Message, rest: str) -> str:  # noqa: A001
    """this list"""
    return "\n".join(f"{name}: {function.__doc__}" for name, function in sorted(COMMANDS.items()))


@command
async def echo(bot: Bot, message: libim.Message, rest: str) -> str:
    """says it again"""
    return rest or "…"


@command
async def remind(bot: Bot, message: libim.Message, rest: str) -> str:
    """says a text after some seconds"""
    seconds, _, text = rest.partition(" ")
    if not (seconds.isdigit() and text):
        return "It is: remind SECONDS TEXT"

    async def later() -> None:
        await asyncio.sleep(int(seconds))
        await bot.say(message.conversation_id, f"{message.sender_name}: {text}")

    task = asyncio.create_task(later())
    bot.reminders.add(task)
    task.add_done_callback(bot.reminders.discard)
    return "I will."


def config(arguments: List[str]) -> libim.Config:
    """The account that the command line names."""
    if len(arguments) == 1:
        return libim.Config(Path(arguments[0]), "bot")
    data_dir, jid = arguments
    return libim.Config(Path(data_dir), backend=libim.Xmpp(jid, os.environ["LIBIM_PASSWORD"]))


async def main() -> None:
    """Runs the bot until Ctrl-C or SIGTERM."""
    async with libim.Client.open(config(sys.argv[1:])) as client:
        running = asyncio.create_task(Bot(client).run())
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            log.info("good bye")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
