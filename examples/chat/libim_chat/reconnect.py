"""The pictures of a client that loses its server, and has it back: `python -m libim_chat.reconnect FOLDER CLIENTS SERVER`.

`scripts/demo-xmpp.sh` starts the server and gives the last two: a folder, and a file that names the accounts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any, Dict, Optional

import libim

from .app import ChatApp
from .relay import Relay
from .waiting import until

SIZE = (116, 22)
#: How long all of it may take, in seconds.
PATIENCE = 600
HIKE = "hike"
NAMES = {"bob": "Bob Martin", "carol": "陈美 Mei", "dave": "عمر Omar"}
AWAY = "In the tunnel, see you there"
MISSED = "Platform 7, third carriage 🚆"


async def draw(folder: Path, data: Path, people: Dict[str, Any]) -> None:
    """Draws the list and a group, without the connection and with it again."""
    relay = await Relay.to(people["alice"]["backend"]["port"])
    async with contextlib.AsyncExitStack() as scope:
        scope.push_async_callback(relay.close)
        others = {name: _open(data, people[name]) for name in NAMES}
        alice = _open(data, people["alice"], relay.port)
        for client in (*others.values(), alice):
            scope.push_async_callback(client.aio.close)
        for name, client in others.items():
            await client.aio.login()
            await client.aio.set_self_info(NAMES[name])
        app = ChatApp(alice)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: app.header.state in ("connected", "up to date"), "the login")
            group_id = await _talk(people, others)
            await until(pilot, lambda: len(app.list.rows) == 3, "three conversations")
            await app.open_conversation(f"group_{group_id}")
            await until(pilot, lambda: "station" in app.pane.view.plain, "the group")
            await _send(app, "I bring the coffee ☕")
            await until(pilot, lambda: _waiting(app) is False, "the first message to be sent")

            relay.break_off()
            await until(pilot, lambda: app.header.state.startswith("offline"), "the connection to be lost")
            await _send(app, AWAY)
            await others["bob"].aio.send_and_wait(group_id=group_id, text_elem=MISSED)
            await until(
                pilot,
                lambda: AWAY in app.pane.view.plain and app.header.state.startswith("offline"),
                "the message written offline",
            )
            _write(app, folder / "chat-offline.svg")

            relay.let_in()
            await until(pilot, lambda: MISSED in app.pane.view.plain and _waiting(app) is False, "what was missed")
            await until(pilot, lambda: app.header.state == "up to date", "the sync")
            _write(app, folder / "chat-reconnected.svg")


async def _send(app: ChatApp, text: str) -> None:
    letter = app.pane.writing.seal(text)
    assert letter is not None
    await app.pane.send(letter)


async def _talk(people: Dict[str, Any], others: Dict[str, libim.Client]) -> str:
    """Lets the others write to alice, alone and in a group. Returns the group."""
    me = people["alice"]["userID"]
    members = [people[name]["userID"] for name in ("alice", "carol", "dave")]
    bob, mei, omar = (others[name].aio for name in NAMES)
    group_id = await bob.create_group(libim.GroupType.WORK, group_name="Weekend hike 🥾", member_list=members)
    await omar.send_and_wait(receiver=me, text_elem="Did the files arrive?")
    await mei.send_and_wait(receiver=me, text_elem="周末去爬山吗？ 我可以开车")
    await bob.send_and_wait(group_id=group_id, text_elem="Eight o'clock at the station, as always?")
    return group_id


def _waiting(app: ChatApp) -> Optional[bool]:
    """Whether the newest message of the user waits for the server; None where there is none."""
    history = app.pane.history
    mine = [each for each in (history.messages if history is not None else []) if each.is_self and each.text_elem]
    return mine[-1].status == libim.MessageStatus.SENDING if mine else None


def _open(data: Path, person: Dict[str, Any], port: Optional[int] = None) -> libim.Client:
    backend = person["backend"]
    server = libim.Xmpp(
        backend["jid"], backend["password"], backend["host"], port or backend["port"], ca_file=backend["caFile"]
    )
    return libim.Client.open(libim.Config(data / person["userID"], backend=server))


def _write(app: ChatApp, path: Path) -> None:
    path.write_text(app.export_screenshot(title="libim-chat"), "utf-8")


if __name__ == "__main__":
    accounts = json.loads(Path(sys.argv[3]).read_text("utf-8"))["people"]
    asyncio.run(asyncio.wait_for(draw(Path(sys.argv[1]), Path(sys.argv[2]), accounts), PATIENCE))
