"""The right half: a conversation with its history and the field to write in."""

from __future__ import annotations

import asyncio
from typing import List, Optional

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message

import libim

from .composer import Composer
from .errors import in_words
from .headings import Title
from .history import History
from .history_view import HistoryView
from .letter import Letter
from .mentions import members
from .names import CHANGES_OF_MEMBERS, Names, members_of
from .suggestions import Suggestions
from .tips import ending
from .writing import Writing


class ConversationPane(Vertical):
    """Shows one conversation, follows its events and sends what is written."""

    BINDINGS = [
        Binding("ctrl+end", "newest", "Newest message", show=False),
        Binding("ctrl+home", "first_unread", "First new message", show=False),
    ]

    def __init__(self, client: libim.Client, names: Names) -> None:
        super().__init__(id="pane")
        self._client, self._names = client, names
        self.conversation: Optional[libim.Conversation] = None
        self.history: Optional[History] = None
        self.view = HistoryView()
        self.writing = Writing(client, self)
        self._title = Title()
        self._changed: asyncio.Event
        self._typing: Optional[str] = None
        self._is_reading_older = False

    def compose(self) -> ComposeResult:
        """Title, history, what is being answered or edited, and the field."""
        yield self._title
        yield self.view
        yield self.writing.banner
        yield self.composer
        yield self.writing.suggestions

    def on_mount(self) -> None:
        """Begins to follow."""
        self._changed = asyncio.Event()  # of the loop that runs now
        self.writing.on_mount()
        self.say_title()
        self.run_worker(self._renewing(), group="renewing")

    class Refused(Message):
        """Something did not work; the words say what."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def complain(self, why: str) -> None:
        """Has the app say that something did not work."""
        self.post_message(self.Refused(why))

    async def open(self, conversation_id: str) -> None:
        """Shows a conversation, with its draft in the field."""
        if self.conversation is not None and self.conversation.conversation_id == conversation_id:
            return
        history = History(self._client, conversation_id)
        await history.open()
        await self.leave()
        # As it is now: what could not be sent may be in its draft.
        conversation = await self._client.aio.get_conversation(conversation_id)
        self.conversation, self.history, self._typing = conversation, history, None
        self.writing.begin(conversation)
        self.view.show(history)
        self.say_title()
        self._renew_members()
        # What has come meanwhile was not heard of.
        self.renew()
        await history.mark_read()
        await history.confirm()
        if conversation.group_id is not None:
            self.run_worker(self._learn_readers(history), group="readers")
        if libim.Mark.UNREAD in conversation.mark_list:
            await self._client.aio.mark_conversation([conversation_id], int(libim.Mark.UNREAD), False)

    async def leave(self) -> None:
        """Keeps what is written as a draft, and shows nothing. What cannot be kept stays, and the error says why."""
        conversation = self.conversation
        await self.writing.end()
        if conversation is not None:
            self._tell_typing(conversation, False)
        self.conversation = self.history = None
        self.view.show(None)
        self.say_title()

    @property
    def composer(self) -> Composer:
        """The field."""
        return self.writing.composer

    def renew(self) -> None:
        """Has the history read again."""
        self._changed.set()

    @in_words
    async def hear(self, event: libim.Event) -> None:
        """Takes an event, if it is about what is shown."""
        if isinstance(event, libim.ConversationDeleted):
            self.writing.forget_replies(event.conversation_id_list)
        history, conversation = self.history, self.conversation
        if history is None or conversation is None:
            return
        shown = history.conversation_id
        end = ending(event, conversation, self._names.of(conversation), self._client.opened.user_id)
        if end is not None:
            self.complain(end)
        if isinstance(event, (libim.RecvNewMessage, libim.MessageStatusChanged, libim.RecvMessageModified)):
            if event.message.conversation_id == shown:
                self.renew()
        elif isinstance(event, libim.RecvMessageRevokedWithInfo):
            if event.info.conversation_id == shown:
                self.renew()
        elif isinstance(event, (libim.MessagesMissed, libim.ConversationDeleted)):
            if shown in event.conversation_id_list:
                self.renew()
        elif isinstance(event, (libim.ConversationChanged, libim.NewConversation)):
            for each in event.conversation_list:
                if each.conversation_id == shown:
                    self.conversation = each
                    self.say_title()
                    self.renew()
        elif isinstance(event, (libim.RecvC2CReadReceipt, libim.RecvC2CDeliveryReceipt)):
            if any(receipt.user_id == conversation.user_id for receipt in event.receipt_list):
                self.renew()
        elif isinstance(event, libim.RecvMessageReadReceipts):
            history.take_receipts(event.receipt_list)
            self.view.show(history)
        elif isinstance(event, libim.RecvMessageReactionsChanged):
            await self._react([change.message_id for change in event.message_reaction_change_info_list])
        elif isinstance(event, (libim.ConnectSuccess, *CHANGES_OF_MEMBERS)):
            self._renew_members()
        elif isinstance(event, libim.SendMessageProgress):
            self._progress(event.progress.message.msg_id, event.progress.progress)
        elif isinstance(event, libim.MessageDownloadProgressCallback):
            download = event.progress
            is_done = download.is_finish or download.is_error or download.total_size == 0
            self._progress(download.msg_id, 100 if is_done else download.current_size * 100 // download.total_size)
        elif isinstance(event, libim.TypingStatusChanged) and event.typing_status.conversation_id == shown:
            self._typing = event.typing_status.user_id if event.typing_status.is_typing else None
            self.say_title()

    async def reach(self, msg_id: str) -> None:
        """Goes to a message of the history, however far back."""
        history = self.history
        if history is not None and await history.reach(msg_id) and history is self.history:
            self.view.show(history)
            self.view.focus()
            self.view.select(msg_id)

    def action_newest(self) -> None:
        """Goes to the end of the history."""
        self.view.action_newest()

    def action_first_unread(self) -> None:
        """Goes to the first message that was unread, however far back."""
        self.run_worker(self._reach_unread(), group="unread", exclusive=True)

    @in_words
    async def _reach_unread(self) -> None:
        history = self.history
        if history is not None and await history.reach_unread() and history is self.history:
            self.view.show(history)
            self.view.go_to_unread()
            self.say_title()

    async def send(self, letter: Letter) -> None:
        """Sends what was sealed, and shows it."""
        await self.writing.send(letter)
        if self.writing.shows(letter):
            if letter.edits is not None:
                # Another text ends that one is typing; of an edit nobody hears that it is new.
                self._tell_typing(letter.conversation, bool(self.composer.text))
            self.view.action_newest()
            self.renew()

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """Keeps it, and lets the peer know."""
        event.stop()
        self.writing.keep_soon()
        if self.conversation is not None:
            self._tell_typing(self.conversation, bool(self.composer.text))

    def on_suggestions_picked(self, event: Suggestions.Picked) -> None:
        """Writes the name that was clicked."""
        event.stop()
        self.composer.complete()
        self.composer.focus()

    def on_history_view_scrolled(self, event: HistoryView.Scrolled) -> None:
        """Says how much is below."""
        event.stop()
        self.say_title()

    def on_history_view_older_wanted(self, event: HistoryView.OlderWanted) -> None:
        """Reads a page of older messages."""
        event.stop()
        if not self._is_reading_older:
            self._is_reading_older = True
            self.run_worker(self._older(), group="older")

    @in_words
    async def _older(self) -> None:
        history = self.history
        try:
            has_grown = history is not None and await history.older()
        finally:
            self._is_reading_older = False
        if has_grown and history is self.history:
            self.view.show(history)

    async def _renewing(self) -> None:
        """Reads the history again whenever something has changed; what changes meanwhile counts once."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self.history is not None:
                await self._reload(self.history)

    @in_words
    async def _reload(self, history: History) -> None:
        await history.reload()
        if history is self.history:
            self.view.show(history)
            self.writing.look_at_answered(history.find)
            if any(not message.is_read for message in history.messages):
                await history.mark_read()
                await history.confirm()

    @in_words
    async def _learn_readers(self, history: History) -> None:
        await history.learn_readers()
        if history is self.history:
            self.view.show(history)

    async def _react(self, ids: List[str]) -> None:
        history = self.history
        known = [] if history is None else [each for each in ids if history.find(each) is not None]
        if history is not None and known:
            await history.reload_reactions(known)
            if history is self.history:
                self.view.show(history)

    def _progress(self, msg_id: str, percent: int) -> None:
        if self.history is not None and self.history.find(msg_id) is not None:
            self.history.progress[msg_id] = percent
            self.view.show(self.history)

    def _renew_members(self) -> None:
        if self.conversation is not None and self.conversation.group_id is not None:
            self.run_worker(self._learn_members(self.conversation.group_id), group="members")

    async def _learn_members(self, group_id: str) -> None:
        """Asks for the members of the group, for mentions. Without a connection there are none."""
        found = await members_of(self._client, group_id)
        if found is None:
            return
        self._names.take(group_id, found, True)
        if self.conversation is not None and self.conversation.group_id == group_id:
            self.composer.members = members(found)
            self.composer.suggest()

    def _tell_typing(self, conversation: libim.Conversation, is_typing: bool) -> None:
        if conversation.user_id is not None:
            # It is answered from memory, and nothing depends on it.
            self.run_worker(self._send_typing(conversation.user_id, is_typing), group="typing")

    async def _send_typing(self, user_id: str, is_typing: bool) -> None:
        try:
            await self._client.aio.send_typing_status(user_id, is_typing)
        except libim.Error:
            pass  # it is a courtesy

    def say_title(self) -> None:
        """Says whose conversation it is."""
        one, history = self.conversation, self.history
        above = history.unread if history is not None and history.first_unread is None else 0
        name = None if one is None else self._names.of(one)
        self._title.say(name, self._typing is not None, self.view.below, above)
        self.composer.disabled = one is None
