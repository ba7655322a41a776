"""The bots of the demo: they answer, and talk among themselves so that the list moves."""

from __future__ import annotations

import asyncio
import itertools
from typing import Tuple

import libim

from .world import ME

#: What the bots say by themselves: who, where and what.
CHATTER: Tuple[Tuple[str, str, str], ...] = (
    ("bob", "group_hike", "Train or car? 🚆"),
    ("omar", "group_news", "All tests are green"),
    ("mei", f"c2c_{ME}", "我刚到家 🏠"),
    ("omar", "group_hike", "Train. أحب القطارات"),
    ("bob", "group_design", "@alice which blue?"),
    ("mei", "group_hike", "哈哈 😄"),
    ("bob", f"c2c_{ME}", "Lunch?"),
    ("omar", "group_news", "Nightly build: 12 minutes"),
)
#: Seconds between them.
PAUSE = 4.0

ANSWERS: Tuple[str, ...] = (
    "Good idea!",
    "Let me look at that 👀",
    "好的，没问题",
    "Ha, I was about to write the same",
    "Sounds right. Tomorrow?",
)


async def answer(name: str, bot: libim.Client, delay: float) -> None:
    """Answers what the user writes to a bot: reads it, types, answers."""
    answers = itertools.cycle(ANSWERS)
    async with bot.events(libim.RecvNewMessage) as events:
        async for event in events:
            message = event.message
            if message.is_self or message.sender != ME:
                continue
            await bot.aio.clean_conversation_unread_message_count(
                message.conversation_id, message.timestamp, int(message.seq)
            )
            is_meant = message.group_id is None or name in message.group_at_user_list
            if is_meant and message.group_tips_elem is None:
                if message.user_id is not None:
                    await bot.aio.send_typing_status(message.user_id, True)
                await asyncio.sleep(delay)
                await bot.aio.send_message(conversation_id=message.conversation_id, text_elem=next(answers))


async def chatter(name: str, bot: libim.Client) -> None:
    """Says what this bot says by itself, again and again."""
    for who, conversation_id, text in itertools.cycle(CHATTER):
        await asyncio.sleep(PAUSE)
        if who == name:
            mentioned = [ME] if "@alice" in text else None
            await bot.aio.send_message(conversation_id=conversation_id, text_elem=text, group_at_user_list=mentioned)
