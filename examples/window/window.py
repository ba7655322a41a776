"""A window with a conversation list: a live view of libim in a list of GTK 4.

python3 window.py USER SERVICE_FILE DATA_DIR
"""

from __future__ import annotations

import sys
import threading
from datetime import datetime
from typing import Any, Callable, List, Optional, Tuple

import libim
from toolkit import Gdk, GLib, Gtk, Pango
from view_store import ViewStore

#: How many rows the view begins with, and grows by.
ROWS = 50
COLOURS = ("#b4637a", "#907aa9", "#286983", "#56949f", "#b7791f", "#5f8a4e", "#8a5a44", "#4f6db0")
FILTERS: Tuple[Tuple[str, Optional[libim.ConversationFilter]], ...] = (
    ("All", None),
    ("Unread", libim.ConversationFilter(has_unread_count=True)),
    ("Groups", libim.ConversationFilter(conversation_type=libim.ConversationType.GROUP)),
)
STYLE = """
.picture { color: white; font-weight: bold; border-radius: 22px; min-width: 44px; min-height: 44px; }
.name { font-weight: bold; } .said, .time { opacity: 0.65; font-size: 90%; } .draft { color: #d64545; font-size: 90%; }
.badge { color: white; background: #d64545; border-radius: 10px; padding: 0 7px; font-size: 85%; font-weight: bold; }
.muted { background: #9a9a9a; } .conversations > row { padding: 6px 10px; }
""" + "".join(f".colour-{number} {{ background: {colour}; }}" for number, colour in enumerate(COLOURS))


def said(conversation: libim.Conversation) -> Tuple[str, str]:
    """What stands below the name, and its class of style."""
    if conversation.draft_text is not None:
        return f"Draft: {conversation.draft_text}", "draft"
    message = conversation.last_message
    if message is None:
        return "No messages yet", "said"
    if message.status == libim.MessageStatus.REVOKED:
        return "Message recalled", "said"
    sender = "You: " if message.is_self else f"{message.sender_name}: " if conversation.group_id is not None else ""
    return sender + message.preview, "said"


def time(conversation: libim.Conversation) -> str:
    """The time of the last message, or the day where that is not today."""
    if conversation.last_message is None:
        return ""
    when = conversation.last_message.timestamp.astimezone()
    return when.strftime("%H:%M" if when.date() == datetime.now().date() else "%d %b")


class RowView(Gtk.Grid):
    """A row on the screen, which shows one conversation after the other as the list is scrolled."""

    def __init__(self) -> None:
        super().__init__(column_spacing=12, row_spacing=2)
        self.picture, self.name, self.time, self.said, self.badge = (Gtk.Label() for _ in range(5))
        for label in (self.name, self.said):
            label.set_hexpand(True)
            label.set_xalign(0)
            label.set_single_line_mode(True)
            label.set_ellipsize(Pango.EllipsizeMode.END)
        self.picture.set_valign(Gtk.Align.CENTER)
        self.badge.set_halign(Gtk.Align.END)
        self.attach(self.picture, 0, 0, 1, 2)
        self.attach(self.name, 1, 0, 1, 1)
        self.attach(self.time, 2, 0, 1, 1)
        self.attach(self.said, 1, 1, 1, 1)
        self.attach(self.badge, 2, 1, 1, 1)
        self.name.set_css_classes(["name"])
        self.time.set_css_classes(["time"])

    def show_conversation(self, one: libim.Conversation) -> None:
        """Shows a conversation as it is now."""
        self.name.set_label(one.show_name)
        self.picture.set_label(one.show_name[:1].upper())
        colour = sum(one.conversation_id.encode()) % len(COLOURS)
        self.picture.set_css_classes(["picture", f"colour-{colour}"])
        self.time.set_label(("📌 " if one.is_pinned else "") + time(one))
        text, style = said(one)
        self.said.set_label(" ".join(text.split()))
        self.said.set_css_classes([style])
        self.badge.set_label(("@ " if one.group_at_info_list else "") + str(one.unread_count))
        self.badge.set_visible(one.unread_count > 0)
        is_muted = one.recv_opt != libim.ReceiveMessageOpt.RECEIVE
        self.badge.set_css_classes(["badge", "muted"] if is_muted else ["badge"])


class ListWindow(Gtk.Window):
    """The list of a client, which stays its caller's to close."""

    def __init__(self, client: libim.Client) -> None:
        super().__init__(title=client.opened.user_id, default_width=420, default_height=560)
        self.client = client
        self.store = ViewStore(client, ROWS)
        self.selection = Gtk.SingleSelection(model=self.store.rows, autoselect=False, can_unselect=True)
        self.list = Gtk.ListView(model=self.selection, factory=_factory())
        self.list.add_css_class("conversations")
        scrolled = Gtk.ScrolledWindow(child=self.list, hscrollbar_policy=Gtk.PolicyType.NEVER)
        scrolled.get_vadjustment().connect("value-changed", self._on_scrolled)
        self.set_child(scrolled)
        self.set_titlebar(self._header())
        self.connect("close-request", self._on_close)

    @property
    def chosen(self) -> Optional[libim.Conversation]:
        """The conversation that is selected."""
        row = self.selection.get_selected_item()
        return None if row is None else row.conversation

    def pin(self) -> None:
        """Pins what is selected, or unpins it."""
        if self.chosen is not None:
            self.client.pin_conversation(self.chosen.conversation_id, not self.chosen.is_pinned)

    def read(self) -> None:
        """Marks what is selected as read."""
        if self.chosen is not None:
            self.client.clean_conversation_unread_message_count(self.chosen.conversation_id)

    def _header(self) -> Gtk.HeaderBar:
        header = Gtk.HeaderBar()
        choice = Gtk.DropDown.new_from_strings([name for name, _ in FILTERS])
        choice.connect("notify::selected", lambda *_: self.store.set_filter(FILTERS[choice.get_selected()][1]))
        header.pack_start(choice)
        actions: List[Tuple[str, Callable[[], None]]] = [("Read", self.read), ("Pin", self.pin)]
        for label, act in actions:
            button = Gtk.Button(label=label)
            button.connect("clicked", lambda _, act=act: act())
            header.pack_end(button)
        return header

    def _on_scrolled(self, scrolled: Gtk.Adjustment) -> None:
        if scrolled.get_value() + 2 * scrolled.get_page_size() > scrolled.get_upper():
            self.store.grow(ROWS)

    def _on_close(self, _: Gtk.Window) -> bool:
        self.store.close()
        return False


def _factory() -> Gtk.SignalListItemFactory:
    """Makes rows as they are needed, and shows in each what it stands for."""
    factory = Gtk.SignalListItemFactory()

    def bind(_: Any, item: Gtk.ListItem) -> None:
        view, row = item.get_child(), item.get_item()
        view.show_conversation(row.conversation)
        view.heard = row.connect("notify::conversation", lambda *_: view.show_conversation(row.conversation))

    factory.connect("setup", lambda _, item: item.set_child(RowView()))
    factory.connect("bind", bind)
    factory.connect("unbind", lambda _, item: item.get_item().disconnect(item.get_child().heard))
    return factory


def set_style() -> None:
    """Gives the window its colours."""
    provider = Gtk.CssProvider()
    provider.load_from_data(STYLE.encode())
    Gtk.StyleContext.add_provider_for_display(
        Gdk.Display.get_default(), provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    )


def log_in(client: libim.Client, window: ListWindow) -> None:
    """Logs in beside the window, which has the list already."""

    def run() -> None:
        try:
            client.login()
        except libim.Error as error:
            GLib.idle_add(window.set_title, f"{client.opened.user_id}: {error.desc}")

    threading.Thread(target=run, daemon=True).start()


def show_until_closed(client: libim.Client) -> None:
    """Opens the window of a client, logs in, and returns when the window is closed."""
    Gtk.init()
    set_style()
    loop = GLib.MainLoop()
    window = ListWindow(client)
    window.connect("close-request", lambda _: loop.quit())
    window.present()
    log_in(client, window)
    loop.run()


def main() -> None:
    """Opens the window of a user of the embedded service."""
    user, service, data = sys.argv[1:]
    with libim.Client.open(libim.Config(data, user, libim.Embedded(service))) as client:
        show_until_closed(client)


if __name__ == "__main__":
    main()
