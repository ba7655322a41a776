"""What is written in one conversation after the other: the field, what its text answers or changes, and how it is kept and sent."""

from __future__ import annotations

import asyncio
from typing import Callable, Dict, Iterable, Optional

from textual.timer import Timer
from textual.widget import Widget

import libim

from .composer import Composer
from .drafts import Drafts, joined
from .headings import Banner
from .letter import Letter
from .suggestions import Suggestions
from .text import typed

#: How long after a key what is written is kept at the latest, in seconds. Who loses power loses no more.
KEEP_AFTER = 1.0


class Writing:
    """The field of a pane with what stands around it."""

    def __init__(self, client: libim.Client, pane: Widget) -> None:
        self._client, self._pane = client, pane
        self.suggestions = Suggestions()
        self.composer = Composer(self.suggestions, self.seal, client.opened.user_id)
        self.banner = Banner()
        self.drafts = Drafts(client)
        self._conversation: Optional[libim.Conversation] = None
        self._reply_to: Optional[libim.Message] = None
        self._edits: Optional[libim.Message] = None
        #: What was written before an edit began.
        self._before_edit = ""
        #: The messages that were being answered when their conversations were left.
        self._replies: Dict[str, libim.Message] = {}
        #: How many letters are sealed and not yet sent or returned.
        self._under_way = 0
        self._soon: Optional[Timer] = None
        self._sending: asyncio.Lock
        self._keeping: asyncio.Lock

    def on_mount(self) -> None:
        """Begins, in the loop that runs now."""
        self._sending, self._keeping = asyncio.Lock(), asyncio.Lock()
        self._say_banner()

    def begin(self, conversation: libim.Conversation) -> None:
        """Puts into the field what was written for a conversation."""
        self._conversation = conversation
        self._write(self.drafts.of(conversation))
        self._reply_to = self._replies.pop(conversation.conversation_id, None)
        self._say_banner()

    async def end(self) -> None:
        """Keeps what is written, and empties the field. What cannot be kept stays, and the error says why."""
        conversation = self._conversation
        if conversation is not None:
            kept: Optional[str] = None
            while kept != self._text:
                # What is typed meanwhile is kept, too.
                kept = self._text
                await self._keep()
            if self._reply_to is not None:
                self._replies[conversation.conversation_id] = self._reply_to
        self._conversation = None
        self._end_banner()
        self._write("")
        self.composer.members = []

    def forget_replies(self, conversation_ids: Iterable[str]) -> None:
        """Conversations are deleted: nothing of them is answered any more."""
        for each in conversation_ids:
            self._replies.pop(each, None)

    def look_at_answered(self, find: Callable[[str], Optional[libim.Message]]) -> None:
        """The message that is answered may be another by now, or be recalled."""
        now = None if self._reply_to is None else find(self._reply_to.msg_id)
        if now is not None and now != self._reply_to:
            self._reply_to = now
            self._say_banner()

    def keep_soon(self) -> None:
        """Has what is written kept, also when the app is not ended but killed."""
        if self._soon is None:
            self._soon = self._pane.set_timer(KEEP_AFTER, self._keep_now)

    def _keep_now(self) -> None:
        self._soon = None
        self._pane.run_worker(self._try_to_keep(), group="keeping")

    async def _try_to_keep(self) -> None:
        # What is being sent is kept until it is sent.
        if not self._under_way:
            try:
                await self._keep()
            except libim.Error:
                pass  # it is said when the conversation is left

    async def _keep(self) -> None:
        async with self._keeping:
            if self._conversation is not None:
                await self.drafts.keep(self._conversation.conversation_id, self._text)

    async def settle(self) -> None:
        """Waits until what was sealed is sent or has come back."""
        while self._under_way:
            await asyncio.sleep(0.01)

    @property
    def unkept(self) -> Dict[str, str]:
        """What would be lost now, by conversation: it is nowhere but here."""
        unkept = dict(self.drafts.unkept)
        if self._conversation is not None and self._text:
            shown = self._conversation.conversation_id
            unkept[shown] = joined(unkept.get(shown, ""), self._text)
        return unkept

    @property
    def _text(self) -> str:
        text = self.composer.text.strip()
        if self._edits is None:
            return text
        # A changed content of a message was written, too.
        former = self._edits.text_elem
        is_same = former is not None and text == typed(former.text).strip()
        return joined(self._before_edit.strip(), "" if is_same else text)

    def _write(self, text: str) -> None:
        self.composer.load_text(text)
        self.composer.move_cursor(self.composer.document.end)

    def begin_reply(self, message: libim.Message) -> None:
        """Makes the next text an answer."""
        self.give_up()
        self._reply_to = message
        self._say_banner()
        # At once: the next key is a letter.
        self.composer.screen.set_focus(self.composer)

    def begin_edit(self, message: libim.Message) -> None:
        """Makes the next text another content of a message."""
        self.give_up()
        self._before_edit, self._edits = self.composer.text, message
        self._write(message.text_elem.text if message.text_elem is not None else "")
        self._say_banner()
        # At once: the next key is a letter.
        self.composer.screen.set_focus(self.composer)

    def give_up(self) -> bool:
        """Ends a reply or an edit. Returns whether there was one."""
        if self._edits is not None:
            self._write(self._before_edit)
            # The draft may have what was given up.
            self.keep_soon()
        return self._end_banner()

    def seal(self, text: str) -> Optional[Letter]:
        """Takes a text out of the field, with what it answers or edits; None when no conversation is open."""
        if self._conversation is None:
            return None
        letter = Letter(text, self._conversation, self._reply_to, self._edits, self.composer.members)
        self._write(self._before_edit)
        self._end_banner()
        self._under_way += 1
        return letter

    async def send(self, letter: Letter) -> None:
        """Sends, in the order of sealing. What cannot be sent comes back into the field, or is the conversation's draft."""
        try:
            async with self._sending:
                try:
                    await letter.send(self._client)
                except libim.Error:
                    await self._return(letter)
                    raise
        finally:
            self._under_way -= 1
        await self._try_to_keep()

    def shows(self, letter: Letter) -> bool:
        """Whether the field is that of a letter's conversation."""
        shown = self._conversation
        return shown is not None and shown.conversation_id == letter.conversation.conversation_id

    async def _return(self, letter: Letter) -> None:
        if not self.shows(letter):
            await self.drafts.take_back(letter.conversation.conversation_id, letter.text)
        elif self._edits is not None:
            # It is no part of another message.
            self._before_edit = joined(letter.text, self._before_edit)
        elif self.composer.text.strip():
            # Something else was begun meanwhile: it follows.
            self._write(joined(letter.text, self.composer.text))
        else:
            self._write(letter.text)
            self._reply_to, self._edits = letter.reply_to, letter.edits
            self._say_banner()
        self.keep_soon()

    def _end_banner(self) -> bool:
        was_on = self._reply_to is not None or self._edits is not None
        self._reply_to = self._edits = None
        self._before_edit = ""
        self._say_banner()
        return was_on

    def _say_banner(self) -> None:
        self.banner.say(self._reply_to, self._edits)
