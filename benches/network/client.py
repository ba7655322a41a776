"""The other client of the bench: slixmpp, which does what libim does, driven by lines of JSON.

Commands come on the standard input; what was done is told on the standard output.

    python client.py JID PASSWORD HOST PORT CA-FILE
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream import ET

BOOKMARKS = "urn:xmpp:bookmarks:1"
RSM = "http://jabber.org/protocol/rsm"
UPLOAD = "urn:xmpp:http:upload:0"
PUBSUB = "http://jabber.org/protocol/pubsub"


def tell(what):
    print(json.dumps({"is": what}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password, ca_file):
        super().__init__(jid, password)
        self.ca_certs = ca_file
        for plugin in ["xep_0030", "xep_0045", "xep_0198", "xep_0199", "xep_0359"]:
            self.register_plugin(plugin)
        self.online = asyncio.Event()
        self.add_event_handler("session_start", self.start)

    async def start(self, _):
        self.send_presence()
        self.online.set()

    async def send_all(self, to, kind, count):
        """Sends without waiting, and ends when the server has got it all."""
        for number in range(count):
            message = self.make_message(mto=to, mbody=f"slixmpp {number}", mtype=kind)
            message["id"] = f"slixmpp-{kind}-{number}"
            message["origin_id"]["id"] = message["id"]
            message.send()
        await self.plugin["xep_0199"].send_ping(self.boundjid.domain, timeout=60)

    async def rooms(self):
        """Enters all rooms at once, and reads the last message of each."""
        iq = self.make_iq_get()
        iq.append(ET.fromstring(f"<pubsub xmlns='{PUBSUB}'><items node='{BOOKMARKS}'/></pubsub>"))
        answer = await iq.send(timeout=60)
        rooms = [item.attrib["id"] for item in answer.xml.iter(f"{{{PUBSUB}}}item")]
        await asyncio.gather(*(self.room(room) for room in rooms))

    async def room(self, room):
        await self.plugin["xep_0045"].join_muc_wait(room, "alice-2", maxstanzas=0, timeout=60)
        iq = self.make_iq_set(ito=room)
        iq.append(ET.fromstring(f"<query xmlns='urn:xmpp:mam:2'><set xmlns='{RSM}'><max>1</max><before/></set></query>"))
        await iq.send(timeout=60)

    async def slots(self, count, size, file):
        """Asks for places for files, and writes them down as JSON."""
        slots = []
        for number in range(count):
            iq = self.make_iq_get(ito=f"upload.{self.boundjid.domain}")
            iq.append(ET.fromstring(f"<request xmlns='{UPLOAD}' filename='{number}.bin' size='{size}'/>"))
            answer = await iq.send(timeout=60)
            put, get = answer.xml.find(f".//{{{UPLOAD}}}put"), answer.xml.find(f".//{{{UPLOAD}}}get")
            headers = {header.attrib["name"]: header.text for header in put.iter(f"{{{UPLOAD}}}header")}
            slots.append({"put": put.attrib["url"], "headers": headers, "get": get.attrib["url"]})
        with open(file, "w", encoding="utf-8") as output:
            json.dump(slots, output)

    async def do(self, command, host, port):
        match command["do"]:
            case "login":
                self.connect(host, port)
                await self.online.wait()
            case "send":
                await self.send_all(command["to"], command["type"], command["count"])
            case "enter":
                await self.plugin["xep_0045"].join_muc_wait(command["room"], "slixmpp", maxstanzas=0, timeout=60)
            case "rooms":
                await self.rooms()
            case "slots":
                await self.slots(command["count"], command["size"], command["file"])
        tell("done")


async def main():
    jid, password, host, port, ca_file = sys.argv[1:]
    client = Client(jid, password, ca_file)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell("ready")
    while line := await reader.readline():
        await client.do(json.loads(line), host, int(port))


asyncio.run(main())
