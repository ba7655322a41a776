//! Stanzas at random: what clients send, in forms that are whole, half whole and wrong, and lies about ids, times and senders.

use crate::support::script::{ME, ROOM};
use std::collections::HashSet;

/// Who sends something, as an address.
pub const PEERS: [&str; 3] = ["bob@im.test/phone", "carl@im.test/x", "stranger@elsewhere.test/y"];

/// A stanza.
pub struct Stanza {
    /// The sender's full address: of a peer, of the account's other device, or in the room.
    pub from: String,
    pub to: String,
    pub kind: &'static str,
    pub id: Option<String>,
    /// What is in it.
    pub inner: String,
    /// The text, where nothing else in it says that it is no message, or that it has been there before.
    pub counts: Option<String>,
}

impl Stanza {
    /// As it is sent, with an archive's name for it.
    pub fn xml(&self, to: &str, archive_id: Option<(&str, &str)>, more: &str) -> String {
        let (from, kind, inner) = (&self.from, self.kind, &self.inner);
        let id = self.id.as_ref().map_or_else(String::new, |id| format!("id='{id}'"));
        let named = archive_id.map_or_else(String::new, |(by, id)| {
            format!("<stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='{id}'/>")
        });
        format!(
            "<message xmlns='jabber:client' from='{from}' to='{to}' {id} type='{kind}'>{inner}{named}{more}</message>"
        )
    }
}

/// What was said, for others to refer to.
#[derive(Default)]
pub struct Said {
    /// Senders, their ids, the archive's ids.
    pub all: Vec<(String, String, String)>,
    /// The ids that somebody has used twice.
    pub doubled: HashSet<String>,
    /// The ids of what others referred to.
    pub named: HashSet<String>,
    number: usize,
}

/// Another stanza.
pub fn stanza(random: &mut fastrand::Rng, said: &mut Said) -> Stanza {
    said.number += 1;
    let number = said.number;
    let is_in_room = random.u8(..4) == 0;
    let is_own = random.u8(..5) == 0;
    let peer = PEERS[random.usize(..PEERS.len())];
    let bare = |jid: &str| jid.split('/').next().unwrap().to_owned();
    let (from, to) = match (is_in_room, is_own) {
        (true, false) => (
            format!("{ROOM}/{}", ["bobby", "Carl"][random.usize(..2)]),
            ME.to_owned(),
        ),
        (true, true) => (format!("{ROOM}/alice"), ME.to_owned()),
        (false, true) => (format!("{ME}/tablet"), bare(peer)),
        (false, false) => (peer.to_owned(), ME.to_owned()),
    };
    let kind = match (is_in_room, random.u8(..12)) {
        (true, _) => "groupchat",
        (_, 0) => "normal",
        (_, 1) => "headline",
        _ => "chat",
    };
    // Ids: unique and promised, unique, none, another's of the same sender, and one that is not the promised one.
    let own_id = format!("id-{number}");
    let mut is_unique = true;
    let (id, origin) = match random.u8(..10) {
        0..=4 => (Some(own_id.clone()), Some(own_id.clone())),
        5 | 6 => (Some(own_id.clone()), None),
        7 => (None, None),
        8 => (Some(own_id.clone()), Some(format!("other-{number}"))),
        // The account's own devices keep their promises. And who recalls one of two messages that have one id says not which.
        _ => match said
            .all
            .iter()
            .rev()
            .find(|(sender, id, _)| *sender == from && !is_own && !said.named.contains(id))
        {
            Some((_, id, _)) => {
                is_unique = false;
                said.doubled.insert(id.clone());
                (Some(id.clone()), Some(id.clone()))
            }
            None => (Some(own_id.clone()), None),
        },
    };
    let named = |random: &mut fastrand::Rng, said: &Said| match said.all.len() {
        0 => "nobody".to_owned(),
        all => {
            let (_, id, archive_id) = &said.all[random.usize(..all)];
            match is_in_room {
                true => archive_id.clone(),
                false if said.doubled.contains(id) => "nobody".to_owned(),
                false => id.clone(),
            }
        }
    };
    let text = format!("text {number}");
    let is_about_another = random.u8(..3) == 0;
    let mut inner = String::new();
    let mut is_message = kind != "headline";
    if is_about_another {
        let target = named(random, said);
        let other = about(random, &target);
        said.named.insert(target);
        is_message = false;
        inner += &other;
        if random.bool() {
            inner += &format!("<body>{text}</body>");
        }
    } else {
        inner += &format!("<body>{text}</body>");
    }
    for _ in 0..random.usize(..3) {
        inner += &beside(random);
    }
    if let Some(origin) = origin {
        inner += &format!("<origin-id xmlns='urn:xmpp:sid:0' id='{origin}'/>");
    }
    Stanza {
        counts: (is_message && is_unique).then(|| text.clone()),
        from,
        to,
        kind,
        id,
        inner,
    }
}

/// What everybody says at the end, plainly.
pub fn last_words(said: &mut Said) -> Vec<Stanza> {
    let room = format!("{ROOM}/bobby");
    let senders = PEERS.map(str::to_owned).into_iter().chain([room]);
    senders
        .map(|from| {
            said.number += 1;
            let text = format!("text {}", said.number);
            Stanza {
                kind: if from.starts_with(ROOM) { "groupchat" } else { "chat" },
                id: Some(format!("id-{}", said.number)),
                inner: format!("<body>{text}</body>"),
                to: ME.to_owned(),
                counts: Some(text),
                from,
            }
        })
        .collect()
}

/// What is about another message, or is no message.
fn about(random: &mut fastrand::Rng, id: &str) -> String {
    match random.u8(..9) {
        0 => format!("<retract xmlns='urn:xmpp:message-retract:1' id='{id}'/>"),
        1 => format!(
            "<apply-to xmlns='urn:xmpp:fasten:0' id='{id}'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>"
        ),
        2 => format!("<replace xmlns='urn:xmpp:message-correct:0' id='{id}'/>"),
        3 => format!("<reactions xmlns='urn:xmpp:reactions:0' id='{id}'><reaction>+1</reaction></reactions>"),
        4 => format!("<displayed xmlns='urn:xmpp:chat-markers:0' id='{id}'/>"),
        5 => format!("<received xmlns='urn:xmpp:receipts' id='{id}'/>"),
        6 => "<retract xmlns='urn:xmpp:message-retract:1'/>".to_owned(),
        7 => "<left xmlns='urn:libim:left:0' room='@'/>".to_owned(),
        _ => "<composing xmlns='http://jabber.org/protocol/chatstates'/>".to_owned(),
    }
}

/// What changes nothing about a message, whatever it claims.
fn beside(random: &mut fastrand::Rng) -> String {
    let long = "x".repeat(9_000);
    match random.u8(..16) {
        0 => "<markable xmlns='urn:xmpp:chat-markers:0'/>".to_owned(),
        1 => "<request xmlns='urn:xmpp:receipts'/>".to_owned(),
        2 => "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z' from='elsewhere.test'/>".to_owned(),
        3 => "<delay xmlns='urn:xmpp:delay' stamp='soon'/><stanza-id xmlns='urn:xmpp:sid:0' by='bob@im.test' id='1'/>"
            .to_owned(),
        4 => "<a xmlns='urn:x'>".repeat(80) + &"</a>".repeat(80),
        5 => format!("<a xmlns='urn:x' b='{long}'/>"),
        6 => "<thread>1</thread><thread>2</thread><subject>s</subject>".to_owned(),
        7 => "<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:alice@im.test'/>".to_owned(),
        8 => "<nick xmlns='http://jabber.org/protocol/nick'>Nick</nick>".to_owned(),
        9 => "<meta xmlns='urn:libim:message:0'>{\"priority\":\"x\"</meta>".to_owned(),
        10 => "<private xmlns='urn:xmpp:carbons:2'/>".to_owned(),
        11 => "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:mds:displayed:0'>\
               <item id='bob@im.test'/></items></event>"
            .to_owned(),
        // Directly below the message it would be what the text is about: forwarded messages.
        12 => "<unknown xmlns='urn:y'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' \
               from='bob@im.test'><body>forged</body></message></forwarded></unknown>"
            .to_owned(),
        13 => "<x xmlns='jabber:x:oob'><url>https://example.org/</url></x>".to_owned(),
        14 => "<store xmlns='urn:xmpp:hints'/>".to_owned(),
        _ => "<error xmlns='urn:x'/><unknown xmlns='urn:y'><body>inner</body></unknown>".to_owned(),
    }
}
