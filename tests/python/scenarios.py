"""Plays tests/scenarios, whose README says what each step means, through the binding.

Calls go through the typed methods where the request can be said with them, and else through `Client.call`; answers and
events are models, and are looked at as the JSON that `to_wire` makes of them.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
import tempfile
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

import libim
from libim._library import lib
from libim._wire import JSON_LIBRARY, in_python, wire_name
from support import PATIENCE, ROOT, schema

FOLDER = ROOT / "tests/scenarios"
OUTCOME = {"code", "desc", "data", "save"}
KEYS = {
    "open": {"client", "config"} | OUTCOME,
    "call": {"client", "method", "request", "text"} | OUTCOME,
    "wait": {"client", "method", "request", "text"} | OUTCOME,
    "hear": {"client", "event", "payload", "save"},
    "unheard": {"client", "event"},
    "close": {"client", "code"},
    "rename": {"from", "to"},
    "repeat": {"times", "as", "steps"},
}

#: V2TIM's name of each method, with its name here and the names of its parameters by their keys.
METHODS: Dict[str, Tuple[str, Dict[str, str]]] = {}
for described in schema()["methods"]:
    name = described["x-cName"][len("im_") :]
    parameters = [key for key in inspect.signature(getattr(libim.Client, name)).parameters if key != "self"]
    METHODS[described["name"]] = (name, {wire_name(key): key for key in parameters if key != "timeout"})


class Misfit(Exception):
    """Why a step did not end as written."""


class Player:
    """A client and what it heard."""

    def __init__(self, client: libim.Client) -> None:
        self.client = client
        self.heard: List[libim.Event] = []
        self.passed = 0
        client.add_listener(self.heard.append)


class Stage:
    """A scenario that is being played."""

    def __init__(self, folder: str) -> None:
        self.players: Dict[str, Player] = {}
        self.variables: Dict[str, Any] = {"dir": folder}
        self.typed = 0

    def play(self, steps: List[Dict[str, Any]]) -> None:
        for number, step in enumerate(steps):
            try:
                self.step(step)
            except Misfit as fault:
                raise Misfit(f"step {number}, {json.dumps(step)[:300]}\n{fault}") from None

    def step(self, raw: Dict[str, Any]) -> None:
        action = raw["do"]
        unknown = set(raw) - KEYS[action] - {"do"}
        if unknown:
            raise Misfit(f"{action} has no {unknown}")
        if action == "repeat":
            for turn in range(raw["times"]):
                self.variables[raw["as"]] = turn
                self.play(raw["steps"])
            return
        step = self.fill_in(raw)
        if action in ("wait", "hear"):
            eventually(lambda: self.call(step) if action == "wait" else self.hear(step))
        else:
            actions: Dict[str, Callable[[Dict[str, Any]], None]] = {
                "open": self.open,
                "call": self.call,
                "unheard": self.unheard,
                "close": self.close,
                "rename": rename,
            }
            actions[action](step)

    def open(self, step: Dict[str, Any]) -> None:
        name = step["client"]
        config = {
            "dataDir": f"{self.variables['dir']}/{name}",
            "backend": {"kind": "embedded", "path": f"{self.variables['dir']}/service.db"},
            **step["config"],
        }

        def begin() -> Any:
            client = libim.Client.open(config)
            before = self.players.get(name)
            self.players[name] = Player(client)
            if before:
                before.client.close()
            return client.opened

        self.judge(step, begin)

    def call(self, step: Dict[str, Any]) -> None:
        client = self.player(step).client
        method, text = step["method"], step.get("text")
        request = step.get("request", {})
        name, parameters = METHODS.get(method, ("", {}))
        is_typed = (
            name and text is None and all(key in parameters and value is not None for key, value in request.items())
        )
        # What a method needs cannot be left out, so such a request is not one that it can say.
        function = getattr(client, name) if is_typed else None
        arguments = {parameters[key]: value for key, value in request.items()} if is_typed else {}
        if function is not None:
            try:
                inspect.signature(function).bind(**arguments)
            except TypeError:
                function = None
        if function is not None:
            self.typed += 1
            typed = function
            self.judge(step, lambda: typed(**arguments))
        else:
            self.judge(step, lambda: client.call(method, request if text is None else text))

    def hear(self, step: Dict[str, Any]) -> None:
        found = self.find(step)
        if found is None:
            player = self.player(step)
            raise Misfit("it heard only\n" + "\n".join(f"{event}"[:300] for event in player.heard[player.passed :]))
        self.player(step).passed = found[0] + 1
        self.save(step, found[1])

    def unheard(self, step: Dict[str, Any]) -> None:
        found = self.find(step)
        if found is not None:
            raise Misfit(f"it is event {found[0]}")

    def find(self, step: Dict[str, Any]) -> Optional[Tuple[int, Any]]:
        """The place and the payload of the first event that fits and was not passed over."""
        player = self.player(step)
        for place, event in enumerate(player.heard[player.passed :], player.passed):
            payload = libim.to_wire(event.payload)
            if event.name == step["event"] and not misfit(step.get("payload", {"$any": True}), payload, "payload"):
                return place, payload
        return None

    def close(self, step: Dict[str, Any]) -> None:
        client = self.player(step).client
        if step.get("code", 0) == 0:
            client.close()
            return
        client.close()  # A second close is fine in Python; what C says of it is looked at below.
        code = lib.im_client_close(client.handle)
        if code != step["code"]:
            raise Misfit(f"code is {code}, not {step['code']}")

    def judge(self, step: Dict[str, Any], do: Callable[[], Any]) -> None:
        code, desc, data = 0, "", None
        try:
            data = libim.to_wire(do())
        except libim.Error as error:
            code, desc = int(error.code), error.desc
        if code != step.get("code", 0):
            raise Misfit(f"code is {code}, not {step.get('code', 0)}: {desc} {json.dumps(data)[:500]}")
        # Typed methods speak of their own parameters, `Client.call` of the request's keys.
        part = step.get("desc", "")
        if part not in desc and in_python(part) not in desc:
            raise Misfit(f"desc is {desc!r}")
        fault = misfit(step["data"], data, "data") if "data" in step else None
        if fault:
            raise Misfit(fault)
        self.save(step, data)

    def save(self, step: Dict[str, Any], value: Any) -> None:
        for name, pointer in step.get("save", {}).items():
            found = value
            for part in pointer.split("/")[1:]:
                part = part.replace("~1", "/").replace("~0", "~")
                found = found[int(part)] if isinstance(found, list) else found[part]
            self.variables[name] = found

    def player(self, step: Dict[str, Any]) -> Player:
        return self.players[step["client"]]

    def fill_in(self, value: Any) -> Any:
        """The value with every `${name}` replaced."""
        if isinstance(value, list):
            return [self.fill_in(item) for item in value]
        if isinstance(value, dict):
            return {key: self.fill_in(item) for key, item in value.items()}
        if not isinstance(value, str):
            return value
        whole = re.fullmatch(r"\$\{([^}]*)\}", value)
        if whole:
            return self.variables[whole[1]]
        return re.sub(r"\$\{([^}]*)\}", lambda match: str(self.variables[match[1]]), value)

    def end(self) -> None:
        for player in self.players.values():
            player.client.close()


def rename(step: Dict[str, Any]) -> None:
    os.rename(step["from"], step["to"])


def eventually(attempt: Callable[[], None]) -> None:
    """Tries until it works; the last fault when it never does."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except Misfit:
            if time.monotonic() > end:
                raise
        time.sleep(0.002)


def misfit(pattern: Any, value: Any, path: str) -> Optional[str]:
    """Where and why a value does not fit a pattern."""
    if isinstance(pattern, dict) and len(pattern) == 1 and next(iter(pattern)).startswith("$"):
        ((rule, given),) = pattern.items()
        is_list, is_number = isinstance(value, list), type(value) is int
        rules: Dict[str, Callable[[], bool]] = {
            "$any": lambda: True,
            "$not": lambda: misfit(given, value, path) is not None,
            "$length": lambda: is_list and len(value) == given,
            "$has": lambda: is_list and any(misfit(given, item, path) is None for item in value),
            "$above": lambda: is_number and value > given,
            "$below": lambda: is_number and value < given,
        }
        fits = rules[rule]()
    elif isinstance(pattern, dict) and isinstance(value, dict):
        for key, of in pattern.items():
            fault = misfit(of, value[key], f"{path}.{key}") if key in value else f"{path}.{key} is missing"
            if fault:
                return fault
        return None
    elif isinstance(pattern, list) and isinstance(value, list) and len(pattern) == len(value):
        faults = (misfit(of, item, f"{path}[{at}]") for at, (of, item) in enumerate(zip(pattern, value)))
        return next((fault for fault in faults if fault), None)
    else:
        # True is no 1 here.
        fits = type(pattern) is type(value) and pattern == value
    return None if fits else f"{path} is {json.dumps(value)[:500]}, not {json.dumps(pattern)}"


def check_patterns() -> None:
    """The examples of the README's rules."""
    for pattern, value, fits in [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": None}, {}, False),
        ([{"$any": True}, {"$above": 1}], [None, 2], True),
        ([1], [1, 2], False),
        ({"$length": 2}, [1, 2], True),
        ({"$has": {"a": 1}}, [{"a": 0}, {"a": 1, "b": 0}], True),
        ({"$has": 1}, [], False),
        ({"$not": None}, "x", True),
        ({"$below": 1}, 1, False),
        (1, True, False),
        (2**63 - 1, 2**63 - 2, False),
    ]:
        assert (misfit(pattern, value, "") is None) == fits, (pattern, value)


def main() -> None:
    check_patterns()
    files = sorted(FOLDER.glob("*.json"))
    assert files
    faults, typed = [], 0
    for file in files:
        scenario = json.loads(file.read_text("utf-8"))
        assert scenario["title"], file
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(folder)
            try:
                stage.play(scenario["steps"])
            except Misfit as fault:
                faults.append(f"{file.name}: {fault}")
            finally:
                stage.end()
            typed += stage.typed
    assert typed > 100, "the typed methods were hardly used"
    if faults:
        sys.exit("\n\n".join(faults))
    print(f"{len(files)} scenarios, {typed} calls through typed methods, JSON read by {JSON_LIBRARY}")


if __name__ == "__main__":
    main()
