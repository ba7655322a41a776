"""Views of the list: rows made of the changes that are told are those of the list."""

from __future__ import annotations

import random
from typing import List

import libim
import support
from support import Heard, until


class Views(support.Case):
    def test_rows_made_of_changes_are_those_of_the_list(self) -> None:
        alice = self.open("alice")
        heard = Heard()
        alice.add_listener(heard, libim.ConversationViewChanged)
        chance = random.Random(1)
        alice.set_conversation_draft("c2c_0", "the first")
        limit = 5
        rows = libim.ListModel(alice.open_conversation_view(limit=limit))
        other = libim.ListModel(alice.open_conversation_view(filter=libim.ConversationFilter(mark_type=1)))
        taken = 0

        def take() -> None:
            nonlocal taken
            new = heard.events[taken:]
            taken += len(new)
            for event in new:
                assert isinstance(event, libim.ConversationViewChanged)
                self.assertTrue(rows.apply(event.change) != other.apply(event.change))

        def is_list(model: libim.ListModel, listed: List[libim.Conversation], most: int) -> bool:
            take()
            is_whole = model.total == len(listed) and model.is_finished == (len(listed) <= most)
            return list(model) == listed[:most] and is_whole

        for step in range(120):
            one = f"c2c_{chance.randrange(12)}"
            act = chance.randrange(6)
            if act == 0:
                alice.pin_conversation(one, chance.random() < 0.5)
            elif act == 1:
                alice.delete_conversation(one)
            elif act == 2:
                alice.mark_conversation([one], 1, chance.random() < 0.7)
            elif step in (40, 80):
                limit += 2
                extent = alice.grow_conversation_view(rows.view_id, 2)
                self.assertGreaterEqual(extent.total, 0)
            else:
                alice.set_conversation_draft(one, f"draft {step}")
            listed = alice.get_conversation_list("0", 100).conversation_list
            until(lambda: is_list(rows, list(listed), limit), f"the rows of step {step}")
            marked = [each for each in listed if each.mark_list]
            until(lambda: is_list(other, marked, 100), f"the marked rows of step {step}")
        self.assertGreater(len(rows), 3)
        self.assertEqual(rows[0], rows[0:1][0])
        alice.set_conversation_view(other.view_id)
        until(lambda: is_list(other, list(alice.get_conversation_list("0", 100).conversation_list), 100))
        alice.close_conversation_view(other.view_id)
        with self.fails(libim.Status.INVALID_PARAMETERS, f"view_id {other.view_id}"):
            alice.close_conversation_view(other.view_id)

    def test_a_reset_takes_the_place_of_all_rows(self) -> None:
        alice = self.open("alice")
        alice.set_conversation_draft("c2c_a", "1")
        view = alice.open_conversation_view()
        rows = libim.ListModel(view)
        step = libim.ConversationViewDiff("reset", None, None, None, (), ("sync",))
        rows.apply(libim.ConversationViewChange(rows.view_id, (step,), 0, True))
        self.assertEqual((list(rows), rows.total), ([], 0))
        later = libim.ConversationViewDiff("shuffle", None, None, None, (), ())
        rows.apply(libim.ConversationViewChange(rows.view_id, (later,), 1, True))
        self.assertEqual(len(rows), 0)


if __name__ == "__main__":
    support.main()
