//! Habits of single clients between two users, beside what most of them do (`chat.rs`).

use super::Shows::{Edits, Encrypted, Nothing, Reacts, Text};
use super::{Row, own, peer};

/// Between two users.
pub const CLIENTS: &[Row] = &[
    peer(
        "c-languages",
        "<body>Hello</body><body xml:lang='de'>Hallo</body><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("Hallo"),
    ),
    peer(
        "g-place",
        "<body>geo:52.5163,13.3779,30;crs=wgs84;u=35</body>",
        Text("place 52.5163 13.3779"),
    ),
    // Dino's two stanzas of a file, with its attributes in the namespaces of their elements, and a thumbnail.
    peer(
        "d-share",
        "<file-sharing xmlns='urn:xmpp:sfs:0' xmlns:s='urn:xmpp:sfs:0' s:id='d-1' s:disposition='inline'>\
         <file xmlns='urn:xmpp:file:metadata:0'><name>d.jpg</name><media-type>image/jpeg</media-type>\
         <media_type>image/jpeg</media_type><size>7</size><width>2</width><height>3</height>\
         <thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/jpeg;base64,/9j/' media-type='image/jpeg' width='2' height='3'/>\
         </file></file-sharing><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "d-file",
        "<body>https://up.example/d.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/d.jpg</url></x>\
         <attach-to xmlns='urn:xmpp:message-attaching:1' xmlns:a='urn:xmpp:message-attaching:1' a:id='d-share'/>\
         <sources xmlns='urn:xmpp:sfs:0' xmlns:s='urn:xmpp:sfs:0' s:id='d-1'>\
         <url-data xmlns='http://jabber.org/protocol/url-data' xmlns:u='http://jabber.org/protocol/url-data' \
         u:target='https://up.example/d.jpg'/></sources>",
        Text("image https://up.example/d.jpg"),
    ),
    // A reply to a file quotes its name; its correction says all of that again.
    peer(
        "d-reply",
        "<body>&gt; d.jpg\nnise</body><reply xmlns='urn:xmpp:reply:0' id='d-file' to='@peer@/phone'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>",
        Text("nise"),
    ),
    peer(
        "d-reply-edit",
        "<body>&gt; d.jpg\nnice</body><reply xmlns='urn:xmpp:reply:0' id='d-file' to='@peer@/phone'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>\
         <replace xmlns='urn:xmpp:message-correct:0' id='d-reply'/>",
        Edits("d-reply", "nice"),
    ),
    // A second correction names the first text again.
    peer(
        "g-said",
        "<origin-id xmlns='urn:xmpp:sid:0' id='g-said'/><body>teh text</body><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("teh text"),
    ),
    peer(
        "g-edit",
        "<origin-id xmlns='urn:xmpp:sid:0' id='g-edit'/><body>the texd</body>\
         <replace xmlns='urn:xmpp:message-correct:0' id='g-said'/>",
        Edits("g-said", "the texd"),
    ),
    peer(
        "g-edit-again",
        "<origin-id xmlns='urn:xmpp:sid:0' id='g-edit-again'/><body>the text</body>\
         <replace xmlns='urn:xmpp:message-correct:0' id='g-said'/>",
        Edits("g-said", "the text"),
    ),
    // Each set of reactions takes the place of the one before.
    peer(
        "d-reacts",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@mine@'><reaction>🎉</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("@mine@", "🎉"),
    ),
    peer(
        "d-reacts-again",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@mine@'><reaction>🎉</reaction><reaction>😀</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("@mine@", "🎉 😀"),
    ),
    // Encrypted in other ways, and not at all.
    peer(
        "c-pgp",
        "<body>I sent you a PGP encrypted message but your client doesn't seem to support that.</body>\
         <x xmlns='jabber:x:encrypted'>hQ==</x><encryption xmlns='urn:xmpp:eme:0' namespace='jabber:x:encrypted'/>",
        Encrypted,
    ),
    peer(
        "d-pgp",
        "<body>[This message is OpenPGP encrypted (see XEP-0027)]</body><x xmlns='jabber:x:encrypted'>hQ==</x>",
        Encrypted,
    ),
    peer(
        "openpgp",
        "<openpgp xmlns='urn:xmpp:openpgp:0'>hQ==</openpgp><store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    peer(
        "g-omemo-reply",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <reply xmlns='urn:xmpp:reply:0' id='g-said' to='@peer@'/><fallback xmlns='urn:xmpp:fallback:0' \
         for='urn:xmpp:reply:0'><body start='0' end='11'/></fallback><thread>t</thread>\
         <encryption xmlns='urn:xmpp:eme:0' name='OMEMO' namespace='eu.siacs.conversations.axolotl'/>\
         <body>You received a message encrypted with OMEMO but your client doesn't support OMEMO.</body>\
         <store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    peer(
        "d-omemo-failed",
        "<body>[OMEMO encryption failed]</body>",
        Text("[OMEMO encryption failed]"),
    ),
    peer("m-aesgcm", "<body>aesgcm://up.example/e.jpg#00ff</body>", Encrypted),
    // Not said.
    peer(
        "s-gone",
        "<gone xmlns='http://jabber.org/protocol/chatstates'/>",
        Nothing,
    ),
    peer(
        "c-proceeds",
        "<proceed xmlns='urn:xmpp:jingle-message:0' id='call'><device xmlns='http://gultsch.de/xmpp/drafts/omemo/dlts-srtp-verification' \
         id='1'/></proceed><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "c-finishes",
        "<finish xmlns='urn:xmpp:jingle-message:0' id='call'><reason xmlns='urn:xmpp:jingle:1'><success/></reason></finish>\
         <store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
];

/// The same of the account's own. They come last: the peer's marker is for what came before it.
pub const OWN_CLIENTS: &[Row] = &[
    own(
        "own-reply",
        "<body>&gt; the text\nmy answer</body><reply xmlns='urn:xmpp:reply:0' id='g-said' to='@peer@'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='11'/></fallback>",
        Text("my answer"),
    ),
    own(
        "own-omemo",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <body>[This message is OMEMO encrypted]</body><store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    own("own-place", "<body>geo:1.5,2.5</body>", Text("place 1.5 2.5")),
    own(
        "own-reacts",
        "<reactions xmlns='urn:xmpp:reactions:0' id='g-said'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("g-said", "👍"),
    ),
    own(
        "own-reacts-no-more",
        "<reactions xmlns='urn:xmpp:reactions:0' id='g-said'/><store xmlns='urn:xmpp:hints'/>",
        Reacts("g-said", ""),
    ),
];
