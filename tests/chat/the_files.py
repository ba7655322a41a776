"""How far a large file has come is seen on its way, both ways."""

from __future__ import annotations

import base64
import os
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional
from unittest import mock

import chat_support
import libim
from chat_support import Seat
from libim_chat import cli
from libim_chat.downloads import downloads_dir, safe_name, save
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


class ThePictures(chat_support.Case):
    #: One white pixel.
    PNG = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
    )

    async def test_a_picture_is_sent_as_one_and_saved_under_a_name_of_its_kind(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="first from bob")
        path = self.dir / "no-name-says-so"
        path.write_bytes(self.PNG)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await seat.press("ctrl+o")
            await seat.answer(str(path))
            await seat.until(lambda: "[Picture]" in seat.history, "the picture")
            await seat.press("ctrl+o")
            await seat.answer(str(self.dir))
            await seat.until(lambda: any(str(self.dir) in each for each in seat.complaints), "that it is no file")
            await seat.give_up(str(self.dir))
        async with self.seat(bob) as seat:
            await seat.open(self.c2c("alice"))
            await seat.until(lambda: "[Picture]" in seat.history, "alice's picture")
            messages = [] if seat.app.pane.history is None else seat.app.pane.history.messages
            image = messages[-1].image_elem
            assert image is not None
            self.assertEqual((image.image_list[0].width, image.image_list[0].height), (1, 1))
            seat.app.pane.view.focus()
            seat.app.pane.view.select(messages[-1].msg_id)
            await seat.press("o")
            await seat.until(lambda: "saved as" in seat.history, "the picture on bob's disk")
        (saved,) = self.downloads.iterdir()
        self.assertEqual((saved.name[:8], saved.suffix, saved.read_bytes()), ("Picture ", ".png", self.PNG))


class TheDownloads(chat_support.Case):
    def test_names_are_names_of_files_and_nothing_else(self) -> None:
        cases: Dict[str, str] = {
            "plan für 山 🏔️.txt": "plan für 山 🏔️.txt",
            "../../etc/passwd": "_._etc_passwd",
            "C:\\Windows\\x.exe": "C__Windows_x.exe",
            "/": "_",
            ".bashrc": "bashrc",
            "..": "file",
            "": "file",
            " a\n\tb\x1b[31m\u202egpj.exe ": "a b [31m gpj.exe",
            "con": "_con",
            "NUL.txt": "_NUL.txt",
            "what? *.txt": "what_ _.txt",
            "x" * 300 + ".tar.gz": "x" * 197 + ".gz",
            "山" * 100 + ".txt": "山" * 65 + ".txt",
            "a." + "b" * 300: "a." + "b" * 198,
            "x\ud800y": "x y",
        }
        self.assertEqual({name: safe_name(name) for name in cases}, cases)
        for name in cases:
            made = safe_name(name)
            self.assertLessEqual(len(made.encode()), 200)
            self.assertEqual(Path(made).name, made)

    def test_nothing_is_written_over(self) -> None:
        source = self.dir / "source"
        for number, name in enumerate(("plan.txt", "plan (1).txt", "plan (2).txt")):
            source.write_text(str(number))
            self.assertEqual(save(source, self.downloads, "plan.txt"), self.downloads / name)
        self.assertEqual([path.read_text() for path in sorted(self.downloads.iterdir())], ["1", "2", "0"])
        # What is there already is not saved again, under whichever of the names it is.
        source.write_text("1")
        self.assertEqual(save(source, self.downloads, "plan.txt"), self.downloads / "plan (1).txt")
        self.assertEqual(len(list(self.downloads.iterdir())), 3)
        # A link of another's, to nowhere, is a file that is there.
        (self.downloads / "link").symlink_to(self.dir / "elsewhere")
        self.assertEqual(save(source, self.downloads, "link").name, "link (1)")
        self.assertFalse((self.dir / "elsewhere").exists())

    def test_the_folder_is_that_of_the_desktop(self) -> None:
        home = {"HOME": str(self.dir), "XDG_CONFIG_HOME": ""}
        with mock.patch.dict(os.environ, home):
            self.assertEqual(downloads_dir(), self.dir / "Downloads")
            (self.dir / ".config").mkdir()
            for named, wanted in (("$HOME/Téléchargements", self.dir / "Téléchargements"), ("/srv/x", Path("/srv/x"))):
                (self.dir / ".config/user-dirs.dirs").write_text(f'# a comment\nXDG_DOWNLOAD_DIR="{named}"\n', "utf-8")
                self.assertEqual(downloads_dir(), wanted)
        options = cli.parser().parse_args(["--user", "alice", "--downloads", "/elsewhere"])
        self.assertEqual(options.downloads, Path("/elsewhere"))

    async def saved(self, seat: Seat, client: libim.Client, **what: Any) -> Path:
        """Has a file sent, and downloads it. Returns where it is."""
        history = seat.app.pane.history
        assert history is not None
        before = len(history.messages)
        await client.aio.send_and_wait(receiver=self.user_id("alice"), **what)
        await seat.until(lambda: len(history.messages) > before, "the file")
        message = history.messages[-1]
        seat.app.pane.view.focus()
        seat.app.pane.view.select(message.msg_id)
        await seat.press("o")

        def place() -> str:
            found = history.find(message.msg_id)
            return "" if found is None else found.local_custom_data

        await seat.until(place, "the download")
        await seat.until(lambda: "saved as" in seat.history, "that it is said")
        return Path(place())

    async def test_files_are_saved_under_their_names_where_it_is_said(self) -> None:
        alice, bob = await self.pair()
        path = self.dir / "sent"
        path.write_bytes(b"one")
        async with self.seat(alice, size=(200, 30)) as seat:
            await seat.open(self.c2c("bob"))
            one = await self.saved(seat, bob, file_elem=libim.NewFile(path=str(path), file_name="plan.txt"))
            path.write_bytes(b"two")
            two = await self.saved(seat, bob, file_elem=libim.NewFile(path=str(path), file_name="plan.txt"))
            self.assertEqual((one, two), (self.downloads / "plan.txt", self.downloads / "plan (1).txt"))
            self.assertEqual((one.read_bytes(), two.read_bytes()), (b"one", b"two"))
            for each in (one, two):
                await seat.until(partial(lambda each: f"saved as {each}" in seat.history, each), "where")
            # A picture has no name.
            path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
            picture = await self.saved(seat, bob, image_elem=libim.NewImage(path=str(path)))
            self.assertRegex(picture.name, r"^Picture \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$")
            # A file that is gone can be saved again.
            two.unlink()
            seat.app.pane.view.show(None)
            await seat.app.pane.leave()
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: seat.history.count("saved as") == 2, "that it is gone")
            self.assertEqual(seat.history.count("Press o to download it."), 1)
        # It is known after a restart, too.
        async with self.seat(alice, size=(200, 30)) as seat:
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: f"saved as {one}" in seat.history, "where it is")

    async def test_a_folder_that_cannot_be_written(self) -> None:
        alice, bob = await self.pair()
        self.downloads.write_text("no folder")
        file = libim.NewFile(data_base64="eA==", file_name="x.txt")
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), file_elem=file)
            await seat.until(lambda: "x.txt" in seat.history, "the file")
            await seat.selected("x.txt")
            await seat.press("o")
            await seat.until(lambda: seat.said(f"The file cannot be saved in {self.downloads}: "), "why not")
            self.assertNotIn("saved as", seat.history)


if __name__ == "__main__":
    chat_support.main()
