"""What the tests of the Python binding share: accounts in a folder of their own, waiting, and a strict main."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Iterator, List, Mapping, Optional, Type

import libim

ROOT = Path(__file__).resolve().parent.parent.parent
#: How long something that must come is waited for, in seconds.
PATIENCE = 60.0
#: After this many seconds a script is not slow but stuck.
STUCK = 600.0


def schema() -> Mapping[str, Any]:
    """The description of the interface."""
    document: Mapping[str, Any] = json.loads((ROOT / "schema/openrpc.json").read_text("utf-8"))
    return document


def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Waits until it holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.001)


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.events: List[libim.Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: libim.Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def names(self) -> List[str]:
        """The names of the events so far."""
        return [event.name for event in self.events]

    def wait(self, kind: Type[libim.Event], fits: Callable[[Any], object] = lambda event: True) -> Any:
        """Waits for an event of a kind that fits."""

        def found() -> Optional[libim.Event]:
            return next((event for event in self.events if isinstance(event, kind) and fits(event)), None)

        with self._changed:
            if not self._changed.wait_for(found, PATIENCE):
                raise AssertionError(f"no such {kind.name} among {self.names()}")
            return found()


class Case(unittest.TestCase):
    """A test with a folder, in which its accounts share a service."""

    dir: str

    def setUp(self) -> None:
        # What is raised where nobody can catch it, such as in a callback of C, fails the test.
        lost: List[Any] = []
        hook, sys.unraisablehook = sys.unraisablehook, lost.append
        self.addCleanup(lambda: self.assertEqual(lost, []))
        self.addCleanup(setattr, sys, "unraisablehook", hook)
        folder = tempfile.TemporaryDirectory()
        self.dir = folder.name
        self.addCleanup(folder.cleanup)

    def config(self, name: str) -> libim.Config:
        """Where an account of this test is."""
        return libim.Config(Path(self.dir, name), name, libim.Embedded(Path(self.dir, "service.db")))

    def open(self, name: str) -> libim.Client:
        """Opens an account, which is closed after the test."""
        client = libim.Client.open(self.config(name))
        self.addCleanup(client.close)
        return client

    def login(self, name: str) -> libim.Client:
        """Opens an account and logs in."""
        client = self.open(name)
        client.login()
        return client

    def is_free(self, name: str) -> bool:
        """Whether the account can be opened, so that no client has it open."""
        try:
            libim.Client.open(self.config(name)).close()
        except libim.Error as error:
            self.assertEqual(error.code, libim.Status.ACCOUNT_IN_USE)
            return False
        return True

    @contextlib.contextmanager
    def fails(self, code: libim.Status, part: str = "") -> Iterator[None]:
        """What is done here must raise an error with this code, whose words have this part."""
        with self.assertRaises(libim.Error) as raised:
            yield
        self.assertEqual(raised.exception.code, code, raised.exception)
        self.assertIn(part, raised.exception.desc)
        self.assertTrue(raised.exception.desc)


def main() -> None:
    """Runs the tests of the script. A script without tests fails, and so does one with a test that is skipped.

    One in which two threads wait for each other says where, and ends.
    """
    faulthandler.dump_traceback_later(STUCK, exit=True)
    result = unittest.main(module="__main__", exit=False).result
    sys.exit(not (result.wasSuccessful() and result.testsRun > 0 and not result.skipped))
