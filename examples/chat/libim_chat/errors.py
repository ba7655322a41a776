"""Errors in words for whoever sits in front of the terminal."""

from __future__ import annotations

import functools
from typing import Any, Awaitable, Callable, Sequence

import libim

from .plain import about_length, plain

Method = Callable[..., Awaitable[None]]

_WORDS = {
    libim.Status.NOT_LOGGED_IN: "You are not signed in, or the password is wrong.",
    libim.Status.DISCONNECTED: "There is no connection to the server.",
    libim.Status.TIMEOUT: "The server has not answered in time.",
    libim.Status.NO_PERMISSION: "You may not do that.",
    libim.Status.INVALID_USER_ID: "There is no such user.",
    libim.Status.INVALID_GROUP_ID: "There is no such group.",
    libim.Status.FILE_NOT_FOUND: "There is no such file.",
    libim.Status.FILE_OPEN_FAILED: "The file cannot be opened.",
    libim.Status.FILE_EMPTY: "The file is empty.",
    libim.Status.FILE_TOO_LARGE: "The file is too large.",
    libim.Status.FILE_UPLOAD_FAILED: "The server does not take the file.",
    libim.Status.FILE_DOWNLOAD_FAILED: "The server does not have the file any more.",
    libim.Status.IO_FAILED: "A file cannot be read or written.",
    libim.Status.DATABASE_FAILED: "The local store cannot be read or written.",
    libim.Status.MUTED: "You are muted in this group.",
    libim.Status.FRIEND_ADD_DENIED: "The user lets nobody add them as a friend.",
    libim.Status.REFUSED: "The server has refused that.",
    libim.Status.ACCOUNT_IN_USE: "Another program has this account open.",
    libim.Status.NOT_SUPPORTED: "The server cannot do that.",
    libim.Status.INVALID_CONVERSATION: "There is no such conversation.",
    libim.Status.IN_PROGRESS: "That is being done already.",
    libim.Status.TRANSFER_CANCELLED: "The transfer was cancelled.",
    libim.Status.NOTHING_TO_CANCEL: "There is nothing to cancel any more.",
    libim.Status.TOO_MANY_REACTIONS: "The message has as many reactions as it can have.",
    libim.Status.TOO_MANY_REACTION_USERS: "As many have reacted so as can.",
    libim.Status.ALREADY_REACTED: "You have reacted so already.",
    libim.Status.NO_SUCH_REACTION: "There is no such reaction.",
    libim.Status.NOT_OWN_REACTION: "That is a reaction of others.",
    libim.Status.FRIEND_ADD_NEEDS_CONFIRMATION: "The user has to agree first.",
    libim.Status.NO_SUCH_CONVERSATION_GROUP: "There is no such folder.",
    libim.Status.TOO_MANY_CONVERSATION_GROUPS: "There are as many folders as there can be.",
    libim.Status.TOO_MANY_CONVERSATIONS: "These are too many conversations at once.",
    libim.Status.CANCELLED: "That was broken off.",
}

#: What there is to say about these is in their sentences.
_SAID = (
    libim.Status.INVALID_CONVERSATION,
    libim.Status.INVALID_GROUP_ID,
    libim.Status.NO_SUCH_CONVERSATION_GROUP,
    libim.Status.TIMEOUT,
)


def words(error: libim.Error) -> str:
    """What went wrong, in words of the client. What libim says beside it stands there where it is no word for developers."""
    too_long = about_length(error.desc)
    if too_long:
        return too_long
    known = None if error.status is None else _WORDS.get(error.status)
    more = "" if error.status in _SAID else plain(error.desc)
    if known:
        return f"{known} ({more})" if more else known
    return f"That did not work: {more}" if more else f"That did not work (error {int(error.code)})."


def why(failure: libim.Failure) -> str:
    """Why there is no connection, or no sync, in few words."""
    return plain(failure.desc) or words(libim.Error(failure.code, failure.desc))


def in_words(method: Method) -> Method:
    """A method that tells errors to `complain` of its object: nobody waits for it who could."""

    @functools.wraps(method)
    async def told(self: Any, *arguments: Any) -> None:
        try:
            await method(self, *arguments)
        except libim.Error as error:
            self.complain(words(error))

    return told


def reason(message: libim.Message) -> str:
    """Why a message was not sent."""
    code = message.error_code
    if code == libim.Status.REFUSED and message.user_id is not None:
        # Servers do not say who exists.
        return "Not sent: the server has refused it. There may be no such user."
    known = next((sentence for status, sentence in _WORDS.items() if status == code), None)
    return f"Not sent (error {code})." if known is None else f"Not sent: {known[0].lower()}{known[1:]}"


def check(results: Sequence[libim.ConversationOperationResult]) -> None:
    """Raises what became of the first conversation with which something could not be done."""
    for result in results:
        if result.result_code != 0:
            raise libim.Error(result.result_code, result.result_info)
