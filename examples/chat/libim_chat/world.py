"""The world of the demo: a service in a folder, three bots, and what they have said before anyone looks."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import libim

from .replies import answering

#: The bots, by user.
NAMES: Dict[str, str] = {"bob": "Bob Martin", "mei": "陈美 Mei", "omar": "عمر Omar"}
ME = "alice"

#: The groups, by id. All are in all of them.
GROUPS: Dict[str, str] = {
    "books": "Book club",
    "flat": "Flat 12",
    "family": "家 Family 🏠",
    "football": "كرة القدم",
    "launch": "Launch 🚀",
    "hike": "Weekend hike 🥾",
    "design": "Design review",
    "news": "Build news",
}

#: The first things that are said: by whom, in which group, and what.
FIRST: Tuple[Tuple[str, str, str], ...] = (
    ("mei", "books", "Next: 红楼梦, chapters 1 to 5"),
    ("omar", "flat", "The heating works again"),
    ("mei", "family", "妈妈生日快乐 🎂"),
    ("omar", "football", "مباراة يوم الجمعة الساعة 8"),
    ("bob", "launch", "Three days to go"),
    ("bob", "launch", "Who writes the announcement?"),
)

HIKE = "group_hike"
DESIGN = "group_design"
NEWS = "group_news"


class World:
    """Clients of one embedded service: the user's and the bots'. Closed at the end of its scope."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clients: List[libim.Client] = []
        self.me = self._open(ME)
        self.bots: Dict[str, libim.Client] = {name: self._open(name) for name in NAMES}

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()

    def _open(self, name: str) -> libim.Client:
        service = libim.Embedded(self._folder / "service.db")
        client = libim.Client.open(libim.Config(self._folder / "data", name, service))
        self._clients.append(client)
        return client

    async def populate(self) -> None:
        """Lets the bots talk, and the user have sorted the list. The user logs in elsewhere, before or meanwhile."""
        bob, mei, omar = self.bots["bob"].aio, self.bots["mei"].aio, self.bots["omar"].aio
        for name, client in self.bots.items():
            await client.aio.login()
            await client.aio.set_self_info(NAMES[name])
        await self._groups()
        for who, group_id, text in FIRST:
            await self.bots[who].aio.send_and_wait(group_id=group_id, text_elem=text)
        await mei.send_and_wait(receiver=ME, text_elem="周末去爬山吗？🥾 我可以开车")
        await mei.send_and_wait(receiver=ME, text_elem="The forecast is good: 21 °C and no rain 🌞")
        await omar.send_and_wait(receiver=ME, text_elem="مساء الخير! هل وصلت الملفات؟")
        plan = libim.NewFile(data_base64="UGxhbjogdXAsIHRoZW4gZG93bi4K", file_name="route.gpx")
        await omar.send_and_wait(group_id="hike", file_elem=plan)
        asked = await bob.send_and_wait(group_id="hike", text_elem="Eight o'clock at the station, as always?")
        await self._know(self.me, asked.msg_id)
        mine = await self.me.aio.send_and_wait(
            group_id="hike", text_elem="Yes! I bring the coffee ☕", cloud_custom_data=answering(asked)
        )
        await self._know(self.bots["mei"], mine.msg_id)
        await mei.add_message_reaction(mine.msg_id, "💛")
        await self._know(self.bots["omar"], mine.msg_id)
        await omar.add_message_reaction(mine.msg_id, "💛")
        wrong = await bob.send_and_wait(group_id="hike", text_elem="(wrong chat, sorry)")
        await bob.revoke_message(wrong.msg_id)
        await mei.send_and_wait(
            group_id="hike", text_elem="@alice can you take the big backpack?", group_at_user_list=[ME]
        )
        await bob.send_and_wait(group_id="news", text_elem="Release 0.1 is built")
        await bob.send_and_wait(group_id="design", text_elem="New colours for the list are in the folder")
        await self._sort()

    async def _groups(self) -> None:
        others = list(NAMES)[1:]
        for group_id, name in GROUPS.items():
            await self.bots["bob"].aio.create_group(
                libim.GroupType.WORK, group_id=group_id, group_name=name, member_list=[ME, *others]
            )

    async def _sort(self) -> None:
        """What the user has done with the list."""
        me = self.me.aio
        await self._listed("c2c_mei", "c2c_omar", HIKE, DESIGN, NEWS)
        await me.set_self_info("Alice")
        await me.pin_conversation(HIKE, True)
        await me.mark_conversation(["c2c_mei"], int(libim.Mark.STAR), True)
        await me.set_group_receive_message_opt("news", libim.ReceiveMessageOpt.NOT_NOTIFY)
        await me.set_conversation_draft(DESIGN, "I like the second one, but")
        sent = await me.send_and_wait(receiver="bob", text_elem="Did you see the new list?")
        await self._know(self.bots["bob"], sent.msg_id)
        await self.bots["bob"].aio.clean_conversation_unread_message_count(f"c2c_{ME}")

    async def _listed(self, *wanted: str) -> None:
        """Waits until conversations are in the user's list, and have a message."""

        def are_listed(rows: Sequence[libim.Conversation]) -> bool:
            return set(wanted) <= {row.conversation_id for row in rows if row.last_message is not None}

        async with self.me.aio.conversation_view() as rows:
            await rows.until(are_listed)

    async def _know(self, client: libim.Client, msg_id: str) -> None:
        """Waits until a client has a message."""
        async with client.aio.conversation_view() as rows:
            await rows.until(lambda _: client.find_messages([msg_id]))
