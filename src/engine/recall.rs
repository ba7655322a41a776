//! Recall: the message stays as a place in the history with status 6, its content is gone.

use super::core::Engine;
use super::json::{parse_body, to_json};
use super::receive::unread_flags;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{AtType, ConversationId, ConversationType, Error, GroupRole, MessageStatus, Result};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreResult, directory};

impl Engine {
    /// `revokeMessage`: our own message, or any message of a group that we own or administrate. 6017 when there is no
    /// such message, 10007 when it is not ours to recall.
    pub fn revoke(&self, msg_id: &str) -> Result<()> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let id = tx.conversation_of(msg_id)?;
            tx.may_recall(&id, &row)?;
            if row.status == MessageStatus::Revoked {
                return Ok(());
            }
            if row.status == MessageStatus::Failed {
                return Err(Error::invalid(format!("msgID {msg_id:?} was never sent; delete it instead")).into());
            }
            tx.append(CommandKind::Revoke, &id, msg_id, &(), &row.status)?;
            // The content stays in the row until the server has agreed; it is not shown any more.
            tx.hide(&id, &mut row)
        })
    }
}

/// 6017: no such message.
pub(super) fn unknown(msg_id: &str) -> Error {
    Error::invalid(format!("msgID {} is not a stored message", quoted(msg_id)))
}

impl Transaction<'_> {
    /// The conversation of a stored message.
    pub(super) fn conversation_of(&self, msg_id: &str) -> StoreResult<ConversationId> {
        match message::conversation_of(self.db, msg_id)? {
            Some(id) => Ok(id),
            None => Err(unknown(msg_id).into()),
        }
    }

    fn may_recall(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<()> {
        let role = match id.group_id() {
            Some(group) => directory::group(self.db, &group)?.map_or(GroupRole::None, |group| group.role),
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

    fn hide(&mut self, id: &ConversationId, row: &mut MessageRow) -> StoreResult<()> {
        row.status = MessageStatus::Revoked;
        row.counts_unread = false;
        row.at_type = AtType::None;
        message::update(self.db, row)?;
        self.edit(id, |_, loaded| {
            loaded.recount = true;
            Ok(())
        })
    }

    /// Removes the content for good.
    pub(super) fn wipe(&mut self, mut row: MessageRow) -> StoreResult<()> {
        row.body = to_json(&parse_body(&row)?.wiped())?;
        Ok(message::update(self.db, &row)?)
    }

    /// The server says that a message was recalled.
    pub(super) fn recalled(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) {
            return Ok(());
        }
        // Should the server refuse our own recall of it, the message stays recalled.
        for entry in outbox::of_kind(self.db, id, CommandKind::Revoke)? {
            if entry.msg_id == msg_id {
                outbox::set_undo(self.db, entry.id, &to_json(&MessageStatus::Revoked)?)?;
            }
        }
        if row.status != MessageStatus::Revoked {
            self.hide(id, &mut row)?;
            self.tell(Event::RecvMessageRevoked, id.clone(), to_json(&msg_id)?);
        }
        self.wipe(row)
    }

    /// The server refused a recall: the message is shown again.
    pub(super) fn recall_refused(
        &mut self,
        id: &ConversationId,
        mut row: MessageRow,
        status: MessageStatus,
    ) -> StoreResult<()> {
        if status == MessageStatus::Revoked {
            return Ok(());
        }
        let is_unsent = row.seq == 0;
        row.status = match status {
            _ if is_unsent => MessageStatus::Failed,
            // It was on its way when it was recalled, and has arrived since.
            MessageStatus::Sending => MessageStatus::Sent,
            status => status,
        };
        let is_group = id.kind() == ConversationType::Group;
        (row.counts_unread, row.at_type) = unread_flags(&parse_body(&row)?, row.is_self, is_group, &self.me());
        message::update(self.db, &row)?;
        self.edit(id, |tx, loaded| {
            loaded.recount = true;
            tx.tell_message(Event::MessageStatusChanged, loaded, &row)
        })
    }
}
