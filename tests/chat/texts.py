"""Text in a terminal: widths in cells, what is made safe, times in words."""

from __future__ import annotations

import unittest
from datetime import date, datetime, timedelta
from typing import Dict, List, Optional, Tuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.color import Color

import chat_support
import libim
from libim_chat.harmless import Harmless
from libim_chat.mentions import Member, candidates, mentioned
from libim_chat.text import bar, day_name, initials, one_line, picture, safe, short_time, size, spread

NAMES = ("Alice", "陈美 Mei", "عمر Omar", "🏔️ Hike", "👩‍👩‍👧 Family", "é", "", "  ", "Ａ Ｂ", "שלום עולם", "ｱ")


class Texts(unittest.TestCase):
    def test_a_line_has_its_width_whatever_is_in_it(self) -> None:
        for name in NAMES:
            for width in (0, 1, 2, 3, 7, 20, 60):
                for right in ("", "12:00", "好"):
                    line = spread(Text(name * 3), Text(right), width)
                    self.assertEqual(line.cell_len, width, (name, right, width))

    def test_pictures_have_four_cells_and_their_own_colour(self) -> None:
        for name in NAMES:
            first, second = picture(name, name)
            self.assertEqual((first.cell_len, second.cell_len), (4, 4), name)
            self.assertEqual(first.style, picture("Other", name)[0].style)
        self.assertEqual([initials(name) for name in NAMES[:3]], ["AM"[0], "陈", "عO"])
        self.assertEqual(initials(""), "?")

    def test_what_a_terminal_would_obey_is_taken_out(self) -> None:
        self.assertEqual(safe("a\x1b[31mb\x07\u202ec\nd"), "a\ufffd[31mb\ufffdc\nd")
        self.assertEqual(one_line(" a \n\t b "), "a b")

    def test_a_picture_has_one_width_in_all_terminals(self) -> None:
        # What some terminals draw in one cell and others in two becomes text and a blank.
        for text, drawn in (
            ("a 🏔️ b", "a 🏔  b"),
            ("❤️☀️", "❤ ☀ "),
            ("1️⃣.", "1⃣ ."),
            ("👍️", "👍"),
            ("👩‍❤️‍👨", "👩‍❤️‍👨"),
            ("🇩🇪👍🏽", "🇩🇪👍🏽"),
            ("\ufe0f", "\ufe0f"),
        ):
            (segment,) = Harmless().apply([Segment(text)], Color(0, 0, 0))
            self.assertEqual(segment.text, drawn)
            self.assertEqual(cell_len(drawn), cell_len(text), text)

    def test_a_cursor_between_a_character_and_what_makes_a_picture_of_it_shifts_nothing(self) -> None:
        cut = [Segment("x"), Segment("❤"), Segment("\ufe0fy"), Segment("1"), Segment("\ufe0f\u20e3 z")]
        drawn = [segment.text for segment in Harmless().apply(cut, Color(0, 0, 0))]
        self.assertEqual(drawn, ["x", "❤ ", "y", "1\u20e3 ", " z"])

    def test_times_and_sizes_in_words(self) -> None:
        now = datetime(2026, 3, 18, 12, 0).astimezone()
        said = [short_time(now - timedelta(hours=hours), now) for hours in (1, 24, 72)]
        self.assertEqual(said, ["11:00", "Yesterday", "Sun"])
        self.assertEqual(short_time(now - timedelta(days=30), now), "16 Feb")
        self.assertEqual(short_time(now - timedelta(days=400), now), "2025-02-11")
        today = date(2026, 3, 18)
        self.assertEqual(day_name(today, today), "Today")
        self.assertEqual(day_name(date(2026, 3, 17), today), "Yesterday")
        self.assertEqual(day_name(date(2026, 3, 1), today), "Sunday, 1 March 2026")
        self.assertEqual(
            [size(1), size(1500), size(2_500_000), size(3 * 10**9)], ["1 bytes", "1.5 kB", "2.5 MB", "3.0 GB"]
        )
        self.assertEqual(bar(50, 4), "━━╌╌ 50%")

    def test_mentions_are_found_and_completed(self) -> None:
        bob, mei = Member("bob", "Robert"), Member("mei", "陈美 Mei", ("陈美", "my sister"))
        omar, martin = Member("omar@im.test"), Member("bm", "Bob Martin")
        members = [bob, mei, omar, martin]
        self.assertEqual(mentioned("hi @Robert, and @陈美! mail a@bob", members), ["bob", "mei"])
        self.assertEqual(mentioned("@all @bob", members), [libim.AT_ALL, "bob"])
        self.assertEqual(mentioned("你好@陈美 Mei and (@omar@im.test)", members), ["mei", "omar@im.test"])
        # The longest name counts, and a name ends where its word does.
        self.assertEqual(mentioned("@bob Martin, @Bob Martin", [bob, martin]), ["bob", "bm"])
        self.assertEqual(mentioned("@Roberta @allen @bob-x @bob.y", members), [])

        def written(before: str) -> Optional[Tuple[int, List[str]]]:
            found = candidates(before, members)
            return None if found is None else (found[0], [each.written for each in found[1]])

        everyone = ["Robert", "陈美 Mei", "omar@im.test", "Bob Martin", "all"]
        cases: Dict[str, Optional[Tuple[int, List[str]]]] = {
            "@": (0, everyone),
            "@rob": (0, ["Robert"]),
            "@BO": (0, ["Robert", "Bob Martin"]),
            "@bob m": (0, ["Bob Martin"]),
            "@mar": (0, ["Bob Martin"]),
            "hi @陈": (3, ["陈美 Mei"]),
            "你好@陈美 m": (2, ["陈美 Mei"]),
            # The remark finds her, and is not told to others.
            "@my": (0, ["陈美 Mei"]),
            "@al": (0, ["all"]),
            # On an XMPP server an id has an @ itself.
            "hi @omar@im": (3, ["omar@im.test"]),
            "mail omar@im": None,
            "@x": None,
            "@rob ": None,
            "": None,
            "rob": None,
        }
        self.assertEqual({text: written(text) for text in cases}, cases)
        self.assertIsNone(candidates("@", []))
        # Nobody calls themselves.
        self.assertIsNone(candidates("@rob", members, "bob"))
        # Of two with one name the ids tell who is meant.
        twins = [Member("a", "Kim"), Member("b", "Kim")]
        found = candidates("@k", twins)
        self.assertEqual(found and [each.written for each in found[1]], ["a", "b"])


if __name__ == "__main__":
    chat_support.main()
