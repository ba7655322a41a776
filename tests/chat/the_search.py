"""The search finds while one types, and leads to what was found."""

from __future__ import annotations

from typing import List

from textual.widgets import Input, OptionList

import chat_support
import libim
from chat_support import Seat
from libim_chat.search import Search


class TheSearch(chat_support.Case):
    async def finds(self, seat: Seat, text: str, wanted: List[str]) -> None:
        """Types a text into the field and waits until this is found."""
        await seat.until(lambda: isinstance(seat.app.screen, Search), "the search")
        screen = seat.app.screen
        screen.query_one(Input).value = text
        results = screen.query_one(OptionList)

        def rows() -> List[str]:
            return [str(results.get_option_at_index(place).prompt) for place in range(results.option_count)]

        state = screen.query_one("#search-state")
        await seat.until(lambda: rows() == wanted and (wanted or "Nothing" in str(state.render())), f"{text}: {wanted}")

    async def test_a_name_and_a_message_are_found_and_opened(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        bob_id, members = self.user_id("bob"), [self.user_id("alice")]
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name="登山 Hike", member_list=members)
        group, chat = f"group_{group_id}", self.c2c("bob")
        await bob.aio.send_and_wait(receiver=members[0], text_elem="the café at the lake")
        await bob.aio.send_and_wait(group_id=group_id, text_elem="周末去爬山吗")
        async with self.seat(alice) as seat:
            for number in range(200):
                alice.insert_c2c_message_to_local_storage(bob_id, bob_id, f"later {number:03}")
            await seat.until(lambda: seat.place(group) is not None and seat.place(chat) is not None, "both")
            seat.app.list.focus()
            await seat.press("slash")
            await self.finds(seat, "hik", ["# 登山 Hike"])
            await self.finds(seat, "山", ["# 登山 Hike", "登山 Hike: 周末去爬山吗"])
            await self.finds(seat, "nowhere", [])
            await self.finds(seat, "CAFE lak", [f"{bob_id}: the café at the lake"])
            await seat.press("enter")
            await seat.until(lambda: seat.app.list.open_id == chat, "the conversation")
            await seat.until(lambda: seat.app.pane.view.current is not None, "the message")
            current = seat.app.pane.view.current
            self.assertEqual(current and current.preview, "the café at the lake")

    async def test_many_messages_of_a_conversation_are_searched_in_it(self) -> None:
        alice, bob = self.open("alice"), await self.user("bob")
        for number in range(3):
            await bob.aio.send_and_wait(receiver=self.user_id("alice"), text_elem=f"lunch number {number}")
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(self.c2c("bob")) is not None and "number 2" in seat.screen, "bob")
            seat.app.list.focus()
            await seat.press("slash")
            await self.finds(seat, "lunch", [f"{self.user_id('bob')}: 3 messages"])
            await seat.press("enter")
            results = seat.app.screen.query_one(OptionList)
            await seat.until(lambda: results.option_count == 3, "the three")
            await seat.press("down", "down", "enter")
            await seat.until(lambda: seat.app.pane.view.current is not None, "the message")
            current = seat.app.pane.view.current
            self.assertEqual(current and current.preview, "lunch number 1")
            seat.app.list.focus()
            await seat.press("slash")
            await seat.until(lambda: isinstance(seat.app.screen, Search), "the search")
            await seat.press("escape")
            await seat.until(lambda: not isinstance(seat.app.screen, Search), "the end of the search")


if __name__ == "__main__":
    chat_support.main()
