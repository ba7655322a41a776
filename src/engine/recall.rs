//! Recall: the message stays as a place in the history with status 6, its content is gone.

use super::outbox::Kind;
use super::receive::flags;
use super::session::{Session, to_json};
use super::{Engine, render};
use crate::events::Event;
use crate::model::{ConversationId, ConversationType, Error, GroupRole, MessageStatus, Result};
use crate::store::message::{self, MessageRow};
use crate::store::{Fallible, directory, outbox};

impl Engine {
    /// `revokeMessage`: our own message, or any message of a group that we own or administrate. 6017 when there is no
    /// such message, 10007 when it is not ours to recall.
    pub fn revoke(&self, msg_id: &str) -> Result<()> {
        self.write(true, |session| {
            let Some(mut row) = message::by_msg_id(session.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let id = session.conversation_of(msg_id)?;
            session.may_recall(&id, &row)?;
            if row.status == MessageStatus::Revoked as i64 {
                return Ok(());
            }
            if row.status == MessageStatus::Failed as i64 {
                return Err(Error::invalid(format!("msgID {msg_id:?} was never sent; delete it instead")).into());
            }
            session.append(Kind::Revoke, &id, msg_id, &(), &row.status)?;
            // The content stays in the row until the server has agreed; it is not shown any more.
            session.hide(&id, &mut row)
        })
    }
}

/// 6017: no such message.
pub(super) fn unknown(msg_id: &str) -> Error {
    Error::invalid(format!(
        "msgID {} is not a stored message",
        crate::model::id::quoted(msg_id)
    ))
}

impl Session<'_> {
    /// The conversation of a stored message.
    pub(super) fn conversation_of(&self, msg_id: &str) -> Fallible<ConversationId> {
        match message::conversation_of(self.db, msg_id)? {
            Some(id) => Ok(ConversationId::trusted(id)),
            None => Err(unknown(msg_id).into()),
        }
    }

    fn may_recall(&self, id: &ConversationId, row: &MessageRow) -> Fallible<()> {
        let role = match id.group_id() {
            Some(group) => directory::group(self.db, group.as_str())?.map_or(GroupRole::None, |group| group.role),
            None => GroupRole::None,
        };
        if row.is_self || role >= GroupRole::Admin {
            return Ok(());
        }
        Err(Error::no_permission(format!(
            "message {:?} of {} is not yours to recall",
            row.msg_id, row.sender
        ))
        .into())
    }

    fn hide(&mut self, id: &ConversationId, row: &mut MessageRow) -> Fallible<()> {
        row.status = MessageStatus::Revoked as i64;
        row.counts_unread = false;
        row.at_type = 0;
        message::update(self.db, row)?;
        self.edit(id, |_, touched| {
            touched.recount = true;
            Ok(())
        })
    }

    /// Removes the content for good.
    pub(super) fn wipe(&mut self, mut row: MessageRow) -> Fallible<()> {
        row.body = to_json(&render::parse_body(&row)?.wiped())?;
        Ok(message::update(self.db, &row)?)
    }

    /// The server says that a message was recalled.
    pub(super) fn recalled(&mut self, id: &ConversationId, msg_id: &str) -> Fallible<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_deref() != Some(id.as_str()) {
            return Ok(());
        }
        // Should the server refuse our own recall of it, the message stays recalled.
        for entry in outbox::of_kind(self.db, id.as_str(), Kind::Revoke.as_str())? {
            if entry.msg_id == msg_id {
                outbox::set_undo(self.db, entry.id, &to_json(&(MessageStatus::Revoked as i64))?)?;
            }
        }
        if row.status != MessageStatus::Revoked as i64 {
            self.hide(id, &mut row)?;
            self.tell(Event::RecvMessageRevoked, id.clone(), to_json(&msg_id)?);
        }
        self.wipe(row)
    }

    /// The server refused a recall: the message is shown again.
    pub(super) fn recall_refused(&mut self, id: &ConversationId, mut row: MessageRow, status: i64) -> Fallible<()> {
        if status == MessageStatus::Revoked as i64 {
            return Ok(());
        }
        let is_unsent = row.seq == 0;
        row.status = if is_unsent {
            MessageStatus::Failed as i64
        } else {
            status.max(MessageStatus::Sent as i64)
        };
        let is_group = id.kind() == ConversationType::Group;
        (row.counts_unread, row.at_type) = flags(&render::parse_body(&row)?, row.is_self, is_group, &self.me());
        message::update(self.db, &row)?;
        self.edit(id, |session, touched| {
            touched.recount = true;
            session.tell_message(Event::MessageStatusChanged, touched, &row)
        })
    }
}
