//! Texts that a message has in several languages (RFC 6121, 5.2.3): only the one for the app is left, before anything reads
//! the message, so that it makes no difference how a message comes.

use super::xml::lang;
use crate::backend::xmpp::ns::DEFAULT_NS;
use crate::model::language::Language;
use xmpp_parsers::minidom::{Element, Node};

/// Chooses in every message that an element is or has in it: copies and results of archives hold others.
pub(crate) fn choose(element: &mut Element, language: &Language) {
    if element.is("message", DEFAULT_NS) {
        for name in ["body", "subject"] {
            choose_one(element, name, language);
        }
    }
    for child in element.children_mut() {
        choose(child, language);
    }
}

fn choose_one(message: &mut Element, name: &str, language: &Language) {
    let own = lang(message);
    let texts: Vec<&Element> = message.children().filter(|child| child.is(name, DEFAULT_NS)).collect();
    if texts.len() < 2 {
        return;
    }
    let tags: Vec<Option<&str>> = texts.iter().map(|text| lang(text).or(own)).collect();
    // Where none fits, it is as without a language of the app.
    let Some(best) = language.best(&tags) else {
        return;
    };
    let mut place = 0;
    for node in message.take_nodes() {
        match node {
            Node::Element(child) if child.is(name, DEFAULT_NS) => {
                if place == best {
                    message.append_child(without_lang(child));
                }
                place += 1;
            }
            node => message.append_node(node),
        }
    }
}

/// A text as one that has no language of its own: it is the message's.
fn without_lang(text: Element) -> Element {
    Element::builder(text.name(), DEFAULT_NS).append(text.text()).build()
}

#[cfg(test)]
mod tests {
    use super::super::lenient;
    use super::*;

    fn said(language: &str, xml: &str) -> (Option<String>, Option<String>) {
        let xml = xml.replacen("<message", "<message xmlns='jabber:client'", 1);
        let mut element: Element = xml.parse().unwrap();
        choose(&mut element, &Language::parse("language", language).unwrap());
        let message = lenient::message(element).unwrap();
        let first = |texts: Vec<&String>| texts.first().map(|text| (*text).clone());
        (
            first(message.bodies.values().collect()),
            first(message.subjects.values().collect()),
        )
    }

    #[test]
    fn the_text_in_the_apps_language_is_left() {
        let (de, fr) = ("<body xml:lang='de'>Hallo</body>", "<body xml:lang='fr'>Salut</body>");
        let body = "<body>Hello</body>";
        for (language, xml, text) in [
            (
                "de",
                format!("<message xml:lang='en'>{body}{de}{fr}</message>"),
                "Hallo",
            ),
            (
                "fr-CA",
                format!("<message xml:lang='en'>{body}{de}{fr}</message>"),
                "Salut",
            ),
            ("en", format!("<message xml:lang='en'>{de}{body}</message>"), "Hello"),
            ("sv", format!("<message xml:lang='en'>{de}{body}</message>"), "Hello"),
            ("sv", format!("<message xml:lang='en'>{de}{fr}</message>"), "Hallo"),
            ("sv", format!("<message>{de}{body}</message>"), "Hello"),
            ("de", format!("<message>{fr}</message>"), "Salut"),
        ] {
            assert_eq!(said(language, &xml).0.as_deref(), Some(text), "{language}: {xml}");
        }
    }

    #[test]
    fn a_subject_is_chosen_by_itself() {
        let xml = "<message><subject>Plan</subject><subject xml:lang='de'>Vorhaben</subject><body>hi</body></message>";
        assert_eq!(said("de", xml), (Some("hi".to_owned()), Some("Vorhaben".to_owned())));
    }

    #[test]
    fn messages_that_others_hold_are_chosen_in_too() {
        let inner = "<message xmlns='jabber:client'><body>Hello</body><body xml:lang='de'>Hallo</body></message>";
        let xml = format!(
            "<message xmlns='jabber:client'><result xmlns='urn:xmpp:mam:2' id='1' queryid='q'>\
             <forwarded xmlns='urn:xmpp:forward:0'>{inner}</forwarded></result></message>"
        );
        let mut element: Element = xml.parse().unwrap();
        choose(&mut element, &Language::parse("language", "de").unwrap());
        let xml = String::from(&element);
        assert!(xml.contains("Hallo") && !xml.contains("Hello"), "{xml}");
    }
}
