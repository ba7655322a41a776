//! Drafts: text, local to the device.

use super::core::Engine;
use crate::model::{ConversationId, Result};

impl Engine {
    /// `setConversationDraft`: an empty text cancels. A new text activates the conversation and lists it if need be;
    /// the same text again and cancelling do not.
    pub fn set_draft(&self, id: &ConversationId, text: &str) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if loaded.row.draft_text == text {
                    return Ok(());
                }
                text.clone_into(&mut loaded.row.draft_text);
                if text.is_empty() {
                    loaded.row.draft_timestamp = 0;
                    return Ok(());
                }
                loaded.row.draft_timestamp = tx.now.seconds();
                tx.activate(loaded, tx.now);
                tx.subscribe_profile(loaded)
            })
        })
    }
}
