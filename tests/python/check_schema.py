"""Models, events, methods and status codes, held field by field against schema/openrpc.json."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import typing
from typing import Any, Dict, List, Mapping, Tuple, Union

import libim
import support
from libim import events, models
from libim._call import Call
from libim._methods import Methods
from libim._wire import model, wire_name

SCHEMA = support.schema()
SCHEMAS = SCHEMA["components"]["schemas"]
PLAIN = {"string": str, "integer": int, "boolean": bool, "null": type(None)}
#: Models that are made by the app, for requests; their keys stand in the methods' parameters.
FOR_REQUESTS = {"NewMember"}


def class_of(name: str) -> Any:
    """The dataclass of a schema."""
    return getattr(models, name[len("V2Tim") :] if name.startswith("V2Tim") else name)


def type_of(schema: Mapping[str, Any]) -> Any:
    """The annotation that a schema stands for."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return str if name == "GroupType" else class_of(name)
    for several in ("anyOf", "allOf"):
        if several in schema:
            return Union[tuple(type_of(one) for one in schema[several])]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return Union[tuple(Tuple[type_of(schema["items"]), ...] if kind == "array" else PLAIN[kind] for kind in kinds)]


def fields_of(cls: Any) -> Dict[str, Any]:
    """The wire's key and the annotation of each field."""
    hints = typing.get_type_hints(cls)
    return {wire_name(field.name): hints[field.name] for field in dataclasses.fields(cls)}


class Schema(support.Case):
    def test_models_have_every_field_with_its_type(self) -> None:
        checked = set()
        for name, schema in SCHEMAS.items():
            if name in ("Config", "GroupType", "Response"):
                continue
            # Kinds of content that are not supported yet are always null, and no fields.
            expected = {key: type_of(of) for key, of in schema["properties"].items() if of.get("type") != "null"}
            self.assertEqual(fields_of(class_of(name)), expected, name)
            self.assertEqual(set(schema["required"]), set(schema["properties"]), name)
            checked.add(class_of(name).__name__)
        self.assertEqual(checked | FOR_REQUESTS | {"AT_ALL"}, set(models.__all__))

    def test_models_take_and_give_the_wire(self) -> None:
        for name, schema in SCHEMAS.items():
            if name in ("Config", "GroupType", "Response"):
                continue
            for is_null in (False, True):
                data = sample(schema, is_null)
                decoded = model(class_of(name))(dict(data, aKeyOfALaterVersion=1))
                self.assertEqual(libim.to_wire(decoded), data)
                self.assertEqual(decoded, dataclasses.replace(decoded))
                hash(decoded)
                with self.assertRaises(dataclasses.FrozenInstanceError):
                    setattr(decoded, dataclasses.fields(decoded)[0].name, None)

    def test_events(self) -> None:
        self.assertEqual(list(events.BY_NUMBER), [event["number"] for event in SCHEMA["x-events"]])
        self.assertEqual(set(events.__all__), {kind.__name__ for kind in events.BY_NUMBER.values()} | {"Event"})
        for event in SCHEMA["x-events"]:
            kind = events.BY_NUMBER[event["number"]]
            self.assertEqual(kind.name, event["name"])
            self.assertEqual("on" + kind.__name__, event["name"])
            fields = list(fields_of(kind).values())
            payload = [] if event["payload"].get("type") == "null" else [type_of(event["payload"])]
            self.assertEqual(fields, payload, event["name"])
            handlers = [handler for handler in vars(libim.Listener) if wire_name(handler) == event["name"]]
            self.assertEqual(len(handlers), 1, event["name"])
            parameters = typing.get_type_hints(getattr(libim.Listener, handlers[0]))
            parameters.pop("return")
            self.assertEqual(parameters, hints_of(kind), event["name"])

    def test_status_codes(self) -> None:
        expected = {status["name"]: status["code"] for status in SCHEMA["x-statusCodes"]}
        self.assertEqual({status.name: int(status) for status in libim.Status}, expected)

    def test_methods(self) -> None:
        found = {name: getattr(Methods, name) for name in dir(Methods) if not name.startswith("_")}
        self.assertEqual(len(found), len(SCHEMA["methods"]))
        for described in SCHEMA["methods"]:
            name = described["name"]
            method = found[described["x-cName"][len("im_") :]]
            documentation = inspect.getdoc(method) or ""
            own = " libim's own: " if name == "networkChanged" else " V2TIM: "
            self.assertTrue(f" {' '.join(documentation.split())}".endswith(f"{own}{name}."), name)
            self.assertEqual(
                "Waits for the server." in " ".join(documentation.split()), described["x-needsServer"], name
            )

            parameters = dict(inspect.signature(method).parameters)
            parameters.pop("self")
            keys = {"timeoutMs" if key == "timeout" else wire_name(key): of for key, of in parameters.items()}
            expected = {of["name"]: of["required"] for of in described["params"]}
            self.assertEqual({key: of.default is inspect.Parameter.empty for key, of in keys.items()}, expected, name)

            # What is given goes out under its key, and what is None does not.
            given = {key: 1 if key == "timeout" else VALUES.get(key, key) for key in parameters}
            call: Call[Any] = method._function(None, **given)
            self.assertEqual(call.name, name)
            self.assertEqual(set(call.request), set(expected), name)
            for key, value in given.items():
                wire = 1000 if key == "timeout" else value
                self.assertEqual(call.request["timeoutMs" if key == "timeout" else wire_name(key)], wire, name)
            needed = {key: key for key, of in parameters.items() if of.default is inspect.Parameter.empty}
            call = method._function(None, **needed)
            self.assertEqual(set(call.request), {key for key, is_needed in expected.items() if is_needed}, name)

            # The answer has the type that the signature says, and is read as the schema says.
            result = described["result"]["schema"]
            promised = typing.get_type_hints(method._function, vars(sys.modules[method._function.__module__]))[
                "return"
            ].__args__[0]
            answer = type_of(result)
            if typing.get_origin(answer) is tuple:
                answer = List[typing.get_args(answer)[0]]  # type: ignore[misc]
            self.assertEqual(promised, answer, name)
            for is_null in (False, True):
                data = sample(result, is_null)
                self.assertEqual(libim.to_wire(call.decode(data)), data, name)

    def test_the_config(self) -> None:
        described = SCHEMAS["Config"]["properties"]
        self.assertEqual(set(fields_of(libim.Config)), set(described))
        both = {**fields_of(libim.Embedded), **fields_of(libim.Xmpp)}
        self.assertEqual({*both, "kind"}, set(described["backend"]["properties"]))
        xmpp = libim.Xmpp("a@b", "secret", "h", 1, "direct", "/ca", "r")
        wire = libim.Config("/d", "u", xmpp, 1, "orderkey", "full").to_wire()
        self.assertEqual(set(wire), set(described))
        self.assertEqual(set(wire["backend"]), {*fields_of(libim.Xmpp), "kind"})
        self.assertEqual(wire["backend"]["kind"], "xmpp")
        self.assertNotIn("secret", repr(xmpp))
        self.assertEqual(
            libim.Config("/d", backend=libim.Embedded("/s")).to_wire(),
            {"dataDir": "/d", "backend": {"kind": "embedded", "path": "/s"}},
        )

    def test_every_public_name_is_documented(self) -> None:
        for name in libim.__all__:
            value = getattr(libim, name)
            if isinstance(value, str):
                continue
            self.assertTrue(inspect.getdoc(value), name)
            # A dataclass without a docstring gets its signature for one.
            self.assertFalse(str(value.__doc__).startswith(f"{name}("), name)
            for member in vars(value) if inspect.isclass(value) else ():
                if not member.startswith("_") and callable(getattr(value, member)):
                    self.assertTrue(inspect.getdoc(getattr(value, member)), f"{name}.{member}")
                # Fields and members have a comment beside them.
                if isinstance(value.__dict__[member], (libim.Status, libim.LogLevel)):
                    self.assertRegex(inspect.getsource(value), rf"    {member} = \d+  #: [A-Z]", name)
            for field in dataclasses.fields(value) if dataclasses.is_dataclass(value) else ():
                of = next(base for base in value.__mro__ if field.name in vars(base).get("__annotations__", ()))
                self.assertRegex(inspect.getsource(of), rf"    {field.name}: .+  #: [A-Z`0-9]", name)


#: Values of parameters that are not just any text.
VALUES: Dict[str, Any] = {
    "text_elem": libim.TextElem("x"),
    "custom_elem": libim.CustomElem("x"),
    "member_list": [libim.NewMember("x")],
}


def hints_of(kind: Any) -> Dict[str, Any]:
    """The fields of an event, by their names in Python."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def sample(schema: Mapping[str, Any], is_null: bool) -> Any:
    """A value of a schema, with null wherever it may be, or with none."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return "Work" if name == "GroupType" else sample(SCHEMAS[name], is_null)
    for several in ("anyOf", "allOf"):
        if several in schema:
            choice = [one for one in schema[several] if is_null == (one.get("type") == "null")]
            return sample((choice or schema[several])[0], is_null)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in kinds and (is_null or kinds == ["null"]):
        return None
    if kinds[0] == "array":
        return [sample(schema["items"], is_null)] * 2
    if kinds[0] == "object":
        return {key: sample(of, is_null) for key, of in schema["properties"].items() if of.get("type") != "null"}
    return {"string": "text \U0001f600", "integer": 2**53 - 1, "boolean": True}[kinds[0]]


if __name__ == "__main__":
    support.main()
