"""Waiting in the programs that draw the pictures of the documents."""

from __future__ import annotations

import time
from typing import Callable

from textual.pilot import Pilot

#: How long one step is waited for, in seconds.
PATIENCE = 120.0


async def until(pilot: Pilot[None], condition: Callable[[], object], what: str) -> None:
    """Lets the app run until the condition holds. What is waited for stands in the error when it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"after {PATIENCE:.0f} s the picture still waits for {what}")
        await pilot.pause(0.05)
