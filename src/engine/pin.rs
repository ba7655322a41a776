//! Pins. Pinning sets the pin bit of the order key and leaves the activation alone, so that pinned conversations keep
//! their order among themselves.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Micros, Result};
use crate::store::StoreResult;
use crate::store::outbox::CommandKind;

impl Engine {
    /// `pinConversation`. Pinning a conversation that is not in the list lists it; unpinning it changes nothing.
    pub fn set_pinned(&self, id: &ConversationId, pinned: bool) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if loaded.row.is_pinned == pinned {
                    return Ok(());
                }
                loaded.row.is_pinned = pinned;
                tx.ensure_listed(loaded, tx.now);
                tx.append(CommandKind::Pin, id, "", &pinned, &!pinned)?;
                tx.subscribe_profile(loaded)
            })
        })
    }
}

impl Transaction<'_> {
    /// Another device pinned or unpinned.
    pub(super) fn pinned_elsewhere(&mut self, id: &ConversationId, pinned: bool, time: Micros) -> StoreResult<()> {
        // What the server had before it hears of our delete must not bring the conversation back.
        if self.yields_to_pending(CommandKind::Pin, id, &pinned)?
            || self.is_pending(CommandKind::DeleteConversation, id)?
        {
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            if loaded.row.is_pinned != pinned {
                loaded.row.is_pinned = pinned;
                if pinned {
                    tx.ensure_listed(loaded, time);
                }
            }
            Ok(())
        })
    }

    /// The server refused our own change: `pinned` is what it has.
    pub(super) fn pin_refused(&mut self, id: &ConversationId, pinned: bool) -> StoreResult<()> {
        if self.yields_to_pending(CommandKind::Pin, id, &pinned)? {
            return Ok(());
        }
        self.edit(id, |_, loaded| {
            // One that was deleted meanwhile stays so.
            loaded.row.is_pinned = pinned && loaded.row.is_listed;
            Ok(())
        })
    }
}
