"""Errors are said in words of the client: nobody in front of it knows what the parameters of libim are called."""

from __future__ import annotations

import json
import re
import unittest
from pathlib import Path
from typing import Any, Callable, Iterator, List, Tuple

import chat_support
import libim
from libim_chat import cli
from libim_chat.errors import why, words
from libim_chat.failures import sentence

SCHEMA = Path(__file__).parents[2] / "schema/openrpc.json"
#: How a parameter is spelled in libim and in its Python package, and an id.
PARAMETER = re.compile(r"\b[a-z]+[A-Z]|[a-z]_[a-z]|\w\[\d|c2c_|group_|@TGS#")


def names(schema: Any) -> Iterator[str]:
    """The names of all parameters, wherever they are."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from names(each)


def in_python(name: str) -> str:
    """A name as the Python package spells it."""
    return re.sub(r"(?<=[a-z])(ID|[A-Z])", lambda found: "_" + found[0].lower(), name)


class TheWords(unittest.TestCase):
    def test_no_parameter_is_named(self) -> None:
        found = sorted(name for name in set(names(json.loads(SCHEMA.read_text("utf-8")))) if PARAMETER.search(name))
        self.assertGreater(len(found), 100)
        sentences = (
            '{} "x" is longer than 255 bytes',
            "{}.text has 70000 bytes; the most is 65536",
            '{}[3].{} "@TGS#1" is not that',
            'you may not, since "x" is the {} of conversationID "group_@TGS#1"',
            "none of {} is given",
        )
        for name in found:
            for spelled in {name, in_python(name)}:
                for each in sentences:
                    said = words(libim.Error(libim.Status.INVALID_PARAMETERS, each.replace("{}", spelled)))
                    outside = re.sub(r'"[^"]*"', "", said)
                    self.assertIsNone(PARAMETER.search(outside), said)
                    self.assertTrue(said)

    def test_what_is_said_instead(self) -> None:
        status = libim.Status
        cases: List[Tuple[libim.Status, str, str]] = [
            (
                status.CANCELLED,
                "the account was logged out while the login was in progress",
                "That was broken off. (the account was logged out while the login was in progress)",
            ),
            (
                status.CONVERSATION_GROUP_NAME_TOO_LONG,
                'new_name "x y"… has 300 bytes; the most is 128',
                "The new name of the folder is too long: at most 128 bytes, and not 300.",
            ),
            (
                status.NOT_LOGGED_IN,
                "backend.password is wrong, or backend.jid does not exist",
                "You are not signed in, or the password is wrong. (the password is wrong, or the address does not exist)",
            ),
            (
                status.NO_PERMISSION,
                'userID "bob" is the owner of groupID "@TGS#1"',
                'You may not do that. ("bob" is the owner of the group)',
            ),
            (
                status.INVALID_USER_ID,
                'user_list[0] "nobody@" is not an address, as alice@example.org is',
                'There is no such user. ("nobody@" is not an address, as alice@example.org is)',
            ),
            (status.TIMEOUT, "the server did not answer within timeoutMs", "The server has not answered in time."),
            # What is in a path or in a value is no word of libim.
            (
                status.FILE_NOT_FOUND,
                "there is no file at /home/userID/my_file.txt",
                "There is no such file. (there is no file at /home/userID/my_file.txt)",
            ),
            (status.INVALID_PARAMETERS, "none of fileElem.url is given", "That did not work (error 6017)."),
            (
                status.DISCONNECTED,
                "the server's certificate is not valid: UnknownIssuer\x1b[31m",
                "There is no connection to the server. (the server's certificate is not valid: UnknownIssuer\ufffd[31m)",
            ),
        ]
        for code, desc, wanted in cases:
            self.assertEqual(words(libim.Error(code, desc)), wanted)
        failure = libim.LocalChangeFailure("setNewSetting", None, None, 10007, "no")
        self.assertEqual(sentence(failure, None), "A change of yours was refused. You may not do that. (no)")
        self.assertEqual(why(libim.Failure(9508, "backend.host is away")), "--host is away")


class RealSentences(chat_support.Case):
    async def test_what_libim_says_to_what_a_user_writes(self) -> None:
        alice = await self.user("alice")
        bob = self.user_id("bob")
        sent = await alice.aio.send_message(receiver=bob, text_elem="x")
        calls: List[Tuple[Callable[[], Any], str]] = [
            (lambda: alice.create_conversation_group("x" * 200, [self.c2c("bob")]), "The name is too long"),
            (lambda: alice.rename_conversation_group("q", "z"), "There is no such folder."),
            (lambda: alice.send_message(receiver=bob, text_elem="x" * 70000), "The text is too long: at most 65,536"),
            (lambda: alice.set_conversation_draft(self.c2c("bob"), "x" * 70000), "The text is too long"),
            (lambda: alice.create_group(libim.GroupType.WORK, group_name="x" * 4000), ""),
            (lambda: alice.get_conversation("c2c_" + "x" * 300), "The name is too long: at most 255 bytes."),
            (lambda: alice.add_message_reaction(sent.msg_id, "x" * 300), "That did not work: the reaction is not 1 to"),
            (lambda: alice.search_conversations(["x" * 300]), "What is searched for is too long"),
            (lambda: alice.revoke_message("gone"), "the message is not there any more"),
            (lambda: alice.send_message(receiver=bob, file_elem=libim.NewFile(path="")), "That did not work"),
        ]
        for call, part in calls:
            try:
                call()
            except libim.Error as error:
                said = words(error)
                self.assertIn(part, said)
                self.assertIsNone(PARAMETER.search(re.sub(r'"[^"]*"', "", said)), said)
            else:
                self.assertEqual(part, "")

    async def test_a_file_that_is_no_service(self) -> None:
        file = self.dir / "notes.txt"
        file.write_text("no service at all\n" * 100)
        zoe = libim.Client.open(libim.Config(self.dir / "data", "zoe", libim.Embedded(file)))
        self.addCleanup(zoe.close)
        with self.assertRaises(libim.Error) as refused:
            await zoe.aio.login()
        said = words(refused.exception)
        self.assertIn(f"{file} is not the file of a chat service; --service names another one", said)
        self.assertIsNotNone(cli.parser().parse_args(["--user", "zoe", "--service", str(file)]).service)


if __name__ == "__main__":
    chat_support.main()
