"""The rows of a view of the list, as an app shows them."""

from __future__ import annotations

from typing import Iterator, List, Sequence, Union, overload

from .models import Conversation, ConversationView, ConversationViewChange, ConversationViewDiff


class ListModel(Sequence[Conversation]):
    """The rows of a view: those that `open_conversation_view` has returned, and then what each change makes of them.

        view = libim.ListModel(await client.aio.open_conversation_view(limit=50))
        async for event in events:
            if isinstance(event, libim.ConversationViewChanged):
                view.apply(event.change)

    Not for several threads at once.
    """

    def __init__(self, view: ConversationView) -> None:
        #: The number of the view.
        self.view_id = view.view_id
        #: How many conversations the filter selects.
        self.total = view.total
        #: Whether the rows are all of them.
        self.is_finished = view.is_finished
        self._rows: List[Conversation] = list(view.conversation_list)

    def apply(self, change: ConversationViewChange) -> bool:
        """Takes the steps of a change. Each change of the view is applied once, in the order of the events.

        Returns whether it is one of this view; others change nothing.
        """
        if change.view_id != self.view_id:
            return False
        for diff in change.diffs:
            self._take(diff)
        self.total, self.is_finished = change.total, change.is_finished
        return True

    def _take(self, diff: ConversationViewDiff) -> None:
        if diff.op == "reset":
            self._rows = list(diff.conversation_list)
            return
        if diff.index is None:
            # A step of a later version, which says in other fields what it does.
            return
        if diff.op == "remove":
            del self._rows[diff.index]
        elif diff.conversation is not None:
            if diff.op == "update":
                self._rows[diff.index] = diff.conversation
                return
            if diff.from_index is not None:
                del self._rows[diff.from_index]
            self._rows.insert(diff.index, diff.conversation)

    @overload
    def __getitem__(self, index: int) -> Conversation: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Conversation]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Conversation, Sequence[Conversation]]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._rows)
