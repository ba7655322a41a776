"""A live view of libim's list as a `Gio.ListStore`, which every list of GTK shows."""

from __future__ import annotations

from typing import Any, List, Optional

import libim
from toolkit import Gio, GLib, GObject


class Row(GObject.Object):
    """A conversation: the same object while it is in the view, with another `conversation` after each change."""

    conversation = GObject.Property(type=object)


class ViewStore:
    """Keeps `rows` as the view has them: each step is one splice, and nothing is read again or compared.

    Made, used and closed on the thread of GTK's main loop.
    """

    def __init__(self, client: libim.Client, limit: int = 50) -> None:
        self._client = client
        self._is_growing = False
        #: The rows, as `Row`.
        self.rows = Gio.ListStore.new(Row)
        # The listener first: the changes of the view follow its rows.
        self._listening = client.add_listener(self._hear, libim.ConversationViewChanged)
        view = client.open_conversation_view(limit=limit)
        self._view_id = view.view_id
        #: How many conversations the filter selects.
        self.total = view.total
        #: Whether the rows are all of them.
        self.is_finished = view.is_finished
        self._splice(0, 0, [_row(each) for each in view.conversation_list])

    def place(self, conversation_id: str) -> Optional[int]:
        """Where a conversation is."""
        ids = (row.conversation.conversation_id for row in self.rows)
        return next((place for place, each in enumerate(ids) if each == conversation_id), None)

    def grow(self, count: int) -> None:
        """Lets the view show more rows. They come as a change."""
        if not self.is_finished and not self._is_growing:
            self._is_growing = True
            self._client.grow_conversation_view(self._view_id, count)

    def set_filter(self, wanted: Optional[libim.ConversationFilter]) -> None:
        """Shows other conversations. They come as a change."""
        self._client.set_conversation_view(self._view_id, filter=wanted)

    def close(self) -> None:
        """Closes the view."""
        self._listening.close()
        self._client.close_conversation_view(self._view_id)

    def _hear(self, event: libim.ConversationViewChanged) -> None:
        # On the client's callback thread. The main loop takes what it is given in order.
        GLib.idle_add(self._apply, event.change)

    def _apply(self, change: libim.ConversationViewChange) -> bool:
        if change.view_id == self._view_id:
            for diff in change.diffs:
                self._take(diff)
            self.total, self.is_finished = change.total, change.is_finished
            self._is_growing = False
        return False  # once

    def _take(self, diff: libim.ConversationViewDiff) -> None:
        index, before, conversation = diff.index, diff.from_index, diff.conversation
        if diff.op == "reset":
            self._splice(0, len(self.rows), [_row(each) for each in diff.conversation_list])
        elif diff.op == "remove" and index is not None:
            self._splice(index, 1, [])
        elif diff.op == "insert" and index is not None:
            self._splice(index, 0, [_row(conversation)])
        elif diff.op == "update" and index is not None:
            self.rows[index].conversation = conversation
        elif diff.op == "move" and index is not None and before is not None:
            # One splice over all that shifts, so that a row that is selected stays selected.
            first, last = min(before, index), max(before, index)
            shifted = [self.rows[place] for place in range(first, last + 1)]
            row = shifted.pop(before - first)
            row.conversation = conversation
            shifted.insert(index - first, row)
            self._splice(first, len(shifted), shifted)

    def _splice(self, place: int, removed: int, added: List[Row]) -> None:
        self.rows.splice(place, removed, added)


def _row(conversation: Any) -> Row:
    return Row(conversation=conversation)
