"""Every method by its typed form: what it takes, what it gives, and what comes of it."""

from __future__ import annotations

import dataclasses
from typing import List, Tuple, Union

import libim
import support
from support import until

NAME = 'Alice "the" \U0001f600\n'


class Methods(support.Case):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.login("alice")
        self.bob = self.login("bob")

    def has_unread(self, conversation_id: str, count: int) -> bool:
        return self.bob.get_conversation(conversation_id).unread_count == count

    def test_the_account(self) -> None:
        self.assertEqual(self.alice.opened, libim.Opened("alice", libim.CacheState.CREATED, 0))
        self.assertIn("'alice'", repr(self.alice))
        self.assertEqual(self.alice.get_login_user(), "alice")
        self.assertEqual(self.alice.get_login_status(), 1)
        self.alice.network_changed()
        self.alice.set_self_info(nick_name=NAME, face_url="https://x/a.png")
        self.alice.set_self_info(face_url="https://x/b.png")
        users = self.bob.get_users_info(("alice", "nobody"), timeout=10)
        anyone = libim.FriendAllowType.ALLOW_ANY
        self.assertEqual(users, [libim.UserFullInfo("alice", NAME, "https://x/b.png", anyone)])
        self.alice.logout()
        self.assertIsNone(self.alice.get_login_user())
        self.assertEqual(self.alice.get_login_status(), 3)

    def test_friends(self) -> None:
        self.assertEqual(self.alice.add_friend("bob", "Bobby"), libim.FriendOperationResult("bob", 0, ""))
        self.alice.set_friend_info("bob", "Robert")
        until(lambda: [friend.friend_remark for friend in self.alice.get_friend_list()] == ["Robert"])
        profile = libim.UserFullInfo("bob", "", "", libim.FriendAllowType.ALLOW_ANY)
        self.assertEqual(self.alice.get_friend_list()[0].user_profile, profile)
        self.assertEqual(self.alice.get_conversation("c2c_bob").show_name, "Robert")
        self.assertEqual([result.result_code for result in self.alice.delete_from_friend_list(["bob"])], [0])

    def test_groups(self) -> None:
        self.login("carol")
        members: List[Union[str, libim.NewMember]] = ["bob", libim.NewMember("carol", libim.GroupMemberRole.ADMIN)]
        made = self.alice.create_group(libim.GroupType.PUBLIC, group_id="team", group_name="Team", member_list=members)
        self.assertEqual(made, "team")
        self.alice.set_group_info("team", face_url="https://x/t.png")
        known, unknown = self.bob.get_groups_info(["team", "nowhere"])
        group = known.group_info
        assert group is not None
        self.assertEqual((group.group_name, group.face_url, group.owner), ("Team", "https://x/t.png", "alice"))
        self.assertEqual((group.group_type, group.member_count, group.role), ("Public", 3, 200))
        self.assertIsNotNone(group.create_time)
        self.assertEqual((unknown.result_code, unknown.group_info), (8501, None))
        self.assertTrue(unknown.result_message)

        page = self.bob.get_group_member_list("team", count=2)
        self.assertEqual([member.user_id for member in page.member_info_list], ["alice", "bob"])
        rest = self.bob.get_group_member_list("team", next_seq=page.next_seq, count=2)
        self.assertEqual(([member.role for member in rest.member_info_list], rest.next_seq), ([300], "0"))
        owner = self.bob.get_group_member_list("team", filter=libim.GroupMemberFilter.OWNER)
        self.assertEqual([member.role for member in owner.member_info_list], [400])

        kicked = self.alice.kick_group_member("team", ["bob", "dave"], "a reason")
        self.assertEqual([(one.member_id, one.result) for one in kicked], [("bob", 1), ("dave", 0)])
        self.bob.join_group("team", message="please")
        until(lambda: [group.group_id for group in self.bob.get_joined_group_list()] == ["team"])
        self.bob.quit_group("team")
        self.assertEqual([one.result for one in self.alice.invite_user_to_group("team", ["bob"])], [1])
        self.alice.dismiss_group("team")
        self.assertTrue(self.alice.create_group(libim.GroupType.WORK))

    def test_messages(self) -> None:
        sent = self.alice.send_message(
            receiver="bob",
            custom_elem=libim.CustomElem("data", "desc", "extension"),
            cloud_custom_data="cloud",
            priority=libim.MessagePriority.NORMAL,
            need_read_receipt=True,
        )
        self.assertEqual(sent.custom_elem, libim.CustomElem("data", "desc", "extension"))
        self.assertEqual((sent.elem_type, sent.text_elem, sent.cloud_custom_data), (2, None, "cloud"))
        self.assertEqual((sent.priority, sent.need_read_receipt, sent.is_self, sent.is_read), (2, True, True, True))
        self.assertEqual((sent.sender, sent.user_id, sent.group_id), ("alice", "bob", None))
        self.assertEqual((sent.status, sent.id, sent.seq), (1, sent.msg_id, "0"))
        self.assertFalse(sent.is_excluded_from_last_message or sent.is_excluded_from_unread_count)

        self.alice.send_message(receiver="bob", text_elem="one")
        two = self.alice.send_message(receiver="bob", text_elem=libim.TextElem("two"))
        until(lambda: self.has_unread("c2c_alice", 3))
        newest, before = self.bob.get_history_message_list(user_id="alice", count=2)
        self.assertEqual((newest.text_elem, newest.msg_id), (libim.TextElem("two"), two.msg_id))
        self.assertEqual((newest.status, newest.is_self, newest.is_read), (2, False, False))
        older = self.bob.get_history_message_list(user_id="alice", last_msg_id=before.msg_id)
        self.assertEqual([message.msg_id for message in older], [sent.msg_id])
        newer = self.bob.get_history_message_list(
            user_id="alice", last_msg_id=before.msg_id, get_type=libim.MessageGetType.LOCAL_NEWER
        )
        self.assertEqual([message.msg_id for message in newer], [two.msg_id])

        self.alice.revoke_message(two.msg_id)
        until(lambda: self.bob.get_history_message_list(user_id="alice")[0].status == 6)
        self.alice.delete_messages([two.msg_id])
        self.assertEqual(len(self.alice.get_history_message_list(user_id="bob")), 2)

    def test_a_message_that_the_server_has(self) -> None:
        for _ in range(50):
            sent = self.alice.send_and_wait(conversation_id="c2c_bob", text_elem="hi")
            self.assertEqual(sent.status, 2)
            again = self.alice.wait_until_sent(sent.msg_id)
            # Bob may have received it meanwhile.
            self.assertEqual(dataclasses.replace(again, is_delivered=sent.is_delivered), sent)
        self.assertEqual(len(self.alice.get_history_message_list(conversation_id="c2c_bob", count=99)), 50)
        with self.fails(libim.Status.REFUSED):
            self.alice.send_and_wait(group_id="none", text_elem="hi")
        with self.fails(libim.Status.INVALID_PARAMETERS, "conversation_id"):
            self.alice.send_and_wait(receiver="c2c_bob", text_elem="hi")
        self.alice.logout()
        with self.fails(libim.Status.NOT_LOGGED_IN):
            self.alice.send_and_wait(receiver="bob", text_elem="hi", timeout=60)

    def test_conversations(self) -> None:
        self.alice.set_self_info(NAME)
        self.alice.create_group(libim.GroupType.PUBLIC, group_id="team", member_list=["bob"])
        self.alice.send_message(receiver="bob", text_elem="hi")
        self.alice.send_message(group_id="team", text_elem="all", group_at_user_list=[libim.AT_ALL, "bob"])
        until(lambda: self.has_unread("c2c_alice", 1) and self.has_unread("group_team", 1))
        team = self.bob.get_conversation("group_team")
        assert team.last_message is not None
        self.assertEqual(
            team.group_at_info_list, (libim.GroupAtInfo(team.last_message.seq, libim.GroupAtType.ALL_AND_ME),)
        )
        self.assertEqual(team.last_message.group_at_user_list, (libim.AT_ALL, "bob"))
        self.assertEqual((team.type, team.group_id, team.user_id, team.group_type), (2, "team", None, "Public"))

        self.assertEqual(self.bob.get_total_unread_message_count(), 2)
        self.bob.set_c2c_receive_message_opt(["alice"], libim.ReceiveMessageOpt.NOT_NOTIFY)
        self.bob.set_group_receive_message_opt("team", libim.ReceiveMessageOpt.NOT_NOTIFY)
        self.assertEqual(self.bob.get_total_unread_message_count(), 0)
        self.bob.clean_conversation_unread_message_count("group_team")
        self.assertTrue(self.has_unread("group_team", 0) and self.has_unread("c2c_alice", 1))
        self.bob.clean_conversation_unread_message_count()
        self.assertTrue(self.has_unread("c2c_alice", 0))

        self.bob.pin_conversation("c2c_alice", True)
        self.bob.set_conversation_draft("group_team", "later")
        first = self.bob.get_conversation_list(count=1)
        (top,) = first.conversation_list
        self.assertEqual((first.is_finished, first.next_seq), (False, str(top.orderkey)))
        self.assertEqual((top.conversation_id, top.show_name, top.is_pinned), ("c2c_alice", NAME, True))
        self.assertEqual((top.recv_opt, top.draft_text, top.group_type), (2, None, None))
        second = self.bob.get_conversation_list(first.next_seq, 1)
        self.assertTrue(second.is_finished)
        self.assertEqual(second.conversation_list[0].draft_text, "later")
        self.assertIsNotNone(second.conversation_list[0].draft_timestamp)
        self.bob.set_conversation_draft("group_team")
        self.assertIsNone(self.bob.get_conversation("group_team").draft_text)
        some = self.bob.get_conversation_list_by_conversation_ids(["group_team", "c2c_no", "c2c_alice"])
        self.assertEqual([one.conversation_id for one in some], ["group_team", "c2c_alice"])

        self.bob.clear_c2c_history_message("alice")
        self.bob.clear_group_history_message("team")
        self.assertEqual([one.last_message for one in self.bob.get_conversation_list().conversation_list], [None, None])
        self.bob.delete_conversation("c2c_alice")
        self.assertEqual(self.bob.get_conversation("c2c_alice").orderkey, 0)

    def test_json_by_hand(self) -> None:
        self.assertEqual(self.alice.call("getLoginStatus"), 1)
        for conversation in (
            self.alice.call("getConversation", {"conversationID": "c2c_bob"}),
            self.alice.call("getConversation", '{"conversationID": "c2c_bob"}'),
        ):
            self.assertEqual(conversation["conversationID"], "c2c_bob")

    def test_the_log(self) -> None:
        lines: List[Tuple[int, str]] = []
        self.bob.close()
        libim.set_logger(lambda level, line: lines.append((level, line)), libim.LogLevel.WARN)
        for is_told in (True, False):
            with self.fails(libim.Status.NOT_INITIALIZED):
                self.bob.add_listener(print)
            self.assertEqual([level for level, _ in lines], [libim.LogLevel.WARN] * is_told)
            self.assertTrue(all("im_listener_add" in line for _, line in lines), lines)
            libim.set_logger(None)
            lines.clear()
        with self.fails(libim.Status.INVALID_PARAMETERS):
            libim.set_logger(print, 6)


if __name__ == "__main__":
    support.main()
