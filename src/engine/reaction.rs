//! Reactions: a user's set of reactions to a message, of which the newest counts on every device. They are beside the message:
//! nothing of it changes with them, nor of its conversation, and they count as nothing.
//!
//! V2TIM adds and removes one reaction at a time; what goes to the server is the whole set (`reaction_outbox`).

use super::core::Engine;
use super::json::to_json;
use super::reaction_list;
use super::reaction_outbox::with;
use super::recall::{is_tip, unknown};
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::reaction::{MAX_REACTIONS, MAX_USERS, too_many_reactions, too_many_users};
use crate::model::{ConversationId, ElemType, Error, IdKind, MessageStatus, Reacted, Result, Stamp, Status, Target};
use crate::store::awaited_change::{self, Awaited};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind};
use crate::store::reaction::{self, Known};
use crate::store::{StoreResult, directory, hidden, refused};

impl Engine {
    /// `addMessageReaction` and `removeMessageReaction`.
    pub fn react(&self, msg_id: &str, reaction_id: &str, adds: bool) -> Result<()> {
        self.write(true, |tx| {
            let row = tx.reactable(msg_id)?;
            let id = tx.conversation_of(msg_id)?;
            let known = reaction::of(tx.db, row.id, &tx.me())?;
            tx.may_react(&row, &known, reaction_id, adds)?;
            let change = (reaction_id.to_owned(), adds);
            let reactions = with(std::slice::from_ref(&change), &known.reactions);
            let stamp = tx.next_stamp();
            tx.share_reactions(&id, msg_id, (reactions.clone(), stamp.clone()), change, known)?;
            tx.place_own(&id, &row, reactions, Some(stamp))
        })
    }
}

impl Transaction<'_> {
    /// A message that one can react to.
    fn reactable(&self, msg_id: &str) -> StoreResult<MessageRow> {
        let row = message::by_msg_id(self.db, msg_id)?;
        let Some(row) = row.filter(|row| !matches!(hidden::contains(self.db, row.id), Ok(true))) else {
            return Err(unknown(msg_id).into());
        };
        if row.elem_type == ElemType::GroupTips {
            return Err(is_tip(msg_id).into());
        }
        let why = match row.status {
            MessageStatus::Sending | MessageStatus::Sent => return Ok(row),
            MessageStatus::Revoked => "was recalled",
            MessageStatus::Failed | MessageStatus::LocalImported => "was never sent",
        };
        Err(Error::invalid(format!("msgID {} {why}", quoted(msg_id))).into())
    }

    fn may_react(&self, row: &MessageRow, known: &Known, reaction_id: &str, adds: bool) -> StoreResult<()> {
        let is_mine = known.reactions.iter().any(|id| id == reaction_id);
        let ids = reaction::ids(self.db, row.id)?;
        let (users, _) = reaction::count(self.db, row.id, reaction_id, &self.me())?;
        let (msg_id, quoted_id) = (quoted(&row.msg_id), quoted(reaction_id));
        let error = match (adds, is_mine) {
            (true, true) => {
                let sentence = format!("you have reacted with {quoted_id} to msgID {msg_id} already");
                Error::new(Status::AlreadyReacted, sentence)
            }
            (true, false) if users == 0 && ids.len() >= MAX_REACTIONS => too_many_reactions(&row.msg_id),
            (true, false) if usize::try_from(users).unwrap_or_default() >= MAX_USERS => {
                too_many_users(&row.msg_id, reaction_id)
            }
            (false, false) if users == 0 => {
                let sentence = format!("nobody has reacted with {quoted_id} to msgID {msg_id}");
                Error::new(Status::NoSuchReaction, sentence)
            }
            (false, false) => {
                let sentence = format!("the reaction {quoted_id} to msgID {msg_id} is of others, not yours to remove");
                Error::new(Status::NotOwnReaction, sentence)
            }
            (true, false) | (false, true) => return Ok(()),
        };
        Err(error.into())
    }

    /// Our own set is this from now on.
    pub(super) fn place_own(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        reactions: Vec<String>,
        stamp: Option<Stamp>,
    ) -> StoreResult<()> {
        let me = self.me();
        let profile = directory::user(self.db, &me)?.unwrap_or_default();
        let Some(stamp) = stamp else {
            let before = reaction::of(self.db, row.id, &me)?.reactions;
            reaction::forget(self.db, row.id, &me)?;
            return self.tell_reactions(id, row, &before);
        };
        let reacted = Reacted {
            user: me,
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            reactions,
            stamp,
            older: false,
        };
        self.place_reactions(id, row, &reacted, true)
    }

    fn place_reactions(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        reacted: &Reacted,
        is_told: bool,
    ) -> StoreResult<()> {
        let before = reaction::of(self.db, row.id, &reacted.user)?.reactions;
        if !reaction::save(self.db, row.id, reacted)? || !is_told {
            return Ok(());
        }
        let gone = before.iter().filter(|id| !reacted.reactions.contains(id));
        let new = reacted.reactions.iter().filter(|id| !before.contains(id));
        let changed: Vec<String> = gone.chain(new).cloned().collect();
        self.tell_reactions(id, row, &changed)
    }

    /// Tells how many have made these reactions by now.
    fn tell_reactions(&mut self, id: &ConversationId, row: &MessageRow, changed: &[String]) -> StoreResult<()> {
        // Nobody here has seen what the receive option hides.
        if changed.is_empty() || row.status == MessageStatus::Revoked || hidden::contains(self.db, row.id)? {
            return Ok(());
        }
        let payload = reaction_list::changed(self.db, row, changed, &self.me())?;
        self.tell(Event::RecvMessageReactionsChanged, id.clone(), payload);
        Ok(())
    }

    /// A user has changed what they have reacted with, on some device.
    pub(super) fn reacted(&mut self, id: &ConversationId, target: &Target, reacted: &Reacted) -> StoreResult<()> {
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        match target {
            Target::MsgId(msg_id) => self.apply_reactions(id, msg_id, reacted, true),
            Target::Id(target) => {
                let found = match self.find_message(conversation, target)? {
                    Some(row) => Some(row),
                    // Some clients name an edit instead of the message.
                    None => self.find_edited(conversation, target)?.map(|(row, _)| row),
                };
                match found {
                    Some(row) => self.apply_reactions(id, &row.msg_id, reacted, true),
                    None => self.await_reactions(id, conversation, target, reacted),
                }
            }
            // A reaction is to a message and not to a place.
            Target::Seq(_) | Target::Place(_) => Ok(()),
        }
    }

    /// Gives a user the set that the server tells of, if that is the newest.
    fn apply_reactions(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        reacted: &Reacted,
        is_told: bool,
    ) -> StoreResult<()> {
        let Some(row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) || self.is_wiped(id, &row)? {
            return Ok(());
        }
        if refused::contains(self.db, &reacted.stamp)? {
            return Ok(());
        }
        self.saw(&reacted.stamp.clone().believed());
        reaction::name(self.db, row.id, reacted)?;
        if reacted.user == self.me() && self.own_reacted(id, &row, reacted)? {
            return Ok(());
        }
        let known = reaction::of(self.db, row.id, &reacted.user)?;
        // Told again. Another set of the same time is a later one: there are archives that have whole seconds.
        let is_known = known.stamp.as_ref() == Some(&reacted.stamp) && known.reactions == reacted.reactions;
        if is_known || !reacted.replaces(known.stamp.as_ref()) {
            return Ok(());
        }
        self.place_reactions(id, &row, reacted, is_told)
    }

    /// The same of a set that has waited for its message, which has come.
    pub(super) fn apply_awaited_reactions(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        ids: (&str, &str),
    ) -> StoreResult<()> {
        for (_, value) in awaited_change::take(self.db, id, Awaited::Reacted, msg_id, ids)? {
            let (Ok(reacted), Some(row)) = (
                serde_json::from_str::<Reacted>(&value),
                message::by_msg_id(self.db, msg_id)?,
            ) else {
                continue;
            };
            if reacted.user == self.me() && self.is_on_its_way_out(id, msg_id, &reacted.stamp)? {
                // It was saved from a damaged cache and is still to go out.
                self.place_reactions(id, &row, &reacted, false)?;
            } else {
                // The app asks for the reactions of a message that it is told.
                self.apply_reactions(id, msg_id, &reacted, false)?;
            }
        }
        Ok(())
    }

    /// Whether a message was recalled for good.
    fn is_wiped(&self, id: &ConversationId, row: &MessageRow) -> StoreResult<bool> {
        if row.status != MessageStatus::Revoked {
            return Ok(false);
        }
        let pending = outbox::of_kind(self.db, id, CommandKind::Revoke)?;
        Ok(!pending.iter().any(|entry| entry.msg_id == row.msg_id))
    }

    pub(super) fn keep_awaited(&self, id: &ConversationId, name: (IdKind, &str), reacted: &Reacted) -> StoreResult<()> {
        let value = to_json(reacted)?;
        Ok(awaited_change::keep(
            self.db,
            id,
            Awaited::Reacted,
            &reacted.user,
            name,
            &value,
        )?)
    }
}

#[cfg(test)]
mod tests;
