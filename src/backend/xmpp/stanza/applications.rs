//! Requests to become a friend, and what the devices of a user tell each other of them.

use super::chat::notice;
use super::xml::element;
use crate::backend::xmpp::ns::{ADDED, DECIDED, HINTS};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Lang, Message, MessageType};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

/// Asks to see when a user is there, with a word to them.
pub(crate) fn subscribe(user: &BareJid, wording: &str) -> Presence {
    let mut request = Presence::subscribe().with_to(Jid::from(user.clone()));
    if !wording.is_empty() {
        request.statuses.insert(Lang::new(), wording.to_owned());
    }
    request
}

/// Says that nobody has to decide.
pub(crate) fn added() -> Element {
    element("added", ADDED, &[], Vec::new())
}

/// Tells the devices of the account that are there that somebody's request is decided; those that are not learn it at their next
/// login. No headline, although that would go to all of them (RFC 6121, 8.5.2.1.1): Prosody drops those to oneself.
pub(crate) fn decided(me: BareJid, user: &BareJid) -> Message {
    let payloads = vec![
        element("decided", DECIDED, &[("jid", user.as_str())], Vec::new()),
        element("no-store", HINTS, &[], Vec::new()),
    ];
    let mut message = notice(me, payloads);
    message.type_ = MessageType::Chat;
    message
}
