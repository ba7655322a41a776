//! What keeps a conversation that was taken out of the list (`unlist.rs`) out of it, and what brings it back: a message from
//! after the place up to which it is out.

use super::transaction::{LoadedConversation, Transaction};
use crate::model::{Micros, Place};
use crate::store::StoreResult;
use crate::store::history::{self, Range};
use crate::store::message::{self, MessageRow, PENDING_POSITION};

/// Takes a conversation out of the list. A later message makes a new one.
pub(super) fn unlist(loaded: &mut LoadedConversation) {
    // The receive option and the read position stay: they belong to the user or group.
    loaded.row.is_listed = false;
    loaded.row.is_deleted = true;
    loaded.row.is_pinned = false;
    loaded.row.draft_text.clear();
    loaded.row.draft_timestamp = 0;
    loaded.row.activation = 0;
    loaded.candidate = None;
}

impl Transaction<'_> {
    /// What brought the conversation back into the list is shown no more: it goes again, unless something else keeps it.
    pub(super) fn unlist_again(&self, loaded: &mut LoadedConversation, last: &MessageRow) -> StoreResult<()> {
        let out = &loaded.row.out;
        let is_kept = *out == Place::default()
            || is_beyond(last, self.bound(loaded, out)?.as_ref(), out.time)
            || loaded.row.is_pinned
            || !loaded.row.draft_text.is_empty()
            || self.has_unsent(loaded)?;
        if !is_kept {
            unlist(loaded);
        }
        Ok(())
    }

    pub(super) fn has_unsent(&self, loaded: &LoadedConversation) -> StoreResult<bool> {
        let last = history::page(self.db, loaded.row.id, &Range::whole(), true, 1)?;
        Ok(last.iter().any(|last| last.position == PENDING_POSITION))
    }

    /// Whether a message that has just come brings its conversation into the list.
    pub(super) fn lists(&self, loaded: &mut LoadedConversation, row: &MessageRow) -> StoreResult<bool> {
        if row.msg_id == loaded.row.out.id {
            // This device may know another time of it than the one that took the conversation out.
            loaded.row.out.time = self.believed(loaded.row.out.time.max(row.time));
            return Ok(loaded.row.is_listed);
        }
        if loaded.lists_at(self.live, row.time) {
            return Ok(true);
        }
        // An archive with times in whole seconds says of a later message an earlier time than the one it was seen live with.
        Ok(match self.bound(loaded, &loaded.row.out)? {
            Some(bound) => row.position > bound.position,
            None => false,
        })
    }

    /// The message up to which the conversation is out of the list, if it is here.
    pub(super) fn bound(&self, loaded: &LoadedConversation, out: &Place) -> StoreResult<Option<MessageRow>> {
        let bound = message::by_msg_id(self.db, &out.id)?;
        Ok(bound.filter(|row| row.conversation == loaded.row.id && row.seq > 0))
    }
}

/// Whether a message lies after the place up to which a conversation is out of the list: after the message that names it,
/// if that is here, or else after its time.
pub(super) fn is_beyond(row: &MessageRow, bound: Option<&MessageRow>, time: Micros) -> bool {
    bound.map_or(row.time > time, |bound| row.position > bound.position)
}

impl LoadedConversation {
    /// Whether something at this time brings the conversation into the list.
    pub(super) fn lists_at(&self, is_live: bool, time: Micros) -> bool {
        // What happens now is newer, whatever its sender's clock says. And a group may have been entered nobody knows when.
        is_live || self.row.is_listed || self.row.out == Place::default() || time > self.row.out.time
    }
}
