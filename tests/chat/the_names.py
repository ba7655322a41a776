"""What conversations are called, also where they have no name."""

from __future__ import annotations

import chat_support
import libim
from libim_chat import names
from services import ON_SERVER


class TheNames(chat_support.Case):
    async def test_a_group_without_a_name_is_called_after_its_members(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        for name in ("carol", "dave", "erin"):
            await self.user(name)
        # A server tells names to friends only, and XML has no such characters.
        if not ON_SERVER:
            await bob.aio.set_self_info("Bob\x07 Martin")
        members = [self.user_id("alice"), self.user_id("carol")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="", member_list=members)
        group, called = (
            f"group_{group_id}",
            (
                self.user_id("bob").partition("@")[0] if ON_SERVER else "Bob\ufffd Martin",
                self.user_id("carol").partition("@")[0],
            ),
        )
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(group) is not None, "the group")
            await seat.until(lambda: all(name in seat.screen for name in called), "the names in the list")
            await seat.open(group)
            await seat.until(lambda: all(name in seat.title for name in called), "the names above it")
            self.assertNotIn(group_id, seat.whole_screen)
            # Of many some are named.
            await bob.aio.invite_user_to_group(group_id, [self.user_id(name) for name in ("dave", "erin")])
            await seat.until(lambda: seat.title.endswith(" and others"), "others")
            await seat.choose(group)
            await seat.press("l")
            await seat.until(lambda: "and others" in " ".join(seat.whole_screen.split()), "the question")
            await seat.confirm("n")
            await seat.press("r")
            await seat.answer("Voyage")
            if not ON_SERVER:
                await seat.until(lambda: seat.app.names.of(seat.row(group)) == "Voyage", "a name")
            self.assertNotIn(group_id, "".join(seat.complaints))

    async def test_nobody_is_in_it_and_an_id_that_somebody_chose(self) -> None:
        alice = await self.user("alice")
        none = await alice.aio.create_group(libim.GroupType.WORK, group_name="")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(f"group_{none}") is not None, "the group")
            await seat.until(lambda: names.UNNAMED in seat.screen, "that it has no name")
            self.assertNotIn(none, seat.screen)
            alice.set_conversation_draft("group_hikers", "x")
            await seat.until(lambda: "# hikers" in seat.screen, "the id that somebody chose")

    async def test_without_a_connection_the_members_are_asked_for_later(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        members = [self.user_id("alice")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="", member_list=members)
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(f"group_{group_id}") is not None, "the group")
            await seat.press("O")
            await seat.until(lambda: seat.app.header.state == "signed out", "the end of the login")
            seat.app.names._known.clear()
            seat.app.list.refresh()
            await seat.until(lambda: names.UNNAMED in seat.screen, "that it has no name")
            await seat.press("L")
            who = self.user_id("bob").partition("@")[0]
            await seat.until(lambda: f"# {who}" in seat.screen, "the names")

    async def test_a_name_that_is_taken_away_is_said(self) -> None:
        alice = await self.user("alice")
        group_id = await alice.aio.create_group(libim.GroupType.WORK, group_name="Hike")
        async with self.seat(alice) as seat:
            await seat.open(f"group_{group_id}")
            await alice.aio.set_group_info(group_id, group_name="")
            await seat.until(lambda: seat.title == names.UNNAMED, "no name")
            if not ON_SERVER:
                await seat.until(lambda: "took the name of the group away" in seat.history, "who did it")


if __name__ == "__main__":
    chat_support.main()
