//! Deleting: single messages, a conversation's history, whole conversations; here and, through the outbox, on the server.

use super::Engine;
use super::outbox::Kind;
use super::recall::unknown;
use super::session::{Session, Touched};
use crate::model::{ConversationId, Result};
use crate::store::message::{self, PENDING_POSITION};
use crate::store::{Fallible, outbox};
use std::sync::atomic::Ordering;

impl Engine {
    /// `deleteConversation`: the conversation, its messages, its draft and its pin go; the receive option and the read
    /// position stay. Nothing happens when it is not in the list.
    pub fn delete_conversation(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |session| {
            session.edit(id, |session, touched| {
                if !touched.row.is_listed {
                    return Ok(());
                }
                let last = session.newest_id(touched)?;
                session.clear(touched)?;
                unlist(touched);
                session.append(Kind::DeleteConversation, id, "", &(touched.row.cleared_seq, last), &())
            })
        })
    }

    /// `clearC2CHistoryMessage`, `clearGroupHistoryMessage`: the row stays, with its key.
    pub fn clear_history(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |session| {
            session.edit(id, |session, touched| {
                let last = session.newest_id(touched)?;
                if session.clear(touched)? {
                    session.append(Kind::ClearHistory, id, "", &(touched.row.cleared_seq, last), &())?;
                }
                Ok(())
            })
        })
    }

    /// `deleteMessages`. 6017, and nothing is deleted, when one does not exist.
    pub fn delete_messages(&self, msg_ids: &[String]) -> Result<()> {
        self.write(true, |session| {
            for msg_id in msg_ids {
                let Some(row) = message::by_msg_id(session.db, msg_id)? else {
                    // The same id twice in one call is no mistake worth an error.
                    if message::is_buried(session.db, msg_id)?
                        && msg_ids.iter().filter(|other| *other == msg_id).count() > 1
                    {
                        continue;
                    }
                    return Err(unknown(msg_id).into());
                };
                let id = session.conversation_of(msg_id)?;
                session.remove_message(&id, msg_id)?;
                if row.seq > 0 {
                    session.append(Kind::DeleteMessages, &id, "", &[msg_id], &())?;
                } else {
                    session.cancel_send(&id, msg_id)?;
                }
            }
            Ok(())
        })
    }
}

/// Takes a conversation out of the list. A later message makes a new one.
fn unlist(touched: &mut Touched) {
    touched.row.is_listed = false;
    touched.row.is_deleted = true;
    touched.row.is_pinned = false;
    touched.row.draft_text.clear();
    touched.row.draft_timestamp = 0;
    touched.row.activation = 0;
    touched.candidate = None;
}

impl Session<'_> {
    /// The `msgID` of the newest message that the server has; empty when there is none.
    fn newest_id(&self, touched: &Touched) -> Fallible<String> {
        let newest = message::newest(self.db, touched.row.id)?;
        Ok(newest.map(|row| row.msg_id).unwrap_or_default())
    }

    /// Deletes every message of a conversation, also those not sent yet. Says whether there was any.
    fn clear(&mut self, touched: &mut Touched) -> Fallible<bool> {
        let id = touched.row.conversation();
        for entry in outbox::of_kind(self.db, id.as_str(), Kind::Send.as_str())? {
            self.cancel_send(&id, &entry.msg_id)?;
            message::bury(self.db, &entry.msg_id)?;
        }
        let is_newer = touched.row.cleared_seq < touched.row.max_seq;
        touched.row.cleared_seq = touched.row.max_seq;
        let deleted = message::delete_up_to(self.db, touched.row.id, PENDING_POSITION)?;
        touched.recount = true;
        Ok(is_newer || deleted > 0)
    }

    /// Takes the sending of a message off the outbox. One that the server may have already stays: once it has ended, the
    /// message is deleted on the server too.
    fn cancel_send(&mut self, id: &ConversationId, msg_id: &str) -> Fallible<()> {
        let in_flight = self.in_flight.load(Ordering::Acquire);
        for entry in outbox::of_kind(self.db, id.as_str(), Kind::Send.as_str())? {
            if entry.msg_id == msg_id && entry.id != in_flight {
                outbox::remove(self.db, entry.id)?;
            }
        }
        Ok(())
    }

    /// Deletes one message here, for good.
    fn remove_message(&mut self, id: &ConversationId, msg_id: &str) -> Fallible<()> {
        message::bury(self.db, msg_id)?;
        let Some(row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_deref() != Some(id.as_str()) {
            return Ok(());
        }
        message::delete(self.db, row.id)?;
        self.edit(id, |_, touched| {
            touched.recount = true;
            Ok(())
        })
    }

    /// We deleted messages on another device.
    pub(super) fn messages_deleted(&mut self, id: &ConversationId, msg_ids: &[String]) -> Fallible<()> {
        msg_ids.iter().try_for_each(|msg_id| self.remove_message(id, msg_id))
    }

    /// We cleared the history on another device.
    pub(super) fn history_cleared(&mut self, id: &ConversationId, up_to: u64) -> Fallible<()> {
        self.edit(id, |session, touched| session.clear_up_to(touched, up_to))
    }

    /// We deleted the conversation on another device. What came after that device last looked stays.
    pub(super) fn conversation_deleted(&mut self, id: &ConversationId, up_to: u64) -> Fallible<()> {
        self.edit(id, |session, touched| {
            session.clear_up_to(touched, up_to)?;
            if !message::any(session.db, touched.row.id)? {
                unlist(touched);
            }
            Ok(())
        })
    }

    fn clear_up_to(&mut self, touched: &mut Touched, up_to: u64) -> Fallible<()> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX).min(PENDING_POSITION - 1);
        touched.row.cleared_seq = touched.row.cleared_seq.max(up_to);
        touched.row.max_seq = touched.row.max_seq.max(up_to);
        message::delete_up_to(self.db, touched.row.id, up_to)?;
        touched.recount = true;
        Ok(())
    }
}
