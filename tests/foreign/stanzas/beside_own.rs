//! Stanzas between two users while another client of the account's says something too, and the last of that chat.

use super::Shows::{Edits, Encrypted, Nothing, Reacts, Reads, Recalls, Text};
use super::{Row, own, peer};

/// Between two users, after [`super::CHAT`].
pub const CHAT_BESIDE_OWN: &[Row] = &[
    // The account's other clients.
    own(
        "own",
        "<body>from the tablet</body><markable xmlns='urn:xmpp:chat-markers:0'/><request xmlns='urn:xmpp:receipts'/>",
        Text("from the tablet"),
    ),
    own(
        "own-edit",
        "<body>from my tablet</body><replace xmlns='urn:xmpp:message-correct:0' id='own'/>",
        Edits("own", "from my tablet"),
    ),
    own(
        "own-reaction",
        "<reactions xmlns='urn:xmpp:reactions:0' id='dino'><reaction>👍</reaction></reactions><store xmlns='urn:xmpp:hints'/>",
        Reacts("dino", "👍"),
    ),
    own(
        "own-oops",
        "<body>own oops</body><origin-id xmlns='urn:xmpp:sid:0' id='own-oops'/>",
        Text("own oops"),
    ),
    own(
        "own-recall",
        "<retract xmlns='urn:xmpp:message-retract:1' id='own-oops'/><fallback xmlns='urn:xmpp:fallback:0' \
         for='urn:xmpp:message-retract:1'/><body>This person attempted to retract a previous message, but it's unsupported \
         by your client.</body><store xmlns='urn:xmpp:hints'/>",
        Recalls("own-oops"),
    ),
    own(
        "own-receipt",
        "<received xmlns='urn:xmpp:receipts' id='monal'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    own(
        "own-share",
        "<file-sharing xmlns='urn:xmpp:sfs:0' id='s'><file xmlns='urn:xmpp:file:metadata:0'><name>c</name></file>\
         </file-sharing><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    own(
        "own-file",
        "<body>https://up.example/c</body><x xmlns='jabber:x:oob'><url>https://up.example/c</url></x>\
         <attach-to xmlns='urn:xmpp:message-attaching:1' id='own-share'/><sources xmlns='urn:xmpp:sfs:0' id='s'>\
         <url-data xmlns='http://jabber.org/protocol/url-data' target='https://up.example/c'/></sources>",
        Text("file https://up.example/c"),
    ),
    peer("unread-1", "<body>unread 1</body>", Text("unread 1")),
    own(
        "own-marker",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='unread-1'/><displayed xmlns='urn:xmpp:mds:displayed:0'>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='@me@' id='1'/></displayed><store xmlns='urn:xmpp:hints'/>",
        Reads,
    ),
    peer("unread-2", "<body>unread 2</body>", Text("unread 2")),
    peer(
        "unread-edit",
        "<body>unread two</body><replace xmlns='urn:xmpp:message-correct:0' id='unread-2'/>",
        Edits("unread-2", "unread two"),
    ),
    peer(
        "unread-omemo",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <body>[This message is OMEMO encrypted]</body><store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    // An app in German.
    peer(
        "languages",
        "<body>Good morning</body><body xml:lang='fr'>Bonjour</body><body xml:lang='de'>Guten Morgen</body>",
        Text("Guten Morgen"),
    ),
    peer(
        "languages-edit",
        "<body>Good evening</body><body xml:lang='de-AT'>Guten Abend</body>\
         <replace xmlns='urn:xmpp:message-correct:0' id='languages'/>",
        Edits("languages", "Guten Abend"),
    ),
    peer(
        "other-languages",
        "<body xml:lang='fr'>Bonjour</body><body xml:lang='es'>Hola</body>",
        Text("Bonjour"),
    ),
    own(
        "own-languages",
        "<body>Thanks</body><body xml:lang='de'>Danke</body>",
        Text("Danke"),
    ),
    peer("last", "<body>the last</body>", Text("the last")),
    // Of a message that nobody has.
    peer(
        "lone-edit",
        "<body>never said</body><replace xmlns='urn:xmpp:message-correct:0' id='nothing'/>",
        Text("never said"),
    ),
    peer(
        "lone-edit-again",
        "<body>said now</body><replace xmlns='urn:xmpp:message-correct:0' id='nothing'/>",
        Edits("lone-edit", "said now"),
    ),
    peer(
        "edits-the-first",
        "<body>from Conversations, corrected</body><replace xmlns='urn:xmpp:message-correct:0' id='conversations'/>",
        Edits("conversations", "from Conversations, corrected"),
    ),
    peer(
        "reacts-at-last",
        "<reactions xmlns='urn:xmpp:reactions:0' id='own'><reaction>👍</reaction></reactions><store xmlns='urn:xmpp:hints'/>",
        Reacts("own", "👍"),
    ),
];
