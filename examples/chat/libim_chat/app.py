"""The app: the list on the left, a conversation on the right."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path
from typing import List, Optional, Sequence

from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.filter import LineFilter
from textual.widgets import Footer, HelpPanel, Static

import libim

from .asking import Asking
from .commands import COMMANDS
from .composer import Composer
from .conversation_list import ConversationList
from .conversation_pane import ConversationPane
from .downloads import downloads_dir
from .errors import in_words, words
from .failures import sentence
from .filters import FILTERS, FOLDER_KEYS, NEXT_FOLDER_KEY, Filter, choices
from .harmless import Harmless
from .letter import Letter
from .names import Names
from .palette import Commands
from .quitting import Ending
from .rescued import put_back
from .sync_header import CHANGES_OF_STATE, SyncHeader
from .text import one_line

#: When the terminal is closed, or the system ends, the draft is kept too.
ENDS = (signal.SIGTERM, signal.SIGHUP)
#: How many rows the view of the list begins with, and grows by.
ROWS = 100
#: After these the folders may be others.
CHANGES_OF_FOLDERS = (
    libim.ConversationGroupCreated,
    libim.ConversationGroupDeleted,
    libim.ConversationGroupNameChanged,
    libim.SyncServerFinish,
)
#: Below this width only one of the two halves is shown.
NARROW = 70
#: Below this width the list is narrower, so that there is room for texts.
MIDDLE = 100
#: Below this height frames and the list of keys give way to what is said.
LOW = 12


class ChatApp(Asking):
    """A chat client on an open libim client, which stays its caller's to close.

    `domain` is that of the XMPP server: there a name without one is a user of the same server. `folder` is for what is
    written and cannot be kept as a draft, `downloads` for files of others.
    """

    TITLE = "libim"
    CSS_PATH = "chat.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-middle"), (MIDDLE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LOW, "-high")]
    COMMANDS = App.COMMANDS | {Commands}
    BINDINGS = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("f1", "toggle_keys", "Keys", priority=True),
        Binding("question_mark", "toggle_keys", "Keys", show=False),
        Binding("escape", "show_list", "List", show=False),
        *(Binding(each.key, f"filter({place})", each.name, show=False) for place, each in enumerate(FILTERS)),
        *(
            Binding(key, f"filter({place})", "Folder", show=False)
            for place, key in enumerate(FOLDER_KEYS, start=len(FILTERS))
        ),
        Binding(NEXT_FOLDER_KEY, "next_folder", "Next folder", show=False),
    ]

    def __init__(
        self,
        client: libim.Client,
        domain: Optional[str] = None,
        folder: Optional[Path] = None,
        downloads: Optional[Path] = None,
    ) -> None:
        super().__init__()
        self.client = client
        self._domain = domain
        self.folder = folder or Path(tempfile.gettempdir())
        self.downloads = downloads or downloads_dir()
        self.names = Names(client, self._show_names)
        #: The live view of the list.
        self.rows: Optional[libim.AsyncListView] = None
        #: The filters that can be chosen, and which is.
        self.filters = choices([])
        self.filter = FILTERS[0]
        self._is_growing = False
        self._harmless, self._ending = Harmless(), Ending(self)
        #: Held while a file is saved.
        self.saving: asyncio.Lock
        self.header = SyncHeader(client.opened.user_id)
        self.list = ConversationList(self.names)
        self.pane = ConversationPane(client, self.names)
        self._choices = Static(id="filters")

    def compose(self) -> ComposeResult:
        """The screen."""
        yield self.header
        with Horizontal(id="halves"):
            with Vertical(id="left"):
                yield self._choices
                yield self.list
            yield self.pane
        yield Footer()

    async def on_mount(self) -> None:
        """Follows the list and the events, and logs in."""
        self.saving = asyncio.Lock()
        self.begin_asking()
        self._say_filters()
        self.list.focus()
        for each in ENDS:
            # Only the main thread hears them.
            with contextlib.suppress(ValueError, RuntimeError):
                asyncio.get_running_loop().add_signal_handler(each, lambda: self.run_worker(self._ending.end()))
        if self.client.opened.cache == libim.CacheState.REBUILT:
            self.complain("The local store was damaged and is made again from what the server has.")
        await put_back(self)
        # The stream first, so that the login is heard.
        events = self.client.events()
        self.run_worker(self._follow_events(events), group="events")
        self.run_worker(self._follow_list(), group="list")
        self.run_worker(self.names.learn(), group="names")
        self.run_worker(self._begin(), group="login")

    # What follows by itself.

    @in_words
    async def _begin(self) -> None:
        await self._learn_folders()
        self.header.unread = await self.client.aio.get_total_unread_message_count()
        try:
            await self.client.aio.login()
        finally:
            await self.learn_state()

    async def _follow_events(self, events: libim.Events[libim.Event]) -> None:
        async with events:
            async for event in events:
                if not self.pane.is_attached:
                    return  # the app ends
                if isinstance(event, libim.TotalUnreadMessageCountChanged):
                    self.header.unread = event.total_unread_count
                if isinstance(event, CHANGES_OF_STATE):
                    await self.learn_state()
                if isinstance(event, CHANGES_OF_FOLDERS):
                    await self._learn_folders(event)
                if isinstance(event, libim.LocalChangeFailed):
                    await self._say_failure(event.failure)
                self.names.hear(event)
                await self.pane.hear(event)

    @in_words
    async def _say_failure(self, failure: libim.LocalChangeFailure) -> None:
        """Says what the server has refused after it was shown: without a word it would only go back."""
        name: Optional[str] = None
        if failure.conversation_id is not None:
            name = self.names.of(await self.client.aio.get_conversation(failure.conversation_id))
        said = sentence(failure, name)
        if said is not None:
            self.complain(said)

    @in_words
    async def learn_state(self) -> None:
        """Reads how the connection and the sync stand."""
        self.header.show(await self.client.aio.get_connection_status())

    async def _follow_list(self) -> None:
        async with self.client.aio.conversation_view(self.filter.wanted, ROWS) as rows:
            self.rows = rows
            self.list.show(rows)
            self._say_filters()
            async for change in rows:
                self.list.show(rows)
                self._say_filters()

    @in_words
    async def _learn_folders(self, event: Optional[libim.Event] = None) -> None:
        """Reads which folders there are. The one that is shown is followed when it is renamed, and left when it is gone."""
        self.filters = choices(await self.client.aio.get_conversation_group_list())
        shown = self.filter.name
        if isinstance(event, libim.ConversationGroupNameChanged) and event.change.old_name == shown:
            shown = event.change.new_name
        if self.filter not in self.filters:
            await self._show(next((each for each in self.filters[len(FILTERS) :] if each.name == shown), FILTERS[0]))
        self._say_filters()

    @in_words
    async def on_conversation_list_near_end(self, event: ConversationList.NearEnd) -> None:
        """Lets the view show more rows."""
        event.stop()
        if self.rows is not None and not self.rows.is_finished and not self._is_growing:
            self._is_growing = True
            try:
                await self.rows.grow(ROWS)
            finally:
                self._is_growing = False
            # What was asked for meanwhile was not heard.
            self.list.want_more()

    # Where one is.

    async def action_open_chosen(self) -> None:
        """Opens the conversation under the cursor of the list. What is typed after that is written in it."""
        if self.list.current is not None:
            await self.open_conversation(self.list.current.conversation_id)

    async def on_conversation_list_opened(self, event: ConversationList.Opened) -> None:
        """Opens what was chosen."""
        event.stop()
        await self.open_conversation(event.conversation_id)

    @in_words
    async def open_conversation(self, conversation_id: str) -> None:
        """Shows a conversation and lets one write."""
        await self.pane.open(conversation_id)
        self.list.open_id = conversation_id
        self.list.go_to(conversation_id)
        self.screen_stack[0].set_class(True, "-in-conversation")
        # At once: the next key is a letter.
        self.screen_stack[0].set_focus(self.pane.composer)

    async def close_conversation(self, conversation_id: str) -> None:
        """Shows the conversation no longer."""
        if self.list.open_id == conversation_id:
            await self.pane.leave()
            self.list.open_id = None
            self.action_show_list()

    def action_toggle_keys(self) -> None:
        """Shows all keys of the part that has the focus, or hides them again."""
        if self.screen.query(HelpPanel):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    def action_show_list(self) -> None:
        """Goes to the list."""
        self.screen_stack[0].set_class(False, "-in-conversation")
        self.list.focus()

    def on_composer_left(self, event: Composer.Left) -> None:
        """Gives up a reply or an edit, or else goes to the list."""
        event.stop()
        if not self.pane.writing.give_up():
            self.action_show_list()

    def on_composer_upwards(self, event: Composer.Upwards) -> None:
        """Goes up into the history."""
        event.stop()
        self.pane.view.enter()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Sends."""
        event.stop()
        self.run_worker(self._send(event.letter), group="sending")

    @in_words
    async def _send(self, letter: Letter) -> None:
        await self.pane.send(letter)

    def on_conversation_pane_refused(self, event: ConversationPane.Refused) -> None:
        """Says what the server has refused."""
        event.stop()
        self.complain(event.words)

    @in_words
    async def action_filter(self, place: int) -> None:
        """Shows other conversations."""
        if self.rows is not None and place < len(self.filters):
            await self._show(self.filters[place])
            self.action_show_list()

    async def action_next_folder(self) -> None:
        """Shows the folder after the one that is shown, or the first."""
        folders = self.filters[len(FILTERS) :]
        if folders:
            after = folders.index(self.filter) + 1 if self.filter in folders else 0
            await self.action_filter(len(FILTERS) + after % len(folders))

    async def _show(self, wanted: Filter) -> None:
        self.filter = wanted
        self.list.to_top()
        if self.rows is not None:
            await self.rows.set_filter(wanted.wanted)
        self._say_filters()

    async def action_quit(self) -> None:
        """Keeps the draft and ends; asks first where it cannot be kept."""
        self.run_worker(self._ending.leave(), group="quitting")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing that a terminal would obey is drawn, wherever it comes from."""
        return [*super().get_line_filters(), self._harmless]

    def _show_names(self) -> None:
        self.list.refresh()
        self.pane.say_title()

    # Commands.

    async def action_run_command(self, name: str) -> None:
        """Carries out a command of the table. What is typed after it waits until it can be typed."""
        self.hold_keys()
        self.run_worker(self._carry_out(name), group="commands")
        if COMMANDS[name].is_typed_after:
            await self.until_keys_may_come()

    async def _carry_out(self, name: str) -> None:
        # The header names it while it lasts: an answer of a server may take a while.
        title = COMMANDS[name].title
        self.header.doing += (title,)
        try:
            await COMMANDS[name].run(self)
        except libim.Error as error:
            self.complain(words(error))
        except self.Unfit as unfit:
            self.complain(str(unfit))
        finally:
            doing = list(self.header.doing)
            doing.remove(title)
            self.header.doing = tuple(doing)
            self.let_keys_come()

    def chosen(self) -> libim.Conversation:
        """The conversation that a command is for: that under the cursor of the list, or else the open one."""
        # Of the screen below, where the palette was opened.
        is_in_list = self.screen_stack[0].focused is self.list
        conversation = self.list.current if is_in_list else self.pane.conversation or self.list.current
        if conversation is None:
            raise self.Unfit("No conversation is chosen.")
        return conversation

    def opened(self) -> libim.Conversation:
        """The open conversation."""
        if self.pane.conversation is None:
            raise self.Unfit("No conversation is open.")
        return self.pane.conversation

    def chosen_message(self) -> libim.Message:
        """The message under the cursor of the history."""
        message = self.pane.view.current
        if message is None:
            raise self.Unfit("No message is chosen: press the up key in the field first.")
        # What happens to it is to be seen, wherever one has scrolled meanwhile.
        self.pane.view.select(message.msg_id)
        return message

    def user_ids(self, names: str) -> List[str]:
        """The users whom somebody has named, with spaces or commas between them."""
        end = "" if self._domain is None else f"@{self._domain}"
        return [name if "@" in name else name + end for name in names.replace(",", " ").split()]

    def _say_filters(self) -> None:
        line = Text(no_wrap=True, overflow="ellipsis")
        # The folder that is shown comes first: there may be no room for all of them.
        for each in sorted(self.filters, key=lambda each: each != self.filter or each in FILTERS):
            if each.key or each == self.filter:
                label = f"{each.key} {one_line(each.label)}".strip()
                clicked = Style(meta={"@click": f"app.filter({self.filters.index(each)})"})
                line.append(label, Style.parse("bold reverse" if each == self.filter else "#8b93a7") + clicked)
                line.append(" ")
        if self.rows is not None:
            line.append(f" {self.rows.total}", "#8b93a7")
            is_all = self.filter == FILTERS[0]
            self.list.hint = "No conversations yet: n writes to a user" if is_all else "Nothing here: 1 shows all"
        self._choices.update(line)
