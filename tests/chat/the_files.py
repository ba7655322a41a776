"""How far a large file has come is seen on its way, both ways."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Dict, List, Optional

import chat_support
import libim
from chat_support import Seat
from libim_chat.text import bar
from services import ON_SERVER

#: Many steps of progress. A server takes no file of more than 10 MiB.
SIZE = 8_000_000 if ON_SERVER else 40_000_000
#: Of steps that follow each other fast only the newest is told, so it may take another file to see one on its way.
TRIES = 10


class Progress:
    """What the pane has shown of files that move."""

    def __init__(self, seat: Seat) -> None:
        self._steps: Dict[str, List[int]] = {}
        shown = seat.app.pane._progress

        def progress(msg_id: str, percent: int) -> None:
            shown(msg_id, percent)
            if percent < 100 and bar(percent) in seat.history:
                self._steps.setdefault(msg_id, []).append(percent)

        setattr(seat.app.pane, "_progress", progress)

    def seen(self, msg_id: str) -> List[int]:
        """The percentages that have been on the screen as a bar, on the way of the files of a message."""
        return [step for step in self._steps.get(msg_id, ()) if step > 0]


class TheFiles(chat_support.Case):
    def file(self, number: int) -> Path:
        """A file like no other."""
        path = self.dir / f"film{number}.bin"
        path.write_bytes(os.urandom(1000) + bytes(SIZE))
        return path

    def named(self, seat: Seat, name: str) -> Optional[libim.Message]:
        """The message with a file of that name."""
        messages = [] if seat.app.pane.history is None else seat.app.pane.history.messages
        return next((each for each in messages if each.file_elem and each.file_elem.file_name == name), None)

    def is_sent(self, seat: Seat, name: str) -> bool:
        """Whether the server has the message with that file."""
        message = self.named(seat, name)
        return message is not None and message.status == libim.MessageStatus.SENT

    def is_here(self, seat: Seat, name: str) -> bool:
        """Whether the file of a message of another is on this device."""
        message = self.named(seat, name)
        return message is not None and message.file_elem is not None and message.file_elem.local_url != ""

    async def test_a_file_on_its_way(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="first from bob")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            progress = Progress(seat)
            for number in range(TRIES):
                path = self.file(number)
                await seat.press("ctrl+o")
                await seat.answer(str(path))
                await seat.until(partial(self.is_sent, seat, path.name), "the file at the server")
                message = self.named(seat, path.name)
                assert message is not None
                up = progress.seen(message.msg_id)
                if up:
                    break
            self.assertTrue(up, "an upload on its way")
            self.assertEqual(up, sorted(up))
            for number in range(TRIES, 2 * TRIES):
                path = self.file(number)
                await bob.aio.send_and_wait(receiver=self.user_id("alice"), file_elem=libim.NewFile(path=str(path)))
                await seat.until(lambda: self.named(seat, path.name) is not None, "bob's file")
                message = self.named(seat, path.name)
                assert message is not None
                seat.app.pane.view.focus()
                seat.app.pane.view.select(message.msg_id)
                await seat.press("o")
                await seat.until(partial(self.is_here, seat, path.name), "the file")
                down = progress.seen(message.msg_id)
                if down:
                    break
            self.assertTrue(down, "a download on its way")
            self.assertEqual(down, sorted(down))
            await seat.until(lambda: "saved as" in seat.history and "━" not in seat.history, "the end of the bars")


if __name__ == "__main__":
    chat_support.main()
