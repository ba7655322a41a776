"""asyncio: awaited calls, streams of events, cancelling, and loops that end."""

from __future__ import annotations

import asyncio
import gc
import threading
from datetime import timezone
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Tuple
from unittest import mock

import libim
import support
from libim import Status, _aio, _stream, events
from support import until


class Asynchronous(support.Case):
    def run_async(self, main: Callable[[], Awaitable[None]]) -> None:
        """Runs it with a limit: a call that never ends fails."""
        failures: List[Any] = []

        async def limited() -> None:
            asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
            await asyncio.wait_for(main(), support.PATIENCE)

        asyncio.run(limited())
        self.assertEqual(failures, [])

    def test_calls(self) -> None:
        async def main() -> None:
            async with libim.Client.open(self.config("alice")) as alice:
                await alice.aio.login()
                await alice.aio.set_conversation_draft("c2c_bob", "from afar")
                self.assertEqual((await alice.aio.get_conversation("c2c_bob")).draft_text, "from afar")
                users, friends = await asyncio.gather(alice.aio.get_users_info(["alice"]), alice.aio.get_friend_list())
                self.assertEqual((len(users), friends), (1, []))
                self.assertEqual(await asyncio.create_task(alice.aio.get_login_status()), 1)
                self.assertEqual(await alice.aio.call("getLoginStatus"), 1)
                with self.fails(Status.INVALID_PARAMETERS, "neither"):
                    await alice.aio.get_conversation("neither")
                with self.fails(Status.UNKNOWN_METHOD):
                    await alice.aio.call("noSuchMethod")
                with self.fails(Status.INVALID_JSON):
                    await alice.aio.call("getLoginStatus", "")
                with self.fails(Status.INVALID_PARAMETERS, "surrogate"):
                    await alice.aio.add_friend("\ud800")
            with self.fails(Status.NOT_INITIALIZED):
                await alice.aio.get_login_status()
            await alice.aio.close()

        self.run_async(main)
        self.assertTrue(self.is_free("alice"))
        self.assertEqual(_aio._asked, {})

    def test_a_message_that_the_server_has(self) -> None:
        async def main() -> None:
            async with libim.Client.open(self.config("alice")) as alice:
                await alice.aio.login()
                sends = [alice.aio.send_and_wait(receiver="bob", text_elem=f"{number}") for number in range(50)]
                self.assertEqual([message.status for message in await asyncio.gather(*sends)], [2] * 50)
                with self.fails(Status.REFUSED):
                    await alice.aio.send_and_wait(group_id="none", text_elem="hi")
                with self.fails(Status.INVALID_PARAMETERS):
                    await alice.aio.send_and_wait(receiver="bob", text_elem="")

        self.run_async(main)

    def test_events(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            events = alice.events()
            changes = alice.events(libim.MessageStatusChanged)
            await alice.aio.login()
            names = []
            async for event in events:
                names.append(event.name)
                if isinstance(event, libim.SyncServerFinish):
                    break
            message = alice.send_message(receiver="bob", text_elem="hi")
            async for event in events:
                names.append(event.name)
                if isinstance(event, libim.MessageStatusChanged):
                    self.assertEqual(event.message.msg_id, message.msg_id)
                    break
            names = [name for name in names if name != "onConversationChanged"]
            self.assertEqual(
                names,
                "onConnecting onConnectSuccess onSyncServerStart onSyncServerFinish onNewConversation "
                "onMessageStatusChanged".split(),
            )
            alice.delete_conversation("c2c_bob")
            async for event in events:  # it goes on where it was left
                if isinstance(event, libim.ConversationDeleted):
                    break
            self.assertEqual((await changes.__anext__()).message.status, 2)
            # It ends with the client, also for one who is waiting, and stays at its end.
            waiting = asyncio.create_task(changes.__anext__())
            await alice.aio.close()
            with self.assertRaises(StopAsyncIteration):
                await waiting
            self.assertEqual([event async for event in changes], [])
            with self.fails(Status.NOT_INITIALIZED):
                alice.events()

        self.run_async(main)

    def test_a_file_and_how_far_it_is(self) -> None:
        async def main() -> None:
            alice, bob = self.open("alice"), self.open("bob")
            path = Path(self.dir, "film.bin")
            path.write_bytes(bytes(range(256)) * 40_000)
            up = alice.events(libim.SendMessageProgress)
            await asyncio.gather(alice.aio.login(), bob.aio.login())
            sent = await alice.aio.send_and_wait(receiver="bob", file_elem=libim.NewFile(path=str(path)))
            percents = []
            async for told in up:
                self.assertEqual(told.progress.message.msg_id, sent.msg_id)
                percents.append(told.progress.progress)
                if percents[-1] == 100:
                    break
            self.assertEqual(percents, sorted(set(percents)))

            def has_come() -> bool:
                return bool(bob.get_history_message_list(user_id="alice"))

            while not has_come():
                await asyncio.sleep(0.01)
            down = bob.events(libim.MessageDownloadProgressCallback)
            download = asyncio.create_task(bob.aio.download_message(sent.msg_id))
            async for event in down:
                self.assertEqual((event.progress.msg_id, event.progress.is_error), (sent.msg_id, False))
                if event.progress.is_finish:
                    break
            got = (await download).file_elem
            assert got is not None
            self.assertEqual(got.local_url, event.progress.path)
            self.assertEqual(Path(got.local_url).read_bytes(), path.read_bytes())
            with self.fails(Status.NOTHING_TO_CANCEL):
                await bob.aio.cancel_download_message(sent.msg_id)

        self.run_async(main)

    def test_a_stream_that_is_closed_or_left_is_removed(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            async with alice.events() as events:
                alice.set_conversation_draft("c2c_bob", "one")
                async for event in events:
                    break
            await events.aclose()
            self.assertEqual([event async for event in events], [])
            alice.delete_conversation("c2c_bob")
            until(lambda: not _stream._waiting, "the removal of the first")

            async def one() -> None:
                async for event in alice.events(libim.NewConversation):
                    return

            task = asyncio.create_task(one())
            await asyncio.sleep(0)  # it listens now
            alice.set_conversation_draft("c2c_bob", "two")
            await task
            del task
            gc.collect()
            until(lambda: not _stream._waiting, "the removal of the one that was left")

        self.run_async(main)

    def test_a_slow_consumer_gets_no_backlog(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            events = alice.events(libim.NewConversation, libim.ConversationChanged)
            # The loop does not run meanwhile.
            for number in range(1000):
                alice.set_conversation_draft("c2c_bob", f"{number}")
            alice.clear_c2c_history_message("bob")
            await alice.aio.get_login_status()
            (conversation,) = (await events.__anext__()).conversation_list
            self.assertEqual(conversation.draft_text, "999")
            alice.delete_conversation("c2c_bob")

        self.run_async(main)

    def test_coroutine_functions_listen(self) -> None:
        class Noted(libim.Listener):
            def __init__(self) -> None:
                self.told: List[str] = []

            async def on_new_conversation(  # type: ignore[override]
                self, conversation_list: Tuple[libim.Conversation, ...]
            ) -> None:
                await asyncio.sleep(0)
                self.told += [conversation.conversation_id for conversation in conversation_list]

            def on_conversation_deleted(self, conversation_id_list: Tuple[str, ...]) -> None:
                self.told += conversation_id_list

        async def main() -> None:
            alice = self.open("alice")
            told: List[str] = []
            at_once = 0

            async def hear(event: libim.NewConversation) -> None:
                nonlocal at_once
                at_once += 1
                self.assertEqual(at_once, 1)
                # It may call, and wait for anything.
                for conversation in event.conversation_list:
                    told.append((await alice.aio.get_conversation(conversation.conversation_id)).conversation_id)
                at_once -= 1

            subscription = alice.add_listener(hear, libim.NewConversation)
            noted = Noted()
            alice.add_listener(noted)
            for number in range(20):
                await alice.aio.set_conversation_draft(f"c2c_{number}", "x")
            await alice.aio.delete_conversation("c2c_3")
            ids = [f"c2c_{number}" for number in range(20)]
            while told != ids or noted.told != ids + ["c2c_3"]:
                await asyncio.sleep(0.001)
            subscription.close()
            await alice.aio.set_conversation_draft("c2c_99", "x")
            while noted.told[-1] != "c2c_99":
                await asyncio.sleep(0.001)
            self.assertEqual(told, ids)
            await alice.aio.close()
            while _aio._listening:
                await asyncio.sleep(0.001)

        self.run_async(main)
        alice = self.open("alice")
        with self.assertRaises(RuntimeError):
            alice.add_listener(Noted())

    def test_a_coroutine_goes_on_after_what_it_cannot_have(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            told: List[str] = []

            async def hear(event: libim.NewConversation) -> None:
                told.append(event.conversation_list[0].conversation_id)
                raise ValueError("of the listener")

            alice.add_listener(hear, libim.NewConversation)
            with self.assertLogs("libim") as logged:
                with mock.patch.dict(events._READERS, {libim.NewConversation.number: lambda data: data["no"]}):
                    await alice.aio.set_conversation_draft("c2c_unreadable", "x")
                    while not logged.records:
                        await asyncio.sleep(0.001)
                await alice.aio.set_conversation_draft("c2c_first", "x")
                while told != ["c2c_first"]:
                    await asyncio.sleep(0.001)
                await alice.aio.set_conversation_draft("c2c_second", "x")
                while len(logged.records) < 3:
                    await asyncio.sleep(0.001)
            self.assertEqual(told, ["c2c_first", "c2c_second"])
            await alice.aio.close()

        self.run_async(main)

    def test_walks(self) -> None:
        async def main() -> None:
            alice, bob = self.login("alice"), self.login("bob")
            ids = [f"c2c_{number}" for number in range(250)]
            for conversation_id in ids:
                alice.set_conversation_draft(conversation_id, "x")
            self.assertEqual([one.conversation_id for one in alice.conversations()], ids[::-1])
            self.assertEqual([one.conversation_id async for one in alice.aio.conversations()], ids[::-1])
            for number in range(120):
                alice.send_message(
                    receiver="bob", text_elem=f"{number}", is_excluded_from_unread_count=number % 10 == 0
                )
            await alice.aio.send_and_wait(receiver="bob", text_elem="last")
            until(lambda: bob.get_conversation("c2c_alice").unread_count == 109)
            texts = [message.preview for message in bob.history("c2c_alice")]
            self.assertEqual(texts, ["last"] + [f"{number}" for number in range(119, -1, -1)])
            self.assertEqual([message.preview async for message in bob.aio.history("c2c_alice")], texts)
            unread = bob.unread_messages("c2c_alice")
            self.assertEqual(len(unread), 109)
            self.assertEqual((unread[0].preview, unread[-1].preview), ("1", "last"))
            self.assertEqual(await bob.aio.unread_messages("c2c_alice"), unread)
            bob.add_message_reaction(unread[0].msg_id, "👍")
            reactions = bob.reactions([message.msg_id for message in unread])
            self.assertEqual([each.message_id for each in reactions], [message.msg_id for message in unread])
            self.assertEqual([len(each.reaction_list) for each in reactions], [1] + 108 * [0])
            self.assertEqual(await bob.aio.reactions([each.message_id for each in reactions]), reactions)
            self.assertEqual(bob.reactions([]), [])
            bob.clean_conversation_unread_message_count("c2c_alice")
            self.assertEqual(bob.unread_messages("c2c_alice"), [])
            (newest, *_) = unread[::-1]
            self.assertEqual((newest.conversation_id, newest.sender_name), ("c2c_alice", "alice"))
            self.assertEqual(newest.timestamp.tzinfo, timezone.utc)

        self.run_async(main)

    def test_a_stream_inside_which_calls_are_awaited(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            events = alice.events(libim.NewConversation)
            for number in range(100):
                alice.set_conversation_draft(f"c2c_{number}", "x")
            told = set()
            async for event in events:
                for conversation in event.conversation_list:
                    told.add(conversation.conversation_id)
                    self.assertEqual(await alice.aio.get_conversation(conversation.conversation_id), conversation)
                if len(told) == 100:
                    break

        self.run_async(main)

    def test_cancelling_the_wait(self) -> None:
        async def main() -> None:
            alice = self.open("alice")
            is_running, may_end = threading.Event(), threading.Event()

            def hold_up(event: libim.Event) -> None:
                is_running.set()
                may_end.wait()

            alice.add_listener(hold_up)
            alice.set_conversation_draft("c2c_x", "x")
            is_running.wait()
            # No answer can come now.
            waiting = [asyncio.create_task(alice.aio.set_conversation_draft(f"c2c_{n}", "y")) for n in range(50)]
            await asyncio.sleep(0)
            self.assertEqual(len(_aio._asked), 50)
            for task in waiting[::2]:
                task.cancel()
            may_end.set()
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)
            self.assertTrue(all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes[::2]))
            self.assertEqual(outcomes[1::2], [None] * 25)
            # The calls were made all the same.
            until(lambda: len(alice.get_conversation_list().conversation_list) == 51)

        self.run_async(main)
        self.assertEqual(_aio._asked, {})

    def test_closing_answers_every_call(self) -> None:
        cancelled = 0
        for _ in range(100):

            async def main() -> None:
                nonlocal cancelled
                alice = self.open("alice")
                await alice.aio.login()
                # Long answers, so that not all of them are there when the client closes.
                users = ["alice"] * 100
                asking = [asyncio.ensure_future(alice.aio.get_users_info(users)) for _ in range(200)]
                await asyncio.sleep(0)
                await alice.aio.close()
                for outcome in await asyncio.gather(*asking, return_exceptions=True):
                    if isinstance(outcome, BaseException):
                        assert isinstance(outcome, libim.Error), outcome
                        self.assertEqual(outcome.code, Status.CANCELLED)
                        cancelled += 1

            self.run_async(main)
            if cancelled:
                break
        self.assertGreater(cancelled, 0)

    def test_a_loop_that_is_closed_gets_nothing_and_nothing_is_raised(self) -> None:
        alice = self.open("alice")
        is_running, may_end = threading.Event(), threading.Event()

        def hold_up(event: libim.Event) -> None:
            is_running.set()
            may_end.wait()

        subscription = alice.add_listener(hold_up)
        streams = []

        async def begin() -> None:
            streams.append(alice.events())
            alice.set_conversation_draft("c2c_x", "x")
            is_running.wait()
            asyncio.ensure_future(alice.aio.get_login_status())
            await asyncio.sleep(0)

        loop = asyncio.new_event_loop()
        loop.run_until_complete(begin())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        may_end.set()
        subscription.close()
        alice.close()
        self.assertEqual(_aio._asked, {})

    def test_a_list_read_beside_events_is_never_stale(self) -> None:
        async def show(alice: libim.Client, end: Callable[[], None]) -> None:
            """As an app does: first the stream, then the pages, and the newest that comes is what is shown."""
            rows: Dict[str, libim.Conversation] = {}
            events = alice.events(libim.NewConversation, libim.ConversationChanged)

            async def follow() -> None:
                async for event in events:
                    rows.update((row.conversation_id, row) for row in event.conversation_list)

            following = asyncio.ensure_future(follow())
            next_seq, is_finished = "0", False
            while not is_finished:
                page = alice.get_conversation_list(next_seq, 7)
                rows.update((row.conversation_id, row) for row in page.conversation_list)
                next_seq, is_finished = page.next_seq, page.is_finished
                await asyncio.sleep(0)
            await asyncio.get_running_loop().run_in_executor(None, end)
            # What is stale stays so, and the test ends at its limit.
            last = {row.conversation_id: row for row in alice.get_conversation_list(count=100).conversation_list}
            while rows != last:
                await asyncio.sleep(0.001)
            await events.aclose()
            following.cancel()

        async def main() -> None:
            alice = self.open("alice")
            for number in range(40):
                alice.set_conversation_draft(f"c2c_user{number}", "first")
            for _ in range(20):
                stop = threading.Event()

                def write(stop: threading.Event = stop) -> None:
                    number = 0
                    while not stop.is_set():
                        alice.set_conversation_draft(f"c2c_user{number % 40}", f"draft {number}")
                        number += 1

                writer = threading.Thread(target=write)

                def end(stop: threading.Event = stop, writer: threading.Thread = writer) -> None:
                    stop.set()
                    writer.join()

                writer.start()
                await show(alice, end)
            alice.close()

        self.run_async(main)

    def test_without_a_loop(self) -> None:
        alice = self.open("alice")
        with self.assertRaises(RuntimeError):
            alice.events()
        self.assertEqual(_stream._waiting, {})


if __name__ == "__main__":
    support.main()
