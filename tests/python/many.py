"""A thousand clients and listeners, opened and closed: memory and threads stay what they were."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

import libim
import support
from libim import _aio, _listener, _runtime
from support import Heard, until

#: What the process may grow by, in bytes, while most of the clients come and go. One that stayed would hold much more.
ROOM = 4 << 20


def resident() -> int:
    """How much memory the process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def threads() -> int:
    """How many threads the process has, those of the library too."""
    return len(os.listdir("/proc/self/task"))


class Many(support.Case):
    def one(self, number: int) -> None:
        """A client with listeners that hears something and is closed, or left to the garbage collector."""
        alice = libim.Client.open(self.config("alice"))
        heard = Heard()
        first = alice.add_listener(heard)
        alice.add_listener(lambda event: None, libim.NewConversation)

        async def listen() -> None:
            events = alice.events()
            await alice.aio.set_conversation_draft("c2c_bob", str(number))
            async for _ in events:
                break

        asyncio.run(listen())
        heard.wait(libim.Event)
        first.close()
        if number % 10:
            alice.close()
        else:
            del alice, first, heard
            gc.collect()
            until(lambda: self.is_free("alice"), "the garbage to be closed")

    def test_a_thousand(self) -> None:
        for number in range(200):
            self.one(number)
        gc.collect()
        at_first, threads_at_first, python_threads = resident(), threads(), threading.active_count()
        for number in range(200, 1000):
            self.one(number)
        gc.collect()
        self.assertLess(resident() - at_first, ROOM)
        self.assertEqual((threads(), threading.active_count()), (threads_at_first, python_threads))
        self.assertEqual((_listener._sinks, _aio._asked, _runtime._open), ({}, {}, {}))

    def test_a_thousand_answers(self) -> None:
        alice = self.open("alice")
        alice.send_message(receiver="bob", text_elem="x" * 32_000)

        async def ask() -> None:
            for _ in range(1000):
                await alice.aio.get_history_message_list(user_id="bob")

        for round in range(2):
            for _ in range(1000):
                alice.get_history_message_list(user_id="bob")
            with self.fails(libim.Status.INVALID_PARAMETERS):
                alice.get_conversation("x" * 32_000)
            asyncio.run(ask())
            gc.collect()
            if round == 0:
                at_first = resident()
        self.assertLess(resident() - at_first, ROOM)

    def test_a_thousand_listeners_of_one_client(self) -> None:
        alice = self.open("alice")
        for round in range(4):
            subscriptions = [alice.add_listener(print, libim.KickedOffline) for _ in range(1000)]
            for subscription in subscriptions:
                subscription.close()
            del subscriptions, subscription
            gc.collect()
            if round == 0:
                at_first = resident()
        self.assertLess(resident() - at_first, ROOM)
        self.assertEqual(_listener._sinks, {})


if __name__ == "__main__":
    support.main()
