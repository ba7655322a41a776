"""The end of the interpreter with clients open and listeners running: exit code 0, and nothing is said."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import support

BEGIN = """
import asyncio, atexit, gc, os, sys, threading, time
import libim

folder = sys.argv[1]

def open(name):
    return libim.Client.open(libim.Config(folder + "/" + name, name, libim.Embedded(folder + "/service.db")))

def busy(client, is_over=lambda: False):
    number = 0
    while not is_over():
        number += 1
        try:
            client.set_conversation_draft("c2c_bob", str(number))
        except libim.Error as error:
            assert error.code == libim.Status.NOT_INITIALIZED, error
            return
"""


class InterpreterExit(support.Case):
    def ends(self, program: str, printed: str = "") -> None:
        """Runs it, several times because moments matter: it must end by itself, well, and quietly."""
        for turn in range(5):
            folder = os.path.join(self.dir, str(turn))
            source = BEGIN + textwrap.dedent(program)
            ended = subprocess.run(
                [sys.executable, "-c", source, folder],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
            )
            self.assertEqual((ended.returncode, ended.stderr, ended.stdout), (0, "", printed))

    def test_open_clients(self) -> None:
        self.ends(
            """
            alice, bob = open("alice"), open("bob")
            alice.add_listener(lambda event: None)
            alice.login()
            bob.login()
            alice.send_message(receiver="bob", text_elem="hi")
            """
        )

    def test_ctypes_without_the_package(self) -> None:
        """As docs/abi.md says: clients are closed before the interpreter ends, and callbacks are kept until then."""
        self.ends(
            """
            import ctypes, json

            lib = ctypes.CDLL(os.environ["LIBIM_LIBRARY"])
            client = ctypes.c_uint64()
            config = json.dumps({"dataDir": folder, "userID": "raw"}).encode()
            assert lib.im_client_open(config, ctypes.byref(client), None) == 0
            atexit.register(lib.im_shutdown)
            told = threading.Event()

            @ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_size_t)
            def on_event(user_data, event, payload, length):
                told.set()

            assert lib.im_listener_add(client, ctypes.c_uint64(0), on_event, None, None, None) == 0

            def busy():
                number = 0
                while True:
                    number += 1
                    draft = json.dumps({"conversationID": "c2c_bob", "draftText": str(number)}).encode()
                    lib.im_call(client, b"setConversationDraft", draft, None)

            for _ in range(3):
                threading.Thread(target=busy, daemon=True).start()
            told.wait()
            """
        )

    def test_a_listener_that_runs(self) -> None:
        self.ends(
            """
            alice = open("alice")
            is_running = threading.Event()

            def slow(event):
                is_running.set()
                time.sleep(0.05)  # the interpreter comes to its end meanwhile
                print("the listener has ended")

            alice.add_listener(slow)
            alice.set_conversation_draft("c2c_bob", "x")
            is_running.wait()
            """,
            "the listener has ended\n",
        )

    def test_listeners_that_are_told_all_the_time_by_daemons(self) -> None:
        self.ends(
            """
            alice = open("alice")
            count = 0

            def hear(event):
                global count
                count += 1

            for _ in range(10):
                alice.add_listener(hear)
            for _ in range(3):
                threading.Thread(target=busy, args=(alice,), daemon=True).start()
            while count < 100:
                time.sleep(0.001)
            """
        )

    def test_a_daemon_that_is_closing(self) -> None:
        self.ends(
            """
            alice = open("alice")
            is_running = threading.Event()

            def hear(event):
                is_running.set()
                time.sleep(0.05)
                print("the listener has ended")

            alice.add_listener(hear)
            alice.set_conversation_draft("c2c_bob", "x")
            is_running.wait()
            threading.Thread(target=alice.close, daemon=True).start()
            """,
            "the listener has ended\n",
        )

    def test_asyncio_with_calls_under_way(self) -> None:
        self.ends(
            """
            streams = []

            async def main():
                alice = open("alice")
                await alice.aio.login()
                streams.append(alice.events())
                waiting = [asyncio.ensure_future(alice.aio.get_users_info(["alice"])) for _ in range(50)]
                await asyncio.sleep(0)
                for task in waiting[1:]:
                    task.cancel()

            asyncio.run(main())
            """
        )

    def test_sys_exit_inside_a_with(self) -> None:
        self.ends(
            """
            with open("alice") as alice:
                alice.add_listener(lambda event: None)
                threading.Thread(target=busy, args=(alice,), daemon=True).start()
                sys.exit(0)
            """
        )

    def test_garbage_at_the_very_end(self) -> None:
        self.ends(
            """
            class Holder:
                pass

            for name in "alice", "bob", "carol":
                holder = Holder()
                holder.itself = holder
                holder.client = open(name)
                holder.client.add_listener(lambda event, holder=holder: None)
            del holder
            """
        )

    def test_the_log(self) -> None:
        self.ends(
            """
            alice = open("alice")
            libim.set_logger(lambda level, line: None, libim.LogLevel.TRACE)
            alice.login()
            threading.Thread(target=busy, args=(alice,), daemon=True).start()
            """
        )

    def test_a_fork_leaves_the_clients_of_its_parent_alone(self) -> None:
        self.ends(
            """
            import warnings

            warnings.simplefilter("ignore")  # that there are threads is the point
            alice = open("alice")
            alice.add_listener(lambda event: None)
            child = os.fork()
            if child == 0:
                del alice
                gc.collect()
            else:
                _, status = os.waitpid(child, 0)
                assert status == 0, status
                alice.login()
                print(alice.send_message(receiver="bob", text_elem="still here").text_elem.text)
            """,
            "still here\n",
        )

    def test_what_is_opened_after_the_end_is_refused(self) -> None:
        self.ends(
            """
            import libim._runtime

            def late():
                try:
                    open("bob")
                except RuntimeError as error:
                    print(error)

            # Those that were registered first run last.
            atexit.unregister(libim._runtime._finish)
            atexit.register(late)
            atexit.register(libim._runtime._finish)
            alice = open("alice")
            """,
            "no client can be opened while the interpreter ends\n",
        )


if __name__ == "__main__":
    support.main()
