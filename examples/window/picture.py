"""The picture of the window in the documents: `picture.py FILE` draws it on a display of its own.

make window-picture
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
from pathlib import Path
from typing import Callable

import libim
from demo import World
from toolkit import Gdk, GdkPixbuf, GLib, Gtk
from window import ListWindow, set_style


#: How long one step is waited for, in seconds.
PATIENCE = 120


def until(condition: Callable[[], object], what: str) -> None:
    """Lets the window run until the condition holds. What is waited for stands in the error when it never does."""
    is_late = False

    def give_up() -> bool:
        nonlocal is_late
        is_late = True
        return bool(GLib.SOURCE_CONTINUE)

    alarm = GLib.timeout_add_seconds(PATIENCE, give_up)
    try:
        while not condition():
            if is_late:
                raise TimeoutError(f"after {PATIENCE} s the picture still waits for {what}")
            GLib.MainContext.default().iteration(True)
    finally:
        GLib.source_remove(alarm)


def drawn(window: ListWindow) -> None:
    """Waits until what the window shows has been drawn."""
    frames = 0

    def count(*_: object) -> bool:
        nonlocal frames
        frames += 1
        return bool(GLib.SOURCE_CONTINUE)

    window.queue_draw()
    window.add_tick_callback(count)
    until(lambda: frames > 10, "the window to be drawn")
    Gdk.Display.get_default().sync()


def write(path: str, window: ListWindow) -> None:
    """Writes the part of the screen with the window as PNG. The screen is in a file in the format of xwd."""
    screen = Path(os.environ["SCREEN_FILE"]).read_bytes()
    width, height = window.get_width(), window.get_height()
    # The window is at the upper left of the screen; without its shadow.
    left, top = map(int, window.get_surface_transform())
    head = struct.unpack(">25I", screen[:100])
    start, line = head[0] + 12 * head[19], head[12]
    pixels = bytearray()
    for y in range(top, top + height):
        row = screen[start + y * line + 4 * left : start + y * line + 4 * (left + width)]
        turned = bytearray(3 * width)
        turned[0::3], turned[1::3], turned[2::3] = row[2::4], row[1::4], row[0::4]
        pixels += turned
    rgb = GdkPixbuf.Colorspace.RGB
    picture = GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(bytes(pixels)), rgb, False, 8, width, height, 3 * width)
    picture.savev(path, "png", [], [])


def main() -> None:
    """Draws the window."""
    Gtk.init()
    set_style()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        alice = world.alice
        window = ListWindow(alice)
        window.set_default_size(420, 510)
        window.present()
        until(lambda: len(window.store.rows) == world.size, "all conversations")
        alice.pin_conversation("group_hike", True)
        alice.set_group_receive_message_opt("news", libim.ReceiveMessageOpt.NOT_NOTIFY)
        alice.set_conversation_draft("group_design", "I like the second one, but")
        places = window.store.place
        until(lambda: places("group_hike") == 0 and places("group_design") == 1, "the pin and the draft")
        window.selection.set_selected(window.store.place("c2c_mei"))
        drawn(window)
        write(sys.argv[1], window)
        window.close()


if __name__ == "__main__":
    main()
