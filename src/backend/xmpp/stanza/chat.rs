//! The kinds of message between users and in rooms, and the ones that libim sends besides what people write.

use super::ids::payload;
use super::message;
use super::reactions::{self, Reactions};
use super::recall::{self, Recall};
use super::xml::element;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{FALLBACK, FASTEN, HINTS, LEFT, MARKERS, READ, RECEIPTS, RETRACT, RETRACT_OLD};
use crate::model::{Elem, MessageBody, Stamp};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Id, Lang, Message, MessageType};
use xmpp_parsers::minidom::Element;

/// The text that a client shows that cannot recall.
const RECALL_TEXT: &str = "This message was recalled.";

/// How many messages are confirmed at once; libim's calls name fewer.
const MAX_CONFIRMED: usize = 100;

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChatEvent {
    /// Somebody says something, or has said what was recalled since ([`recall::is_tombstone`]).
    Said(Box<MessageBody>),
    /// Somebody says something else in place of a message.
    Edited(Box<Edit>),
    /// Somebody reacts to a message.
    Reacted(Reactions),
    /// A message is recalled.
    Recalled(Recall),
    /// Messages were read up to the one with this id: its sender's in C2C conversations, in rooms the archive's.
    Displayed(String),
    /// These messages were read, by the same ids; others not by this.
    Confirmed(Vec<String>),
    /// The message to which its sender has given this id has arrived.
    Received(String),
    /// The sender has left a room. `None`: which one cannot be read.
    Left(Option<BareJid>),
    /// Nothing that concerns a conversation.
    Nothing,
}

/// An edit (XEP-0308).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The id that its author gave the message.
    pub(crate) id: String,
    pub(crate) body: MessageBody,
    /// When and where it was made; `None` where the author's client does not say so.
    pub(crate) stamp: Option<Stamp>,
}

/// Reads a message; `room` is the room that it is in.
pub(crate) fn read(message: &Message, room: Option<&BareJid>) -> ChatEvent {
    if let Some(left) = payload(message, "left", LEFT).filter(|_| room.is_none()) {
        return ChatEvent::Left(address::attr(left, "room"));
    }
    // Before the text, because a recall has one too, for clients that cannot recall.
    if let Some(recall) = recall::read(message, room.is_some()) {
        return ChatEvent::Recalled(recall);
    }
    if recall::is_tombstone(message) {
        return ChatEvent::Said(Box::new(MessageBody::of(Elem::Text { text: String::new() })));
    }
    // The same holds for reactions. Those that name no message are nothing.
    if let Some(reactions) = reactions::read(message) {
        return if reactions.id.is_empty() {
            ChatEvent::Nothing
        } else {
            ChatEvent::Reacted(reactions)
        };
    }
    // Before the marker, which is there for other clients.
    if let Some(read) = payload(message, "read", READ) {
        let ids = read.children().filter(|child| child.is("message", READ));
        let ids = ids.filter_map(|child| child.attr("id")).take(MAX_CONFIRMED);
        return ChatEvent::Confirmed(ids.map(str::to_owned).collect());
    }
    if let Some(displayed) = payload(message, "displayed", MARKERS)
        && let Some(id) = displayed.attr("id")
    {
        return ChatEvent::Displayed(id.to_owned());
    }
    match (message::decode(message, room), message::edit(message)) {
        (Some(body), Some((id, stamp))) => ChatEvent::Edited(Box::new(Edit { id, body, stamp })),
        (Some(body), None) => ChatEvent::Said(Box::new(body)),
        // Some clients say it beside a marker, which says more; and none of what is in a room.
        (None, _) => match payload(message, "received", RECEIPTS).filter(|_| room.is_none()) {
            Some(received) => ChatEvent::Received(received.attr("id").unwrap_or_default().to_owned()),
            None => ChatEvent::Nothing,
        },
    }
}

/// A message of libim's own: it has a new id and no text.
pub(super) fn notice(to: impl Into<Jid>, payloads: Vec<Element>) -> Message {
    let mut message = Message::new(Some(to.into()));
    message.id = Some(Id(uuid::Uuid::new_v4().to_string()));
    message.payloads = payloads;
    message
}

/// So that servers keep a message without a text too.
pub(super) fn store() -> Element {
    element("store", HINTS, &[], Vec::new())
}

/// Tells a peer how far their messages were read (XEP-0333).
pub(crate) fn displayed(peer: impl Into<Jid>, id: &str) -> Message {
    notice(
        peer,
        vec![element("displayed", MARKERS, &[("id", id)], Vec::new()), store()],
    )
}

/// Tells the senders of messages that these were read, of which `newest` is for clients that know markers only (XEP-0333).
pub(crate) fn confirmed(to: impl Into<Jid>, in_room: bool, ids: &[String], newest: &str) -> Message {
    let named = ids
        .iter()
        .map(|id| element("message", READ, &[("id", id.as_str())], Vec::new()));
    let payloads = vec![
        element("displayed", MARKERS, &[("id", newest)], Vec::new()),
        element("read", READ, &[], named.collect()),
        store(),
    ];
    let mut message = notice(to, payloads);
    if in_room {
        message.type_ = MessageType::Groupchat;
    }
    message
}

/// Asks a peer to say that a message has arrived (XEP-0184).
pub(crate) fn receipt_request() -> Element {
    element("request", RECEIPTS, &[], Vec::new())
}

/// Says that a message has arrived, if that is asked: of a message that says something, from somebody who gave it an id.
pub(crate) fn receipt(message: &Message) -> Option<Message> {
    payload(message, "request", RECEIPTS)?;
    let (from, id) = (message.from.as_ref()?, message.id.as_ref()?);
    if !matches!(read(message, None), ChatEvent::Said(_) | ChatEvent::Edited(_)) {
        return None;
    }
    let received = element("received", RECEIPTS, &[("id", id.0.as_str())], Vec::new());
    let mut receipt = notice(from.to_bare(), vec![received, store()]);
    receipt.to = Some(from.clone());
    Some(receipt)
}

/// Tells somebody who keeps a room's lists that we have left it.
pub(crate) fn left(keeper: BareJid, room: &BareJid) -> Message {
    let left = element("left", LEFT, &[("room", room.as_str())], Vec::new());
    notice(keeper, vec![left, store()])
}

/// Recalls a message: by its archive's id in a room, by ours else. A C2C recall is also there as older clients know it.
pub(crate) fn retraction(to: impl Into<Jid>, in_room: bool, id: &str) -> Message {
    let attrs = [("id", id)];
    let mut payloads = vec![
        element("retract", RETRACT, &attrs, Vec::new()),
        element("fallback", FALLBACK, &[("for", RETRACT)], Vec::new()),
        store(),
    ];
    if !in_room {
        let old = element("retract", RETRACT_OLD, &[], Vec::new());
        payloads.push(element("apply-to", FASTEN, &attrs, vec![old]));
    }
    let mut message = notice(to, payloads);
    message.type_ = if in_room {
        MessageType::Groupchat
    } else {
        MessageType::Chat
    };
    message.bodies.insert(Lang::new(), RECALL_TEXT.to_owned());
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IdKind;

    fn jid(text: &str) -> BareJid {
        BareJid::new(text).unwrap()
    }

    fn parse(children: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' from='team@rooms.example/bob'>{children}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn what_libim_sends_is_read_as_what_it_is() {
        let (bob, team) = (jid("bob@example.org"), jid("team@rooms.example"));
        assert_eq!(
            read(&displayed(bob.clone(), "m1"), None),
            ChatEvent::Displayed("m1".into())
        );
        assert_eq!(
            read(&left(bob.clone(), &team), None),
            ChatEvent::Left(Some(team.clone()))
        );
        let recalled = |id: &str, kind| {
            ChatEvent::Recalled(Recall {
                id: id.into(),
                kind,
                by_room: false,
                moderator: recall::Moderator::default(),
                reason: String::new(),
            })
        };
        let (own, archives) = (recalled("m1", IdKind::Origin), recalled("s1", IdKind::Server));
        assert_eq!(read(&retraction(bob.clone(), false, "m1"), None), own);
        assert_eq!(read(&retraction(team.clone(), true, "s1"), Some(&team)), archives);
    }

    #[test]
    fn confirmations_are_read_one_by_one_and_beside_a_marker_the_marker_counts() {
        let ids = ["m1".to_owned(), "m3".to_owned()];
        for in_room in [false, true] {
            let to = jid("bob@example.org");
            let room = in_room.then(|| to.clone());
            let message = confirmed(to, in_room, &ids, "m3");
            assert_eq!(read(&message, room.as_ref()), ChatEvent::Confirmed(ids.to_vec()));
        }
        let received = "<received xmlns='urn:xmpp:receipts' id='m1'/>";
        assert_eq!(read(&parse(received), None), ChatEvent::Received("m1".into()));
        let both = format!("{received}<displayed xmlns='urn:xmpp:chat-markers:0' id='m2'/>");
        assert_eq!(read(&parse(&both), None), ChatEvent::Displayed("m2".into()));
    }

    #[test]
    fn what_says_something_is_acknowledged_where_that_is_asked() {
        let asked = |inner: &str| {
            let xml = format!(
                "<message xmlns='jabber:client' from='bob@example.org/x' id='m1'>{inner}\
                 <request xmlns='urn:xmpp:receipts'/></message>"
            );
            receipt(&Message::try_from(xml.parse::<Element>().unwrap()).unwrap())
        };
        let receipt = asked("<body>hi</body>").unwrap();
        assert_eq!(receipt.to, Some("bob@example.org/x".parse().unwrap()));
        assert_eq!(read(&receipt, None), ChatEvent::Received("m1".into()));
        // No receipt for a receipt, and none for what nobody is shown.
        assert_eq!(asked("<received xmlns='urn:xmpp:receipts' id='m0'/>"), None);
        assert_eq!(
            asked("<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
            None
        );
    }

    #[test]
    fn what_concerns_no_conversation_is_nothing() {
        let receipt = "<received xmlns='urn:xmpp:receipts' id='m1'/>";
        assert_eq!(
            read(&parse(receipt), Some(&jid("team@rooms.example"))),
            ChatEvent::Nothing
        );
        assert_eq!(
            read(
                &parse("<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
                None
            ),
            ChatEvent::Nothing
        );
    }
}
