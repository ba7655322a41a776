//! The names of a message: the sender's, the archive's, and the one by which the account knows it.

use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{DELAY, SID};
use crate::backend::xmpp::time::parse_stamp;
use crate::model::Micros;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// The first payload of that name.
pub(crate) fn payload<'a>(message: &'a Message, name: &str, namespace: &str) -> Option<&'a Element> {
    message.payloads.iter().find(|element| element.is(name, namespace))
}

/// The id that an archive gave a message, if that archive is the one asked for: anybody can write the ids of others. The
/// archive adds its own at the end; what claims to be it before was written by the sender.
pub(crate) fn stanza_id(message: &Message, archive: &BareJid) -> Option<String> {
    message
        .payloads
        .iter()
        .filter(|element| element.is("stanza-id", SID))
        .rfind(|element| address::attr(element, "by").as_ref() == Some(archive))
        .and_then(|element| element.attr("id"))
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// The id in an archive of a message that arrived by itself just now: not one that was kept until this device came.
pub(crate) fn fresh_id(message: &Message, archive: &BareJid) -> Option<String> {
    // Whoever says that it was kept: what is no news by mistake comes with the archive's page all the same.
    let has_delay = || message.payloads.iter().any(|payload| payload.is("delay", DELAY));
    stanza_id(message, archive).filter(|_| !has_delay())
}

/// Whether a message was kept until this device came, by the word of the account's server or of the room.
pub(crate) fn is_delayed(message: &Message, me: &BareJid, room: Option<&BareJid>) -> bool {
    delay(message, me, room).is_some()
}

/// When a message was sent that was kept for the account (XEP-0203), if the one who kept it says so: the account's own
/// server, or the room that sends it.
pub(crate) fn delay(message: &Message, me: &BareJid, room: Option<&BareJid>) -> Option<Micros> {
    // Anybody can write a delay into a message, and with it choose a place in the history.
    let may_say = |from: BareJid| {
        let is_of = |jid: &BareJid| from == *jid || from == BareJid::from_parts(None, jid.domain());
        is_of(me) || room.is_some_and(is_of)
    };
    message
        .payloads
        .iter()
        .filter(|element| element.is("delay", DELAY))
        // What the keeper adds comes last; what claims to be its word before that was written by the sender.
        .rfind(|element| {
            // A name that is no address is nobody's word.
            let from = element.attr("from").map(address::parse_bare);
            from.is_none_or(|from| from.is_some_and(may_say))
        })
        .and_then(|element| parse_stamp(element.attr("stamp")?))
}

/// The id that the sender gave a message, and whether the sender promises not to give it again.
pub(crate) fn origin_id(message: &Message) -> (String, bool) {
    let origin = payload(message, "origin-id", SID).and_then(|element| element.attr("id"));
    let id = message.id.as_ref().map(|id| id.0.as_str());
    match (id, origin) {
        // Markers name the stanza's id (XEP-0333), and another origin-id promises nothing about that one.
        (Some(id), Some(origin)) => (id.to_owned(), id == origin && !id.is_empty()),
        (Some(id), None) => (id.to_owned(), false),
        (None, Some(origin)) => (origin.to_owned(), !origin.is_empty()),
        (None, None) => (String::new(), false),
    }
}

/// The `msgID`, the same for everybody who has the message: the id that its sender promises to give to no other. Without
/// such a promise it is [`own_id`].
pub(crate) fn msg_id(is_trusted: bool, origin_id: &str, own_id: &str) -> String {
    if is_trusted && !origin_id.is_empty() {
        origin_id.to_owned()
    } else {
        own_id.to_owned()
    }
}

/// The name of a message that nobody but the archive chooses, the same on all devices of the account. `scope` keeps apart
/// what different archives call the same.
pub(crate) fn own_id(origin_id: &str, server_id: &str, scope: &str) -> String {
    if !server_id.is_empty() {
        format!("{scope}/{server_id}")
    } else if !origin_id.is_empty() {
        // Two slashes: an id that a sender chose must not look like one of the archive's.
        format!("{scope}//{origin_id}")
    } else {
        format!("{scope}//{}", uuid::Uuid::new_v4())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(children: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' id='1'>{children}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    fn jid(text: &str) -> BareJid {
        BareJid::new(text).unwrap()
    }

    #[test]
    fn only_the_archive_that_is_asked_names_messages() {
        let message = parse(
            "<stanza-id xmlns='urn:xmpp:sid:0' by='mallory@evil.example' id='1'/>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='Alice@example.org' id='2'/>",
        );
        assert_eq!(stanza_id(&message, &jid("alice@example.org")), Some("2".to_owned()));
        assert_eq!(stanza_id(&message, &jid("bob@example.org")), None);
    }

    #[test]
    fn a_delay_counts_when_the_own_server_says_so() {
        let me = jid("alice@example.org");
        let stamp = "stamp='2024-02-29T12:34:56Z'";
        let delayed = |from: &str| parse(&format!("<delay xmlns='urn:xmpp:delay' {from} {stamp}/>"));
        for from in [
            "",
            "from='example.org'",
            "from='Example.org'",
            "from='alice@example.org'",
        ] {
            let message = delayed(from);
            assert!(is_delayed(&message, &me, None));
            assert_eq!(
                delay(&message, &me, None),
                Some(Micros(1_709_210_096_000_000)),
                "{from}"
            );
        }
        for from in ["from='evil.example'", "from='bob@example.org'", "from='@'"] {
            assert_eq!(delay(&delayed(from), &me, None), None, "{from}");
            assert!(!is_delayed(&delayed(from), &me, None), "{from}");
        }
        let forged = parse(&format!(
            "<delay xmlns='urn:xmpp:delay' stamp='2000-01-01T00:00:00Z'/><delay xmlns='urn:xmpp:delay' {stamp}/>"
        ));
        assert_eq!(delay(&forged, &me, None), Some(Micros(1_709_210_096_000_000)));
    }

    #[test]
    fn a_room_says_when_what_it_kept_was_sent() {
        let (me, room) = (jid("alice@example.org"), jid("team@rooms.example"));
        let delayed = |from: &str| {
            let message = parse(&format!(
                "<delay xmlns='urn:xmpp:delay' {from} stamp='2024-02-29T12:34:56Z'/>"
            ));
            delay(&message, &me, Some(&room))
        };
        for from in [
            "",
            "from='example.org'",
            "from='team@rooms.example/nick'",
            "from='rooms.example'",
        ] {
            assert_eq!(delayed(from), Some(Micros(1_709_210_096_000_000)), "{from}");
        }
        assert_eq!(delayed("from='other@rooms.example'"), None);
    }

    #[test]
    fn a_sender_promises_a_unique_id_by_saying_it_twice() {
        let origin = |id: &str| parse(&format!("<origin-id xmlns='urn:xmpp:sid:0' id='{id}'/>"));
        assert_eq!(origin_id(&origin("1")), ("1".to_owned(), true));
        assert_eq!(origin_id(&origin("2")), ("1".to_owned(), false));
        assert_eq!(origin_id(&parse("")), ("1".to_owned(), false));
    }

    #[test]
    fn nobody_can_give_a_message_the_name_of_another() {
        let own = own_id("o", "s", "bob@example.org");
        assert_eq!(own, "bob@example.org/s");
        assert_eq!(msg_id(true, "o", &own), "o");
        assert_eq!(msg_id(false, "o", &own), own);
        assert_eq!(msg_id(true, "", &own), own);
        assert_eq!(own_id("o", "", "bob@example.org"), "bob@example.org//o");
        assert_ne!(own_id("", "", "b"), own_id("", "", "b"));
    }
}
