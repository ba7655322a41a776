//! Recalling messages: one's own by a retraction (XEP-0424), those of others in a room by asking it (XEP-0425).
//!
//! A room refuses a retraction as it does what is said, and tells it nobody then: one has taken place when the room has shown it.

use super::message::{Attempt, OnItsWay};
use super::state::Outbox;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::rooms::join::require_member;
use crate::backend::xmpp::features::rooms::moderation;
use crate::backend::xmpp::features::rooms::visit::OneVisit;
use crate::backend::xmpp::stanza::chat;
use crate::model::{ConversationId, GroupId, Outbound, OutboxEntry, Status};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message as Stanza;

impl Outbox {
    /// The group in which a command retracts a message of ours; `None` for any other command.
    pub(super) fn retracts_in(&self, command: &Outbound) -> XmppResult<Option<GroupId>> {
        let Outbound::Revoke { conversation, msg_id } = command else {
            return Ok(None);
        };
        let stored = self.features.session.sink.stored_message(msg_id)?;
        let is_own = stored.is_some_and(|stored| stored.sender == address::user_id(&self.features.session.me));
        Ok(conversation.group_id().filter(|_| is_own))
    }

    /// Retracts a message of ours in a group. The command ends with it.
    pub(super) async fn retract(&self, entry: OutboxEntry, group: &GroupId) -> XmppResult<()> {
        let id = entry.id;
        let conversation = ConversationId::group(group);
        let room = match require_member(&self.features.rooms, group).await {
            Ok(room) => room,
            Err(error) => return self.complete(id, Err(error)),
        };
        let mut next = self.on_its_way(entry, Some(room), 0)?;
        while let Some(message) = next {
            next = self.retract_once(&conversation, message).await?;
        }
        Ok(())
    }

    /// Says when it has to be sent again.
    async fn retract_once(&self, conversation: &ConversationId, message: OnItsWay) -> XmppResult<Option<OnItsWay>> {
        let (message, attempt) = self.send(message, &mut OneVisit::default()).await;
        let failure = match attempt {
            Attempt::Ended(outcome) => return self.complete(message.id, outcome).map(|()| None),
            Attempt::Failed(failure) => failure,
        };
        let id = message.id;
        let failed = [(message, failure)];
        if let Err(error) = self.recover(conversation, &failed).await {
            return self.complete(id, Err(error)).map(|()| None);
        }
        let [(message, failure)] = failed;
        self.begin_again(message, &failure)
    }

    /// The retraction of a message of ours in a room.
    pub(super) fn retraction_in(&self, room: &BareJid, msg_id: &str) -> XmppResult<Stanza> {
        let stored = self.features.session.sink.stored_message(msg_id)?;
        // A room knows a message by the id that it gave it (XEP-0424), and only with an archive it gives one.
        match stored.map(|stored| stored.server_id).filter(|id| !id.is_empty()) {
            Some(id) => Ok(chat::retraction(room.clone(), true, &id)),
            None => Err(not_archived()),
        }
    }

    /// Recalls a message to a user, or one of somebody else in a group.
    pub(super) async fn recall(&self, conversation: &ConversationId, msg_id: &str) -> XmppResult<()> {
        let session = &self.features.session;
        let Some(stored) = session.sink.stored_message(msg_id)? else {
            return Ok(());
        };
        if let Some(group) = conversation.group_id() {
            let room = require_member(&self.features.rooms, &group).await?;
            if stored.server_id.is_empty() {
                return Err(not_archived());
            }
            return moderation::recall(&self.features.rooms, &room, &stored.server_id).await;
        }
        if stored.sender != address::user_id(&session.me) {
            let text = "on an XMPP server only the sender of a message to a user can recall it";
            return Err(XmppError::account(Status::NotSupported, text));
        }
        let user = conversation.user_id().ok_or(XmppError::Lost)?;
        let retraction = chat::retraction(address::peer_of(&user)?, false, msg_id);
        session.deliver(retraction).await
    }
}

fn not_archived() -> XmppError {
    let text = "the room has no archive, so its messages cannot be recalled";
    XmppError::account(Status::NotSupported, text)
}
