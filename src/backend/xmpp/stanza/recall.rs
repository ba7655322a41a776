//! Recalls (XEP-0424), by the sender of a message or by its room (XEP-0425), in both versions of each.

use super::ids::payload;
use super::muc::occupant_id;
use super::xml::element;
use crate::backend::xmpp::ns::{FASTEN, MODERATE, MODERATE_OLD, RETRACT, RETRACT_OLD};
use crate::model::IdKind;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// How much of a reason is kept, in characters: it is shown in one line, and stored for messages that may never come.
const MAX_REASON: usize = 256;

/// A recall, of whichever form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recall {
    pub(crate) id: String,
    /// Whose name for the message that is: the sender's in C2C conversations, and in rooms in the older form of XEP-0424;
    /// else the room's archive's.
    pub(crate) kind: IdKind,
    /// The room has done it and not the sender (XEP-0425).
    pub(crate) by_room: bool,
    /// For whom the room has done it, as it says.
    pub(crate) moderator: Moderator,
    /// Why; empty when nothing is said.
    pub(crate) reason: String,
}

/// For whom a room has recalled a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moderator {
    /// Their address in it at that time.
    pub(crate) address: Option<Jid>,
    /// The room's own id of them (XEP-0421), the same under every name.
    pub(crate) id: Option<String>,
}

/// What an archive has in place of a message that was recalled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tombstone {
    /// It says that the room has done it, and not the author. That need not be true: an author can send what looks like one, under
    /// their own name, and archives keep it. So nothing else is read of such a one; what the room itself has said of the recall
    /// (see [`Recall`]) lies in its archive too.
    pub(crate) is_moderated: bool,
    /// Why, as the author says; empty when nothing is said.
    pub(crate) reason: String,
}

/// How a room is asked to recall what others have said (XEP-0425).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moderation {
    Current,
    /// By the version before, which many rooms know only.
    Old,
}

impl Moderation {
    /// The form that a room announces among its features, the newer one if both.
    pub(super) fn announced(has: impl Fn(&str) -> bool) -> Option<Self> {
        match (has(MODERATE), has(MODERATE_OLD)) {
            (true, _) => Some(Self::Current),
            (false, true) => Some(Self::Old),
            (false, false) => None,
        }
    }

    /// Asks to recall the message to which the room's archive has given this id.
    pub(crate) fn request(self, id: &str) -> Element {
        let attrs = [("id", id)];
        match self {
            Self::Current => {
                let retract = element("retract", RETRACT, &[], Vec::new());
                element("moderate", MODERATE, &attrs, vec![retract])
            }
            Self::Old => {
                let retract = element("retract", RETRACT_OLD, &[], Vec::new());
                let moderate = element("moderate", MODERATE_OLD, &[], vec![retract]);
                element("apply-to", FASTEN, &attrs, vec![moderate])
            }
        }
    }
}

/// The message that is recalled, and by whom.
pub(super) fn read(message: &Message, is_in_room: bool) -> Option<Recall> {
    if let Some(retract) = payload(message, "retract", RETRACT) {
        let moderated = retract.get_child("moderated", MODERATE);
        return Some(Recall {
            id: retract.attr("id")?.to_owned(),
            kind: if is_in_room { IdKind::Server } else { IdKind::Origin },
            by_room: moderated.is_some(),
            moderator: moderated.map(moderator).unwrap_or_default(),
            reason: text_of(retract, "reason"),
        });
    }
    let fastened = payload(message, "apply-to", FASTEN)?;
    let moderated = fastened.get_child("moderated", MODERATE_OLD);
    moderated.unwrap_or(fastened).get_child("retract", RETRACT_OLD)?;
    let by_room = moderated.is_some();
    Some(Recall {
        id: fastened.attr("id")?.to_owned(),
        kind: if by_room { IdKind::Server } else { IdKind::Origin },
        by_room,
        moderator: moderated.map(moderator).unwrap_or_default(),
        reason: moderated.map_or_else(String::new, |moderated| text_of(moderated, "reason")),
    })
}

/// What an archive has in place of a message that was recalled, in whichever version of XEP-0424 and XEP-0425.
pub(crate) fn tombstone(message: &Message) -> Option<Tombstone> {
    if !message.bodies.is_empty() {
        return None;
    }
    let has_old = |element: &&Element| element.has_child("retracted", RETRACT_OLD);
    let (is_moderated, reason) = if let Some(retracted) = payload(message, "retracted", RETRACT) {
        (retracted.has_child("moderated", MODERATE), text_of(retracted, "reason"))
    } else if payload(message, "moderated", MODERATE_OLD).filter(has_old).is_some() {
        (true, String::new())
    } else {
        payload(message, "retracted", RETRACT_OLD)?;
        (false, String::new())
    };
    Some(Tombstone {
        is_moderated,
        reason: if is_moderated { String::new() } else { reason },
    })
}

/// Whether it is what an archive has in place of a message that was recalled.
pub(crate) fn is_tombstone(message: &Message) -> bool {
    tombstone(message).is_some()
}

/// For whom a room has recalled a message.
fn moderator(moderated: &Element) -> Moderator {
    Moderator {
        address: moderated.attr("by").and_then(|by| by.parse().ok()),
        id: occupant_id(moderated.children()),
    }
}

/// The text of a child, in whichever version of the namespace.
fn text_of(element: &Element, name: &str) -> String {
    let child = element.children().find(|child| child.name() == name);
    let text = child.map(Element::text).unwrap_or_default();
    text.chars().take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::chat::{ChatEvent, read};
    use xmpp_parsers::jid::BareJid;

    fn parse(children: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' from='team@rooms.example/bob'>{children}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn a_room_is_asked_in_the_newest_form_that_it_announces() {
        let of = |features: &[&str]| Moderation::announced(|feature| features.contains(&feature));
        assert_eq!(of(&[MODERATE_OLD, MODERATE]), Some(Moderation::Current));
        assert_eq!(of(&[MODERATE_OLD]), Some(Moderation::Old));
        assert_eq!(of(&[RETRACT]), None);
        let current = Moderation::Current.request("1");
        assert!(current.is("moderate", MODERATE) && current.attr("id") == Some("1"));
        assert!(current.has_child("retract", RETRACT));
        let old = Moderation::Old.request("1");
        assert!(old.is("apply-to", FASTEN) && old.attr("id") == Some("1"));
        let moderate = old.get_child("moderate", MODERATE_OLD).unwrap();
        assert!(moderate.has_child("retract", RETRACT_OLD));
    }

    #[test]
    fn what_archives_have_in_place_of_a_recalled_message_is_one() {
        for inner in [
            "<retracted xmlns='urn:xmpp:message-retract:1' id='1' stamp='2026-01-01T00:00:00Z'/>",
            "<retracted xmlns='urn:xmpp:message-retract:1' id='1'><moderated xmlns='urn:xmpp:message-moderate:1'/></retracted>",
            "<retracted xmlns='urn:xmpp:message-retract:0' stamp='2026-01-01T00:00:00Z'/>",
            "<moderated xmlns='urn:xmpp:message-moderate:0' by='team@rooms.example/Carol'>\
             <retracted xmlns='urn:xmpp:message-retract:0'/></moderated>",
        ] {
            assert!(is_tombstone(&parse(inner)), "{inner}");
            assert!(!is_tombstone(&parse(&format!("<body>still here</body>{inner}"))));
            let said = read(&parse(inner), None);
            assert!(matches!(said, ChatEvent::Said(_)), "{said:?}");
        }
        let by_carol = [
            "<retracted xmlns='urn:xmpp:message-retract:1' id='1'><reason>rude</reason>\
             <moderated xmlns='urn:xmpp:message-moderate:1' by='team@rooms.example/Carol'>\
             <occupant-id xmlns='urn:xmpp:occupant-id:0' id='c1'/></moderated></retracted>",
            "<moderated xmlns='urn:xmpp:message-moderate:0' by='team@rooms.example/Carol'>\
             <retracted xmlns='urn:xmpp:message-retract:0'/><reason>rude</reason>\
             <occupant-id xmlns='urn:xmpp:occupant-id:0' id='c1'/></moderated>",
        ];
        for inner in by_carol {
            let found = tombstone(&parse(inner)).unwrap();
            assert!(
                found.is_moderated && found.reason.is_empty(),
                "an author may have written it"
            );
        }
        let of_sender = tombstone(&parse("<retracted xmlns='urn:xmpp:message-retract:1' id='1'/>"));
        assert!(!of_sender.unwrap().is_moderated);
        assert!(!is_tombstone(&parse(
            "<retract xmlns='urn:xmpp:message-retract:1' id='1'/>"
        )));
    }

    #[test]
    fn recalls_of_others_are_understood() {
        let team = BareJid::new("team@rooms.example").unwrap();
        let recalled = |inner: &str, room: Option<&BareJid>| match read(&parse(inner), room) {
            ChatEvent::Recalled(recall) => (recall.id, recall.kind, recall.by_room),
            other => panic!("{other:?}"),
        };
        let old = "<apply-to xmlns='urn:xmpp:fasten:0' id='1'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>";
        // The older form names the sender's id, in rooms too.
        for room in [None, Some(&team)] {
            assert_eq!(recalled(old, room), ("1".to_owned(), IdKind::Origin, false));
        }
        let by_room = [
            "<retract xmlns='urn:xmpp:message-retract:1' id='1'><moderated xmlns='urn:xmpp:message-moderate:1'/></retract>",
            "<apply-to xmlns='urn:xmpp:fasten:0' id='1'><moderated xmlns='urn:xmpp:message-moderate:0'>\
             <retract xmlns='urn:xmpp:message-retract:0'/></moderated></apply-to>",
        ];
        for inner in by_room {
            assert_eq!(recalled(inner, Some(&team)), ("1".to_owned(), IdKind::Server, true));
        }
        let by_carol = [
            "<retract xmlns='urn:xmpp:message-retract:1' id='1'><reason>rude</reason>\
             <moderated xmlns='urn:xmpp:message-moderate:1' by='team@rooms.example/Carol'/></retract>",
            "<apply-to xmlns='urn:xmpp:fasten:0' id='1'>\
             <moderated xmlns='urn:xmpp:message-moderate:0' by='team@rooms.example/Carol'>\
             <retract xmlns='urn:xmpp:message-retract:0'/><reason>rude</reason></moderated></apply-to>",
        ];
        for inner in by_carol {
            let ChatEvent::Recalled(recall) = read(&parse(inner), Some(&team)) else {
                panic!("{inner}")
            };
            let by = recall.moderator.address.map(|by| by.to_string());
            assert_eq!(
                (by.as_deref(), recall.reason.as_str()),
                (Some("team@rooms.example/Carol"), "rude")
            );
        }
    }
}
