"""The rows of the window are those of the list, whatever happens to it, and each step says rightly what it changes."""

from __future__ import annotations

import faulthandler
import os
import random
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Callable, List, Optional, Tuple

import libim
import window as example
from toolkit import GLib, Gtk
from window import ListWindow, RowView

#: How long something that must come is waited for, in seconds.
PATIENCE = 60.0
#: After this many seconds the script is not slow but stuck.
STUCK = 600.0
GROUPS = ("g0", "g1", "g2")
USERS = tuple(f"u{number}" for number in range(12))


class TheWindow(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)

    def user(self, name: str) -> libim.Client:
        """A user who is logged in."""
        client = libim.Client.open(libim.Config(self.dir, name, libim.Embedded(self.dir / "service.db")))
        self.addCleanup(client.close)
        client.login()
        return client

    def window(self, client: libim.Client) -> ListWindow:
        """A window on the display."""
        window = ListWindow(client)
        self.addCleanup(window.close)
        window.present()
        return window

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Lets the window run until the condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, f"waited in vain for {what}")
            # So that the condition is looked at again also where the window has nothing to do.
            GLib.timeout_add(20, lambda: GLib.SOURCE_REMOVE)
            GLib.MainContext.default().iteration(True)

    def test_rows_are_the_list_after_random_changes(self) -> None:
        seed = int(os.environ.get("LIBIM_SEED", random.randrange(1 << 32)))
        chance = random.Random(seed)
        alice, bob = self.user("alice"), self.user("bob")
        for group_id in GROUPS:
            bob.create_group(libim.GroupType.WORK, group_id=group_id, group_name=group_id, member_list=["alice"])
        window = self.window(alice)
        mirror = Mirror(window)
        self.until(lambda: len(window.store.rows) == len(GROUPS), "the groups")
        filters = [wanted for _, wanted in example.FILTERS]
        wanted: Optional[libim.ConversationFilter] = None
        for step in range(300):
            if chance.random() < 0.03:
                wanted = chance.choice(filters)
                window.store.set_filter(wanted)
            else:
                change(chance, alice, bob)
            if chance.random() < 0.1:
                self.until(lambda: ids(window) == page(alice, wanted), f"the list; seed {seed}, step {step}")
                mirror.check(self)
                mirror.choose(chance)
        window.store.set_filter(None)
        self.until(lambda: shown(window) == list(alice.conversations()), f"the same rows; seed {seed}")
        mirror.check(self)

    def test_a_long_list_grows_as_it_is_scrolled(self) -> None:
        alice = self.user("alice")
        for number in range(3 * example.ROWS):
            alice.set_conversation_draft(f"c2c_u{number}", "x")
        window = self.window(alice)
        self.assertEqual((len(window.store.rows), window.store.total), (example.ROWS, 3 * example.ROWS))

        def is_whole() -> bool:
            scrolled = window.list.get_vadjustment()
            scrolled.set_value(scrolled.get_upper())
            return window.store.is_finished

        self.until(is_whole, "all rows")
        self.assertEqual(shown(window), list(alice.conversations()))

    def test_what_is_selected_is_what_is_meant_and_shown(self) -> None:
        alice, bob = self.user("alice"), self.user("bob")
        for number in range(4):
            alice.set_conversation_draft(f"c2c_u{number}", "x")
        bob.send_and_wait(receiver="alice", text_elem="hello")
        window = self.window(alice)
        self.until(lambda: window.store.place("c2c_bob") is not None, "bob")
        window.selection.set_selected(window.store.place("c2c_u1"))
        window.pin()
        self.until(lambda: window.store.place("c2c_u1") == 0, "the pin")
        self.assertEqual(window.chosen and window.chosen.conversation_id, "c2c_u1")
        window.selection.set_selected(window.store.place("c2c_bob"))
        self.until(lambda: ("bob", "hello", True) in labels(window.list), "bob's row")
        window.read()
        self.until(lambda: ("bob", "hello", False) in labels(window.list), "bob's row, read")
        alice.set_conversation_draft("c2c_bob", "a draft")
        self.until(lambda: ("bob", "Draft: a draft", False) in labels(window.list), "the draft")
        self.assertEqual(window.chosen and window.chosen.conversation_id, "c2c_bob")


class Mirror:
    """The rows as one knows them who hears nothing but `items-changed`, and what is selected."""

    def __init__(self, window: ListWindow) -> None:
        self.window = window
        self.rows: List[Any] = list(window.store.rows)
        self.chosen: Optional[Any] = None
        window.store.rows.connect("items-changed", self.hear)

    def hear(self, rows: Any, place: int, removed: int, added: int) -> None:
        self.rows[place : place + removed] = [rows[each] for each in range(place, place + added)]
        if self.chosen not in self.rows:
            self.chosen = None

    def choose(self, chance: random.Random) -> None:
        """Selects a row."""
        if self.rows:
            self.chosen = chance.choice(self.rows)
            self.window.selection.set_selected(self.rows.index(self.chosen))

    def check(self, test: unittest.TestCase) -> None:
        """The steps have said all that has changed, and what was selected still is, as long as it is there."""
        test.assertEqual(self.rows, list(self.window.store.rows))
        if self.chosen is not None:
            test.assertEqual(self.window.selection.get_selected_item(), self.chosen)


def ids(window: ListWindow) -> List[str]:
    """The conversations of the window."""
    return [row.conversation.conversation_id for row in window.store.rows]


def shown(window: ListWindow) -> List[libim.Conversation]:
    """The rows of the window with everything in them."""
    return [row.conversation for row in window.store.rows]


def page(client: libim.Client, wanted: Optional[libim.ConversationFilter]) -> List[str]:
    """The conversations that a filter selects, as the library has them."""
    found = client.get_conversation_list_by_filter(wanted or libim.ConversationFilter(), count=100)
    return [each.conversation_id for each in found.conversation_list]


def labels(widget: Gtk.Widget) -> List[Tuple[str, str, bool]]:
    """Of each row on the screen the name, what stands below it, and whether it has a badge."""
    found = []
    child = widget.get_first_child()
    while child is not None:
        if isinstance(child, RowView):
            found.append((child.name.get_label(), child.said.get_label(), child.badge.get_visible()))
        found += labels(child)
        child = child.get_next_sibling()
    return found


def change(chance: random.Random, alice: libim.Client, bob: libim.Client) -> None:
    """Does something to alice's list."""
    here = [each.conversation_id for each in alice.conversations()]
    some = chance.choice(here) if here else "c2c_bob"
    kind = chance.randrange(8)
    if kind == 0:
        bob.send_message(group_id=chance.choice(GROUPS), text_elem="hello")
    elif kind == 1:
        alice.insert_c2c_message_to_local_storage(name := chance.choice(USERS), name, "from yesterday")
    elif kind == 2:
        alice.set_conversation_draft(f"c2c_{chance.choice(USERS)}", chance.choice(["a draft", ""]))
    elif kind == 3 and here:
        alice.pin_conversation(some, chance.random() < 0.5)
    elif kind == 4 and here:
        alice.delete_conversation(some)
    elif kind == 5 and here:
        alice.clean_conversation_unread_message_count(some)
    elif kind == 6 and here:
        alice.mark_conversation([some], int(libim.Mark.STAR), chance.random() < 0.5)
    else:
        bob.send_message(receiver="alice", text_elem="hi")


if __name__ == "__main__":
    faulthandler.dump_traceback_later(STUCK, exit=True)
    Gtk.init()
    example.set_style()
    result = unittest.main(module="__main__", exit=False).result
    sys.exit(not (result.wasSuccessful() and result.testsRun > 0 and not result.skipped))
