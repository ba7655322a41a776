"""Calls that fail: codes and words, and texts that cannot be what they should."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import Any

import libim
import support
from libim import Error, Status, _wire


class Errors(support.Case):
    def test_what_an_error_says(self) -> None:
        error = Error(9510, "No answer.")
        self.assertIs(error.code, Status.TIMEOUT)
        self.assertIs(error.status, Status.TIMEOUT)
        self.assertEqual(str(error), "TIMEOUT (9510): No answer.")
        later = Error(12345, "New.")
        self.assertEqual((later.code, later.status, str(later)), (12345, None, "UNKNOWN (12345): New."))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((again.code, again.desc), (error.code, error.desc))

    def test_codes(self) -> None:
        alice = self.login("alice")
        with self.fails(Status.INVALID_PARAMETERS, "neither"):
            alice.get_conversation("neither")
        with self.fails(Status.INVALID_PARAMETERS, "count"):
            alice.get_conversation_list(count=0)
        with self.fails(Status.INVALID_PARAMETERS, "userIDList"):
            alice.get_users_info("bob")
        with self.fails(Status.INVALID_GROUP_ID):
            alice.get_group_member_list("nowhere")
        with self.fails(Status.UNKNOWN_METHOD, "noSuchMethod"):
            alice.call("noSuchMethod")
        with self.fails(Status.INVALID_JSON):
            alice.call("getLoginStatus", "{")
        with self.fails(Status.INVALID_PARAMETERS, "timeoutMs"):
            alice.logout(timeout=0)
        with self.fails(Status.ACCOUNT_IN_USE):
            libim.Client.open(self.config("alice"))
        with self.fails(Status.INVALID_USER_ID):
            libim.Client.open(libim.Config(self.dir, " alice"))
        with self.fails(Status.INVALID_PARAMETERS, "dataDir"):
            libim.Client.open({})
        alice.logout()
        with self.fails(Status.NOT_LOGGED_IN):
            alice.join_group("team")
        alice.close()
        with self.fails(Status.NOT_INITIALIZED):
            alice.get_login_status()
        with self.fails(Status.NOT_INITIALIZED):
            alice.add_listener(print)

    def test_what_python_can_get_wrong(self) -> None:
        alice = self.login("alice")
        for timeout in (float("inf"), float("nan")):
            with self.fails(Status.INVALID_PARAMETERS, "timeout"):
                alice.login(timeout=timeout)
        with self.fails(Status.INVALID_PARAMETERS, "member_list is the text 'bob'"):
            alice.create_group(libim.GroupType.WORK, member_list="bob")
        with self.fails(Status.INVALID_PARAMETERS, "userIDList"):
            alice.get_users_info("bob")
        for response in (b"{}", b'{"code":0,"desc":""}', b'{"code":1,"data":null}', b"[]", b"null", b"{"):
            with self.fails(Status.INTERNAL_ERROR):
                _wire.answer(0, response, _wire.as_is)
        self.assertEqual(libim.__version__, libim.library_version())

    def test_texts(self) -> None:
        alice = self.login("alice")
        hard = '\U0001f469\u200d\U0001f467 \u05e9\u05dc\u05d5\u05dd \u0001 \\ " \uffff \u2028'
        message = alice.send_message(receiver="bob", text_elem=hard)
        self.assertEqual(message.text_elem, libim.TextElem(hard))
        self.assertEqual(alice.get_history_message_list(user_id="bob")[0].text_elem, libim.TextElem(hard))
        with self.fails(Status.INVALID_PARAMETERS, "surrogate"):
            alice.send_message(receiver="bob", text_elem="half \ud83d")
        with self.fails(Status.INVALID_PARAMETERS, "U+0000"):
            alice.send_message(receiver="bob", text_elem="a\0b")
        with self.fails(Status.INVALID_PARAMETERS, "U+0000"):
            alice.send_message(receiver="bo\0b", text_elem="x")
        with self.fails(Status.INVALID_JSON, "NUL"):
            alice.call("getLoginStatus", "{}\0")
        with self.fails(Status.INVALID_JSON, "surrogate"):
            alice.call("getLoginStatus", '{"\udc00"}')
        for name in ("getLoginStatus\0", "getLoginStatus\ud800"):
            with self.fails(Status.UNKNOWN_METHOD):
                alice.call(name)
        with self.fails(Status.INVALID_PARAMETERS, "surrogate"):
            libim.Client.open({"dataDir": "\ud800"})
        with self.fails(Status.INVALID_PARAMETERS):
            alice.send_message(receiver="bob", text_elem="x" * (64 * 1024 + 1))

    def test_values_that_are_no_json(self) -> None:
        alice = self.open("alice")
        values: "list[Any]" = [object(), float("nan"), float("inf"), b"bytes"]
        for value in values:
            with self.fails(Status.INVALID_PARAMETERS):
                alice.call("getConversation", {"conversationID": value})
        # What can be an array is one.
        self.assertEqual(alice.get_conversation_list_by_conversation_ids(("c2c_x",)), [])
        self.assertEqual(alice.call("getConversationListByConversationIds", {"conversationIDList": {"c2c_x"}}), [])

    def test_a_library_that_is_not_there(self) -> None:
        for name in ("/no/such/libim.so", os.devnull):
            tried = subprocess.run(
                [sys.executable, "-c", "import libim"],
                env={**os.environ, "LIBIM_LIBRARY": name},
                stderr=subprocess.PIPE,
                text=True,
            )
            self.assertEqual(tried.returncode, 1)
            self.assertIn("ImportError: the C library of libim cannot be loaded", tried.stderr)


if __name__ == "__main__":
    support.main()
