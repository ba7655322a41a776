"""Text in a terminal: widths in cells, what is made safe, times in words."""

from __future__ import annotations

import unittest
from datetime import date, datetime, timedelta
from typing import List

from rich.text import Text

import chat_support
import libim
from libim_chat.mentions import Member, completed, mentioned
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
        members: List[Member] = [("bob", ("bob", "Robert")), ("mei", ("mei", "陈美"))]
        members.append(("omar@im.test", ("omar@im.test",)))
        self.assertEqual(mentioned("hi @Robert, and @陈美! mail a@bob", members), ["bob", "mei"])
        self.assertEqual(mentioned("@all @bob", members), [libim.AT_ALL, "bob"])
        cases = {
            "@rob": (0, "@bob "),
            "hi @陈": (3, "@mei "),
            "@a": (0, "@all "),
            # On an XMPP server an id has an @ itself.
            "hi @omar@im": (3, "@omar@im.test "),
            "@x": None,
            "@rob ": None,
            "": None,
            "rob": None,
        }
        self.assertEqual({text: completed(text, members) for text in cases}, cases)


if __name__ == "__main__":
    chat_support.main()
