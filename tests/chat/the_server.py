"""The client on an XMPP server, whose accounts the environment names: `LIBIM_CHAT_SERVER` is a JSON list of backends."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Tuple

import chat_support
import libim
from libim_chat.relay import Relay

#: The accounts that no test has taken yet.
ACCOUNTS = json.loads(os.environ["LIBIM_CHAT_SERVER"])


class OnAServer(chat_support.Case):
    def account(self, port: int = 0) -> Tuple[str, libim.Client]:
        """The JID and the client of an account of its own, through another port where one is given."""
        backend: Dict[str, Any] = ACCOUNTS.pop()
        server = libim.Xmpp(
            backend["jid"], backend["password"], backend["host"], port or backend["port"], ca_file=backend["caFile"]
        )
        client = libim.Client.open(libim.Config(self.dir / backend["jid"], backend=server))
        self.addCleanup(client.close)
        return backend["jid"], client

    async def test_two_talk_and_share_a_group(self) -> None:
        (alice_id, alice), (bob_id, bob) = self.account(), self.account()
        await bob.aio.login()
        async with self.seat(alice) as seat:
            await bob.aio.send_and_wait(receiver=alice_id, text_elem="你好 from bob")
            await seat.open(f"c2c_{bob_id}")
            await seat.until(lambda: "你好 from bob" in seat.history, "bob's message")
            await seat.selected("你好 from bob")
            await seat.press("plus")
            await seat.answer("👍")
            await seat.until(lambda: "👍 1" in seat.history, "the reaction")
            await seat.selected("你好 from bob")
            await seat.press("r")
            await seat.type("an answer")
            await seat.press("enter")
            await seat.until(lambda: "你好 from bob" in seat.history.split("▎")[-1], "the quote")
            # Delivered and read is not told to strangers.
            await seat.until(lambda: "✓" in seat.history, "the server's word")
            await seat.selected("an answer")
            await seat.press("e")
            await seat.type(" indeed")
            await seat.press("enter")
            await seat.until(lambda: "an answer indeed (edited)" in seat.history, "the edit")

            def heard() -> bool:
                return any(each.preview == "an answer indeed" for each in bob.history(f"c2c_{alice_id}"))

            await seat.until(heard, "the edit at bob's")
            await seat.selected("an answer indeed")
            await seat.press("x")
            await seat.confirm("y")
            await seat.until(lambda: "You recalled a message" in seat.history, "the recall")

            seat.app.action_show_list()
            await seat.press("g")
            await seat.answer("Weekend")
            await seat.answer(bob_id)
            await seat.until(lambda: seat.open_name == "Weekend", "the group")
            group_id = seat.app.opened().group_id
            assert group_id is not None
            await seat.until(
                lambda: any(each.group_id == group_id for each in bob.get_joined_group_list()), "bob in it"
            )
            await bob.aio.send_and_wait(group_id=group_id, text_elem="all here", group_at_user_list=[alice_id])
            await seat.until(lambda: "all here" in seat.history, "bob's message to the group")
            await seat.press("escape")
            await seat.press("p")
            await seat.until(lambda: seat.row(f"group_{group_id}").is_pinned, "the pin")

    async def test_a_connection_that_breaks_is_said_and_made_up_for(self) -> None:
        relay = await Relay.to(ACCOUNTS[-1]["port"])
        self.addAsyncCleanup(relay.close)
        (alice_id, alice), (bob_id, bob) = self.account(relay.port), self.account()
        await bob.aio.login()
        async with self.seat(alice) as seat:
            await bob.aio.send_and_wait(receiver=alice_id, text_elem="before")
            await seat.open(f"c2c_{bob_id}")
            await seat.until(lambda: "before" in seat.history, "the first message")
            relay.break_off()
            away = ("connecting…", "offline")
            await seat.until(lambda: seat.app.header.state.startswith(away), "that it is said")
            await seat.type("written offline")
            await seat.press("enter")
            await seat.until(lambda: "written offline" in seat.history, "what waits")
            await bob.aio.send_and_wait(receiver=alice_id, text_elem="while you were away")
            self.assertNotIn("while you were away", seat.history)
            relay.let_in()
            await seat.until(lambda: "while you were away" in seat.history, "what was missed")
            await seat.until(lambda: seat.app.header.state in ("connected", "up to date"), "that it is over")

            def arrived() -> bool:
                return any(each.preview == "written offline" for each in bob.history(f"c2c_{alice_id}"))

            await seat.until(arrived, "what waited, at bob's")

    async def test_a_wrong_password_is_said_in_words(self) -> None:
        ACCOUNTS[-1]["password"] = "not it"
        _, client = self.account()
        async with self.seat(client, states=("signed out: ",)) as seat:
            await seat.until(lambda: seat.said("the password is wrong"), "why not")
            self.assertFalse(seat.said("not it"))


if __name__ == "__main__":
    chat_support.main()
