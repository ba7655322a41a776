//! A server with a memory, for accounts of which it plays the other end: archives with small pages, nodes, a room. What it
//! delivers, and how often, is the test's.

use crate::support::script::{Connection, ME, MUC_USER, ROOM, Script, attr, bookmarks, entered};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How many messages it gives at once, whatever it is asked for.
const PAGE: usize = 7;
/// Those who are in the room beside the account: the name there, and the address.
pub const OCCUPANTS: [(&str, &str); 2] = [("bobby", "bob@im.test/phone"), ("Carl", "carl@im.test/x")];

/// A message of an archive.
#[derive(Clone)]
pub struct Archived {
    pub id: String,
    pub stamp: String,
    /// The whole stanza.
    pub xml: String,
    /// With whom.
    pub with: String,
}

#[derive(Default)]
pub struct Memory {
    /// By the address of the archive: the account's, or the room's.
    archives: BTreeMap<String, Vec<Archived>>,
    /// By node and id.
    pub nodes: BTreeMap<(String, String), String>,
    /// What is delivered, delayed, to the next session.
    pub kept: Vec<String>,
}

impl Memory {
    pub fn archive(&mut self, owner: &str) -> &mut Vec<Archived> {
        self.archives.entry(owner.to_owned()).or_default()
    }
}

/// A server for one device at a time, with a memory that it may share with others.
pub fn start(memory: &Arc<Mutex<Memory>>) -> Script {
    let memory = Arc::clone(memory);
    Script::start_resuming(move |server, xml| act(&mut memory.lock().unwrap(), server, xml))
}

/// What it does with an element of the client's. False when it answers as any server does.
pub fn act(memory: &mut Memory, server: &mut Connection, xml: &str) -> bool {
    if xml.starts_with("<iq") && xml.contains("urn:xmpp:mam:2") && attr(xml, "type") == "set" {
        answer_query(memory, server, xml);
    } else if xml.starts_with("<iq") && xml.contains("http://jabber.org/protocol/pubsub'") && attr(xml, "to").is_empty()
    {
        return answer_node(memory, server, xml);
    } else if xml.starts_with("<presence") && attr(xml, "to").is_empty() {
        for stanza in memory.kept.drain(..) {
            server.say(&stanza);
        }
    } else if xml.starts_with("<presence") && attr(xml, "to").starts_with(ROOM) && attr(xml, "type").is_empty() {
        for (nick, jid) in OCCUPANTS {
            server.say(&format!(
                "<presence from='{ROOM}/{nick}' to='{ME}/phone'><x xmlns='{MUC_USER}'>\
                 <item affiliation='member' role='participant' jid='{jid}'/></x></presence>"
            ));
        }
        server.say(&entered(ROOM));
    } else {
        return false;
    }
    true
}

fn text_in<'a>(xml: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// A page of an archive (XEP-0313, XEP-0059).
fn answer_query(memory: &mut Memory, server: &mut Connection, iq: &str) {
    let (to, query) = (attr(iq, "to"), attr(iq, "queryid"));
    let owner = if to.is_empty() { ME.to_owned() } else { to };
    let field = |name: &str| {
        let field = iq.split("<field").find(|field| attr(field, "var") == name)?;
        text_in(field, "<value>", "</value>").map(str::to_owned)
    };
    let (with, start) = (field("with"), field("start"));
    let all: Vec<Archived> = memory.archive(&owner).to_vec();
    let all: Vec<&Archived> = all
        .iter()
        .filter(|message| with.as_ref().is_none_or(|with| message.with == *with))
        .filter(|message| start.as_ref().is_none_or(|start| message.stamp >= *start))
        .collect();
    let place = |id: &str| all.iter().position(|message| message.id == id);
    let max = text_in(iq, "<max>", "</max>").map_or(PAGE, |max| max.parse().unwrap());
    let max = max.clamp(1, PAGE);
    let after = text_in(iq, "<after>", "</after>").and_then(place);
    let range = match (after, text_in(iq, "<before>", "</before>").and_then(place)) {
        (Some(after), _) => after + 1..(after + 1 + max).min(all.len()),
        (None, Some(before)) => before.saturating_sub(max)..before,
        (None, None) if iq.contains("<before") => all.len().saturating_sub(max)..all.len(),
        (None, None) => 0..max.min(all.len()),
    };
    let is_complete = if iq.contains("<before") {
        range.start == 0
    } else {
        range.end == all.len()
    };
    let page = &all[range];
    for message in page {
        let (id, stamp, xml) = (&message.id, &message.stamp, &message.xml);
        server.say(&format!(
            "<message from='{owner}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id}'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>{xml}</forwarded>\
             </result></message>"
        ));
    }
    let ends = page.first().zip(page.last()).map_or_else(String::new, |(first, last)| {
        format!("<first>{}</first><last>{}</last>", first.id, last.id)
    });
    server.reply(
        iq,
        &format!(
            "<fin xmlns='urn:xmpp:mam:2' complete='{is_complete}'><set xmlns='http://jabber.org/protocol/rsm'>{ends}</set></fin>"
        ),
    );
}

/// The account's own nodes.
fn answer_node(memory: &mut Memory, server: &mut Connection, iq: &str) -> bool {
    let node = attr(iq, "node");
    if iq.contains("<publish") {
        let item = &iq[iq.find("<item").unwrap()..];
        let payload = text_in(item, ">", "</item>").unwrap();
        memory.nodes.insert((node, attr(item, "id")), payload.to_owned());
        server.reply(iq, "");
    } else if iq.contains("<retract") {
        memory
            .nodes
            .remove(&(node, attr(&iq[iq.find("<item").unwrap()..], "id")));
        server.reply(iq, "");
    } else if iq.contains("<items") && node == "urn:xmpp:bookmarks:1" {
        server.reply(iq, &bookmarks(&[ROOM]));
    } else if iq.contains("<items") {
        let items: String = memory
            .nodes
            .iter()
            .filter(|((known, _), _)| *known == node)
            .map(|((_, id), payload)| format!("<item id='{id}'>{payload}</item>"))
            .collect();
        let items = format!("<items node='{node}'>{items}</items>");
        server.reply(
            iq,
            &format!("<pubsub xmlns='http://jabber.org/protocol/pubsub'>{items}</pubsub>"),
        );
    } else {
        return false;
    }
    true
}
