"""Calls that fail: codes and words, and texts that cannot be what they should."""

from __future__ import annotations

import asyncio
import inspect
import os
import pickle
import subprocess
import sys
from typing import Any, Callable, List, Tuple

import libim
import support
from libim import Error, Status, _call, _wire
from libim._methods import Methods


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
        with self.fails(Status.INVALID_GROUP_ID):
            alice.get_group_member_list("nowhere")
        with self.fails(Status.UNKNOWN_METHOD, "noSuchMethod"):
            alice.call("noSuchMethod")
        with self.fails(Status.INVALID_JSON):
            alice.call("getLoginStatus", "{")
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

    def test_answers_of_another_library(self) -> None:
        for response in (b"{}", b'{"code":0,"desc":""}', b'{"code":1,"data":null}', b"[]", b"null", b"{"):
            with self.fails(Status.INTERNAL_ERROR):
                _wire.answer(0, response, _wire.as_is)
        self.assertEqual(libim.__version__, libim.library_version())

    def test_sentences_speak_of_what_there_is_in_python(self) -> None:
        alice = self.login("alice")
        bad: Any = lambda value: value  # what type checkers would not let pass
        at = "text" * 16
        config, config_of = self.config("bob"), libim.Config
        sentences: List[Tuple[Callable[[], object], str]] = [
            (lambda: alice.get_users_info([]), "user_id_list is empty"),
            (lambda: alice.get_users_info("bob"), "user_id_list is a string, but must be a list"),
            (lambda: alice.get_users_info(["x"] * 101), "user_id_list has 101 entries; the most is 100"),
            (lambda: alice.get_users_info([bad(1)]), "user_id_list[0] is an integer, but must be a string"),
            (
                lambda: alice.get_users_info(["userIDList "]),
                'user_id_list[0] "userIDList " starts or ends with white space',
            ),
            (lambda: alice.get_conversation("neither"), 'conversation_id "neither" does not start with c2c_ or group_'),
            (lambda: alice.get_conversation_list(count=0), "count 0 is not 1 or more"),
            (lambda: alice.get_conversation_list("nextSeq"), 'next_seq "nextSeq" is not a cursor'),
            (lambda: alice.logout(timeout=0), "timeout 0 is not between 0.001 and 600 seconds"),
            (lambda: alice.logout(timeout=600.5), "timeout 600.5 is not between 0.001 and 600 seconds"),
            (lambda: alice.login(timeout=float("nan")), "timeout nan is not between 0.001 and 600 seconds"),
            (lambda: alice.login(timeout=float("inf")), "timeout inf is not between 0.001 and 600 seconds"),
            (lambda: alice.send_message(text_elem="x"), "none of receiver, group_id and conversation_id is given"),
            (
                lambda: alice.send_message(receiver="bob"),
                "none of text_elem, custom_elem, image_elem, sound_elem, video_elem, file_elem, location_elem, face_elem, "
                "merger_elem is given",
            ),
            (
                lambda: alice.send_message(receiver="bob", group_id="g", text_elem="x"),
                'only one of these can be given: receiver "bob", group_id "g"',
            ),
            (
                lambda: alice.send_message(receiver="c2c_bob", text_elem="x"),
                'receiver "c2c_bob" is a conversation_id: give receiver "bob", or conversation_id "c2c_bob"',
            ),
            (lambda: alice.send_message(receiver="b", text_elem="x\0"), "text_elem.text holds the character U+0000"),
            (
                lambda: alice.send_message(receiver="b", text_elem="x" * 65537),
                "text_elem.text has 65537 bytes; the most is 65536",
            ),
            (
                lambda: alice.send_message(receiver="b", text_elem="x", group_at_user_list=["c"]),
                "group_at_user_list is given, but the message goes to a receiver and not to a group",
            ),
            (
                lambda: alice.send_message(receiver="b", text_elem="x", elem_type=bad(9)),
                "elem_type 9 cannot be sent; 1, 2, 3, 4, 5, 6, 7, 8, 10 can",
            ),
            (
                lambda: alice.get_history_message_list(user_id="bob", last_msg_id="lastMsgID"),
                'last_msg_id "lastMsgID" is not a message of "c2c_bob"',
            ),
            (lambda: alice.get_history_message_list(user_id="b", get_type=bad(9)), "get_type 9 is not 1, 2, 3 or 4"),
            (lambda: alice.revoke_message(at * 2), f'msg_id "{at}"… is not a stored message'),
            (lambda: alice.delete_messages([]), "msg_ids is empty"),
            (lambda: alice.pin_conversation("c2c_b", bad("yes")), "is_pinned is a string, but must be a boolean"),
            (lambda: alice.set_c2c_receive_message_opt(["b"], bad(7)), "opt 7 is not 0, 1, 2 or 3"),
            (lambda: alice.set_friend_info("nobody", "x"), 'user_id "nobody" is not a friend'),
            (lambda: alice.join_group("nowhere"), 'group_id "nowhere" is not a group'),
            (
                lambda: alice.create_group(libim.GroupType.WORK, member_list=[libim.NewMember(" x")]),
                'member_list[0].user_id " x" starts or ends with white space',
            ),
            (
                lambda: alice.create_group(libim.GroupType.WORK, member_list="bob"),
                "member_list is the text 'bob' and not a list of members",
            ),
            (
                lambda: alice.get_conversation_list_by_filter(libim.ConversationFilter(mark_type=-1)),
                "filter.mark_type -1 is not an integer of 0 or more",
            ),
            (lambda: libim.Client.open(config_of("", "bob")), 'data_dir "" is empty'),
            (lambda: libim.Client.open(config_of(self.dir, " b")), 'user_id " b" starts or ends with white space'),
            (
                lambda: libim.Client.open(config_of(self.dir, "b", conversation_limit=-1)),
                "conversation_limit -1 is not an integer of 0 or more",
            ),
            (
                lambda: libim.Client.open(config_of(self.dir, backend=libim.Xmpp("no", "p"))),
                'backend.jid "no" has no local part before the @',
            ),
            # Those who write the library's names read them.
            (lambda: alice.call("getUsersInfo", {"userIDList": []}), "userIDList is empty"),
            (lambda: libim.Client.open({}), "dataDir is missing"),
        ]
        for call, desc in sentences:
            with self.assertRaises(Error) as caught:
                call()
            self.assertEqual(caught.exception.desc, desc)

        async def awaited() -> None:
            with self.assertRaises(Error) as caught:
                await alice.aio.get_users_info([])
            self.assertEqual(caught.exception.desc, "user_id_list is empty")
            with self.assertRaises(Error) as caught:
                await alice.aio.call("getUsersInfo", {"userIDList": []})
            self.assertEqual(caught.exception.desc, "userIDList is empty")

        asyncio.run(awaited())
        self.assertEqual(
            _wire.in_python(f"{config.data_dir}/userID is no directory"), f"{config.data_dir}/userID is no directory"
        )

    def test_every_parameter_has_one_name(self) -> None:
        """What a sentence names is what the method takes."""
        names = set()
        for name in dir(Methods):
            made = getattr(Methods, name)
            if isinstance(made, _call.method):
                names |= set(inspect.signature(made).parameters) - {"self", "timeout"}
        self.assertGreater(len(names), 30)
        for name in names:
            self.assertEqual(_wire.name_of(_wire.wire_name(name)), name)

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
