"""Listeners: what they hear, in which order, and removing them at every moment."""

from __future__ import annotations

import gc
import json
import logging
import threading
import weakref
from typing import Any, Dict, List, Tuple

import libim
import support
from libim import Status, _beside, _listener, events
from support import Heard, until

FAILURE = {"code": 9508, "desc": 'no "way" \U0001f600'}


class Noted(libim.Listener):
    """One that wants four kinds of events."""

    def __init__(self) -> None:
        self.told: List[Tuple[str, Any]] = []

    def on_new_conversation(self, conversation_list: Tuple[libim.Conversation, ...]) -> None:
        self.told.append(("new", [conversation.conversation_id for conversation in conversation_list]))

    def on_conversation_deleted(self, conversation_id_list: Tuple[str, ...]) -> None:
        self.told.append(("deleted", list(conversation_id_list)))

    def on_sync_server_finish(self) -> None:
        self.told.append(("synced", None))

    def on_message_status_changed(self, message: libim.Message) -> None:
        self.told.append(("sent", message.msg_id))


class Listeners(support.Case):
    def test_what_cannot_listen_is_refused(self) -> None:
        alice = self.open("alice")

        class Misspelt(libim.Listener):
            def on_new_conversation(self, conversation_list: Tuple[libim.Conversation, ...]) -> None:
                pass

            def on_recv_new_mesage(self, message: libim.Message) -> None:
                pass

            def on_click(self) -> None:
                pass

        with self.fails(
            Status.INVALID_PARAMETERS, "on_recv_new_mesage, which is no event's method; on_recv_new_message"
        ):
            alice.add_listener(Misspelt())
        for name, meant in (
            ("onNewConversation", "on_new_conversation"),
            ("onRecvC2CReadReceipt", "on_recv_c2c_read_receipt"),
            ("on_new_message", "on_recv_new_message"),
            ("on_conversations_changed", "on_conversation_changed"),
            ("on_sync_finish", "on_sync_server_finish"),
        ):
            with self.fails(Status.INVALID_PARAMETERS, f"{name}, which is no event's method; {meant}"):
                alice.add_listener(type("Other", (Noted,), {name: lambda *_: None})())
        alice.add_listener(type("Button", (Noted,), {"on_click": 1, "on_error": 1, "only": 1, "once": 1})()).close()
        bad: Any
        for bad in (None, "print", 7):
            with self.assertRaisesRegex(TypeError, "neither a Listener nor callable"):
                alice.add_listener(bad)
            with self.assertRaisesRegex(TypeError, "no class of an event"):
                alice.add_listener(print, bad)
            if bad is not None:
                with self.assertRaisesRegex(TypeError, "cannot be called"):
                    libim.set_logger(bad)
        with self.assertRaisesRegex(TypeError, "no class of an event"):
            alice.add_listener(print, libim.Event)
        self.assertEqual(_listener._sinks, {})

    def test_every_event_is_decoded(self) -> None:
        payloads = {2: FAILURE, 3: [], 4: [], 5: ["c2c_b"], 6: 42, 9: "m\n1", 10: [], 12: ["c2c_b"], 15: FAILURE}
        message = libim.to_wire(self.open("alice").send_message(receiver="bob", text_elem="x"))
        payloads.update({7: message, 8: message, 11: message})
        every = dict.fromkeys(
            [
                "conversationType",
                "conversationGroup",
                "markType",
                "withoutMarkType",
                "hasUnreadCount",
                "hasGroupAtInfo",
            ],
        )
        group = {"groupName": "work", "conversationList": []}
        payloads.update({18: {"filter": every, "totalUnreadCount": 1}, 19: group, 20: "work", 22: group, 23: group})
        payloads[21] = {"oldName": "work", "newName": "home"}
        moment = {"startHour": 0, "startMinute": 0, "startSecond": 0, "startTimeStamp": 1_700_000_000, "duration": 60}
        payloads[24] = {"userID": "alice", "c2CReceiveMessageOpt": 0, "allReceiveMessageOpt": 2, **moment}
        payloads[25] = {"message": message, "progress": 50, "currentSize": 5, "totalSize": 10}
        file = {"type": 0, "isSnapshot": False, "path": "/m/a", "currentSize": 3, "totalSize": 3}
        payloads.update({28: [], 29: []})
        payloads[30] = {"conversationID": "c2c_b", "userID": "b", "isTyping": True}
        payloads[26] = {"msgID": "m1", "isFinish": True, "isError": False, "errorCode": 0, "errorDesc": "", **file}
        reaction = {"reactionID": "x", "totalUserCount": 0, "partialUserList": [], "reactedByMyself": False}
        payloads[27] = [{"messageID": "m1", "reactionList": [reaction]}]
        member = {"userID": "b", "nickName": "", "friendRemark": "", "faceUrl": "", "nameCard": ""}
        by_alice = {"groupID": "g", "opUser": member}
        payloads[31] = {"groupID": "g", "memberList": [member]}
        payloads[32] = {"groupID": "g", "member": member}
        payloads.update(dict.fromkeys((33, 34, 39, 40), {**by_alice, "memberList": [member]}))
        payloads.update({35: "g", 36: by_alice, 37: {"groupID": "g", "groupChangeInfoList": []}, 38: "g"})
        payloads.update({41: [], 42: ["b"], 43: []})
        payloads[44] = {"groupID": "g", "memberChangeInfoList": [{"userID": "b", "muteTime": 0, "nameCard": "B"}]}
        payloads[45] = {"groupID": "g", "code": 10007, "desc": "why"}
        step = {"op": "remove", "index": 0, "fromIndex": None, "conversation": None}
        step.update({"conversationList": [], "reasons": ["delete"]})
        payloads[46] = {"viewID": 1, "diffs": [step], "total": 0, "isFinished": True}
        payloads.update({47: [], 48: ["b"]})
        payloads[50] = {"indexedCount": 1, "totalCount": 2, "isFinished": False}
        payloads[51] = {"groupID": "g", "member": member, "opReason": ""}
        payloads[52] = {**by_alice, "isAgreeJoin": True, "opReason": ""}
        user = {"userID": "b", "nickName": "", "faceUrl": "", "allowType": 1}
        payloads[55] = {
            "method": "pinConversation",
            "conversationID": "c2c_b",
            "msgID": None,
            "code": 10007,
            "desc": "why",
        }
        payloads[54] = {"msgID": "m1", "conversationID": "c2c_b", "operateUser": user, "reason": ""}
        count = len(support.schema()["x-events"])
        self.assertEqual(len(events.BY_NUMBER), count)

        class All(libim.Listener):
            pass

        told: List[str] = []
        for name in [name for name in vars(libim.Listener) if name.startswith("on_")]:
            setattr(All, name, lambda self, *payload, name=name: told.append(name))
        sink = _listener.ListenerSink(All())
        self.assertEqual(sink.mask, (1 << count) - 1)
        for number, kind in events.BY_NUMBER.items():
            payload = payloads.get(number)
            event = events.decode(number, json.dumps(payload).encode())
            self.assertIs(type(event), kind)
            self.assertEqual(libim.to_wire(event.payload), payload)
            sink.hear(event)
            self.assertEqual(len(told), number + 1)

    def test_events_come_in_order(self) -> None:
        heard, noted = Heard(), Noted()
        alice = self.open("alice")
        alice.add_listener(heard)
        alice.add_listener(noted)
        alice.login()
        heard.wait(libim.SyncServerFinish)
        message = alice.send_message(receiver="bob", text_elem="hi")
        heard.wait(libim.MessageStatusChanged, lambda event: event.message.status == 2)
        alice.delete_conversation("c2c_bob")
        heard.wait(libim.ConversationDeleted)
        names = [event.name for event in heard.events if not isinstance(event, libim.ConversationChanged)]
        self.assertEqual(
            names,
            "onConnecting onConnectSuccess onSyncServerStart onSyncServerFinish onNewConversation "
            "onMessageStatusChanged onConversationDeleted".split(),
        )
        until(lambda: len(noted.told) == 4, "the second listener")
        self.assertEqual(
            noted.told,
            [("synced", None), ("new", ["c2c_bob"]), ("sent", message.msg_id), ("deleted", ["c2c_bob"])],
        )

    def test_kinds(self) -> None:
        alice = self.open("alice")
        drafts, every = Heard(), Heard()
        alice.add_listener(drafts, libim.NewConversation, libim.ConversationDeleted)
        alice.add_listener(every)
        for text in "one", "two":
            alice.set_conversation_draft("c2c_bob", text)
            every.wait(libim.Event, lambda event: event.payload[0].draft_text == text)
        alice.delete_conversation("c2c_bob")
        drafts.wait(libim.ConversationDeleted)
        self.assertEqual(drafts.names(), ["onNewConversation", "onConversationDeleted"])
        with self.fails(Status.INVALID_PARAMETERS, "overridden no method"):
            alice.add_listener(libim.Listener())

    def test_a_listener_that_raises_is_logged_and_goes_on(self) -> None:
        alice = self.open("alice")
        heard = Heard()

        def fail(event: libim.Event) -> None:
            heard(event)
            raise ValueError("the listener's own fault")

        with self.assertLogs("libim", logging.ERROR) as logs:
            alice.add_listener(fail)
            alice.set_conversation_draft("c2c_bob", "one")
            heard.wait(libim.NewConversation)
            alice.delete_conversation("c2c_bob")
            heard.wait(libim.ConversationDeleted)
            alice.close()
        self.assertEqual(len(logs.records), 2)
        self.assertIn("the listener's own fault", logs.output[0])

    def test_removing_inside_the_callback(self) -> None:
        alice = self.open("alice")
        after = Heard()
        count = 0

        def once(event: libim.Event) -> None:
            nonlocal count
            count += 1
            subscription.close()
            subscription.close()

        subscription = alice.add_listener(once)
        alice.add_listener(after)
        alice.set_conversation_draft("c2c_bob", "one")
        after.wait(libim.NewConversation)
        alice.delete_conversation("c2c_bob")
        after.wait(libim.ConversationDeleted)
        self.assertEqual(count, 1)

    def test_removing_while_it_runs_waits_for_it(self) -> None:
        alice = self.open("alice")
        is_running, may_end = threading.Event(), threading.Event()
        steps: List[str] = []

        def slow(event: libim.Event) -> None:
            is_running.set()
            may_end.wait()
            steps.append("ended")

        subscription = alice.add_listener(slow)
        alice.set_conversation_draft("c2c_bob", "one")
        is_running.wait()

        def remove() -> None:
            subscription.close()
            steps.append("removed")

        remover = threading.Thread(target=remove)
        remover.start()
        # Calls go on meanwhile, on this thread and with this interpreter's lock.
        for _ in range(100):
            alice.get_conversation_list()
        self.assertEqual(steps, [])
        may_end.set()
        remover.join()
        self.assertEqual(steps, ["ended", "removed"])
        alice.set_conversation_draft("c2c_bob", "two")
        after = Heard()
        alice.add_listener(after)
        alice.delete_conversation("c2c_bob")
        after.wait(libim.ConversationDeleted)
        self.assertEqual(len(steps), 2)

    def test_many_threads_add_and_remove_while_events_come(self) -> None:
        alice = self.login("alice")
        is_over = threading.Event()
        rounds = [0] * 4

        def add_and_remove(index: int) -> None:
            while not is_over.is_set():
                with alice.add_listener(lambda event: alice.get_total_unread_message_count()):
                    rounds[index] += 1

        threads = [threading.Thread(target=add_and_remove, args=(index,)) for index in range(4)]
        for thread in threads:
            thread.start()
        number = 0
        while min(rounds) < 25:
            number += 1
            alice.set_conversation_draft("c2c_bob", str(number))
        is_over.set()
        for thread in threads:
            thread.join()
        self.assertEqual(_listener._sinks, {})

    def test_a_list_read_beside_a_listener_is_never_stale(self) -> None:
        alice = self.open("alice")
        for number in range(150):
            alice.set_conversation_draft(f"c2c_{number}", "x")
        own = threading.get_ident()
        for number in range(10):
            shown: Dict[str, int] = {}

            def show(one: libim.Conversation, shown: Dict[str, int] = shown) -> None:
                self.assertNotEqual(threading.get_ident(), own)
                shown[one.conversation_id] = one.orderkey

            def hear(event: Any, shown: Dict[str, int] = shown) -> None:
                if isinstance(event, libim.ConversationDeleted):
                    for gone in event.conversation_id_list:
                        shown.pop(gone, None)
                else:
                    for one in event.conversation_list:
                        shown[one.conversation_id] = one.orderkey

            def write(number: int = number) -> None:
                for step in range(60):
                    conversation_id = f"c2c_{(step * 37 + number) % 150}"
                    if step % 3 == 0:
                        alice.delete_conversation(conversation_id)
                    else:
                        alice.set_conversation_draft(conversation_id, f"{number} {step}")

            kinds = (libim.NewConversation, libim.ConversationChanged, libim.ConversationDeleted)
            with alice.add_listener(hear, *kinds):
                writer = threading.Thread(target=write)
                writer.start()
                alice.for_each_conversation(show).result(support.PATIENCE)
                writer.join()
                # After everything that was told before.
                alice.for_each_conversation(lambda one: False).result(support.PATIENCE)
                listed = {one.conversation_id: one.orderkey for one in alice.conversations()}
                self.assertEqual(shown, listed)

    def test_walks_beside_a_listener_end(self) -> None:
        alice = self.open("alice")
        ids = [f"c2c_{number}" for number in range(150)]
        for conversation_id in ids:
            alice.set_conversation_draft(conversation_id, "x")
        seen: List[str] = []
        for last, count in ((149, 1), (20, 130)):
            seen.clear()

            def visit(one: libim.Conversation, last: int = last) -> bool:
                seen.append(one.conversation_id)
                return one.conversation_id != f"c2c_{last}"

            alice.for_each_conversation(visit).result(support.PATIENCE)
            self.assertEqual(len(seen), count)
        seen.clear()
        alice.for_each_conversation(lambda one: seen.append(one.conversation_id)).result(support.PATIENCE)
        self.assertEqual(seen, ids[::-1])

        begun, may_end = threading.Event(), threading.Event()
        seen.clear()

        def wait(one: libim.Conversation) -> None:
            seen.append(one.conversation_id)
            begun.set()
            may_end.wait(support.PATIENCE)

        walk = alice.for_each_conversation(wait)
        begun.wait(support.PATIENCE)
        self.assertTrue(walk.cancel())
        may_end.set()
        alice.for_each_conversation(lambda one: False).result(support.PATIENCE)
        self.assertEqual(len(seen), 1)

        with self.assertLogs("libim"), self.assertRaises(ZeroDivisionError):
            alice.for_each_conversation(lambda one: 1 // 0).result(support.PATIENCE)
        texts = [f"{number}" for number in range(120)]
        for text in texts:
            alice.send_message(receiver="bob", text_elem=text)
        previews: List[str] = []
        alice.for_each_message("c2c_bob", lambda one: previews.append(one.preview)).result(support.PATIENCE)
        self.assertEqual(previews, texts[::-1])
        with self.fails(Status.INVALID_PARAMETERS, 'conversation_id "neither"'):
            alice.for_each_message("neither", print).result(support.PATIENCE)

        begun.clear()
        may_end.clear()
        alice.for_each_conversation(wait)
        begun.wait(support.PATIENCE)
        walk = alice.for_each_conversation(print)
        closing = threading.Thread(target=alice.close)
        closing.start()

        def is_closing() -> bool:
            try:
                alice.get_login_status()
            except libim.Error:
                return True
            return False

        until(is_closing)
        may_end.set()
        with self.fails(Status.CANCELLED):
            walk.result(support.PATIENCE)
        closing.join()
        with self.fails(Status.NOT_INITIALIZED):
            alice.for_each_conversation(print).result(support.PATIENCE)
        self.assertEqual(_beside._steps, {})

    def test_what_a_listener_holds_is_let_go(self) -> None:
        alice = self.open("alice")
        first, second = Heard(), Heard()
        gone = [weakref.ref(first), weakref.ref(second)]
        subscription = alice.add_listener(first)
        alice.add_listener(second)
        del first
        subscription.close()
        self.assertIsNone(gone[0]())
        del second
        gc.collect()
        self.assertIsNotNone(gone[1]())  # it hears on, though nobody kept its subscription
        alice.close()
        self.assertIsNone(gone[1]())
        subscription.close()

    def test_calls_inside_callbacks(self) -> None:
        alice = self.login("alice")
        outcome: List[Any] = []
        done = threading.Event()

        def call(event: libim.Event) -> None:
            outcome.append(alice.get_conversation("c2c_bob").draft_text)
            for forbidden in (alice.logout, alice.close):
                try:
                    forbidden()
                except libim.Error as error:
                    outcome.append(error.code)
            alice.add_listener(lambda event: done.set(), libim.ConversationDeleted)
            alice.delete_conversation("c2c_bob")

        alice.add_listener(call, libim.NewConversation)
        alice.set_conversation_draft("c2c_bob", "one")
        self.assertTrue(done.wait(support.PATIENCE))
        refused = Status.CALLED_FROM_CALLBACK
        self.assertEqual(outcome, ["one", refused, refused])
        self.assertEqual(alice.get_login_status(), 1)


if __name__ == "__main__":
    support.main()
