"""Models: from the wire and back, and as the values that dataclasses are; the config; documentation."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import weakref
from datetime import datetime, timezone
from typing import Any, Dict, Mapping

import libim
import support
from libim import Status, _readers, events
from libim._wire import decode_data

SCHEMAS = support.schema()["components"]["schemas"]
#: The class of each model, by the schema's name.
CLASSES: Dict[str, Any] = {
    name: getattr(libim, name[len("V2Tim") :] if name.startswith("V2Tim") else name)
    for name, schema in SCHEMAS.items()
    if name not in ("Config", "Response") and "properties" in schema
}


def reader_of(cls: Any) -> Any:
    """What makes a model of JSON."""
    found = [
        value
        for value in vars(_readers).values()
        if getattr(value, "__annotations__", {}).get("return") == cls.__name__
    ]
    (reader,) = found
    return reader


class Models(support.Case):
    def test_they_take_and_give_the_wire(self) -> None:
        for name, cls in CLASSES.items():
            for is_null in (False, True):
                data = sample(SCHEMAS[name], is_null)
                model = reader_of(cls)(dict(data, aKeyOfALaterVersion=1))
                self.assertIs(type(model), cls)
                self.assertEqual(libim.to_wire(model), data)
                for key in SCHEMAS[name].get("required", data):
                    rest = {other: value for other, value in data.items() if other != key}
                    with self.fails(Status.INTERNAL_ERROR, f"'{key}'"):
                        decode_data(rest, reader_of(cls))

    def test_a_key_that_is_missing_deep_inside_is_named(self) -> None:
        page = sample(SCHEMAS["V2TimConversationResult"], is_null=False)
        del page["conversationList"][1]["lastMessage"]["textElem"]["text"]
        with self.fails(Status.INTERNAL_ERROR, "'text'"):
            decode_data(page, _readers.conversation_result)
        with self.fails(Status.INTERNAL_ERROR, "unexpected shape"):
            decode_data([], _readers.conversation_result)

    def test_they_are_values(self) -> None:
        for name, cls in CLASSES.items():
            data = sample(SCHEMAS[name], is_null=False)
            model, same = reader_of(cls)(data), reader_of(cls)(data)
            fields = [field.name for field in dataclasses.fields(cls)]
            made = cls(*[getattr(model, field) for field in fields])
            for other in (
                same,
                made,
                dataclasses.replace(model),
                copy.copy(model),
                copy.deepcopy(model),
                *[pickle.loads(pickle.dumps(model, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)],
            ):
                self.assertIs(type(other), cls)
                self.assertEqual(other, model)
                self.assertEqual(hash(other), hash(model))
                self.assertEqual(repr(other), repr(model))
            changed = dataclasses.replace(model, **{fields[0]: "changed"})
            self.assertNotEqual(changed, model)
            self.assertEqual(getattr(changed, fields[0]), "changed")
            self.assertTrue(repr(model).startswith(f"{cls.__name__}({fields[0]}="), repr(model))
            self.assertIs(weakref.ref(model)(), model)
            for field in fields:
                with self.assertRaises(dataclasses.FrozenInstanceError):
                    setattr(model, field, None)
                with self.assertRaises(dataclasses.FrozenInstanceError):
                    delattr(model, field)

    def test_what_apps_make_has_defaults(self) -> None:
        self.assertEqual(libim.CustomElem("data"), libim.CustomElem("data", "", ""))
        self.assertEqual(libim.to_wire(libim.NewMember("bob")), {"userID": "bob", "role": 200})

    def test_sets_are_open(self) -> None:
        self.assertIs(libim.MessageStatus(2), libim.MessageStatus.SENT)
        for cls in (getattr(libim, name) for name in libim.enums.__all__):
            is_number = issubclass(cls, int)
            later = cls(9999 if is_number else "Later")
            self.assertEqual((later, later.name, type(later)), (9999 if is_number else "Later", "UNKNOWN", cls))
            self.assertEqual(later, cls(later.value))
            self.assertEqual(f"{later} {later!s}", f"{later.value} {later.value}")
            self.assertEqual(pickle.loads(pickle.dumps(later)), later)
            self.assertEqual(len(cls), len([one for one in cls if one.name != "UNKNOWN"]))
            with self.assertRaises(ValueError):
                cls("Later" if is_number else 9999)

    def test_times_are_datetimes(self) -> None:
        data = sample(SCHEMAS["V2TimConversation"], is_null=False)
        conversation = _readers.conversation(dict(data, draftTimestamp=0, c2cReadTimestamp=1))
        self.assertIsNone(conversation.draft_timestamp)
        self.assertEqual(conversation.c2c_read_timestamp, datetime.fromtimestamp(1, timezone.utc))
        far = _readers.conversation(dict(data, draftTimestamp=2**53))
        self.assertEqual(far.draft_timestamp and far.draft_timestamp.year, 9999)
        wire = libim.to_wire(datetime(1970, 1, 1, 0, 1, tzinfo=timezone.utc))
        self.assertEqual(wire, 60)

    def test_an_event_with_an_unreadable_payload(self) -> None:
        with self.fails(Status.INTERNAL_ERROR, "'desc'"):
            events.decode(libim.ConnectFailed.number, b'{"code": 1}')


class Config(support.Case):
    def test_it_has_what_the_library_takes(self) -> None:
        described = SCHEMAS["Config"]["properties"]
        xmpp = libim.Xmpp("a@b", "secret", "h", 1, libim.Tls.DIRECT, "/ca", "r")
        rules = (libim.ConversationOrder.ORDERKEY, libim.Durability.FULL)
        wire = libim.Config(
            "/d", "u", xmpp, 1, *rules, 2, auto_download_bytes=3, language="de", search=True, changed_fields=True
        ).to_wire()
        self.assertEqual(set(wire), set(described))
        embedded = libim.Config("/d", backend=libim.Embedded("/s")).to_wire()
        self.assertEqual(embedded, {"dataDir": "/d", "backend": {"kind": "embedded", "path": "/s"}})
        self.assertEqual({*wire["backend"], *embedded["backend"]}, set(described["backend"]["properties"]))
        self.assertEqual(wire["backend"]["kind"], "xmpp")
        self.assertNotIn("secret", repr(xmpp))


class Documentation(support.Case):
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

    def test_help_shows_what_a_method_takes_and_gives(self) -> None:
        method = libim.Client.get_conversation_list
        self.assertEqual(
            str(inspect.signature(method)),
            "(self, next_seq: 'Union[str, int, None]' = None, count: 'Optional[int]' = None) -> 'ConversationResult'",
        )
        self.assertIn("\nV2TIM: `getConversationList`.", inspect.getdoc(method) or "")
        self.assertIn("Waits for the server.", inspect.getdoc(libim.Client.login) or "")


def sample(schema: Mapping[str, Any], is_null: bool) -> Any:
    """A value of a schema, with null wherever it may be, or with none."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return sample(SCHEMAS[name], is_null)
    if "oneOf" in schema:  # a closed set, with a value of a later version
        return 9999 if schema["oneOf"][0]["type"] == "integer" else "Later"
    if "x-time" in schema:
        return 0 if is_null and schema["x-time"] == "none is 0" else 1_700_000_000
    for several in ("anyOf", "allOf"):
        if several in schema:
            choice = [one for one in schema[several] if is_null == (one.get("type") == "null")]
            return sample((choice or schema[several])[0], is_null)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in kinds and (is_null or kinds == ["null"]):
        return None
    if kinds[0] == "array":
        return [sample(schema["items"], is_null) for _ in range(2)]
    if kinds[0] == "object":
        # What may be missing is, where it is null.
        always = schema.get("required", schema["properties"])
        given = {key: of for key, of in schema["properties"].items() if key in always or not is_null}
        return {key: sample(of, is_null) for key, of in given.items() if of.get("type") != "null"}
    return {"string": "text \U0001f600", "integer": 2**53 - 1, "number": -0.5, "boolean": True}[kinds[0]]


if __name__ == "__main__":
    support.main()
