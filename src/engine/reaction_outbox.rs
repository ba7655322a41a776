//! Our own reactions on their way to the server. A command has a whole set, and what was done to make it: what waits is done
//! again on top of what another device has made of the set meanwhile, or of what a refusal goes back to.

use super::json::to_json;
use super::outbox::{undo, value};
use super::transaction::Transaction;
use crate::model::{ConversationId, IdKind, MessageStatus, Outbound, Reacted, Reaction, Stamp};
use crate::store::StoreResult;
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind, OutboxRow};
use crate::store::reaction::{self, Known};
use serde::{Deserialize, Serialize};

/// Our reactions to a message on their way to the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    /// All of them.
    reactions: Vec<String>,
    /// What was done: which was added (true) and which removed.
    changed: Vec<(String, bool)>,
    stamp: Stamp,
}

/// What a refusal goes back to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Before {
    reactions: Vec<String>,
    stamp: Option<Stamp>,
}

impl From<Known> for Before {
    fn from(known: Known) -> Self {
        let Known { reactions, stamp } = known;
        Self { reactions, stamp }
    }
}

/// A set with the same done to it.
pub(super) fn with(changed: &[(String, bool)], before: &[String]) -> Vec<String> {
    let mut set = before.to_vec();
    for (id, is_added) in changed {
        set.retain(|other| other != id);
        if *is_added {
            set.push(id.clone());
        }
    }
    set
}

/// Whether a command takes reactions away and adds none.
pub(super) fn only_removes(entry: &OutboxRow) -> bool {
    value_of(entry).is_some_and(|pending| pending.changed.iter().all(|(_, is_added)| !is_added))
}

impl Transaction<'_> {
    /// Puts reactions of ours into the outbox.
    pub(super) fn share_reactions(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        (reactions, stamp): (Vec<String>, Stamp),
        change: (String, bool),
        before: Known,
    ) -> StoreResult<()> {
        if let Some(last) = self.pending_reactions(id, msg_id)?.pop()
            && !outbox::is_handed_out(self.db, last.id)?
            && let Ok(Pending { mut changed, .. }) = value::<Pending>(&last)
        {
            // It need not go out: the newer set takes its place.
            changed.retain(|(other, _)| *other != change.0);
            changed.push(change);
            let pending = Pending {
                reactions,
                changed,
                stamp,
            };
            return Ok(outbox::set_value(self.db, last.id, &to_json(&pending)?)?);
        }
        let pending = Pending {
            reactions,
            changed: vec![change],
            stamp,
        };
        self.append(CommandKind::React, id, msg_id, &pending, &Before::from(before))
    }

    /// The commands about our reactions to a message that the server has not confirmed, oldest first.
    fn pending_reactions(&self, id: &ConversationId, msg_id: &str) -> StoreResult<Vec<OutboxRow>> {
        let mut pending = outbox::of_kind(self.db, id, CommandKind::React)?;
        pending.retain(|entry| entry.msg_id == msg_id);
        Ok(pending)
    }

    /// Whether a set of ours is the one that a command brings to the server.
    pub(super) fn is_on_its_way_out(&self, id: &ConversationId, msg_id: &str, stamp: &Stamp) -> StoreResult<bool> {
        let pending = self.pending_reactions(id, msg_id)?;
        Ok(pending.iter().filter_map(value_of).any(|value| value.stamp == *stamp))
    }

    /// What a command tells the server; `None` when the message is gone, and the command with it.
    pub(super) fn reaction_to_send(&self, entry: &OutboxRow) -> StoreResult<Option<Outbound>> {
        let pending: Pending = value(entry)?;
        // The server knows the message by ids that have gone with it.
        if message::by_msg_id(self.db, &entry.msg_id)?.is_none() {
            outbox::remove(self.db, entry.id)?;
            return Ok(None);
        }
        Ok(Some(Outbound::React(Reaction {
            conversation: entry.conversation_id.clone(),
            msg_id: entry.msg_id.clone(),
            reactions: pending.reactions,
            stamp: pending.stamp,
        })))
    }

    /// What a set of ours means for what is on its way to the server. True if nothing is left to do.
    pub(super) fn own_reacted(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        reacted: &Reacted,
    ) -> StoreResult<bool> {
        let pending = self.pending_reactions(id, &row.msg_id)?;
        let is_told = |entry: &&OutboxRow| value_of(entry).is_some_and(|value| value.stamp == reacted.stamp);
        if let Some(entry) = pending.iter().find(is_told) {
            // A group has shown it: only the answer was lost. In a C2C conversation the same says only that the server has
            // kept it for us, not that it has passed it on.
            if id.group_id().is_some() {
                outbox::remove(self.db, entry.id)?;
            }
            return Ok(true);
        }
        let (Some(first), Some(last)) = (pending.first(), pending.last()) else {
            return Ok(false);
        };
        if !outbox::is_handed_out(self.db, last.id)? {
            let (Some(value), Ok(before)) = (value_of(last), undo::<Before>(last)) else {
                return Ok(false);
            };
            if reacted.replaces(before.stamp.as_ref()) {
                let reactions = with(&value.changed, &reacted.reactions);
                let stamp = self.next_stamp();
                self.rebase(last, (&reactions, &stamp), value.changed)?;
                self.set_before(last, reacted)?;
                self.place_own(id, row, reactions, Some(stamp))?;
            }
            return Ok(true);
        }
        if let Ok(before) = undo::<Before>(first)
            && reacted.replaces(before.stamp.as_ref())
        {
            self.set_before(first, reacted)?;
        }
        Ok(false)
    }

    fn rebase(
        &self,
        entry: &OutboxRow,
        (reactions, stamp): (&[String], &Stamp),
        changed: Vec<(String, bool)>,
    ) -> StoreResult<()> {
        let pending = Pending {
            reactions: reactions.to_vec(),
            changed,
            stamp: stamp.clone(),
        };
        Ok(outbox::set_value(self.db, entry.id, &to_json(&pending)?)?)
    }

    fn set_before(&self, entry: &OutboxRow, reacted: &Reacted) -> StoreResult<()> {
        let before = Before {
            reactions: reacted.reactions.clone(),
            stamp: Some(reacted.stamp.clone()),
        };
        Ok(outbox::set_undo(self.db, entry.id, &to_json(&before)?)?)
    }

    /// The server refused reactions of ours: what was there before counts, and on top of it what was done since.
    pub(super) fn reactions_refused(&mut self, id: &ConversationId, entry: &OutboxRow) -> StoreResult<()> {
        let (Some(refused), Ok(mut before)) = (value_of(entry), undo::<Before>(entry)) else {
            // There is nothing to go back to.
            return Ok(());
        };
        let was = refused.stamp;
        self.remember_refused(id, &was)?;
        let mut now = was.clone();
        for later in self.pending_reactions(id, &entry.msg_id)? {
            let (Some(value), Ok(mut undo)) = (value_of(&later), undo::<Before>(&later)) else {
                continue;
            };
            if undo.stamp.as_ref() != Some(&was) {
                continue;
            }
            undo = before.clone();
            outbox::set_undo(self.db, later.id, &to_json(&undo)?)?;
            if !outbox::is_handed_out(self.db, later.id)? {
                let reactions = with(&value.changed, &before.reactions);
                self.rebase(&later, (&reactions, &value.stamp), value.changed)?;
                now = value.stamp;
                before = Before {
                    reactions,
                    stamp: Some(now.clone()),
                };
            }
        }
        let Some(row) = message::by_msg_id(self.db, &entry.msg_id)? else {
            return Ok(());
        };
        let known = reaction::of(self.db, row.id, &self.me())?.stamp;
        if known == Some(was) || known == Some(now) {
            self.place_own(id, &row, before.reactions, before.stamp)?;
        }
        Ok(())
    }

    /// Reactions can be read no more, and the server does not get them. What they go back to says whether they were some.
    pub(super) fn reactions_lost(&mut self, id: &ConversationId, row: &MessageRow, undo: &str) -> StoreResult<()> {
        // A later command has the whole set.
        let is_last = self.pending_reactions(id, &row.msg_id)?.is_empty();
        match serde_json::from_str::<Before>(undo) {
            Ok(before) if is_last => self.place_own(id, row, before.reactions, before.stamp),
            _ => Ok(()),
        }
    }

    /// A message was recalled for good, or the server has not taken it: it has no reactions, and gets none.
    pub(super) fn drop_reactions(&mut self, row: &MessageRow) -> StoreResult<()> {
        let Some(id) = message::conversation_of(self.db, &row.msg_id)? else {
            // The disk has damaged where it belongs, or its id, and with that which reactions are its own.
            return Ok(reaction::forget_all(self.db, row.id)?);
        };
        for entry in self.pending_reactions(&id, &row.msg_id)? {
            outbox::remove(self.db, entry.id)?;
        }
        if row.status != MessageStatus::Revoked {
            self.place_own(&id, row, Vec::new(), None)?;
        }
        Ok(reaction::forget_all(self.db, row.id)?)
    }

    /// Reactions of ours that were saved from a damaged cache: the sync brings the message.
    pub(super) fn restore_reactions(&mut self, id: &ConversationId, entry: &OutboxRow) -> StoreResult<()> {
        let pending: Pending = value(entry)?;
        self.saw(&pending.stamp);
        if let Some(row) = message::by_msg_id(self.db, &entry.msg_id)? {
            return self.place_own(id, &row, pending.reactions, Some(pending.stamp));
        }
        let reacted = Reacted {
            user: self.me(),
            nick_name: String::new(),
            face_url: String::new(),
            reactions: pending.reactions,
            stamp: pending.stamp,
            older: false,
        };
        self.keep_awaited(id, (IdKind::MsgId, &entry.msg_id), &reacted)
    }
}

fn value_of(entry: &OutboxRow) -> Option<Pending> {
    value(entry).ok()
}

/// The id under which a set went out to a user.
pub(super) fn sent_as(entry: &OutboxRow) -> Option<String> {
    value_of(entry).map(|sent| sent.stamp.reactions_id())
}

/// Whether a set was made of another one.
pub(super) fn goes_back_to(later: &OutboxRow, earlier: &OutboxRow) -> bool {
    let before = undo::<Before>(later).ok().and_then(|before| before.stamp);
    before.is_some() && before == value_of(earlier).map(|was| was.stamp)
}
