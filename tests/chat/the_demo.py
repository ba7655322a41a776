"""The demo world, and the command line."""

from __future__ import annotations

import contextlib
import io
import signal
import subprocess
import sys
from unittest import mock

import chat_support
import libim
from chat_support import Seat
from libim_chat import bots, cli
from libim_chat.demo import DemoApp, World
from libim_chat.world import DESIGN, HIKE
from terminal import Terminal


class TheDemo(chat_support.Case):
    async def test_the_bots_talk_and_answer(self) -> None:
        with World(self.dir) as world, mock.patch.object(bots, "PAUSE", 0.3):
            app = DemoApp(world)
            async with app.run_test(size=(110, 34)) as pilot:
                seat = Seat(app, pilot)
                await seat.until(lambda: seat.place("c2c_bob") is not None, "the world")
                await seat.until(lambda: seat.row(HIKE).is_pinned and seat.place(HIKE) == 0, "the pin")
                await seat.until(lambda: seat.place(DESIGN) is not None and seat.row(DESIGN).draft_text, "the draft")
                await seat.until(lambda: "Lunch?" in seat.screen or "Good idea!" in seat.screen, "the chatter")
                await seat.open("c2c_bob")
                await seat.type("hello")
                await seat.press("enter")
                await seat.until(lambda: "Good idea!" in seat.history, "the answer")


class TheCommandLine(chat_support.Case):
    async def test_accounts_are_named_and_passwords_asked_for(self) -> None:
        options = cli.parser().parse_args(["--user", "alice", "--service", "s.db", "--data", str(self.dir)])
        account = cli.config(options)
        self.assertEqual((account.user_id, account.data_dir), ("alice", self.dir))
        self.assertIsInstance(account.backend, libim.Embedded)
        with mock.patch("getpass.getpass", return_value="very secret") as asked:
            account = cli.config(cli.parser().parse_args(["--jid", "alice@example.org"]))
        self.assertEqual(asked.call_count, 1)
        assert isinstance(account.backend, libim.Xmpp)
        self.assertEqual((account.backend.jid, account.backend.password), ("alice@example.org", "very secret"))
        self.assertNotIn("secret", repr(account))

    async def test_what_cannot_be_opened_is_said(self) -> None:
        taken = libim.Client.open(libim.Config(self.dir, "alice"))
        self.addCleanup(taken.close)
        with mock.patch.object(cli, "has_terminal", return_value=True), self.assertRaises(SystemExit) as ended:
            cli.main(["--user", "alice", "--data", str(self.dir)])
        self.assertIn("Another program has this account open.", str(ended.exception))
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            cli.main([])

    async def test_options_that_do_not_fit_together_are_refused(self) -> None:
        for options, why in (
            (["--jid", "alice"], "--jid alice is not an address"),
            (["--jid", "alice@example.org", "--service", "s.db"], "--service goes with --user"),
            (["--jid", "alice@example.org", "--port", "5222"], "--port goes with --host"),
            (["--user", " "], "--user has no name"),
            (["--user", "alice", "--host", "example.org"], "--host goes with --jid"),
        ):
            said = io.StringIO()
            with contextlib.redirect_stderr(said), self.assertRaises(SystemExit):
                cli.main(options)
            self.assertIn(why, said.getvalue())
        with mock.patch("getpass.getpass", side_effect=EOFError), self.assertRaises(SystemExit) as ended:
            with mock.patch.object(cli, "has_terminal", return_value=True):
                cli.main(["--jid", "alice@example.org"])
        self.assertEqual(str(ended.exception), "libim-chat: no password was given")

    async def test_without_a_terminal_nothing_is_asked_and_nothing_runs(self) -> None:
        for options in (["--user", "alice", "--data", str(self.dir)], ["--jid", "alice@example.org"]):
            program = [sys.executable, "-m", "libim_chat", *options]
            ended = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            self.assertEqual((ended.returncode, ended.stderr), (1, "libim-chat: this is not a terminal\n"))

    async def written(self, terminal: Terminal) -> None:
        """Opens the only conversation, and writes."""
        terminal.until("are you there?")
        terminal.type("\r")
        terminal.until("New messages")
        terminal.type("halfway")
        terminal.until("halfway")

    async def test_a_terminal_that_is_closed_keeps_what_was_written(self) -> None:
        service = libim.Embedded(self.dir / "s.db")
        with libim.Client.open(libim.Config(self.dir / "there", "bob", service)) as bob:
            await bob.aio.login()
            for name in ("alice", "carol"):
                await bob.aio.send_and_wait(receiver=name, text_elem="are you there?")
        for name in ("alice", "carol"):
            options = ["--user", name, "--service", str(self.dir / "s.db"), "--data", str(self.dir / "here")]
            with Terminal([sys.executable, "-m", "libim_chat", *options], 60) as terminal:
                await self.written(terminal)
                if name == "alice":
                    # Told, but still there.
                    terminal.process.send_signal(signal.SIGHUP)
                    self.assertEqual(terminal.ended(), 0)
                else:
                    # Gone, and the system says so.
                    terminal.close()
                    terminal.ended()
            with libim.Client.open(libim.Config(self.dir / "here", name, service)) as client:
                self.assertEqual(client.get_conversation("c2c_bob").draft_text, "halfway")


if __name__ == "__main__":
    chat_support.main()
