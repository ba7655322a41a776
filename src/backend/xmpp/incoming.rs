//! What comes in, sorted by what it is and by who says it. Nothing that anybody can send is believed beyond what its sender
//! may say.

use super::ns::DIRECT_INVITE;
use super::session::Session;
use super::wire;
use crate::model::{Change, ConversationId, Error, UserId};
use tokio_xmpp::Stanza;
use xmpp_parsers::carbons::{Received, Sent};
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::ns;

impl Session {
    /// Deals with a stanza.
    pub(super) fn handle(&self, stanza: Stanza) {
        match stanza {
            Stanza::Iq(iq) => self.handle_iq(iq),
            Stanza::Presence(presence) => self.handle_presence(presence),
            Stanza::Message(message) => {
                if let Some(message) = self.take_result(message) {
                    self.handle_message(message);
                }
            }
        }
    }

    fn handle_message(&self, message: Message) {
        if message.type_ == MessageType::Error {
            return self.returned(&message);
        }
        if wire::payload(&message, "event", ns::PUBSUB_EVENT).is_some() {
            return self.handle_event(message);
        }
        if message.payloads.iter().any(|payload| payload.has_ns(ns::CARBONS)) {
            return self.handle_carbon(message);
        }
        if message.type_ == MessageType::Groupchat {
            return self.handle_room_message(message);
        }
        if self.is_invitation(&message) {
            return self.handle_invitation(&message);
        }
        self.take_chat(message);
    }

    /// A message of the account's own archive: at once, or after what came before it.
    fn take_chat(&self, message: Message) {
        if let Some(message) = self.hold.keep(message)
            && let Err(error) = self.apply_live(&message)
        {
            log::warn!("a message could not be stored: {error}");
        }
    }

    /// A copy of what another device sent or received (XEP-0280). Only the account's own server makes these.
    fn handle_carbon(&self, message: Message) {
        if message.from.as_ref().is_none_or(|from| *from != self.me) {
            log::warn!("a carbon copy that the own server did not make was ignored");
            return;
        }
        for payload in message.payloads {
            let forwarded = if payload.is("received", ns::CARBONS) {
                Received::try_from(payload).ok().map(|carbon| carbon.forwarded)
            } else if payload.is("sent", ns::CARBONS) {
                Sent::try_from(payload).ok().map(|carbon| carbon.forwarded)
            } else {
                None
            };
            let Some(forwarded) = forwarded else { continue };
            let inner = forwarded.message;
            if inner.type_ == MessageType::Groupchat || inner.type_ == MessageType::Error {
                continue;
            }
            if self.is_invitation(&inner) {
                continue;
            }
            self.take_chat(inner);
        }
    }

    /// A message of ours came back: it reached nobody.
    fn returned(&self, message: &Message) {
        let (Some(from), Some(id)) = (&message.from, &message.id) else {
            return;
        };
        let bare = from.to_bare();
        if self.rooms.returned(&bare, &id.0, || reason(message)) {
            return;
        }
        let conversation = ConversationId::c2c(&UserId::trusted(bare.as_str()));
        let msg_id = id.0.clone();
        if self.own_return(&msg_id, || reason(message)) {
            return;
        }
        // Recalls and markers come back too; they are no messages of the account's.
        let _ = self.apply(true, vec![Change::SendFailed { conversation, msg_id }]);
    }

    pub(super) fn is_invitation(&self, message: &Message) -> bool {
        wire::payload(message, "x", DIRECT_INVITE).is_some()
            || wire::payload(message, "x", ns::MUC_USER).is_some_and(|x| x.has_child("invite", ns::MUC_USER))
    }

    /// Whether a JID is that of a room the account is in or was invited to.
    pub(super) fn is_room(&self, jid: &xmpp_parsers::jid::BareJid) -> bool {
        self.rooms.contains(jid)
            || self.known_rooms.borrow().contains_key(jid)
            || self
                .abilities
                .borrow()
                .room_service
                .as_ref()
                .is_some_and(|service| service.domain() == jid.domain())
    }
}

/// Why a message came back.
fn reason(message: &Message) -> Error {
    let error = message
        .payloads
        .iter()
        .find(|payload| payload.is("error", ns::DEFAULT_NS))
        .and_then(|payload| xmpp_parsers::stanza_error::StanzaError::try_from(payload.clone()).ok());
    match error {
        Some(error) => super::iq::refusal(&error),
        None => Error::new(crate::model::Status::Refused, "the server returned the message"),
    }
}

/// The user that a JID is.
pub(super) fn user_of(jid: &Jid) -> UserId {
    UserId::trusted(jid.to_bare().as_str())
}
