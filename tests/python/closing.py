"""The end of a client: inside callbacks, during calls of other threads, and by the garbage collector."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from typing import Any, Callable, List

import libim
import support
from libim import Status
from support import Heard, until


class Closing(support.Case):
    def test_closing_twice_and_with(self) -> None:
        with libim.Client.open(self.config("alice")) as alice:
            self.assertFalse(self.is_free("alice"))
        self.assertTrue(self.is_free("alice"))
        alice.close()
        with self.assertRaises(ZeroDivisionError):
            with libim.Client.open(self.config("alice")):
                raise ZeroDivisionError
        self.assertTrue(self.is_free("alice"))

    def test_closing_inside_a_callback_is_refused(self) -> None:
        alice = self.open("alice")
        codes: List[Any] = []

        def close(event: libim.Event) -> None:
            try:
                alice.close()
            except libim.Error as error:
                codes.append(error.code)

        alice.add_listener(close)
        alice.set_conversation_draft("c2c_bob", "one")
        until(lambda: codes)
        self.assertEqual(codes, [Status.CALLED_FROM_CALLBACK])
        alice.get_login_status()
        alice.close()
        self.assertTrue(self.is_free("alice"))

    def test_a_callback_may_close_another_client(self) -> None:
        alice, bob = self.open("alice"), self.open("bob")
        alice.add_listener(lambda event: bob.close())
        alice.set_conversation_draft("c2c_bob", "one")
        until(lambda: self.is_free("bob"))

    def test_closing_waits_for_the_callback_that_runs(self) -> None:
        alice = self.open("alice")
        is_running, may_end = threading.Event(), threading.Event()
        steps: List[str] = []

        def slow(event: libim.Event) -> None:
            is_running.set()
            may_end.wait()
            steps.append("ended")

        alice.add_listener(slow)
        alice.set_conversation_draft("c2c_bob", "one")
        is_running.wait()

        def close() -> None:
            alice.close()
            steps.append("closed")

        closers = [threading.Thread(target=close)]
        closers[0].start()
        until(lambda: code_of(alice.get_login_status) == Status.NOT_INITIALIZED)
        self.assertEqual(steps, [])
        alice.close()  # another thread is at it
        may_end.set()
        closers[0].join()
        self.assertEqual(steps, ["ended", "closed"])

    def test_closing_during_calls_of_other_threads(self) -> None:
        for _ in range(10):
            alice = self.login("alice")
            heard = Heard()
            alice.add_listener(heard)
            codes: List[Any] = []
            calls = [0] * 4

            def call(index: int, alice: libim.Client = alice, calls: List[int] = calls) -> None:
                code: int = Status.OK
                asks: List[Callable[[], object]] = [
                    alice.get_conversation_list,
                    lambda: alice.get_users_info(["alice"]),
                ]
                while code != Status.NOT_INITIALIZED:
                    code = code_of(asks[index % 2])
                    calls[index] += 1
                    if code not in (Status.OK, Status.CANCELLED, Status.NOT_INITIALIZED):
                        codes.append(code)

            threads = [threading.Thread(target=call, args=(index,)) for index in range(4)]
            for thread in threads:
                thread.start()
            until(lambda: min(calls) > 5)
            alice.close()
            told = len(heard.events)
            for thread in threads:
                thread.join()
            self.assertEqual(codes, [])
            self.assertEqual(len(heard.events), told)

    def test_a_client_that_is_garbage_is_closed(self) -> None:
        alice = libim.Client.open(self.config("alice"))
        heard = Heard()
        alice.add_listener(heard)
        alice.set_conversation_draft("c2c_bob", "one")
        heard.wait(libim.NewConversation)
        subscription = alice.add_listener(print)
        del alice
        gc.collect()
        self.assertFalse(self.is_free("alice"))  # the subscription keeps it
        del subscription
        until(lambda: self.is_free("alice"))

    def test_garbage_inside_a_callback_and_under_a_lock(self) -> None:
        """The last reference goes inside the client's own callback, while another thread holds a lock it wants."""
        clients = [libim.Client.open(self.config("alice"))]
        gone = weakref.ref(clients[0])
        lock = threading.Lock()
        is_running = threading.Event()
        ended = threading.Event()

        def drop(event: libim.Event) -> None:
            is_running.set()
            with lock:
                clients.clear()
                gc.collect()
            ended.set()

        clients[0].add_listener(drop)
        with lock:
            clients[0].set_conversation_draft("c2c_bob", "one")
            is_running.wait()
        ended.wait()
        until(lambda: gone() is None and self.is_free("alice"))

        # The other way round: the last reference goes under the lock that the callback waits for.
        clients = [libim.Client.open(self.config("alice"))]
        is_running.clear()

        def wants_the_lock(event: libim.Event) -> None:
            is_running.set()
            with lock:
                pass

        clients[0].add_listener(wants_the_lock)
        with lock:
            clients[0].set_conversation_draft("c2c_bob", "two")
            is_running.wait()
            clients.clear()
            gc.collect()
        until(lambda: self.is_free("alice"))

    def test_garbage_while_the_log_is_told(self) -> None:
        cycles: List[Any] = []

        def drop(level: int, line: str) -> None:
            cycles.clear()

        self.addCleanup(libim.set_logger, None)
        closed = self.open("bob")
        closed.close()
        libim.set_logger(drop)
        cycles.append(libim.Client.open(self.config("alice")))
        with self.fails(Status.NOT_INITIALIZED):
            closed.add_listener(print)
        self.assertEqual(cycles, [])
        until(lambda: self.is_free("alice"))

    def test_a_client_that_is_awaited_is_kept(self) -> None:
        async def main() -> None:
            self.assertEqual(await libim.Client.open(self.config("alice")).aio.get_login_status(), 3)
            events = libim.Client.open(self.config("bob")).events()
            gc.collect()
            self.assertFalse(self.is_free("bob"))
            del events

        asyncio.run(main())
        until(lambda: self.is_free("alice") and self.is_free("bob"))


def code_of(call: Any) -> int:
    """How a call ended."""
    try:
        call()
        return Status.OK
    except libim.Error as error:
        return error.code


if __name__ == "__main__":
    support.main()
