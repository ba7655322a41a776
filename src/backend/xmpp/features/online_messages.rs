//! Messages for those who are online: servers are asked to keep nothing of them (XEP-0334), and what one has kept all the same
//! is ignored.

use crate::backend::xmpp::address;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::message::encode;
use crate::model::{Change, Message, UserId};
use xmpp_parsers::jid::{BareJid, Jid};

/// Sends such a message to a user.
pub(crate) fn send(session: &Session, to: &UserId, message: &Message) {
    if let Ok(to) = address::jid_of(to) {
        let mut stanza = encode(message, None);
        stanza.to = Some(Jid::from(to));
        session.send(stanza);
    }
}

/// Sends one to all who are in a room.
pub(crate) fn send_to_room(session: &Session, room: &BareJid, message: &Message) {
    let mut stanza = encode(message, Some(room));
    stanza.to = Some(Jid::from(room.clone()));
    session.send(stanza);
}

/// Such messages among changes, and the other changes: only what has just come is told of the former.
pub(crate) fn take_out(changes: Vec<Change>) -> (Vec<Message>, Vec<Change>) {
    let mut online = Vec::new();
    let kept = changes.into_iter().filter_map(|change| match change {
        Change::UnnumberedMessage(message) if message.message.body.is_online_only => {
            online.push(message.message);
            None
        }
        change => Some(change),
    });
    let kept = kept.collect();
    (online, kept)
}
