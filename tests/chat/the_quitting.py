"""The end of the app loses nothing that was written, also where it cannot be kept."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any, Iterator, List
from unittest import mock

import chat_support
import libim
from chat_support import Seat, opening
from libim_chat import quitting, rescued, writing
from libim_chat.dialogs import Confirm

FULL = libim.Error(libim.Status.DATABASE_FAILED, "the disk is full")


@contextlib.contextmanager
def a_full_disk(client: libim.Client) -> Iterator[None]:
    """Nothing can be written while this lasts."""
    kind = type(client.aio)
    with contextlib.ExitStack() as scope:
        for method in ("set_conversation_draft", "send_message"):
            scope.enter_context(mock.patch.object(kind, method, side_effect=FULL))
        yield


class TheQuitting(chat_support.Case):
    def setUp(self) -> None:
        super().setUp()
        # What is typed is not kept before the end, which is what is tried.
        patched = mock.patch.object(writing, "KEEP_AFTER", 3600.0)
        patched.start()
        self.addCleanup(patched.stop)

    async def written(self, seat: Seat, text: str) -> None:
        """Writes to bob."""
        await seat.open(self.c2c("bob"))
        await seat.type(text)
        self.assertEqual(seat.app.pane.composer.text, text)

    async def test_what_cannot_be_kept_is_lost_only_when_that_is_said(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await self.written(seat, "worth keeping")
            with a_full_disk(alice):
                await seat.press("ctrl+q")
                await seat.until(lambda: isinstance(seat.app.screen, quitting.Quit), "the question")
                for words in ("cannot be kept", "the disk is full", "lose it?"):
                    self.assertIn(words, " ".join(seat.whole_screen.split()))
                # A second key is no answer, and the question still has one.
                await seat.press("ctrl+q")
                await seat.pilot.pause()
                self.assertEqual(sum(isinstance(each, Confirm) for each in seat.app.screen_stack), 1)
                await seat.confirm("n")
                self.assertEqual((seat.app.pane.composer.text, seat.app.return_code), ("worth keeping", None))
                self.assertEqual(seat.open_name, alice.get_conversation(self.c2c("bob")).show_name)
                # Nor does another conversation take its place.
                alice.pin_conversation(self.c2c("carol"), True)
                await seat.choose(self.c2c("carol"))
                await seat.press("enter")
                await seat.until(lambda: seat.said("the disk is full"), "why not")
                self.assertEqual(seat.app.pane.composer.text, "worth keeping")
                await seat.press("ctrl+q")
                await seat.until(lambda: isinstance(seat.app.screen, quitting.Quit), "the question")
                await seat.press("ctrl+q")
                await seat.confirm("y")
                await seat.until(lambda: seat.app.return_code == 1, "the end")

    async def test_with_room_again_it_is_kept(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await self.written(seat, "worth keeping")
            with a_full_disk(alice):
                await seat.press("ctrl+q")
                await seat.confirm("escape")
            await seat.press("ctrl+q")
            await seat.until(lambda: seat.app.return_code == 0, "the end")
        self.assertEqual(alice.get_conversation(self.c2c("bob")).draft_text, "worth keeping")

    async def test_without_a_text_nothing_is_asked(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            with mock.patch.object(type(alice.aio), "get_conversation", side_effect=FULL):
                await seat.press("ctrl+q")
                await seat.until(lambda: seat.app.return_code == 0, "the end")

    async def test_what_is_being_sent_comes_back_before_the_end(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await self.written(seat, "on its way")
            is_refused = asyncio.Event()

            async def slowly(*_: Any, **__: Any) -> None:
                await is_refused.wait()
                raise FULL

            with a_full_disk(alice), mock.patch.object(type(alice.aio), "send_message", slowly):
                await seat.press("enter", "ctrl+q")
                await seat.until(lambda: seat.app.pane.composer.text == "", "it on its way")
                await seat.pilot.pause()
                self.assertIsNone(seat.app.return_code)
                is_refused.set()
                await seat.until(lambda: isinstance(seat.app.screen, quitting.Quit), "the question")
                self.assertEqual(seat.app.pane.composer.text, "on its way")
                await seat.confirm("n")

    async def test_what_comes_back_of_another_conversation_is_there_when_that_is_opened(self) -> None:
        alice, _bob = await self.pair()
        alice.pin_conversation(self.c2c("carol"), True)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            letter = seat.app.pane.writing.seal("to bob")
            assert letter is not None
            await seat.open(self.c2c("carol"))
            with a_full_disk(alice), self.assertRaises(libim.Error):
                await seat.app.pane.send(letter)
            with a_full_disk(alice):
                await seat.press("ctrl+q")
                await seat.confirm("n")
            await seat.open(self.c2c("bob"))
            self.assertEqual(seat.app.pane.composer.text, "to bob")

    async def test_what_comes_back_is_added_also_where_the_draft_begins_so_and_while_it_is_being_opened(self) -> None:
        alice, _bob = await self.pair()
        alice.pin_conversation(self.c2c("carol"), True)
        full = mock.patch.object(type(alice.aio), "send_message", side_effect=FULL)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            letter = seat.app.pane.writing.seal("ok")
            assert letter is not None
            await seat.type("ok then")
            await seat.open(self.c2c("carol"))
            async with opening(seat, self.c2c("bob")):
                with full, self.assertRaises(libim.Error):
                    await seat.app.pane.send(letter)
            self.assertEqual(seat.app.pane.composer.text, "ok\nok then")

    async def ended(self, alice: libim.Client, text: str = "wörth [keeping]") -> str:
        """Ends the app on a full disk, with a text to bob after the draft. Returns what it says then."""
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.type(text)
            with a_full_disk(alice):
                await seat.app._ending.end()
            await seat.until(lambda: seat.app.return_code == 1, "the end")
            return "".join(map(str, seat.app._exit_renderables))

    @property
    def files(self) -> List[Path]:
        """The files with what could not be kept."""
        return sorted(self.dir.glob(f"{rescued.PREFIX}*"))

    async def test_where_nobody_can_be_asked_it_is_in_a_file_and_a_draft_at_the_next_start(self) -> None:
        alice, bob = await self.pair()
        said = await self.ended(alice)
        (file,) = self.files
        self.assertTrue(file.read_text("utf-8").endswith("\n\nwörth [keeping]\n"))
        self.assertEqual(file.stat().st_mode & 0o077, 0)
        self.assertIn(str(file), said)
        self.assertIn("the disk is full", said)
        # Others who start here do not get it.
        async with self.seat(bob):
            self.assertEqual(self.files, [file])
        alice.set_conversation_draft(self.c2c("bob"), "written later")
        async with self.seat(alice) as seat:
            told = [each.message for each in seat.app._notifications]
            self.assertTrue(any("is a draft again" in each for each in told), told)
            await seat.open(self.c2c("bob"))
            self.assertEqual(seat.app.pane.composer.text, "wörth [keeping]\nwritten later")
        self.assertEqual(self.files, [])
        # A draft that was kept while it was being typed is the beginning of it.
        alice.set_conversation_draft(self.c2c("bob"), "wörth")
        said = await self.ended(alice, "wörth [keeping]"[5:])
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            self.assertEqual(seat.app.pane.composer.text, "wörth [keeping]")

    async def test_a_file_that_cannot_be_put_back_stays_and_is_named(self) -> None:
        alice, _bob = await self.pair()
        await self.ended(alice)
        (file,) = self.files
        with a_full_disk(alice):
            async with self.seat(alice) as seat:
                told = [each.message for each in seat.app._notifications]
                self.assertTrue(any(str(file) in each for each in told), told)
        self.assertEqual(self.files, [file])
        file.write_text("something else")
        async with self.seat(alice) as seat:
            told = [each.message for each in seat.app._notifications]
            self.assertTrue(any(str(file) in each for each in told), told)
        self.assertEqual(self.files, [file])

    async def test_where_no_file_can_be_written_either_it_is_printed(self) -> None:
        alice, _bob = await self.pair()
        async with self.seat(alice) as seat:
            await self.written(seat, "worth keeping")
            with a_full_disk(alice), mock.patch("tempfile.mkstemp", side_effect=OSError("full")):
                await seat.app._ending.end()
            await seat.until(lambda: seat.app.return_code == 1, "the end")
            self.assertIn("worth keeping", "".join(map(str, seat.app._exit_renderables)))


if __name__ == "__main__":
    chat_support.main()
