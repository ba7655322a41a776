//! Deleting: single messages, a conversation's history, whole conversations; here and, through the outbox, on the server.

use super::core::Engine;
use super::recall::unknown;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::{ConversationId, Result};
use crate::store::StoreResult;
use crate::store::message::{self, PENDING_POSITION};
use crate::store::outbox::{self, CommandKind};
use std::sync::atomic::Ordering;

impl Engine {
    /// `deleteConversation`: the conversation, its messages, its draft and its pin go; the receive option and the read
    /// position stay. Nothing happens when it is not in the list.
    pub fn delete_conversation(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if !loaded.row.is_listed {
                    return Ok(());
                }
                let last = tx.newest_id(loaded)?;
                tx.clear(loaded)?;
                unlist(loaded);
                tx.append(
                    CommandKind::DeleteConversation,
                    id,
                    "",
                    &(loaded.row.cleared_seq, last),
                    &(),
                )
            })
        })
    }

    /// `clearC2CHistoryMessage`, `clearGroupHistoryMessage`: the row stays, with its key.
    pub fn clear_history(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                let last = tx.newest_id(loaded)?;
                if tx.clear(loaded)? {
                    tx.append(CommandKind::ClearHistory, id, "", &(loaded.row.cleared_seq, last), &())?;
                }
                Ok(())
            })
        })
    }

    /// `deleteMessages`. 6017, and nothing is deleted, when one does not exist.
    pub fn delete_messages(&self, msg_ids: &[String]) -> Result<()> {
        self.write(true, |tx| {
            for msg_id in msg_ids {
                let Some(row) = message::by_msg_id(tx.db, msg_id)? else {
                    // The same id twice in one call is no mistake worth an error.
                    if message::is_deleted(tx.db, msg_id)?
                        && msg_ids.iter().filter(|other| *other == msg_id).count() > 1
                    {
                        continue;
                    }
                    return Err(unknown(msg_id).into());
                };
                let id = tx.conversation_of(msg_id)?;
                tx.remove_message(&id, msg_id)?;
                if row.seq > 0 {
                    tx.append(CommandKind::DeleteMessages, &id, "", &[msg_id], &())?;
                } else {
                    tx.cancel_send(&id, msg_id)?;
                }
            }
            Ok(())
        })
    }
}

/// Takes a conversation out of the list. A later message makes a new one.
fn unlist(loaded: &mut LoadedConversation) {
    loaded.row.is_listed = false;
    loaded.row.is_deleted = true;
    loaded.row.is_pinned = false;
    loaded.row.draft_text.clear();
    loaded.row.draft_timestamp = 0;
    loaded.row.activation = 0;
    loaded.candidate = None;
}

impl Transaction<'_> {
    /// The `msgID` of the newest message that the server has; empty when there is none.
    fn newest_id(&self, loaded: &LoadedConversation) -> StoreResult<String> {
        let newest = message::newest(self.db, loaded.row.id)?;
        Ok(newest.map(|row| row.msg_id).unwrap_or_default())
    }

    /// Deletes every message of a conversation, also those not sent yet. Says whether there was any.
    fn clear(&mut self, loaded: &mut LoadedConversation) -> StoreResult<bool> {
        let id = loaded.row.conversation_id.clone();
        for entry in outbox::of_kind(self.db, &id, CommandKind::Send)? {
            self.cancel_send(&id, &entry.msg_id)?;
            message::mark_deleted(self.db, &entry.msg_id)?;
        }
        let is_newer = loaded.row.cleared_seq < loaded.row.max_seq;
        loaded.row.cleared_seq = loaded.row.max_seq;
        let deleted = message::delete_up_to(self.db, loaded.row.id, PENDING_POSITION)?;
        loaded.recount = true;
        Ok(is_newer || deleted > 0)
    }

    /// Takes the sending of a message off the outbox. One that the server may have already stays: once it has ended, the
    /// message is deleted on the server too.
    fn cancel_send(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        let in_flight = self.in_flight.load(Ordering::Acquire);
        for entry in outbox::of_kind(self.db, id, CommandKind::Send)? {
            if entry.msg_id == msg_id && entry.id != in_flight {
                outbox::remove(self.db, entry.id)?;
            }
        }
        Ok(())
    }

    /// Deletes one message here, for good.
    fn remove_message(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        message::mark_deleted(self.db, msg_id)?;
        let Some(row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) {
            return Ok(());
        }
        message::delete(self.db, row.id)?;
        self.edit(id, |_, loaded| {
            loaded.recount = true;
            Ok(())
        })
    }

    /// We deleted messages on another device.
    pub(super) fn messages_deleted(&mut self, id: &ConversationId, msg_ids: &[String]) -> StoreResult<()> {
        msg_ids.iter().try_for_each(|msg_id| self.remove_message(id, msg_id))
    }

    /// We cleared the history on another device.
    pub(super) fn history_cleared(&mut self, id: &ConversationId, up_to: u64) -> StoreResult<()> {
        self.edit(id, |tx, loaded| tx.clear_up_to(loaded, up_to))
    }

    /// We deleted the conversation on another device. What came after that device last looked stays.
    pub(super) fn conversation_deleted(&mut self, id: &ConversationId, up_to: u64) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            tx.clear_up_to(loaded, up_to)?;
            if !message::any(tx.db, loaded.row.id)? {
                unlist(loaded);
            }
            Ok(())
        })
    }

    fn clear_up_to(&mut self, loaded: &mut LoadedConversation, up_to: u64) -> StoreResult<()> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX).min(PENDING_POSITION - 1);
        loaded.row.cleared_seq = loaded.row.cleared_seq.max(up_to);
        loaded.row.max_seq = loaded.row.max_seq.max(up_to);
        message::delete_up_to(self.db, loaded.row.id, up_to)?;
        loaded.recount = true;
        Ok(())
    }
}
