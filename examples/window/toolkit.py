"""GTK 4, as the modules here use it."""

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Gdk", "4.0")

from gi.repository import Gdk, GdkPixbuf, Gio, GLib, GObject, Gtk, Pango  # noqa: E402

__all__ = ["GLib", "GObject", "Gdk", "GdkPixbuf", "Gio", "Gtk", "Pango"]
