"""A foreign XMPP client for tests: slixmpp, driven by lines of JSON.

Commands come on the standard input, one object a line, with what to do in `do`. What happens is told on the standard
output in the same way, with what it is in `is`. It ends with its input.

    python client.py JID PASSWORD HOST PORT CA-FILE [silent]

A silent one never says that it is there: it gets no messages, and what is kept for the account's devices stays kept.
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.exceptions import XMPPError
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

# Tests send elements inside of thousands of others, and a room sends them back.
sys.setrecursionlimit(20_000)

MUC_USER = "http://jabber.org/protocol/muc#user"
PLUGINS = ["xep_0030", "xep_0045", "xep_0198", "xep_0280", "xep_0313", "xep_0333", "xep_0359"]


def tell(what, **parts):
    print(json.dumps({"is": what, **parts}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password, ca_file, is_silent):
        super().__init__(jid, password)
        self.ca_certs = ca_file
        self.is_silent = is_silent
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.start)
        self.add_event_handler("failed_all_auth", lambda _: tell("refused"))
        self.add_event_handler("message", lambda message: self.heard(message, None))
        self.add_event_handler("carbon_received", lambda outer: self.heard(outer["carbon_received"], "received"))
        self.add_event_handler("carbon_sent", lambda outer: self.heard(outer["carbon_sent"], "sent"))
        self.add_event_handler("marker_displayed", lambda message: self.displayed(message))
        # `message` is told of those with a body only.
        for name in (
            "{urn:xmpp:receipts}received",
            *("{http://jabber.org/protocol/chatstates}" + state for state in ("active", "composing", "paused")),
        ):
            matcher = MatchXPath(f"{{{self.default_ns}}}message/{name}")
            self.register_handler(Callback(name, matcher, lambda message: self.without_body(message, None)))

        matcher = MatchXPath(f"{{{self.default_ns}}}message/{{{MUC_USER}}}x")
        self.register_handler(Callback("declined", matcher, self.declined))

    async def start(self, _):
        if not self.is_silent:
            self.send_presence()
            await self.get_roster()
            await self.plugin["xep_0280"].enable()
        tell("online", jid=self.boundjid.full)

    def heard(self, message, carbon):
        if not message["body"]:
            if carbon and message.get_plugin("displayed", check=True):
                self.displayed(message, carbon)
            if carbon:
                self.without_body(message, carbon)
            return
        tell("message", carbon=carbon, xml=str(message), **parts(message))

    def declined(self, message):
        decline = message.xml.find(f"{{{MUC_USER}}}x/{{{MUC_USER}}}decline")
        if decline is not None:
            by = decline.get("from", "").split("/")[0]
            tell("declined", sender=message["from"].bare, by=by, reason=decline.findtext(f"{{{MUC_USER}}}reason"))

    def without_body(self, message, carbon):
        if message["body"]:
            return
        for state in message.xml:
            if state.tag.startswith("{http://jabber.org/protocol/chatstates}"):
                tell("state", sender=message["from"].bare, state=state.tag.split("}")[1], xml=str(message))
        received = message.xml.find("{urn:xmpp:receipts}received")
        if received is not None:
            tell("received", carbon=carbon, sender=message["from"].bare, id=received.get("id"))

    def displayed(self, message, carbon=None):
        tell("displayed", carbon=carbon, sender=message["from"].bare, id=message["displayed"]["id"])

    async def do(self, command):
        """Carries out a command; `done` tells that the server has it, in the order of the stream."""
        what = command["do"]
        if what == "say":
            message = self.make_message(mto=command["to"], mbody=command["text"], mtype=command["type"])
            message["id"] = command["id"]
            if command.get("origin", True):
                message["origin_id"]["id"] = command["id"]
            message.enable("markable")
            message.send()
        elif what == "displayed":
            message = self.make_message(mto=command["to"], mtype="chat")
            message["displayed"]["id"] = command["id"]
            # As Conversations has it: ejabberd's archive keeps nothing else without a body.
            message.append(ET.fromstring("<store xmlns='urn:xmpp:hints'/>"))
            message.send()
        elif what == "iq":
            iq = self.make_iq(itype=command["type"], ito=command.get("to"))
            iq.append(ET.fromstring(command["xml"]))
            tell("answer", xml=str(await iq.send(timeout=20)))
            return
        elif what == "raw":
            self.send_raw(command["xml"])
        elif what == "join":
            await self.plugin["xep_0045"].join_muc_wait(command["room"], command["nick"], maxstanzas=0)
        elif what == "history":
            texts = []
            target = command.get("room")
            results = self.plugin["xep_0313"].iterate(jid=target, with_jid=command.get("with"), rsm={"max": 50})
            async for result in results:
                message = result["mam_result"]["forwarded"]["stanza"]
                if message["body"]:
                    texts.append({**parts(message), "archiveID": result["mam_result"]["id"]})
            tell("history", messages=texts)
            return
        else:
            raise ValueError(what)
        tell("done")


def parts(message):
    """What a message says to a person, and the ids that later stanzas may name."""
    return {
        "type": message["type"],
        "sender": str(message["from"]),
        "to": message["to"].bare,
        "id": message["id"],
        "originID": message["origin_id"]["id"],
        "text": message["body"],
        "markable": message.get_plugin("markable", check=True) is not None,
        "stanzaIDs": [found.get("id") for found in message.xml.findall("{urn:xmpp:sid:0}stanza-id")],
    }


async def main(jid, password, host, port, ca_file, presence=""):
    client = Client(jid, password, ca_file, presence == "silent")
    client.connect(host, int(port))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            await client.do(json.loads(line))
        except XMPPError as error:
            tell("failed", why=f"{error.condition}: {error.text}")
    await client.disconnect()


asyncio.run(main(*sys.argv[1:]))
