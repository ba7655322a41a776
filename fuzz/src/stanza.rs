//! The bytes of a stanza, through the guard of the connection and all that decodes: nothing panics, whoever sends it.

use im::backend::xmpp::fuzzing;

/// Any bytes.
pub fn run(data: &[u8]) {
    read(data);
}

/// Whether libim understood a stanza.
pub fn read(data: &[u8]) -> bool {
    fuzzing::stanza(data)
}

/// Stanzas of each kind that libim reads.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "<message xmlns='jabber:client' type='chat' id='1' from='bob@im.test/a' to='alice@im.test'><body>hi</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='1'/><stanza-id xmlns='urn:xmpp:sid:0' id='7' by='alice@im.test'/>\
         <delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z' from='im.test'/>\
         <nick xmlns='http://jabber.org/protocol/nick'>Bob</nick><markable xmlns='urn:xmpp:chat-markers:0'/></message>",
        "<message xmlns='jabber:client' type='groupchat' id='2' from='team@rooms.im.test/bob'><body>@alice hi</body>\
         <reference xmlns='urn:xmpp:reference:0' type='mention' begin='0' end='6' uri='xmpp:alice@im.test'/>\
         <x xmlns='http://jabber.org/protocol/muc#user'><item jid='bob@im.test' affiliation='member'/></x>\
         <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/></message>",
        "<message xmlns='jabber:client' type='chat' from='bob@im.test/a'>\
         <retract xmlns='urn:xmpp:message-retract:1' id='1'/></message>",
        "<message xmlns='jabber:client' type='chat' from='bob@im.test/a'>\
         <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/></message>",
        "<message xmlns='jabber:client' from='team@rooms.im.test'><x xmlns='http://jabber.org/protocol/muc#user'>\
         <invite from='bob@im.test'/></x></message>",
        "<message xmlns='jabber:client' type='headline' from='alice@im.test'>\
         <event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'>\
         <item id='team@rooms.im.test'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'/></item>\
         <retract id='old@rooms.im.test'/></items></event></message>",
        "<message xmlns='jabber:client' from='alice@im.test'><result xmlns='urn:xmpp:mam:2' queryid='q' id='9'>\
         <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
         <message xmlns='jabber:client' type='chat' from='bob@im.test/a' to='alice@im.test'><body>old</body></message>\
         </forwarded></result></message>",
        "<message xmlns='jabber:client' type='chat' from='bob@im.test/a'>\
         <json xmlns='urn:xmpp:json:0'>{\"a\":1}</json><body>data</body></message>",
        "<presence xmlns='jabber:client' from='team@rooms.im.test/bob'><x xmlns='http://jabber.org/protocol/muc#user'>\
         <item affiliation='owner' role='moderator' jid='bob@im.test/a'/><status code='110'/></x></presence>",
        "<presence xmlns='jabber:client' type='unavailable' from='team@rooms.im.test/bob'>\
         <x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><status code='307'/>\
         <destroy jid='new@rooms.im.test'><reason>over</reason></destroy></x></presence>",
        "<iq xmlns='jabber:client' type='result' id='3' from='alice@im.test'>\
         <pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:mds:displayed:0'><item id='bob@im.test'>\
         <displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' id='7' by='alice@im.test'/>\
         </displayed></item></items></pubsub></iq>",
        "<iq xmlns='jabber:client' type='result' id='4' from='bob@im.test'><vCard xmlns='vcard-temp'>\
         <NICKNAME>Bob</NICKNAME><PHOTO><TYPE>image/png</TYPE><BINVAL>iVBO</BINVAL></PHOTO></vCard></iq>",
        "<iq xmlns='jabber:client' type='result' id='5' from='alice@im.test'><fin xmlns='urn:xmpp:mam:2' complete='true'>\
         <set xmlns='http://jabber.org/protocol/rsm'><first index='0'>1</first><last>9</last><count>9</count></set></fin></iq>",
        "<iq xmlns='jabber:client' type='set' id='6' from='im.test'><query xmlns='jabber:iq:roster'>\
         <item jid='bob@im.test' name='Bobby' subscription='both'/></query></iq>",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
