//! Reactions to messages (XEP-0444): each stanza has all that its sender reacts with to one message.

use super::ids::payload;
use super::xml::{self, element};
use crate::backend::xmpp::ns::{HINTS, META, REACTIONS};
use crate::model::{Reacted, Stamp};
use serde::{Deserialize, Serialize};
use xmpp_parsers::message::{Id, Message, MessageType};
use xmpp_parsers::minidom::Element;

/// What somebody reacts with to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reactions {
    /// The id that its author gave the message, or in a room the one that the room gave it.
    pub(crate) id: String,
    /// All reactions; empty when they are taken back.
    pub(crate) set: Vec<String>,
    /// When and where they were changed; `None` where the client does not say so.
    pub(crate) stamp: Option<Stamp>,
}

/// The part of libim's own element that reactions have.
#[derive(Serialize, Deserialize)]
struct Meta {
    modified: Stamp,
}

/// Reads reactions; `None` when a message has none. Its body, if there is one, is for clients that know no reactions.
pub(crate) fn read(message: &Message) -> Option<Reactions> {
    let reactions = payload(message, "reactions", REACTIONS)?;
    let ids = reactions.children().filter(|child| child.is("reaction", REACTIONS));
    let meta = payload(message, "meta", META).and_then(|meta| serde_json::from_str::<Meta>(&meta.text()).ok());
    Some(Reactions {
        id: reactions.attr("id").unwrap_or_default().to_owned(),
        set: Reacted::set(ids.map(|id| id.text().trim().to_owned())),
        stamp: meta.map(|meta| meta.modified.believed()),
    })
}

/// Reactions as a message with this id, to a room or to a user, ready to be addressed. Without a body, as all clients send
/// them: others would show it as a message.
pub(crate) fn encode(id: &str, is_to_room: bool, reactions: &Reactions) -> Message {
    let mut message = Message::new(None);
    message.type_ = if is_to_room {
        MessageType::Groupchat
    } else {
        MessageType::Chat
    };
    message.id = Some(Id(id.to_owned()));
    let set = reactions
        .set
        .iter()
        .map(|id| xml::text("reaction", REACTIONS, id.as_str()));
    let attrs = [("id", reactions.id.as_str())];
    message
        .payloads
        .push(element("reactions", REACTIONS, &attrs, set.collect()));
    // Without a body some servers would not keep it.
    message.payloads.push(Element::builder("store", HINTS).build());
    let origin = xmpp_parsers::stanza_id::OriginId { id: id.to_owned() };
    message.payloads.push(origin.into());
    if let Some(stamp) = &reactions.stamp {
        let meta = Meta {
            modified: stamp.clone(),
        };
        message.payloads.push(xml::text("meta", META, xml::to_json(&meta)));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;

    fn parse(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    #[test]
    fn what_libim_sends_is_read_as_it_was() {
        for set in [vec!["\u{1f44d}".to_owned(), "<&>".to_owned()], Vec::new()] {
            let reactions = Reactions {
                id: "m1".to_owned(),
                set,
                stamp: Some(Stamp {
                    time: Micros(7),
                    device: "phone".to_owned(),
                }),
            };
            let message = encode("r1", false, &reactions);
            let xml = String::from(&Element::from(message));
            assert_eq!(
                read(&Message::try_from(xml.parse::<Element>().unwrap()).unwrap()),
                Some(reactions)
            );
        }
    }

    #[test]
    fn what_cannot_be_a_reaction_is_left_out() {
        let inner = format!(
            "<reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction> \u{1f44d} </reaction><reaction/>\
             <reaction>\u{1f44d}</reaction><reaction>{}</reaction><other/></reactions><body>\u{1f44d}</body>",
            "\u{1f44d}".repeat(65)
        );
        let read = read(&parse(&inner)).unwrap();
        assert_eq!((read.id.as_str(), read.set), ("m1", vec!["\u{1f44d}".to_owned()]));
        assert_eq!(read.stamp, None);
    }
}
