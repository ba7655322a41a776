"""What there is on an XMPP server only: a connection that breaks, a wrong password, a file that it does not take."""

from __future__ import annotations

import chat_support
import services
from libim_chat.relay import Relay


class OnAServer(chat_support.Case):
    async def test_a_connection_that_breaks_is_said_and_made_up_for(self) -> None:
        relay = await Relay.to(services.ACCOUNTS[-1]["port"])
        self.addAsyncCleanup(relay.close)
        alice, bob = self.open("alice", relay.port), await self.user("bob")
        async with self.seat(alice) as seat:
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="before")
            await seat.open(self.c2c("bob"))
            await seat.until(lambda: "before" in seat.history, "the first message")
            relay.break_off()
            away = ("connecting…", "offline")
            await seat.until(lambda: seat.app.header.state.startswith(away), "that it is said")
            await seat.type("written offline")
            await seat.press("enter")
            await seat.until(lambda: "written offline" in seat.history, "what waits")
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem="while you were away")
            self.assertNotIn("while you were away", seat.history)
            relay.let_in()
            await seat.until(lambda: "while you were away" in seat.history, "what was missed")
            await seat.until(lambda: seat.app.header.state in ("connected", "up to date"), "that it is over")

            def arrived() -> bool:
                return any(each.preview == "written offline" for each in bob.history(self.c2c("alice")))

            await seat.until(arrived, "what waited, at bob's")

    async def test_a_server_that_is_away_from_the_beginning(self) -> None:
        relay = await Relay.to(services.ACCOUNTS[-1]["port"])
        self.addAsyncCleanup(relay.close)
        relay.break_off()
        alice = self.open("alice", relay.port)
        async with self.seat(alice, states=("connecting…", "offline")) as seat:
            await seat.press("n")
            await seat.answer(self.user_id("bob"))
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.type("hello from nowhere")
            await seat.press("enter")
            await seat.until(lambda: "hello from nowhere" in seat.history, "what waits")
            relay.let_in()
            await seat.until(lambda: seat.app.header.state == "up to date", "the sync")

    async def test_a_wrong_password_is_said_in_words(self) -> None:
        self.service.set_password("alice", "not it")
        async with self.seat(self.open("alice"), states=("signed out: ",)) as seat:
            await seat.until(lambda: seat.said("the password is wrong"), "why not")
            self.assertFalse(seat.said("not it"))

    async def test_a_file_that_is_too_large(self) -> None:
        alice = self.open("alice")
        await self.user("bob")
        path = self.dir / "film.bin"
        path.write_bytes(bytes(11 * 1024 * 1024))
        async with self.seat(alice) as seat:
            await seat.press("n")
            await seat.answer(self.user_id("bob"))
            await seat.until(lambda: seat.app.pane.composer.has_focus, "the field")
            await seat.press("ctrl+o")
            await seat.answer(str(path))
            await seat.until(lambda: "Not sent: the file is too large." in seat.history, "the refusal")


if __name__ == "__main__":
    chat_support.main()
