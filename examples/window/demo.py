"""The window in a world of its own, where others write: `demo.py`."""

from __future__ import annotations

import itertools
import tempfile
import threading
from pathlib import Path

import libim
from window import show_until_closed

#: What is said before anyone looks: by whom, where and what.
SAID = (
    ("bob", "group_books", "Next: 红楼梦, chapters 1 to 5"),
    ("omar", "group_flat", "The heating works again"),
    ("bob", "group_launch", "Three days to go 🚀"),
    ("mei", "c2c_alice", "周末去爬山吗？🏔️ 我可以开车"),
    ("mei", "c2c_alice", "The forecast is good: 21 °C and no rain ☀️"),
    ("omar", "c2c_alice", "Did the files arrive?"),
    ("bob", "group_hike", "Eight o'clock at the station, as always?"),
    ("mei", "group_hike", "@alice can you take the big backpack?"),
    ("bob", "group_news", "Release 0.1 is built"),
    ("bob", "group_design", "New colours for the list are in the folder"),
)
GROUPS = {"books": "Book club", "flat": "Flat 12", "launch": "Launch", "hike": "Weekend hike"}
GROUPS |= {"news": "Build news", "design": "Design review"}
NAMES = {"bob": "Bob Martin", "mei": "陈美 Mei", "omar": "Omar Haddad"}


#: Seconds between two messages of the others.
PAUSE = 2.0


class World:
    """A service in a folder, alice on it, and the others, who have written to her."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.alice = self._open("alice")
        self._others = {name: self._open(name) for name in NAMES}
        #: How many conversations alice has.
        self.size = len({(where, name if where == "c2c_alice" else "") for name, where, _ in SAID})
        for name, client in self._others.items():
            client.login()
            client.set_self_info(NAMES[name])
        for group_id, name in GROUPS.items():
            members = ["alice", "mei", "omar"]
            self._others["bob"].create_group(
                libim.GroupType.WORK, group_id=group_id, group_name=name, member_list=members
            )
        self.alice.login()
        for said in SAID:
            self._say(*said)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (self.alice, *self._others.values()):
            client.close()

    def talk(self, is_over: threading.Event) -> None:
        """Says all of it again and again."""
        for said in itertools.cycle(SAID):
            if is_over.wait(PAUSE):
                return
            self._say(*said)

    def _say(self, name: str, conversation_id: str, text: str) -> None:
        mentioned = ["alice"] if "@alice" in text else None
        sender = self._others[name]
        sender.send_and_wait(conversation_id=conversation_id, text_elem=text, group_at_user_list=mentioned)

    def _open(self, name: str) -> libim.Client:
        service = libim.Embedded(self._folder / "service.db")
        return libim.Client.open(libim.Config(self._folder, name, service))


def main() -> None:
    """Opens the window; the world is gone with it."""
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        is_over = threading.Event()
        talking = threading.Thread(target=world.talk, args=(is_over,))
        talking.start()
        try:
            show_until_closed(world.alice)
        finally:
            is_over.set()
            talking.join()


if __name__ == "__main__":
    main()
