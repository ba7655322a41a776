//! Stanzas as they come, read with what is wrong in them. The parsers' types refuse a whole stanza for one odd part; what
//! people said would be lost with it, for good, because it is the same in the archive.

use super::xml::{attribute, lang};
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{CARBONS, DEFAULT_NS, DELAY, FORWARD};
use std::str::FromStr;
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Lang, Message, MessageType, Thread};
use xmpp_parsers::minidom::{Element, Node};
use xmpp_parsers::presence::Presence;
use xmpp_parsers::stanza_error::{DefinedCondition, ErrorType, StanzaError};

/// Whether an element is a stanza.
pub(crate) fn is_stanza(element: &Element) -> bool {
    element.has_ns(DEFAULT_NS) && matches!(element.name(), "message" | "presence" | "iq")
}

/// Reads a stanza. `None`: nothing can be made of it, above all when its sender's address is none.
pub(crate) fn stanza(element: Element) -> Option<Stanza> {
    match element.name() {
        "message" => message(element).map(Stanza::Message),
        "presence" => presence(element).map(Stanza::Presence),
        "iq" => iq(element).map(Stanza::Iq),
        _ => None,
    }
}

/// Reads a message, as it comes or as another stanza holds it. Of several bodies it has the one in the message's own language.
pub(crate) fn message(mut element: Element) -> Option<Message> {
    if !element.is("message", DEFAULT_NS) || !prepare(&mut element) {
        return None;
    }
    // RFC 6121, 5.2.2: an unknown type is a normal message.
    if element
        .attr("type")
        .is_some_and(|kind| MessageType::from_str(kind).is_err())
    {
        attribute(&mut element, "type", "normal");
    }
    let (body, subject) = (text_of(&element, "body"), text_of(&element, "subject"));
    let thread = element.get_child("thread", DEFAULT_NS).map(Element::text);
    keep_payloads(&mut element, &["body", "subject", "thread"]);
    let mut message = Message::try_from(element).ok()?;
    message.bodies.extend(body.map(|body| (Lang::new(), body)));
    message.subjects.extend(subject.map(|subject| (Lang::new(), subject)));
    message.thread = thread.map(|id| Thread { parent: None, id });
    Some(message)
}

/// The text of a child that there may be once for each language.
fn text_of(message: &Element, name: &str) -> Option<String> {
    let own = lang(message);
    let texts = || message.children().filter(|child| child.is(name, DEFAULT_NS));
    let text = texts().find(|text| lang(text).is_none_or(|lang| Some(lang) == own));
    text.or_else(|| texts().next()).map(Element::text)
}

fn presence(mut element: Element) -> Option<Presence> {
    if !prepare(&mut element) {
        return None;
    }
    // Whoever asks for something may say why.
    let wording = (element.attr("type") == Some("subscribe"))
        .then(|| text_of(&element, "status"))
        .flatten();
    // Nobody is shown as away, and the values are often wrong.
    keep_payloads(&mut element, &["show", "status", "priority"]);
    let mut presence = Presence::try_from(element).ok()?;
    presence.statuses.extend(wording.map(|wording| (Lang::new(), wording)));
    Some(presence)
}

fn iq(mut element: Element) -> Option<Iq> {
    if !prepare(&mut element) {
        return None;
    }
    let [from, id, kind] = ["from", "id", "type"].map(|name| element.attr(name).map(str::to_owned));
    Iq::try_from(element).ok().or_else(|| {
        // Somebody waits for an answer, and this was it.
        let is_answer = matches!(kind.as_deref(), Some("result" | "error"));
        let condition = DefinedCondition::UndefinedCondition;
        is_answer.then_some(Iq::Error {
            from: from.and_then(|from| Jid::from_str(&from).ok()),
            to: None,
            id: id?,
            error: StanzaError::new(ErrorType::Cancel, condition, "en", "the answer could not be parsed"),
            payload: None,
        })
    })
}

/// Whether an element has a copy of a message in it (XEP-0280).
pub(crate) fn is_carbon(element: &Element) -> bool {
    element.is("received", CARBONS) || element.is("sent", CARBONS)
}

/// The message that an element forwards (XEP-0297), and when it was sent, as it stands there.
pub(crate) fn forwarded(element: &Element) -> Option<(Message, Option<String>)> {
    let forwarded = element.get_child("forwarded", FORWARD)?;
    let delay = forwarded.get_child("delay", DELAY);
    let stamp = delay.and_then(|delay| delay.attr("stamp")).map(str::to_owned);
    let inner = forwarded.get_child("message", DEFAULT_NS)?;
    Some((message(inner.clone())?, stamp))
}

/// Makes the addresses readable. False when that cannot be: nobody knows who is meant.
fn prepare(element: &mut Element) -> bool {
    for name in ["from", "to"] {
        let Some(text) = element.attr(name).filter(|text| Jid::from_str(text).is_err()) else {
            continue;
        };
        let Some(readable) = address::escape(text) else {
            log::warn!("dropped a stanza whose address could not be parsed");
            return false;
        };
        attribute(element, name, &readable);
    }
    true
}

/// Leaves out these children in the stanza's own namespace, and texts between elements.
fn keep_payloads(element: &mut Element, others: &[&str]) {
    for node in element.take_nodes() {
        if let Node::Element(child) = node
            && !(child.has_ns(DEFAULT_NS) && others.contains(&child.name()))
        {
            element.append_child(child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Option<Message> {
        message(
            xml.replacen("<message", "<message xmlns='jabber:client'", 1)
                .parse()
                .unwrap(),
        )
    }

    fn said(xml: &str) -> String {
        let message = read(xml).unwrap();
        let (_, body) = message.get_best_body(Vec::new()).unwrap();
        body.clone()
    }

    #[test]
    fn one_odd_part_costs_no_message() {
        for xml in [
            "<message type='love'><body>hi</body></message>",
            "<message>stray<body>hi</body>text</message>",
            "<message><thread>1</thread><body>hi</body><thread>2</thread></message>",
            "<message x='y'><body x='y'>hi</body><subject><b/></subject></message>",
            "<message><body>hi</body><body>again</body></message>",
        ] {
            assert_eq!(said(xml), "hi", "{xml}");
        }
        assert_eq!(read("<message type='love'/>").unwrap().type_, MessageType::Normal);
    }

    #[test]
    fn a_subject_and_a_thread_are_read() {
        let message = read("<message><subject>About</subject><thread parent='0'>1</thread></message>").unwrap();
        assert!(message.subjects.values().eq(["About"]));
        assert_eq!(message.thread.unwrap().id, "1");
    }

    #[test]
    fn the_body_in_the_messages_own_language_is_read() {
        let de = "<body xml:lang='de'>Hallo</body>";
        assert_eq!(
            said(&format!("<message xml:lang='en'>{de}<body>Hello</body></message>")),
            "Hello"
        );
        assert_eq!(
            said(&format!(
                "<message xml:lang='de'><body xml:lang='en'>Hello</body>{de}</message>"
            )),
            "Hallo"
        );
        assert_eq!(said(&format!("<message xml:lang='fr'>{de}</message>")), "Hallo");
        assert!(
            read("<message><composing xmlns='u'/></message>")
                .unwrap()
                .bodies
                .is_empty()
        );
    }

    #[test]
    fn a_name_that_is_newer_than_the_tables_of_names_is_readable() {
        let fox = read("<message from='team@rooms.example/Fox \u{1f98a}' type='groupchat'><body>hi</body></message>")
            .unwrap();
        let from = fox.from.unwrap();
        assert_eq!(from.to_bare().as_str(), "team@rooms.example");
        assert_eq!(address::nick(from.resource().unwrap()), "Fox \u{1f98a}");
        assert!(
            read("<message from='@rooms.example/x'><body>hi</body></message>").is_none(),
            "nobody said it"
        );
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_an_answer() {
        let broken = "<iq xmlns='jabber:client' type='error' id='7' from='bob@example.org'/>";
        let Some(Stanza::Iq(Iq::Error { id, from, .. })) = stanza(broken.parse().unwrap()) else {
            panic!("somebody waits for it");
        };
        assert_eq!(
            (id.as_str(), from.unwrap().to_string().as_str()),
            ("7", "bob@example.org")
        );
        let odd = "<presence xmlns='jabber:client'><priority>999</priority><show>in</show><x xmlns='u'/></presence>";
        let Some(Stanza::Presence(presence)) = stanza(odd.parse().unwrap()) else {
            panic!("somebody is there");
        };
        assert_eq!(presence.payloads.len(), 1);
        assert!(presence.statuses.is_empty());
    }

    #[test]
    fn whoever_asks_says_why() {
        let asks = "<presence xmlns='jabber:client' type='subscribe'><status xml:lang='de'>Ich</status>\
            <status>I</status><status>twice</status><show>in</show></presence>";
        let Some(Stanza::Presence(presence)) = stanza(asks.parse().unwrap()) else {
            panic!("somebody asks");
        };
        let said: Vec<&str> = presence.statuses.values().map(String::as_str).collect();
        assert_eq!(said, ["I"]);
    }
}
