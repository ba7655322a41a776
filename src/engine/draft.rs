//! Drafts: text, local to the device.

use super::Engine;
use crate::model::{ConversationId, Result};

impl Engine {
    /// `setConversationDraft`: an empty text cancels. A new text activates the conversation and lists it if need be;
    /// the same text again and cancelling do not.
    pub fn set_draft(&self, id: &ConversationId, text: &str) -> Result<()> {
        self.write(true, |session| {
            session.edit(id, |session, touched| {
                if touched.row.draft_text == text {
                    return Ok(());
                }
                text.clone_into(&mut touched.row.draft_text);
                if text.is_empty() {
                    touched.row.draft_timestamp = 0;
                    return Ok(());
                }
                touched.row.draft_timestamp = session.now.seconds();
                session.activate(touched, session.now);
                session.watch(touched)
            })
        })
    }
}
