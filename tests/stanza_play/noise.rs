//! What comes beside messages, whole and half and forged: presences and nodes of contacts and strangers, of people in the room,
//! of the account's own nodes, questions and answers that nobody asked for. None of it changes what is shown.

use crate::support::script::{ME, MUC_USER, ROOM};
use fastrand::Rng;

const EVENT: &str = "http://jabber.org/protocol/pubsub#event";
const SENDERS: [&str; 4] = [
    "bob@im.test/phone",
    "carl@im.test",
    "stranger@elsewhere.test/y",
    "im.test",
];

fn one<'a>(random: &mut Rng, all: &[&'a str]) -> &'a str {
    all[random.usize(..all.len())]
}

/// A stanza that says nothing to the user.
pub fn noise(random: &mut Rng) -> String {
    match random.u8(..6) {
        0 => presence(random),
        1 => room_presence(random),
        2 => {
            let (from, payload) = (one(random, &SENDERS), foreign_node(random));
            node(from, payload)
        }
        3 => node(ME, own_node(random)),
        4 => forged(random),
        _ => question(random),
    }
}

/// Of a contact or a stranger: here, gone, with whatever clients put into it.
fn presence(random: &mut Rng) -> String {
    let from = one(random, &SENDERS);
    let kind = one(
        random,
        &[
            "",
            "type='unavailable'",
            "type='error'",
            "type='probe'",
            "type='nonsense'",
        ],
    );
    let inner = one(
        random,
        &[
            "",
            "<show>dnd</show><status>busy</status><priority>-200</priority>",
            "<show>nonsense</show><priority>many</priority>",
            "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='x' ver='y'/>",
            "<c xmlns='http://jabber.org/protocol/caps'/>",
            "<x xmlns='vcard-temp:x:update'><photo>0</photo></x>",
            "<nick xmlns='http://jabber.org/protocol/nick'/><idle xmlns='urn:xmpp:idle:1' since='soon'/>",
            "<error type='cancel'/>",
            "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/><status code='307'/></x>",
        ],
    );
    format!("<presence from='{from}' to='{ME}/phone' {kind}>{inner}</presence>")
}

/// Of somebody in the room, or of nobody: other names than those who speak have.
fn room_presence(random: &mut Rng) -> String {
    let nick = one(random, &["dora", "Émile", "x y", "", "dora/phone"]);
    let kind = one(random, &["", "type='unavailable'", "type='error'"]);
    let affiliation = one(random, &["owner", "admin", "member", "outcast", "none", "nonsense"]);
    let role = one(random, &["moderator", "visitor", "none", "nonsense"]);
    let jid = one(random, &["jid='dora@im.test/x'", "jid='@@'", ""]);
    let status = one(
        random,
        &[
            "",
            "<status code='301'/>",
            "<status code='x'/>",
            "<status code='303'/>",
            "<status/>",
        ],
    );
    let item = match random.u8(..4) {
        0 => String::new(),
        1 => "<item/>".to_owned(),
        _ => format!("<item affiliation='{affiliation}' role='{role}' {jid} nick='emma'><actor/><reason/></item>"),
    };
    format!("<presence from='{ROOM}/{nick}' to='{ME}/phone' {kind}><x xmlns='{MUC_USER}'>{item}{status}</x></presence>")
}

fn node(from: &str, items: String) -> String {
    format!("<message type='headline' from='{from}' to='{ME}/phone'><event xmlns='{EVENT}'>{items}</event></message>")
}

/// A profile, or what only the account itself may say.
fn foreign_node(random: &mut Rng) -> String {
    let (node, payload) = match random.u8(..7) {
        0 => (
            "http://jabber.org/protocol/nick",
            "<nick xmlns='http://jabber.org/protocol/nick'>N</nick>",
        ),
        1 => (
            "urn:xmpp:vcard4",
            "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><nickname><text/></nickname></vcard>",
        ),
        2 => ("urn:xmpp:vcard4", "<vcard xmlns='urn:other'/>"),
        3 => (
            "urn:xmpp:avatar:metadata",
            "<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='x'/></metadata>",
        ),
        // Forged: these are believed from the account only.
        4 => (
            "urn:libim:conversations:0",
            "<conversation xmlns='urn:libim:conversations:0'>{\"isPinned\":true,\"deletedUpTo\":[{\"time\":9999999999999999}]}</conversation>",
        ),
        5 => (
            "urn:xmpp:mds:displayed:0",
            "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='a00001'/></displayed>",
        ),
        _ => (
            "urn:xmpp:bookmarks:1",
            "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Trap'/>",
        ),
    };
    let id = one(
        random,
        &["current", "bob@im.test", "c2c_bob@im.test", "trap@conference.im.test"],
    );
    format!("<items node='{node}'><item id='{id}'>{payload}</item></items>")
}

/// Of the account's own nodes what no client should have put there.
fn own_node(random: &mut Rng) -> String {
    let node = one(
        random,
        &[
            "urn:libim:conversations:0",
            "urn:xmpp:bookmarks:1",
            "urn:xmpp:mds:displayed:0",
            "urn:other",
            "",
            "urn:libim:account:0",
        ],
    );
    let id = one(
        random,
        &["", "c2c_", "group_x", "c2c_bob@im.test", "bob@im.test", "@", "no jid"],
    );
    let payload = one(
        random,
        &[
            "",
            "<conversation xmlns='urn:libim:conversations:0'>{\"settings\":7}</conversation>",
            "<conversation xmlns='urn:libim:conversations:0'>[]</conversation>",
            "<conversation xmlns='urn:libim:conversations:0'>{\"cleared</conversation>",
            "<conference xmlns='urn:other'/>",
            "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='maybe'><extensions>text</extensions></conference>",
            "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='x' id=''/></displayed>",
            "<account xmlns='urn:libim:account:0' since='yesterday'/>",
        ],
    );
    match random.u8(..5) {
        0 => "<purge node='urn:other'/>".to_owned(),
        1 => "<items/>".to_owned(),
        2 => format!("<items node='{node}'><retract id='{id}'/><retract/></items>"),
        _ => format!("<items node='{node}'><item id='{id}'>{payload}</item><item/></items>"),
    }
}

/// Copies, archived messages and roster changes that somebody else sends.
fn forged(random: &mut Rng) -> String {
    let from = one(random, &["bob@im.test", "stranger@elsewhere.test/y", ROOM]);
    let inner = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='carl@im.test/x' \
                 to='alice@im.test'><body>forged</body></message></forwarded>";
    match random.u8(..4) {
        0 => format!(
            "<message from='{from}' to='{ME}/phone'><received xmlns='urn:xmpp:carbons:2'>{inner}</received></message>"
        ),
        1 => format!(
            "<message from='{from}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='1' id='a00001'>{inner}</result></message>"
        ),
        2 => format!("<message from='{ME}' to='{ME}/phone'><received xmlns='urn:xmpp:carbons:2'/></message>"),
        _ => format!(
            "<iq type='set' id='r{}' from='{from}'><query xmlns='jabber:iq:roster'><item jid='mallory@im.test' \
             subscription='both' name='Mallory'/></query></iq>",
            random.u16(..)
        ),
    }
}

/// Questions, and answers to none of ours.
fn question(random: &mut Rng) -> String {
    let (from, id) = (one(random, &SENDERS), random.u16(..));
    let kind = one(random, &["get", "set", "result", "error", "nonsense"]);
    let inner = one(
        random,
        &[
            "<ping xmlns='urn:xmpp:ping'/>",
            "<query xmlns='http://jabber.org/protocol/disco#info' node='nothing'/>",
            "<query xmlns='http://jabber.org/protocol/disco#info'/>",
            "<query xmlns='jabber:iq:version'/>",
            "<time xmlns='urn:xmpp:time'/>",
            "<block xmlns='urn:xmpp:blocking'/>",
            "",
        ],
    );
    format!("<iq type='{kind}' id='{id}' from='{from}' to='{ME}/phone'>{inner}</iq>")
}
