"""What the Python binding costs: a page of 100 conversations as models, beside the same call without decoding.

    LIBIM_LIBRARY=target/release/libim.so PYTHONPATH=bindings/python python3 benches/bindings/page.py

The call beside it is `im_call` and `im_string_free` through ctypes with a request made beforehand, and without reading
the response, so the ratio is that of the binding to the C library as Python can call it. The two take turns, and what
is printed, in one line, are their medians, with the JSON library that the package found.
"""

from __future__ import annotations

import ctypes
import statistics
import tempfile
import time
from typing import Callable, List

import libim
from libim._library import lib
from libim._wire import JSON_LIBRARY

PAGE = 100
TURNS = 500


def fill(folder: str) -> libim.Client:
    """An account with a page of conversations, each with a last message; every fourth has a draft as well."""
    client = libim.Client.open(libim.Config(folder, "alice"))
    for number in range(PAGE):
        text = f"message {number}: what people write in chats is about this long \U0001f642"
        client.send_message(receiver=f"user{number}", text_elem=text)
        if number % 4 == 0:
            client.set_conversation_draft(f"c2c_user{number}", "not sent yet")
    return client


def raw(client: libim.Client) -> Callable[[], None]:
    """The call without decoding."""
    handle, method, request = client.handle, b"getConversationList", b'{"nextSeq":"0","count":%d}' % PAGE

    def call() -> None:
        response = ctypes.c_char_p()
        lib.im_call(handle, method, request, ctypes.byref(response))
        lib.im_string_free(response)

    return call


def microseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    begin = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - begin) / 1000


def main() -> None:
    """Prints the line."""
    with tempfile.TemporaryDirectory() as folder, fill(folder) as client:
        bare = raw(client)

        def models() -> None:
            page = client.get_conversation_list("0", PAGE)
            assert len(page.conversation_list) == PAGE

        times: List[List[float]] = [[], []]
        for turn in range(TURNS + 20):
            for index, call in enumerate((bare, models)):
                taken = microseconds(call)
                if turn >= 20:  # warm by then
                    times[index].append(taken)
        c, python = map(statistics.median, times)
        beside = f"the C call {c:.0f} µs, ratio {python / c:.1f}"
        print(f"Python ({JSON_LIBRARY}): a page of {PAGE} as models {python:.0f} µs, {beside}")


if __name__ == "__main__":
    main()
