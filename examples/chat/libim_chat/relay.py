"""A relay in front of a server, whose connections a test can break."""

from __future__ import annotations

import asyncio
from typing import List, Set


class Relay:
    """Passes connections on. Made by `Relay.to`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server
        self._open: List[asyncio.StreamWriter] = []
        self._passing: Set[asyncio.Task[None]] = set()
        self._is_broken = False

    @classmethod
    async def to(cls, target: int) -> Relay:
        """A relay to a port of this machine."""
        relay = cls(target)
        relay._server = await asyncio.start_server(relay._connect, "127.0.0.1", 0)
        return relay

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.sockets[0].getsockname()[1])

    def break_off(self) -> None:
        """Breaks all connections, and those to come."""
        self._is_broken = True
        while self._open:
            self._open.pop().transport.abort()

    def let_in(self) -> None:
        """Passes connections on again."""
        self._is_broken = False

    async def close(self) -> None:
        """Ends, once all connections have."""
        self.break_off()
        self._server.close()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_broken:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._open += [writer, back]
        for each in (self._pass(reader, back), self._pass(there, writer)):
            task = asyncio.create_task(each)
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # broken off
        finally:
            writer.close()
