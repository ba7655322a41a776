//! Stanzas between two users.

use super::Shows::{Edits, Encrypted, Nothing, PeerReads, Reacts, Recalls, Text};
use super::{By, Row, peer, row};

/// Between two users.
pub const CHAT: &[Row] = &[
    // Text.
    peer(
        "conversations",
        "<body>from Conversations</body><markable xmlns='urn:xmpp:chat-markers:0'/><request xmlns='urn:xmpp:receipts'/>",
        Text("from Conversations"),
    ),
    peer(
        "dino",
        "<body>from Dino</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>\
         <markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from Dino"),
    ),
    peer(
        "gajim",
        "<origin-id xmlns='urn:xmpp:sid:0' id='gajim'/><body>from Gajim</body><request xmlns='urn:xmpp:receipts'/>\
         <active xmlns='http://jabber.org/protocol/chatstates'/><markable xmlns='urn:xmpp:chat-markers:0'/>\
         <thread>8996aef0-061d-4d32-9b5e-1a5b1d7f0c3e</thread>",
        Text("from Gajim"),
    ),
    peer(
        "monal",
        "<body>from Monal</body><origin-id xmlns='urn:xmpp:sid:0' id='monal'/><markable xmlns='urn:xmpp:chat-markers:0'/>\
         <request xmlns='urn:xmpp:receipts'/><store xmlns='urn:xmpp:hints'/>",
        Text("from Monal"),
    ),
    peer(
        "siskin",
        "<active xmlns='http://jabber.org/protocol/chatstates'/><body>from Siskin</body><request xmlns='urn:xmpp:receipts'/>\
         <markable xmlns='urn:xmpp:chat-markers:0'/>",
        Text("from Siskin"),
    ),
    row(By::Peer, "untyped", "", "<body>of no type</body>", Text("of no type")),
    peer(
        "subject",
        "<subject>About</subject><body>with a subject</body>",
        Text("with a subject"),
    ),
    peer(
        "rich",
        "<body>bold words</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>\
         <p><strong>bold</strong> words</p></body></html>",
        Text("bold words"),
    ),
    peer(
        "markup",
        "<body>bold words</body><markup xmlns='urn:xmpp:markup:0'><span start='0' end='4'><strong/></span></markup>",
        Text("bold words"),
    ),
    peer(
        "unstyled",
        "<body>*as it is*</body><unstyled xmlns='urn:xmpp:styling:0'/>",
        Text("*as it is*"),
    ),
    peer(
        "place",
        "<body>geo:52.5163,13.3779</body>",
        Text("place 52.5163 13.3779"),
    ),
    // Replies.
    peer("quotes", "<body>&gt; from Gajim\nyes</body>", Text("> from Gajim\nyes")),
    peer(
        "replies",
        "<body>&gt; from Gajim\nindeed</body><reply xmlns='urn:xmpp:reply:0' id='gajim' to='@peer@/phone'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='13'/></fallback>",
        Text("indeed"),
    ),
    // Files.
    peer(
        "file",
        "<body>https://up.example/a.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/a.jpg</url></x>",
        Text("image https://up.example/a.jpg"),
    ),
    peer(
        "share",
        "<file-sharing xmlns='urn:xmpp:sfs:0' id='share-1' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'>\
         <name>b.jpg</name><media-type>image/jpeg</media-type><media_type>image/jpeg</media_type><size>7</size>\
         <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>\
         </file></file-sharing><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "shared",
        "<body>https://up.example/b.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/b.jpg</url></x>\
         <attach-to xmlns='urn:xmpp:message-attaching:1' id='share'/><sources xmlns='urn:xmpp:sfs:0' id='share-1'>\
         <url-data xmlns='http://jabber.org/protocol/url-data' target='https://up.example/b.jpg'/></sources>",
        Text("image https://up.example/b.jpg"),
    ),
    peer(
        "voice",
        "<body>https://up.example/v.m4a</body><x xmlns='jabber:x:oob'><url>https://up.example/v.m4a</url></x>\
         <store xmlns='urn:xmpp:hints'/><request xmlns='urn:xmpp:receipts'/>",
        Text("sound https://up.example/v.m4a"),
    ),
    peer(
        "sims",
        "<body>https://up.example/f</body><reference xmlns='urn:xmpp:reference:0' type='data' begin='0' end='20'>\
         <media-sharing xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>\
         <media-type>video/mp4</media-type></file><sources><reference xmlns='urn:xmpp:reference:0' type='data' \
         uri='https://up.example/f'/></sources></media-sharing></reference>",
        Text("video https://up.example/f"),
    ),
    peer(
        "about-a-link",
        "<body>See https://up.example/a.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/a.jpg</url></x>",
        Text("See https://up.example/a.jpg"),
    ),
    peer(
        "sticker",
        "<body>:smile:</body><sticker xmlns='urn:xmpp:stickers:0' pack='p'/><file-sharing xmlns='urn:xmpp:sfs:0'>\
         <file xmlns='urn:xmpp:file:metadata:0'><desc>:smile:</desc></file></file-sharing>",
        Text("face :smile:"),
    ),
    peer(
        "sticker-with-picture",
        "<body>:smile:</body><sticker xmlns='urn:xmpp:stickers:0' pack='p'/><file-sharing xmlns='urn:xmpp:sfs:0'>\
         <file xmlns='urn:xmpp:file:metadata:0'><media-type>image/png</media-type><desc>:smile:</desc></file>\
         <sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' \
         target='https://up.example/s.png'/></sources></file-sharing>",
        Text("image https://up.example/s.png"),
    ),
    peer(
        "album",
        "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>1.png</name></file>\
         <sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' \
         target='https://up.example/1.png'/></sources></file-sharing><file-sharing xmlns='urn:xmpp:sfs:0'>\
         <file xmlns='urn:xmpp:file:metadata:0'><name>2.png</name></file><sources xmlns='urn:xmpp:sfs:0'>\
         <url-data xmlns='http://jabber.org/protocol/url-data' target='https://up.example/2.png'/></sources>\
         </file-sharing><store xmlns='urn:xmpp:hints'/>",
        Text("https://up.example/1.png\nhttps://up.example/2.png"),
    ),
    // Encrypted.
    peer(
        "omemo",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2'>A=</key><iv>A=</iv></header>\
         <payload>A=</payload></encrypted><encryption xmlns='urn:xmpp:eme:0' name='OMEMO' \
         namespace='eu.siacs.conversations.axolotl'/><body>I sent you an OMEMO encrypted message but your client doesn't \
         seem to support that.</body><store xmlns='urn:xmpp:hints'/><markable xmlns='urn:xmpp:chat-markers:0'/>",
        Encrypted,
    ),
    peer(
        "omemo-2",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/><payload>A=</payload></encrypted><store xmlns='urn:xmpp:hints'/>",
        Encrypted,
    ),
    peer(
        "omemo-edit",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>A=</payload></encrypted>\
         <body>[This message is OMEMO encrypted]</body><replace xmlns='urn:xmpp:message-correct:0' id='omemo'/>\
         <store xmlns='urn:xmpp:hints'/>",
        Edits("omemo", ""),
    ),
    peer(
        "omemo-keys",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2'>A=</key><iv>A=</iv></header>\
         </encrypted><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    // Reactions.
    peer(
        "reacts",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@mine@'><reaction>👍</reaction></reactions><store xmlns='urn:xmpp:hints'/>\
         <origin-id xmlns='urn:xmpp:sid:0' id='reacts'/>",
        Reacts("@mine@", "👍"),
    ),
    peer(
        "reacts-no-more",
        "<reactions xmlns='urn:xmpp:reactions:0' id='@mine@'/><store xmlns='urn:xmpp:hints'/>",
        Reacts("@mine@", ""),
    ),
    peer(
        "reacts-by-gateway",
        "<body>&gt; hi\n👍</body><reactions xmlns='urn:xmpp:reactions:0' id='@mine@'><reaction>👍</reaction></reactions>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'><body/></fallback>",
        Reacts("@mine@", "👍"),
    ),
    peer(
        "reacts-with-two",
        "<body>&gt; from Dino\n❤️ 👍</body><reactions xmlns='urn:xmpp:reactions:0' id='dino'><reaction>👍</reaction>\
         <reaction>❤️</reaction><reaction>👍</reaction></reactions><fallback xmlns='urn:xmpp:fallback:0' \
         for='urn:xmpp:reactions:0'/><store xmlns='urn:xmpp:hints'/>",
        Reacts("dino", "👍 ❤️"),
    ),
    peer(
        "reacts-to-what-nobody-said",
        "<reactions xmlns='urn:xmpp:reactions:0' id='nobody'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "reacts-early",
        "<reactions xmlns='urn:xmpp:reactions:0' id='last'><reaction>👀</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("last", "👀"),
    ),
    // Corrections, also of what is not the last message, and twice.
    peer(
        "edits",
        "<body>from Gajim, corrected</body><replace xmlns='urn:xmpp:message-correct:0' id='gajim'/>\
         <origin-id xmlns='urn:xmpp:sid:0' id='edits'/>",
        Edits("gajim", "from Gajim, corrected"),
    ),
    peer(
        "edits-again",
        "<body>from Gajim, twice</body><replace xmlns='urn:xmpp:message-correct:0' id='gajim'/>",
        Edits("gajim", "from Gajim, twice"),
    ),
    peer(
        "reacts-to-an-edit",
        "<reactions xmlns='urn:xmpp:reactions:0' id='edits-again'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("gajim", "👍"),
    ),
    // Recalls.
    peer(
        "oops-1",
        "<body>oops 1</body><origin-id xmlns='urn:xmpp:sid:0' id='oops-1'/>",
        Text("oops 1"),
    ),
    peer(
        "oops-2",
        "<body>oops 2</body><origin-id xmlns='urn:xmpp:sid:0' id='oops-2'/>",
        Text("oops 2"),
    ),
    peer("oops-3", "<body>oops 3</body>", Text("oops 3")),
    peer(
        "reacts-to-what-is-recalled",
        "<reactions xmlns='urn:xmpp:reactions:0' id='oops-1'><reaction>👍</reaction></reactions>\
         <store xmlns='urn:xmpp:hints'/>",
        Reacts("oops-1", "👍"),
    ),
    peer(
        "recalls-1",
        "<retract xmlns='urn:xmpp:message-retract:1' id='oops-1'/><fallback xmlns='urn:xmpp:fallback:0' \
         for='urn:xmpp:message-retract:1'/><body>/me retracted a previous message, but it's unsupported by your client.</body>",
        Recalls("oops-1"),
    ),
    peer(
        "recalls-2",
        "<apply-to xmlns='urn:xmpp:fasten:0' id='oops-2'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>\
         <fallback xmlns='urn:xmpp:fallback:0'/><body>This person attempted to retract a previous message, but it's \
         unsupported by your client.</body><store xmlns='urn:xmpp:hints'/>",
        Recalls("oops-2"),
    ),
    row(
        By::Peer,
        "recalls-3",
        "",
        "<retract xmlns='urn:xmpp:message-retract:1' id='oops-3'/><store xmlns='urn:xmpp:hints'/>",
        Recalls("oops-3"),
    ),
    peer(
        "recalls-what-is-not-theirs",
        "<retract xmlns='urn:xmpp:message-retract:1' id='@mine@'/><body>retracted</body><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "recalls-what-nobody-said",
        "<retract xmlns='urn:xmpp:message-retract:1' id='nobody'/><body>retracted</body><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    // Receipts, states, markers.
    peer(
        "has",
        "<received xmlns='urn:xmpp:receipts' id='@mine@'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "has-old",
        "<received xmlns='urn:xmpp:chat-markers:0' id='@mine@'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "types",
        "<composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/>\
         <no-storage xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "rests",
        "<paused xmlns='http://jabber.org/protocol/chatstates'/>",
        Nothing,
    ),
    peer(
        "displays",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='@mine@'/><received xmlns='urn:xmpp:receipts' id='@mine@'/>\
         <displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='@peer@' id='1'/></displayed>\
         <store xmlns='urn:xmpp:hints'/>",
        PeerReads,
    ),
    peer(
        "displays-what-is-theirs",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='gajim'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    // Calls, and other things that are not said.
    peer(
        "calls",
        "<propose xmlns='urn:xmpp:jingle-message:0' id='call'><description xmlns='urn:xmpp:jingle:apps:rtp:1' \
         media='audio'/></propose><request xmlns='urn:xmpp:receipts'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer(
        "gives-up",
        "<retract xmlns='urn:xmpp:jingle-message:0' id='call'/><store xmlns='urn:xmpp:hints'/>",
        Nothing,
    ),
    peer("nudges", "<attention xmlns='urn:xmpp:attention:0'/>", Nothing),
    peer("titles", "<subject>No body</subject>", Nothing),
    row(By::Peer, "shouts", "headline", "<body>a headline</body>", Nothing),
];
