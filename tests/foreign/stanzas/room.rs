//! Stanzas in a room.

use super::Shows::{Edits, Encrypted, Nothing, Reacts, Recalls, Text};
use super::{Row, own_said, said};

/// In a private room in which everybody sees who the others are.
pub const ROOM: &[Row] = &[
    said(
        "r-conversations",
        "<body>from Conversations</body><markable xmlns='urn:xmpp:chat-markers:0'/><origin-id xmlns='urn:xmpp:sid:0' \
         id='r-conversations'/>",
        Text("from Conversations"),
    ),
    said(
        "r-dino",
        "<body>from Dino</body><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from Dino"),
    ),
    said(
        "r-gajim",
        "<body>from Gajim</body><origin-id xmlns='urn:xmpp:sid:0' id='r-gajim'/>\
         <active xmlns='http://jabber.org/protocol/chatstates'/><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from Gajim"),
    ),
    said(
        "r-siskin",
        "<body>from Siskin</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from Siskin"),
    ),
    said(
        "r-replies",
        "<body>&gt; from Gajim\nindeed</body><reply xmlns='urn:xmpp:reply:0' id='@sid:r-gajim@' to='@room@/bobby'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='13'/></fallback>",
        Text("indeed"),
    ),
    said(
        "r-reacts",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@sid:r-dino@'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("r-dino", "👍"),
    ),
    said(
        "r-reacts-to-an-id-of-the-senders",
        "<reactions xmlns='urn:xmpp:reactions:0' id='r-gajim'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    said(
        "r-share",
        "<file-sharing xmlns='urn:xmpp:sfs:0' id='share-1'><file xmlns='urn:xmpp:file:metadata:0'><name>b.jpg</name></file>\
         </file-sharing><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    said(
        "r-shared",
        "<body>https://up.example/b.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/b.jpg</url></x>\
         <attach-to xmlns='urn:xmpp:message-attaching:1' id='1'/><sources xmlns='urn:xmpp:sfs:0' id='share-1'>\
         <url-data xmlns='http://jabber.org/protocol/url-data' target='https://up.example/b.jpg'/></sources>",
        Text("image https://up.example/b.jpg"),
    ),
    said(
        "r-omemo",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <body>You received a message encrypted with OMEMO but your client doesn't support OMEMO.</body>\
         <encryption xmlns='urn:xmpp:eme:0' name='OMEMO' namespace='eu.siacs.conversations.axolotl'/>\
         <store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    said(
        "r-edits",
        "<body>from Gajim, corrected</body><replace xmlns='urn:xmpp:message-correct:0' id='r-gajim'/>",
        Edits("r-gajim", "from Gajim, corrected"),
    ),
    said(
        "r-oops-1",
        "<body>oops 1</body><origin-id xmlns='urn:xmpp:sid:0' id='r-oops-1'/>",
        Text("oops 1"),
    ),
    said(
        "r-oops-2",
        "<body>oops 2</body><origin-id xmlns='urn:xmpp:sid:0' id='r-oops-2'/>",
        Text("oops 2"),
    ),
    said(
        "r-recalls-1",
        "<retract xmlns='urn:xmpp:message-retract:1' id='@sid:r-oops-1@'/><fallback xmlns='urn:xmpp:fallback:0' \
         for='urn:xmpp:message-retract:1'/><body>This person attempted to retract a previous message, but it's \
         unsupported by your client.</body><store xmlns='urn:xmpp:hints'/>",
        Recalls("r-oops-1"),
    ),
    said(
        "r-recalls-2",
        "<apply-to xmlns='urn:xmpp:fasten:0' id='r-oops-2'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>\
         <fallback xmlns='urn:xmpp:fallback:0'/><body>This person attempted to retract a previous message, but it's \
         unsupported by your client.</body><store xmlns='urn:xmpp:hints'/>",
        Recalls("r-oops-2"),
    ),
    said(
        "r-types",
        "<composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    said(
        "r-displays",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='@sid:r-dino@'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    own_said(
        "r-own",
        "<body>from the tablet</body><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from the tablet"),
    ),
    own_said(
        "r-own-edit",
        "<body>from my tablet</body><replace xmlns='urn:xmpp:message-correct:0' id='r-own'/>",
        Edits("r-own", "from my tablet"),
    ),
    own_said(
        "r-own-reacts",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@sid:r-dino@'><reaction>👍</reaction></reactions>\
         <body>👍</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'><body/></fallback>",
        Reacts("r-dino", "👍"),
    ),
    own_said(
        "r-own-displays",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='@sid:r-dino@'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    said(
        "r-languages",
        "<body>Hello</body><body xml:lang='de'>Hallo</body>",
        Text("Hallo"),
    ),
    said(
        "r-reacts-again",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@sid:r-dino@'><reaction>🎉</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("r-dino", "🎉"),
    ),
    said(
        "r-edits-again",
        "<body>from Gajim, corrected again</body><replace xmlns='urn:xmpp:message-correct:0' id='r-gajim'/>",
        Edits("r-gajim", "from Gajim, corrected again"),
    ),
    said(
        "r-pgp",
        "<body>[This message is OpenPGP encrypted (see XEP-0027)]</body><x xmlns='jabber:x:encrypted'>hQ==</x>",
        Encrypted,
    ),
    own_said(
        "r-own-omemo",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <body>[This message is OMEMO encrypted]</body><store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    said(
        "r-languages-edit",
        "<body>Good evening</body><body xml:lang='de'>Guten Abend</body>\
         <replace xmlns='urn:xmpp:message-correct:0' id='r-languages'/>",
        Edits("r-languages", "Guten Abend"),
    ),
    said("r-last", "<body>the last</body>", Text("the last")),
    // Of a message that nobody has.
    said(
        "r-lone-edit",
        "<body>never said</body><replace xmlns='urn:xmpp:message-correct:0' id='r-nothing'/>",
        Text("never said"),
    ),
    said(
        "r-edits-the-first",
        "<body>from Conversations, corrected</body><replace xmlns='urn:xmpp:message-correct:0' id='r-conversations'/>",
        Edits("r-conversations", "from Conversations, corrected"),
    ),
    said(
        "r-reacts-at-last",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@sid:r-own@'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("r-own", "👍"),
    ),
];

/// From one occupant of a room to another: a conversation of its own, with `between us` in it.
pub const PRIVATE: &[&str] = &[
    "<body>between us</body><x xmlns='http://jabber.org/protocol/muc#user'/><request xmlns='urn:xmpp:receipts'/>",
    "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/><x xmlns='http://jabber.org/protocol/muc#user'/>\
     <store xmlns='urn:xmpp:hints'/>",
];
