"""What was shown at once and refused later, in words."""

from __future__ import annotations

from typing import Dict, Optional

import libim

from .errors import words
from .text import short

_WHAT: Dict[str, str] = {
    "addConversationsToGroup": "the move into the folder was refused",
    "addMessageReaction": "the reaction was refused",
    "clearC2CHistoryMessage": "the clearing was refused, and your other devices still show the messages",
    "clearGroupHistoryMessage": "the clearing was refused, and your other devices still show the messages",
    "createConversationGroup": "the new folder was refused",
    "deleteConversation": "the deletion was refused, and your other devices still show the conversation",
    "deleteConversationGroup": "the deletion of the folder was refused",
    "deleteConversationList": "the deletion was refused",
    "deleteConversationsFromGroup": "the move out of the folder was refused",
    "deleteMessages": "the deletion was refused, and your other devices still show the message",
    "markConversation": "the mark was refused",
    "modifyMessage": "the edit was refused, and all still see the former text",
    "pinConversation": "the pin was refused",
    "removeMessageReaction": "the reaction stays: taking it away was refused",
    "renameConversationGroup": "the new name of the folder was refused",
    "revokeMessage": "the recall was refused, and all still see the message",
    "setAllReceiveMessageOpt": "the muting of all conversations was refused",
    "setC2CReceiveMessageOpt": "the muting was refused",
    "setGroupReceiveMessageOpt": "the muting was refused",
}
#: Nobody waits for these: they are said to others, of what is read here.
_SILENT = ("cleanConversationUnreadMessageCount", "sendMessageReadReceipts")


def sentence(failure: libim.LocalChangeFailure, name: Optional[str]) -> Optional[str]:
    """What was refused and why; `name` is that of the conversation. None where nobody wants to know."""
    if failure.method in _SILENT:
        return None
    what = _WHAT.get(failure.method, "a change of yours was refused")
    where = what[0].upper() + what[1:] if name is None else f"“{short(name)}”: {what}"
    return f"{where}. {words(libim.Error(failure.code, failure.desc))}"
