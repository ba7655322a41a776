//! What a message that goes out answers or reacts to, in XMPP's words.

use super::state::Outbox;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::reactions::{self, Reactions};
use crate::backend::xmpp::stanza::reply::Answered;
use crate::model::{Message, Reaction, Status, StoredMessage, UserId, reply};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message as Stanza;

impl Outbox {
    /// Reactions of ours as a stanza. An error where XMPP has no name for the message.
    pub(super) fn reactions(&self, reaction: &Reaction, id: &str, room: Option<&BareJid>) -> XmppResult<Stanza> {
        let unnamed = |text: &str| XmppError::account(Status::NotSupported, text);
        let stored = self.features.session.sink.stored_message(&reaction.msg_id)?;
        let named = stored.and_then(|stored| self.named(stored, room, String::new()));
        let answered = named.ok_or_else(|| match room {
            Some(_) => unnamed("the room has no archive, so nobody can react to its messages"),
            None => unnamed("the message has no id by which others know it"),
        })?;
        let reactions = Reactions {
            id: answered.id,
            set: reaction.reactions.clone(),
            stamp: Some(reaction.stamp.clone()),
        };
        Ok(reactions::encode(id, room.is_some(), &reactions))
    }

    /// The message that another one answers. `None` when it answers none, or one that XMPP has no name for.
    pub(super) fn answered(&self, message: &Message, room: Option<&BareJid>) -> XmppResult<Option<Answered>> {
        let Some((msg_id, quote)) = reply::answered(&message.body.cloud_custom_data) else {
            return Ok(None);
        };
        let stored = self.features.session.sink.stored_message(&msg_id)?;
        let stored = stored.filter(|stored| stored.conversation == message.conversation);
        Ok(stored.and_then(|stored| self.named(stored, room, quote)))
    }

    fn named(&self, stored: StoredMessage, room: Option<&BareJid>, quote: String) -> Option<Answered> {
        let (id, to) = match room {
            // In a room only the room's own id is everybody's (XEP-0461).
            Some(room) => {
                let nick = self.nick(room, &stored.sender);
                (stored.server_id, nick.map(|nick| format!("{room}/{nick}")))
            }
            // Our own messages go out under their `msgID`.
            None if stored.origin_id.is_empty() && stored.sender == address::user_id(&self.features.session.me) => {
                (stored.msg_id, Some(stored.sender.to_string()))
            }
            None => (stored.origin_id, Some(stored.sender.to_string())),
        };
        (!id.is_empty()).then_some(Answered { id, to, quote })
    }

    fn nick(&self, room: &BareJid, user: &UserId) -> Option<String> {
        let me = &self.features.session.me;
        let nick = self.features.rooms.with(room, |state| {
            if address::user_id(me) == *user {
                return Some(state.nick.clone());
            }
            let is_user = |jid: &Option<BareJid>| jid.as_ref().is_some_and(|jid| address::user_id(jid) == *user);
            let mut occupants = state.occupants.iter();
            occupants
                .find(|(_, occupant)| is_user(&occupant.jid))
                .map(|(nick, _)| nick.clone())
        });
        nick.flatten()
    }
}
