//! Who is mentioned in a message of a room: by reference (XEP-0372), explicitly (XEP-0513), or, as most clients do it, by
//! the name in the text alone.

use super::ids::payload;
use super::xml::element;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{MENTIONS, META, REFERENCE};
use crate::model::conversation::{AT_ALL, MAX_MENTIONS};
use crate::model::words::{Letter, words};
use crate::model::{Elem, MessageBody};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// The references to users, and to the room for everyone.
pub(super) fn encode(users: &[String], room: Option<&BareJid>) -> Vec<Element> {
    let reference = |user: &String| {
        let target = match room {
            Some(room) if user == AT_ALL => room.as_str(),
            _ => user.as_str(),
        };
        let uri = format!("xmpp:{target}");
        element(
            "reference",
            REFERENCE,
            &[("type", "mention"), ("uri", &uri)],
            Vec::new(),
        )
    };
    users.iter().map(reference).collect()
}

/// Who is mentioned, each once, the first 30: users, `room/name` and `room/id` for those whom the room names so, and everyone.
pub(super) fn decode(message: &Message, room: &BareJid) -> Vec<String> {
    let mut mentioned = Vec::new();
    for target in message.payloads.iter().filter_map(|element| target(element, room)) {
        if mentioned.len() == MAX_MENTIONS {
            break;
        }
        if !mentioned.contains(&target) {
            mentioned.push(target);
        }
    }
    mentioned
}

fn target(element: &Element, room: &BareJid) -> Option<String> {
    if element.is("reference", REFERENCE) && element.attr("type") == Some("mention") {
        let target = address::prepared(element.attr("uri")?.strip_prefix("xmpp:")?);
        return Some(if target == room.as_str() {
            AT_ALL.to_owned()
        } else {
            target
        });
    }
    // Who writes somebody's name without wanting to be heard by them says so.
    if !element.is("mention", MENTIONS) || element.has_child("noping", MENTIONS) {
        return None;
    }
    match (
        element.attr("mentions"),
        element.attr("occupantid"),
        element.attr("jid"),
    ) {
        (Some(group), ..) => {
            let is_everyone = group.strip_prefix(MENTIONS) == Some("#channel");
            is_everyone.then(|| AT_ALL.to_owned())
        }
        (None, Some(id), _) => Some(format!("{room}/{id}")),
        (None, None, jid) => Some(address::prepared(jid?)),
    }
}

/// Whether a text mentions somebody by the name alone. A message that says whom it mentions does not, nor one of libim,
/// which always says so.
pub(crate) fn names(message: &Message, body: &MessageBody, name: &str) -> bool {
    let is_told = |element: &Element| {
        let is_of = |names: &[&str]| names.iter().any(|&name| element.attr(name).is_some());
        element.is("reference", REFERENCE) && element.attr("type") == Some("mention")
            || element.is("mention", MENTIONS) && is_of(&["mentions", "occupantid", "jid"])
    };
    let Elem::Text { text } = &body.elem else {
        return false;
    };
    if payload(message, "meta", META).is_some() || message.payloads.iter().any(is_told) {
        return false;
    }
    let name = folded(name);
    // A quote repeats what was said to somebody before.
    let mut lines = text.lines().filter(|line| !line.starts_with('>'));
    !name.is_empty() && lines.any(|line| folded(line).windows(name.len()).any(|part| part == name))
}

/// The words of a text, so that case, width and diacritics make no difference.
fn folded(text: &str) -> Vec<Vec<char>> {
    let word = |word: Vec<Letter>| word.into_iter().map(|letter| letter.folded).collect();
    words(text).into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' type='groupchat'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    fn mentioned(inner: &str) -> Vec<String> {
        decode(&message(inner), &BareJid::new("team@rooms.test").unwrap())
    }

    fn is_named(text: &str, name: &str) -> bool {
        let body = MessageBody::of(Elem::Text { text: text.to_owned() });
        names(&message(""), &body, name)
    }

    #[test]
    fn mentions_of_both_forms_are_read() {
        let reference = |uri: &str| format!("<reference xmlns='urn:xmpp:reference:0' type='mention' uri='{uri}'/>");
        let explicit = |attributes: &str| format!("<mention xmlns='urn:xmpp:mentions:0' {attributes}/>");
        for (inner, expected) in [
            (reference("xmpp:Alice@im.test"), vec!["alice@im.test"]),
            (reference("xmpp:team@rooms.test"), vec![AT_ALL]),
            (reference("https://im.test"), vec![]),
            (explicit("jid='alice@im.test' begin='0' end='5'"), vec!["alice@im.test"]),
            (explicit("occupantid='x1'"), vec!["team@rooms.test/x1"]),
            (explicit("mentions='urn:xmpp:mentions:0#channel'"), vec![AT_ALL]),
            (explicit("mentions='urn:xmpp:mentions:0#moderators'"), vec![]),
            (explicit(""), vec![]),
            // One person in both forms.
            (
                reference("xmpp:alice@im.test") + &explicit("jid='alice@im.test'"),
                vec!["alice@im.test"],
            ),
            (
                "<mention xmlns='urn:xmpp:mentions:0' jid='alice@im.test'><noping/></mention>".to_owned(),
                vec![],
            ),
        ] {
            assert_eq!(mentioned(&inner), expected, "{inner}");
        }
    }

    #[test]
    fn a_name_is_a_mention_where_it_stands_as_words() {
        for text in [
            "Alice: hi",
            "hi @alice",
            "so, ALICE!",
            "alice's",
            "/me waves at Álice",
            "one\nalice",
        ] {
            assert!(is_named(text, "Alice"), "{text}");
        }
        for text in ["malice", "alices", "al ice", "", "> alice: hi\nwell"] {
            assert!(!is_named(text, "Alice"), "{text}");
        }
        assert!(is_named("thanks, Mary  Ann", "Mary Ann") && !is_named("Mary and Ann", "Mary Ann"));
        assert!(is_named("你好小明吃了吗", "小明") && !is_named("小红", "小明"));
        assert!(!is_named("!!", "!"), "a name without words");
    }

    #[test]
    fn who_says_whom_a_message_mentions_means_nobody_else() {
        let body = MessageBody::of(Elem::Text {
            text: "alice and bob".to_owned(),
        });
        for told in [
            "<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:bob@im.test'/>",
            "<mention xmlns='urn:xmpp:mentions:0' jid='bob@im.test'/>",
        ] {
            assert!(!names(&message(told), &body, "alice"), "{told}");
        }
        for other in [
            "",
            "<reference xmlns='urn:xmpp:reference:0' type='data' uri='https://im.test/a'/>",
            "<mention xmlns='urn:xmpp:mentions:0' uri='xmpp:bob@im.test'/>",
        ] {
            assert!(names(&message(other), &body, "alice"), "{other}");
        }
    }

    #[test]
    fn so_many_mentions_that_they_cost_something_do_not_count() {
        let one = |number: usize| format!("<mention xmlns='urn:xmpp:mentions:0' jid='u{number}@im.test'/>");
        assert_eq!(mentioned(&(0..1000).map(one).collect::<String>()).len(), MAX_MENTIONS);
    }
}
