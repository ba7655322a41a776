"""What can be done, by key and in the command palette: one table for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Awaitable, Callable, Dict, Tuple

from . import conversation_commands as on_conversation
from . import folder_commands as folders
from . import message_commands as on_message

if TYPE_CHECKING:
    from .app import ChatApp


@dataclass(frozen=True)
class Command:
    """Something to do."""

    name: str
    key: str
    title: str
    help: str
    run: Callable[[ChatApp], Awaitable[None]]
    is_shown: bool = False
    #: Whether the next key is no command: something is asked, or a text begun.
    is_typed_after: bool = False


#: Keys of the list.
ON_CONVERSATIONS: Tuple[Command, ...] = (
    Command(
        "search",
        "slash",
        "Search",
        "Find conversations and messages",
        on_conversation.search,
        True,
        is_typed_after=True,
    ),
    Command("pin", "p", "Pin", "Keep the conversation on top, or no longer", on_conversation.pin, True),
    Command("mute", "m", "Mute", "Receive its messages silently, or no longer", on_conversation.mute, True),
    Command("star", "s", "Star", "Star the conversation, or no longer", on_conversation.star, True),
    Command("unread", "u", "Unread", "Mark the conversation as unread, or as read", on_conversation.unread, True),
    Command(
        "read_all", "R", "All read", "Mark all conversations as read", on_conversation.read_all, is_typed_after=True
    ),
    Command(
        "rename",
        "r",
        "Rename",
        "Rename the group, or give the user a remark",
        on_conversation.rename,
        is_typed_after=True,
    ),
    Command("new_chat", "n", "New chat", "Write to a user", on_conversation.new_chat, True, is_typed_after=True),
    Command("new_group", "g", "New group", "Make a group", on_conversation.new_group, True, is_typed_after=True),
    Command("invite", "i", "Invite", "Invite users to the group", on_conversation.invite, is_typed_after=True),
    Command(
        "folder", "f", "Folder", "Put the conversation into a folder, or take it out", folders.put, is_typed_after=True
    ),
    Command(
        "rename_folder",
        "F",
        "Rename folder",
        "Give the folder that is shown another name",
        folders.rename,
        is_typed_after=True,
    ),
    Command(
        "delete_folder",
        "D",
        "Delete folder",
        "Delete the folder that is shown; its conversations stay",
        folders.delete,
        is_typed_after=True,
    ),
    Command(
        "clear", "c", "Clear", "Delete the messages of the conversation", on_conversation.clear, is_typed_after=True
    ),
    Command(
        "delete",
        "d",
        "Delete",
        "Delete the conversation with its messages",
        on_conversation.delete,
        True,
        is_typed_after=True,
    ),
    Command("leave", "l", "Leave", "Leave the group", on_conversation.leave, is_typed_after=True),
    Command("sign_out", "O", "Sign out", "End the login; the list stays", on_conversation.sign_out),
    Command("sign_in", "L", "Sign in", "Log in again", on_conversation.sign_in),
)

#: Keys of the history.
ON_MESSAGES: Tuple[Command, ...] = (
    Command("reply", "r", "Reply", "Answer the message", on_message.reply, True, is_typed_after=True),
    Command("edit", "e", "Edit", "Edit a message of yours", on_message.edit, True, is_typed_after=True),
    Command(
        "recall", "x", "Recall", "Recall a message of yours for everyone", on_message.recall, True, is_typed_after=True
    ),
    Command(
        "react", "plus", "React", "React to the message, or no longer", on_message.react, True, is_typed_after=True
    ),
    Command("download", "o", "Download", "Download the file of the message", on_message.download, True),
    Command("send_again", "s", "Send again", "Send a message again that was refused", on_message.send_again),
    Command("remove", "d", "Delete", "Delete the message for yourself", on_message.remove, is_typed_after=True),
    Command("send_file", "f", "File", "Send a file by its path", on_message.send_file, is_typed_after=True),
)

COMMANDS: Dict[str, Command] = {command.name: command for command in ON_CONVERSATIONS + ON_MESSAGES}
