//! Edits: a message gets another content, by its author. It changes everywhere it is shown, and counts and moves as before.
//!
//! Each edit has a stamp, which the body of the message keeps: the newest counts on every device (`model/modification.rs`).

use super::core::Engine;
use super::json::{parse_body, to_json};
use super::outbox::{undo, value};
use super::recall::{is_tip, unknown};
use super::render;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::message::check_bytes;
use crate::model::{
    ConversationId, ElemType, Error, IdKind, Message, MessageBody, MessageStatus, Micros, Modification, NewContent,
    Result, Stamp, Target,
};
use crate::store::awaited_change::{self, Awaited};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind, OutboxRow};
use crate::store::{StoreResult, account, directory, hidden, message_edit, refused};

impl Engine {
    /// `modifyMessage`: gives a message of ours another content. 6017 when there is no such message, when it was recalled, or
    /// when it is of another kind; 10007 when it is not ours.
    pub fn modify(&self, msg_id: &str, new: &NewContent) -> Result<String> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let id = tx.conversation_of(msg_id)?;
            if !row.is_self {
                let (msg_id, sender) = (quoted(msg_id), quoted(row.sender.as_str()));
                let sentence = format!("message {msg_id} of {sender} is not yours to edit");
                return Err(Error::no_permission(sentence).into());
            }
            if row.status == MessageStatus::Revoked {
                return Err(Error::invalid(format!("msgID {} was recalled", quoted(msg_id))).into());
            }
            if row.elem_type == ElemType::GroupTips {
                return Err(is_tip(msg_id).into());
            }
            let before = parse_body(&row)?;
            let mut body = new.of(&before)?;
            if body != before {
                tx.share_modification(&id, &row, &before, &mut body)?;
                row.elem_type = body.elem.elem_type();
                row.body = to_json(&body)?;
                check_bytes(row.body.len())?;
                tx.show_modified(&id, &row, true)?;
            }
            tx.edit(&id, |tx, loaded| render::change_info(tx.db, &row, &loaded.row))
        })
    }
}

impl Transaction<'_> {
    /// Puts an edit of ours into the outbox, unless nobody else has the message yet: then it goes out as it is by now.
    fn share_modification(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        before: &MessageBody,
        body: &mut MessageBody,
    ) -> StoreResult<()> {
        if row.seq == 0 && !self.is_on_its_way(id, row)? {
            return Ok(());
        }
        body.modified = Some(self.next_stamp());
        let last = self.pending_modifications(id, &row.msg_id)?.pop();
        match last {
            // One that has not gone out need not: the newer one takes its place.
            Some(last) if !outbox::is_handed_out(self.db, last.id)? => {
                Ok(outbox::set_value(self.db, last.id, &to_json(body)?)?)
            }
            _ => self.append(CommandKind::Modify, id, &row.msg_id, body, before),
        }
    }

    /// Whether the server may have a message of ours that it has not confirmed.
    fn is_on_its_way(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<bool> {
        for entry in outbox::of_kind(self.db, id, CommandKind::Send)? {
            if entry.msg_id == row.msg_id {
                return Ok(outbox::is_handed_out(self.db, entry.id)?);
            }
        }
        Ok(false)
    }

    /// The edits of a message that the server has not confirmed, oldest first.
    pub(super) fn pending_modifications(&self, id: &ConversationId, msg_id: &str) -> StoreResult<Vec<OutboxRow>> {
        let mut pending = outbox::of_kind(self.db, id, CommandKind::Modify)?;
        pending.retain(|entry| entry.msg_id == msg_id);
        Ok(pending)
    }

    /// Stores the new content of a message and shows it.
    fn show_modified(&mut self, id: &ConversationId, row: &MessageRow, is_told: bool) -> StoreResult<()> {
        // What it said before goes from the file.
        self.removes_text = true;
        message::update(self.db, row)?;
        // Nobody here sees what the receive option hides, or a recall that the server may still refuse.
        let is_told = is_told && row.status != MessageStatus::Revoked && !hidden::contains(self.db, row.id)?;
        self.edit(id, |tx, loaded| {
            if is_told {
                tx.tell_message(Event::RecvMessageModified, loaded, row)?;
            }
            Ok(())
        })
    }

    /// What an edit in the outbox makes of its message.
    pub(super) fn modification_to_send(&self, entry: &OutboxRow) -> StoreResult<Message> {
        // Also when it was deleted here since: the others have it.
        let me = self.me();
        let profile = directory::user(self.db, &me)?.unwrap_or_default();
        let mut body: MessageBody = value(entry)?;
        body.elem = body.elem.of_another_sender();
        Ok(Message {
            msg_id: entry.msg_id.clone(),
            conversation: entry.conversation_id.clone(),
            sender: me,
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            seq: 0,
            time: self.now,
            revoked: None,
            body,
        })
    }

    /// The author of a message has edited it, on some device.
    pub(super) fn modified(
        &mut self,
        id: &ConversationId,
        target: &Target,
        modification: &Modification,
    ) -> StoreResult<()> {
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        match target {
            Target::MsgId(msg_id) => self.apply_modification(id, msg_id, modification, true),
            Target::Id(target) => {
                let modification = &self.in_order(modification)?;
                let found = match self.find_message(conversation, target)? {
                    Some(row) => Some(row),
                    // Some clients name the edit before instead of the message.
                    None => self.find_edited(conversation, target)?.map(|(row, _)| row),
                };
                match found {
                    Some(row) => self.apply_modification(id, &row.msg_id, modification, true),
                    None => self.await_modification(id, conversation, target, modification),
                }
            }
            // An edit is of a message and not of a place.
            Target::Seq(_) | Target::Place(_) => Ok(()),
        }
    }

    /// An edit with its place in the archive's order: after all that were told, or before them where that is read backwards.
    fn in_order(&self, modification: &Modification) -> StoreResult<Modification> {
        let number = account::next_edit_number(self.db)?;
        Ok(Modification {
            rank: if modification.older { -number } else { number },
            ..modification.clone()
        })
    }

    /// Gives a stored message the content of an edit, if that is the newest.
    pub(super) fn apply_modification(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        modification: &Modification,
        is_told: bool,
    ) -> StoreResult<()> {
        self.take_modification(id, msg_id, modification, (is_told, true))
    }

    /// The same with one that has waited for the message. One that was saved from a damaged cache has no name: it is in the
    /// outbox still, and nobody has shown it.
    pub(super) fn apply_waiting_modification(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        modification: &Modification,
        is_told: bool,
    ) -> StoreResult<()> {
        let was_told = !modification.server_id.is_empty() || !modification.origin_id.is_empty();
        self.take_modification(id, msg_id, modification, (is_told, was_told))
    }

    /// The name of an edit that another one has replaced.
    pub(super) fn name_edit(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        ids: (&str, &str),
        (time, rank): (Micros, i64),
    ) -> StoreResult<()> {
        message_edit::save(self.db, row, ids, (time, rank))?;
        self.apply_awaited_by_edit(id, row, (ids, time))
    }

    fn take_modification(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        modification: &Modification,
        (is_told, settles): (bool, bool),
    ) -> StoreResult<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        // What has happened has, whoever says something else by now.
        if row.elem_type == ElemType::GroupTips || message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) {
            return Ok(());
        }
        if refused::contains(self.db, &modification.stamp)? {
            return Ok(());
        }
        let ids = (modification.server_id.as_str(), modification.origin_id.as_str());
        let place = (modification.time, modification.rank);
        if message_edit::contains(self.db, &row, ids)? {
            // Told again, or an edit of ours that was shown at once: the archive's id may be new.
            return Ok(message_edit::save(self.db, &row, ids, place)?);
        }
        let latest = message_edit::latest(self.db, &row)?;
        message_edit::save(self.db, &row, ids, place)?;
        self.keep_as_written(id, &row)?;
        self.saw(&modification.stamp.clone().believed());
        if settles {
            self.settle_pending(id, msg_id, modification)?;
        }
        if self.has_content(id, &row)?
            && let Ok(mut body) = parse_body(&row)
            && modification.replaces_at(body.modified.as_ref(), latest)
        {
            modification.apply(&mut body);
            row.elem_type = body.elem.elem_type();
            let body = to_json(&body)?;
            if body != row.body {
                row.body = body;
                self.show_modified(id, &row, is_told)?;
            }
        }
        self.apply_awaited_by_edit(id, &row, (ids, modification.time))
    }

    /// What another edit means for those of ours that the server has not confirmed.
    fn settle_pending(&mut self, id: &ConversationId, msg_id: &str, modification: &Modification) -> StoreResult<()> {
        for entry in self.pending_modifications(id, msg_id)? {
            let (Ok(ours), Ok(mut before)) = (value::<MessageBody>(&entry), undo::<MessageBody>(&entry)) else {
                continue;
            };
            if ours.modified.as_ref() == Some(&modification.stamp) {
                // A group has shown it: only the answer was lost. In a C2C conversation the same says only that the server has
                // kept it for us, not that it has passed it on.
                if id.group_id().is_some() {
                    outbox::remove(self.db, entry.id)?;
                }
            } else if modification.replaces(before.modified.as_ref()) {
                modification.apply(&mut before);
                outbox::set_undo(self.db, entry.id, &to_json(&before)?)?;
            }
        }
        Ok(())
    }

    /// The server refused an edit: the message has the content of before, unless a newer edit has given it another one.
    pub(super) fn modification_refused(&mut self, id: &ConversationId, entry: &OutboxRow) -> StoreResult<()> {
        let (Ok(was), Ok(before)) = (value::<MessageBody>(entry), undo::<MessageBody>(entry)) else {
            // There is nothing to go back to.
            return Ok(());
        };
        if let Some(stamp) = &was.modified {
            self.remember_refused(id, stamp)?;
        }
        for later in self.pending_modifications(id, &entry.msg_id)? {
            if is_of(&undo::<MessageBody>(&later)?, was.modified.as_ref()) {
                outbox::set_undo(self.db, later.id, &entry.undo)?;
            }
        }
        let Some(mut row) = message::by_msg_id(self.db, &entry.msg_id)? else {
            return Ok(());
        };
        let Ok(body) = parse_body(&row) else { return Ok(()) };
        if !self.has_content(id, &row)? || !is_of(&body, was.modified.as_ref()) {
            return Ok(());
        }
        row.elem_type = before.elem.elem_type();
        row.body = to_json(&before)?;
        self.show_modified(id, &row, true)
    }

    /// An edit can be read no more, and the server does not get it. What it goes back to says whether it was one.
    pub(super) fn modification_lost(
        &mut self,
        id: &ConversationId,
        mut row: MessageRow,
        undo: &str,
    ) -> StoreResult<()> {
        // A later one still goes out, and has the whole content.
        let is_last = self.pending_modifications(id, &row.msg_id)?.is_empty();
        if is_last && serde_json::from_str::<MessageBody>(undo).is_ok() {
            undo.clone_into(&mut row.body);
            self.show_modified(id, &row, true)?;
        }
        Ok(())
    }

    /// The edits of a message that are still to go out are not to: it was recalled, and its content is nowhere, or the server
    /// has not taken it.
    pub(super) fn drop_modifications(&mut self, row: &MessageRow) -> StoreResult<()> {
        let Some(id) = message::conversation_of(self.db, &row.msg_id)? else {
            // The disk has damaged where it belongs, and with that which edits are its own.
            return Ok(());
        };
        for entry in self.pending_modifications(&id, &row.msg_id)? {
            outbox::remove(self.db, entry.id)?;
        }
        Ok(())
    }

    /// An edit of ours that was saved from a damaged cache: the sync brings the message as it was.
    pub(super) fn restore_modification(&mut self, id: &ConversationId, entry: &OutboxRow) -> StoreResult<()> {
        if message::by_msg_id(self.db, &entry.msg_id)?.is_some() {
            return Ok(());
        }
        let Some(modification) = Modification::of(&value(entry)?) else {
            return Ok(());
        };
        self.saw(&modification.stamp);
        let name = (IdKind::MsgId, entry.msg_id.as_str());
        let value = to_json(&modification)?;
        Ok(awaited_change::keep(
            self.db,
            id,
            Awaited::Modified,
            &self.me(),
            name,
            &value,
        )?)
    }
}

/// Whether a body is what the edit with that stamp has made of it.
fn is_of(body: &MessageBody, stamp: Option<&Stamp>) -> bool {
    body.modified.as_ref() == stamp
}

/// The id under which an edit went out to a user.
pub(super) fn sent_as(entry: &OutboxRow) -> Option<String> {
    let stamp = value::<MessageBody>(entry).ok()?.modified?;
    Some(stamp.edit_id(&entry.msg_id))
}

/// Whether an edit was made of what another one had made.
pub(super) fn goes_back_to(later: &OutboxRow, earlier: &OutboxRow) -> bool {
    let before = undo::<MessageBody>(later).ok().and_then(|before| before.modified);
    let was = value::<MessageBody>(earlier).ok().and_then(|was| was.modified);
    before.is_some() && before == was
}

#[cfg(test)]
mod tests;
