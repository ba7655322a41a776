"""The right half: a conversation with its history and the field to write in."""

from __future__ import annotations

import asyncio
from typing import Dict, List, Optional

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

import libim

from .composer import Composer
from .errors import in_words
from .history import History
from .history_view import HistoryView
from .letter import Letter
from .mentions import members
from .suggestions import Suggestions
from .summary import summary
from .text import one_line, short

#: How many members are asked for at a time.
PAGE_OF_MEMBERS = 100
#: After these the members of a group may be others.
CHANGES_OF_MEMBERS = (
    libim.ConnectSuccess,
    libim.MemberEnter,
    libim.MemberInfoChanged,
    libim.MemberInvited,
    libim.MemberKicked,
    libim.MemberLeave,
)


class ConversationPane(Vertical):
    """Shows one conversation, follows its events and sends what is written."""

    def __init__(self, client: libim.Client) -> None:
        super().__init__(id="pane")
        self._client = client
        self.conversation: Optional[libim.Conversation] = None
        self.history: Optional[History] = None
        self.view = HistoryView()
        self.suggestions = Suggestions()
        self.composer = Composer(self.suggestions, self.seal)
        self._title = Static(id="title")
        self._banner = Static(id="banner")
        self._changed: asyncio.Event
        self._reply_to: Optional[libim.Message] = None
        self._edits: Optional[libim.Message] = None
        #: What was written before an edit began.
        self._kept = ""
        self._sending: asyncio.Lock
        self._typing: Optional[str] = None
        #: Who has recalled which message, as far as it was told.
        self.recalled_by: Dict[str, str] = {}
        self._is_reading_older = False

    def compose(self) -> ComposeResult:
        """Title, history, what is being answered or edited, and the field."""
        yield self._title
        yield self.view
        yield self._banner
        yield self.composer
        yield self.suggestions

    def on_mount(self) -> None:
        """Begins to follow."""
        self._changed, self._sending = asyncio.Event(), asyncio.Lock()  # of the loop that runs now
        self._say_title()
        self._say_banner()
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
        conversation = await self._client.aio.get_conversation(conversation_id)
        history = History(self._client, conversation_id, self.recalled_by)
        await history.open()
        await self.leave()
        self.conversation, self.history, self._typing = conversation, history, None
        self.composer.load_text(conversation.draft_text or "")
        self.composer.move_cursor(self.composer.document.end)
        self.view.show(history)
        self._say_title()
        self._renew_members()
        await history.mark_read()
        await history.confirm()
        if conversation.group_id is not None:
            self.run_worker(self._learn_readers(history), group="readers")
        if libim.Mark.UNREAD in conversation.mark_list:
            await self._client.aio.mark_conversation([conversation_id], int(libim.Mark.UNREAD), False)

    async def leave(self) -> None:
        """Keeps what is written as a draft, and shows nothing."""
        conversation, self.conversation, self.history = self.conversation, None, None
        text = self._kept if self._edits is not None else self.composer.text
        self._end_banner()
        self.composer.load_text("")
        self.composer.members = []
        self.view.show(None)
        self._say_title()
        if conversation is not None:
            # As the draft is now, also where another device has written one.
            now = await self._client.aio.get_conversation(conversation.conversation_id)
            if text.strip() != (now.draft_text or ""):
                await self._client.aio.set_conversation_draft(conversation.conversation_id, text.strip())
            self._tell_typing(conversation, False)

    def renew(self) -> None:
        """Has the history read again."""
        self._changed.set()

    @in_words
    async def hear(self, event: libim.Event) -> None:
        """Takes an event, if it is about what is shown, and who recalls what."""
        if isinstance(event, libim.RecvMessageRevokedWithInfo):
            self._note_recall(event.info)
        history, conversation = self.history, self.conversation
        if history is None or conversation is None:
            return
        shown = history.conversation_id
        self._note_end(conversation, event)
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
                    self._say_title()
                    self.renew()
        elif isinstance(event, (libim.RecvC2CReadReceipt, libim.RecvC2CDeliveryReceipt)):
            if any(receipt.user_id == conversation.user_id for receipt in event.receipt_list):
                self.renew()
        elif isinstance(event, libim.RecvMessageReadReceipts):
            history.take_receipts(event.receipt_list)
            self.view.show(history)
        elif isinstance(event, libim.RecvMessageReactionsChanged):
            await self._react([change.message_id for change in event.message_reaction_change_info_list])
        elif isinstance(event, CHANGES_OF_MEMBERS):
            self._renew_members()
        elif isinstance(event, libim.SendMessageProgress):
            self._progress(event.progress.message.msg_id, event.progress.progress)
        elif isinstance(event, libim.MessageDownloadProgressCallback):
            download = event.progress
            is_done = download.is_finish or download.is_error or download.total_size == 0
            self._progress(download.msg_id, 100 if is_done else download.current_size * 100 // download.total_size)
        elif isinstance(event, libim.TypingStatusChanged) and event.typing_status.conversation_id == shown:
            self._typing = event.typing_status.user_id if event.typing_status.is_typing else None
            self._say_title()

    def _note_recall(self, info: libim.MessageRevocation) -> None:
        by = info.operate_user
        if by.user_id == self._client.opened.user_id:
            self.recalled_by[info.msg_id] = "You"
        elif by.user_id:
            self.recalled_by[info.msg_id] = by.nick_name or by.user_id

    def _note_end(self, conversation: libim.Conversation, event: libim.Event) -> None:
        """Says when others end the membership in the group that is shown: what is written now goes nowhere."""
        me = self._client.opened.user_id
        if not isinstance(event, (libim.GroupDismissed, libim.MemberKicked)):
            return
        change = event.change
        if change.group_id != conversation.group_id or change.op_user.user_id == me:
            return
        name = short(conversation.show_name)
        if isinstance(change, libim.GroupDismissal):
            self.complain(f"The group {name} was dismissed.")
        elif any(member.user_id == me for member in change.member_list):
            self.complain(f"You were removed from the group {name}.")

    async def reach(self, msg_id: str) -> None:
        """Goes to a message of the history, however far back."""
        history = self.history
        if history is not None and await history.reach(msg_id) and history is self.history:
            self.view.show(history)
            self.view.focus()
            self.view.select(msg_id)

    def begin_reply(self, message: libim.Message) -> None:
        """Makes the next text an answer."""
        self.give_up()
        self._reply_to = message
        self._say_banner()
        self.composer.focus()

    def begin_edit(self, message: libim.Message) -> None:
        """Makes the next text another content of a message."""
        self.give_up()
        self._kept, self._edits = self.composer.text, message
        self.composer.load_text(message.text_elem.text if message.text_elem is not None else "")
        self.composer.move_cursor(self.composer.document.end)
        self._say_banner()
        self.composer.focus()

    def give_up(self) -> bool:
        """Ends a reply or an edit. Returns whether there was one."""
        if self._edits is not None:
            self.composer.load_text(self._kept)
            self.composer.move_cursor(self.composer.document.end)
        return self._end_banner()

    def seal(self, text: str) -> Optional[Letter]:
        """Takes a text out of the field, with what it answers or edits; None when no conversation is open."""
        if self.conversation is None:
            return None
        letter = Letter(text, self.conversation, self._reply_to, self._edits, self.composer.members)
        self.composer.load_text(self._kept)
        self._end_banner()
        return letter

    async def send(self, letter: Letter) -> None:
        """Sends, in the order of sealing. What cannot be sent comes back into the field, or is the conversation's draft."""
        async with self._sending:
            try:
                await letter.send(self._client, self._as_it_is(letter.reply_to))
            except libim.Error:
                await self._return(letter)
                raise
        if self._shows(letter):
            self.view.scroll_end(animate=False)
            self.renew()

    def _shows(self, letter: Letter) -> bool:
        shown = self.conversation
        return shown is not None and shown.conversation_id == letter.conversation.conversation_id

    def _as_it_is(self, message: Optional[libim.Message]) -> Optional[libim.Message]:
        now = None if message is None or self.history is None else self.history.find(message.msg_id)
        return message if now is None else now

    async def _return(self, letter: Letter) -> None:
        if not self._shows(letter):
            if letter.edits is None:
                await self._client.aio.set_conversation_draft(letter.conversation.conversation_id, letter.text)
            return
        if self.composer.text.strip():
            # Something else was begun meanwhile: it follows.
            self.composer.load_text(f"{letter.text}\n{self.composer.text}")
        else:
            self.composer.load_text(letter.text)
            self._reply_to, self._edits = letter.reply_to, letter.edits
            self._say_banner()
        self.composer.move_cursor(self.composer.document.end)

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """Lets the peer know."""
        event.stop()
        if self.conversation is not None:
            self._tell_typing(self.conversation, bool(self.composer.text))

    def on_suggestions_picked(self, event: Suggestions.Picked) -> None:
        """Writes the name that was clicked."""
        event.stop()
        self.composer.complete()
        self.composer.focus()

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
        found: List[libim.GroupMemberFullInfo] = []
        page: Optional[libim.GroupMemberInfoResult] = None
        while page is None or page.next_seq != "0":
            seq = None if page is None else page.next_seq
            try:
                page = await self._client.aio.get_group_member_list(group_id, next_seq=seq, count=PAGE_OF_MEMBERS)
            except libim.Error:
                return
            found.extend(page.member_info_list)
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

    def _end_banner(self) -> bool:
        was_on = self._reply_to is not None or self._edits is not None
        self._reply_to = self._edits = None
        self._kept = ""
        self._say_banner()
        return was_on

    def _say_banner(self) -> None:
        banner = self._banner
        if self._edits is not None:
            banner.update(Text(f"Editing: {summary(self._edits)}", no_wrap=True, overflow="ellipsis"))
        elif self._reply_to is not None:
            said = f"Replying to {one_line(self._reply_to.sender_name)}: {summary(self._reply_to)}"
            banner.update(Text(said, no_wrap=True, overflow="ellipsis"))
        banner.display = self._edits is not None or self._reply_to is not None

    def _say_title(self) -> None:
        title = Text(no_wrap=True, overflow="ellipsis")
        if self.conversation is None:
            title.append("Choose a conversation, or press n for a new one", "italic")
        else:
            title.append(one_line(self.conversation.show_name), "bold")
            if self._typing is not None:
                title.append("  is typing…", "italic #7bd88f")
        self._title.update(title)
        self.composer.disabled = self.conversation is None
