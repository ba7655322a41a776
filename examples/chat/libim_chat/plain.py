"""The sentences of libim, which are for developers, in words for whoever sits in front of the terminal."""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from .text import one_line

#: What the client calls the parameters in which it hands over what somebody has written or chosen. Python and events spell them
#: differently: they are looked up as Python has them.
_THINGS: Dict[str, str] = {
    "text_elem.text": "the text",
    "draft_text": "the text",
    "keyword_list": "what is searched for",
    "conversation_group": "the name of the folder",
    "group_name": "the name",
    "old_name": "the name of the folder",
    "new_name": "the new name of the folder",
    "nick_name": "the name",
    "friend_remark": "the remark",
    "reaction_id": "the reaction",
    "user_id": "the name of the user",
    "user_id_list": "the name of the user",
    "user_list": "the name of the user",
    "member_list": "the name of the user",
    "receiver": "the name of the user",
    "group_id": "the name of the group",
    "conversation_id": "the name",
    "file_elem.path": "the path",
    "file_name": "the name of the file",
    "backend.password": "the password",
    "backend.jid": "the address",
    "backend.host": "--host",
    "backend.port": "--port",
    "backend.ca_file": "--ca-file",
    "backend.path": "--service",
    "data_dir": "--data",
}
_VALUE = r'"(?:[^"\\]|\\.)*"…?'
#: A value, or a path: what is in them is no word of libim.
_OPAQUE = re.compile(rf"({_VALUE}|\S*/\S*)")
#: What stands beside an id, which says nothing where a program has made it up; that of a user says something.
_NAMED: Tuple[Tuple[str, str], ...] = (
    (rf"\b(?:msg_id|message) {_VALUE}", "the message"),
    (rf"\b(?:conversation_id|conversation) {_VALUE}", "the conversation"),
    (rf"\bgroup_id {_VALUE}", "the group"),
    (rf"\breaction_id {_VALUE}", "the reaction"),
    (rf"\b[a-z]\w*_\w+(?:\[\d+\])?(?:\.\w+)? ({_VALUE})", r"\1"),
    (r"^(.+) is not a libim service file$", r"\1 is not the file of a chat service; --service names another one"),
    (r"^the message is not a stored message$", "the message is not there any more"),
    (r"\bthe service file\b", "the file of the chat service"),
    (r"\bconversation group\b", "folder"),
)
#: What only developers know: a parameter, a place in a list, an id, a format.
_TECHNICAL = re.compile(r"\w_\w|\bbackend\.\w|\[\d+\]|@TGS#|\bJSON\b|[{}`]")
_LENGTH = re.compile(
    rf"^(?:the )?(\w[\w.\[\]]*)(?: {_VALUE})?"
    r" (?:has (\d+) (bytes|characters|entries)(?: as JSON)?; the most is|is longer than) (\d+)(?: bytes)?$"
)


def about_length(desc: str) -> str:
    """What is too long, and how long it may be; empty where the sentence is about something else."""
    found = _LENGTH.match("".join(_parts(desc)))
    if found is None:
        return ""
    name, length, unit, most = found.groups()
    if unit == "entries":
        return f"That is too much at once: {length}, and the most is {most}."
    path = re.sub(r"\[\d+\]", "", name)
    thing = _THINGS.get(path) or _THINGS.get(path.rpartition(".")[2]) or "what is written"
    said = f"{thing[0].upper()}{thing[1:]} is too long: at most {int(most):,} {unit or 'bytes'}"
    return f"{said}, and not {int(length):,}." if length else f"{said}."


def plain(desc: str) -> str:
    """A sentence of libim without what only developers know; empty where that is what it is about."""
    said = "".join(_parts(desc))
    for pattern, word in _NAMED:
        said = re.sub(pattern, word, said)
    parts = _OPAQUE.split(said)
    for name, thing in _THINGS.items():
        if not name.isalpha():
            named = re.compile(rf"(?<![\w.]){re.escape(name)}(?:\[\d+\])?(?![\w.]*\w)")
            parts[::2] = [named.sub(thing, part) for part in parts[::2]]
    return "" if any(map(_TECHNICAL.search, parts[::2])) else "".join(parts)


def _parts(desc: str) -> List[str]:
    """A sentence, cut at values and paths, with the names of parameters as Python has them."""
    parts = _OPAQUE.split(one_line(desc))
    parts[::2] = [re.sub(r"(?<!\w)[a-z]+[A-Z]\w*", _as_in_python, part) for part in parts[::2]]
    return parts


def _as_in_python(name: "re.Match[str]") -> str:
    return re.sub(r"ID(?![a-z])|[A-Z]", lambda begin: f"_{begin[0].lower()}", name[0])
