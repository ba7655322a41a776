"""The search: conversations and messages, found while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

import libim

from .dialogs import Question
from .errors import words
from .names import Names
from .summary import summary
from .text import one_line

FOUND = Style(color="#ffd166", bold=True)
DIM = Style(color="#8b93a7")
#: How many conversations and how many messages are shown.
CONVERSATIONS = 8
MESSAGES = 50
#: A search has so many keywords at most.
KEYWORDS = 5


@dataclass(frozen=True)
class Found:
    """What was chosen: a conversation, and a message in it where one was found."""

    conversation_id: str
    msg_id: Optional[str] = None


class Search(Question[Optional[Found]]):
    """Searches with every key. What was found in many messages of a conversation opens as a search of that one."""

    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("down", "into_results", "Results", show=False),
    ]

    def __init__(self, client: libim.Client, names: Names) -> None:
        super().__init__()
        self._client, self._called = client, names
        self._shown: List[Tuple[Found, bool]] = []
        self._inside: Optional[libim.Conversation] = None

    def compose(self) -> ComposeResult:
        """The field and what was found."""
        with Vertical(id="search", classes="dialog"):
            yield Static("Search", id="search-where", classes="dialog-title", markup=False)
            yield Input(placeholder="names and messages", id="search-field")
            yield OptionList(id="search-results")
            yield Static(id="search-state", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key was pressed: what it asked for before does not matter any more."""
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field takes the first result."""
        event.stop()
        if self._shown:
            self._choose(0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a result takes it."""
        event.stop()
        self._choose(event.option_index)

    def action_into_results(self) -> None:
        """Goes from the field into the results."""
        if self._shown:
            results = self.query_one(OptionList)
            results.highlighted = 0
            results.focus()

    def action_back(self) -> None:
        """Goes back to the search of everything, or gives up."""
        if self._inside is None:
            self.end(None)
        else:
            self._go_into(None)

    def _choose(self, place: int) -> None:
        found, is_many = self._shown[place]
        if is_many:
            self.run_worker(self._open(found.conversation_id), group="inside")
        else:
            self.end(found)

    async def _open(self, conversation_id: str) -> None:
        self._go_into(await self._client.aio.get_conversation(conversation_id))

    def _go_into(self, conversation: Optional[libim.Conversation]) -> None:
        self._inside = conversation
        where = "Search" if conversation is None else f"Search in {self._called.of(conversation)}"
        self.query_one("#search-where", Static).update(where)
        self.query_one(Input).focus()
        self._look()

    def _look(self) -> None:
        self.run_worker(self._find(self.query_one(Input).value), group="look", exclusive=True)

    async def _find(self, text: str) -> None:
        keywords = tuple(text.split()[:KEYWORDS])
        rows: List[Tuple[Text, Found, bool]] = []
        is_whole = True
        try:
            if keywords:
                if self._inside is None:
                    conversations = await self._conversations(keywords)
                    messages, is_whole = await self._everywhere(keywords)
                    rows = conversations + messages
                else:
                    rows, is_whole = await self._in(self._inside, keywords)
        except libim.Error as error:
            self._say(words(error))
            return
        self._shown = [(found, is_many) for _, found, is_many in rows]
        results = self.query_one(OptionList)
        results.clear_options()
        results.add_options([Option(line) for line, _, _ in rows])
        self._say("Nothing found." if keywords and not rows else "" if is_whole else "There may be more.")

    async def _conversations(self, keywords: Tuple[str, ...]) -> List[Tuple[Text, Found, bool]]:
        found = await self._client.aio.search_conversations(
            keywords, match_type=libim.KeywordListMatchType.AND, count=CONVERSATIONS
        )
        return [
            (
                Text.assemble(_sign(item.conversation), self._line_of(item.conversation, item.highlight_list)),
                Found(item.conversation.conversation_id),
                False,
            )
            for item in found.search_result_items
        ]

    async def _everywhere(self, keywords: Tuple[str, ...]) -> Tuple[List[Tuple[Text, Found, bool]], bool]:
        result = await self._search(keywords, None)
        names = await self._names([item.conversation_id for item in result.message_search_result_items])
        rows: List[Tuple[Text, Found, bool]] = []
        for item in result.message_search_result_items:
            name = Text(f"{names.get(item.conversation_id, item.conversation_id)}: ", DIM)
            if len(item.message_list) == 1:
                message = item.message_list[0]
                line = Text.assemble(name, _said(message, item.highlight_list))
                rows.append((line, Found(item.conversation_id, message.msg_id), False))
            else:
                line = Text.assemble(name, f"{item.message_count} messages")
                rows.append((line, Found(item.conversation_id), True))
        return rows, result.is_finished and not result.search_cursor

    async def _in(
        self, conversation: libim.Conversation, keywords: Tuple[str, ...]
    ) -> Tuple[List[Tuple[Text, Found, bool]], bool]:
        result = await self._search(keywords, conversation.conversation_id)
        rows = [
            (
                Text.assemble(
                    (f"{message.timestamp.astimezone():%Y-%m-%d %H:%M} ", DIM),
                    (f"{one_line(message.sender_name)}: ", DIM),
                    _said(message, item.highlight_list),
                ),
                Found(conversation.conversation_id, message.msg_id),
                False,
            )
            for item in result.message_search_result_items
            for message in item.message_list
        ]
        return rows, result.is_finished and not result.search_cursor

    async def _search(self, keywords: Tuple[str, ...], inside: Optional[str]) -> libim.MessageSearchResult:
        wanted = libim.MessageSearchParam(
            keyword_list=keywords,
            type=libim.KeywordListMatchType.AND,
            conversation_id=inside,
            page_size=MESSAGES,
        )
        return await self._client.aio.search_local_messages(wanted)

    async def _names(self, ids: Sequence[str]) -> Dict[str, str]:
        if not ids:
            return {}
        rows = await self._client.aio.get_conversation_list_by_conversation_ids(ids)
        return {row.conversation_id: self._called.of(row) for row in rows}

    def _line_of(self, conversation: libim.Conversation, highlights: Sequence[libim.SearchHighlight]) -> Text:
        if conversation.show_name == conversation.group_id:
            return Text(self._called.of(conversation))  # not what was found, but what it is called
        return _marked(conversation.show_name, highlights)

    def _say(self, text: str) -> None:
        self.query_one("#search-state", Static).update(text)


def _sign(conversation: libim.Conversation) -> Tuple[str, Style]:
    return ("# " if conversation.group_id is not None else "@ ", DIM)


def _said(message: libim.Message, highlights: Sequence[libim.SearchHighlight]) -> Text:
    if message.text_elem is None:
        return Text(summary(message))
    text = message.text_elem.text
    places = [each for each in highlights if each.msg_id == message.msg_id and each.field == "textElem.text"]
    # A long text is shown from a little before the first place.
    start = max(0, min((each.code_point_start for each in places), default=0) - 20)
    shown = _marked(text, places)
    return Text.assemble("…" if start else "", shown[start:])


def _marked(text: str, highlights: Sequence[libim.SearchHighlight]) -> Text:
    """A text with the places that were found. What would break the line, or the terminal, is blank."""
    marked = Text("".join(map(_visible, text)), no_wrap=True, overflow="ellipsis")
    for each in highlights:
        if each.field in ("showName", "textElem.text"):
            marked.stylize(FOUND, each.code_point_start, each.code_point_start + each.code_point_length)
    return marked


def _visible(letter: str) -> str:
    # Joiners make one picture of several, and the letters of some languages.
    return letter if letter.isprintable() or letter in "\u200c\u200d" else " "
