"""What others call themselves and write does nothing to the terminal: no character that it would obey is drawn, or typed."""

from __future__ import annotations

import json
from typing import List

from textual import events
from textual.command import CommandPalette
from textual.geometry import Size
from textual.widgets import Input, OptionList, Static

import chat_support
import libim
from chat_support import Seat
from libim_chat.dialogs import Confirm
from libim_chat.search import Search
from libim_chat.text import OBEYED, one_line, typed
from services import ON_SERVER

#: A colour, a title of the window, an overridden direction, an isolate that does not end, a bell, a line separator.
HARM = "\x1b[31m\x1b]0;x\x07\u202egpj\u2066\u2028\x9b5m"


def raw(seat: Seat) -> str:
    """Everything that is sent to the terminal for the screen, but for its own colours."""
    size = seat.app.size
    lines = seat.app.screen._compositor.render_strips(Size(size.width, size.height))
    return "\n".join("".join(segment.text for segment in line if not segment.control) for line in lines)


class TheHarm(chat_support.Case):
    def harmless(self, seat: Seat) -> None:
        """Looks at the screen."""
        found = OBEYED.findall(raw(seat).replace("\n", ""))
        self.assertEqual(found, [], raw(seat))

    async def test_names_and_texts_on_the_whole_screen(self) -> None:
        alice, bob = await self.user("alice"), await self.user("bob")
        me, bob_id = self.user_id("alice"), self.user_id("bob")
        if not ON_SERVER:  # there names are of XML, which has no such characters
            await bob.aio.set_self_info(f"Bob {HARM}")
        name = f"Hike \u202e{'' if ON_SERVER else HARM}"
        group_id = await bob.aio.create_group(libim.GroupType.WORK, group_name=name, member_list=[me])
        group = f"group_{group_id}"
        text = f"said \u202e{'' if ON_SERVER else HARM} more"
        quote = {"messageSender": f"{HARM}\ud800", "messageAbstract": f"{HARM}\udfff"}
        async with self.seat(alice) as seat:
            await seat.until(lambda: seat.place(group) is not None, "the group")
            await bob.aio.send_and_wait(
                group_id=group_id, text_elem=text, cloud_custom_data=json.dumps({"messageReply": quote})
            )
            await bob.aio.send_and_wait(receiver=me, text_elem=text)
            await seat.until(lambda: seat.screen.count("said") == 2, "the messages in the list")
            self.harmless(seat)
            await seat.open(group)
            await seat.until(lambda: "said" in seat.history and "▎" in seat.history, "the message and its quote")
            await seat.until(lambda: bob_id in str(seat.app.pane.composer.members), "the members")
            self.harmless(seat)
            # In the answer, the question and the list of names.
            assert seat.app.pane.history is not None
            await seat.selected(seat.app.pane.history.messages[-1].preview)
            await seat.press("r")
            await seat.until(lambda: "Replying to" in seat.whole_screen, "the banner")
            self.harmless(seat)
            await seat.press("at", bob_id[0])
            await seat.until(lambda: seat.app.pane.writing.suggestions.current is not None, "the names")
            self.harmless(seat)
            await seat.press("tab")
            self.assertTrue(seat.app.pane.composer.text.startswith("@"))
            self.assertIsNone(OBEYED.search(seat.app.pane.composer.text))
            await seat.type("look")
            await seat.press("enter")
            await seat.until(lambda: "look" in seat.history, "the mention")
            assert seat.app.pane.history is not None
            mention = next(each for each in seat.app.pane.history.messages if each.preview.endswith("look"))
            self.assertEqual(mention.group_at_user_list, (bob_id,))
            await seat.choose(group)
            await seat.press("d")
            await seat.until(lambda: isinstance(seat.app.screen, Confirm) and "Delete (y)" in seat.whole_screen, "it")
            self.harmless(seat)
            await seat.confirm("n")
            await seat.press("slash")
            await seat.until(lambda: isinstance(seat.app.screen, Search), "the search")
            screen = seat.app.screen
            screen.query_one(Input).value = "said"
            await seat.until(lambda: screen.query_one(OptionList).option_count >= 1, "what is found")
            self.harmless(seat)
            await seat.press("escape")
            await seat.until(lambda: len(seat.app.screen_stack) == 1, "the end of the search")

    async def test_drafts_and_what_is_pasted(self) -> None:
        alice, bob = await self.pair()
        draft = f"a\tb {HARM} c"
        alice.set_conversation_draft(self.c2c("bob"), draft)
        async with self.seat(alice) as seat:
            await seat.open(self.c2c("bob"))
            composer = seat.app.pane.composer
            self.assertEqual(composer.text, typed(draft))
            self.assertIsNone(OBEYED.search(composer.text.replace("\n", "").replace("\t", "")))
            self.harmless(seat)
            # Whoever only looks changes nothing.
            await seat.open(self.c2c("carol") if seat.place(self.c2c("carol")) is not None else self.c2c("bob"))
            await seat.app.pane.leave()
            self.assertEqual(alice.get_conversation(self.c2c("bob")).draft_text, draft)
            await seat.app.open_conversation(self.c2c("bob"))
            composer.load_text("")
            composer.focus()
            seat.app.post_message(events.Paste(f"pasted {HARM}"))
            await seat.until(lambda: "pasted" in composer.text, "what was pasted")
            self.assertEqual(composer.text, typed(f"pasted {HARM}"))
            await seat.press("enter")
            await seat.until(lambda: "pasted" in seat.history, "the message")

    async def test_folders_of_other_programs(self) -> None:
        alice, _bob = await self.pair()
        names: List[str] = ["[/red] [b", f"Work {HARM}"]
        for name in names:
            for each in alice.create_conversation_group(name, [self.c2c("bob")]):
                self.assertEqual(each.result_code, 0, each.result_info)
        async with self.seat(alice, size=(140, 40)) as seat:
            await seat.until(lambda: len(seat.app.filters) == 8, "the folders")
            await seat.press("8")
            await seat.until(lambda: "8 Work" in seat.whole_screen, "its name")
            self.harmless(seat)
            await seat.choose(self.c2c("bob"))
            await seat.press("f")
            await seat.answer(one_line(names[1]))
            await seat.until(
                lambda: names[1] not in alice.get_conversation(self.c2c("bob")).conversation_group_list, "out of it"
            )
            await seat.press("ctrl+p")
            await seat.until(lambda: isinstance(seat.app.screen, CommandPalette), "the palette")
            seat.app.screen.query_one(Input).value = "Show: "
            found = seat.app.screen.query_one(OptionList)
            await seat.until(lambda: any("[/red] [b" in str(each.prompt) for each in found.options), "the folder")
            self.harmless(seat)

    async def test_whatever_draws_it(self) -> None:
        async with self.seat(self.open("alice"), notifications=True) as seat:
            seat.app.complain(f"Not that: {HARM}")
            await seat.until(lambda: "Not that" in seat.whole_screen, "the complaint")
            self.harmless(seat)
            await seat.app.mount(Static(f"careless {HARM}", markup=False))
            await seat.until(lambda: "careless" in seat.whole_screen, "the text")
            self.harmless(seat)


if __name__ == "__main__":
    chat_support.main()
