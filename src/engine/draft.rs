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
                // Cancelling is no activity: the conversation stays where it is.
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

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, bob, c2c, from_bob, message};
    use crate::model::Change;

    #[test]
    fn a_new_draft_lists_the_conversation_and_moves_it_up() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        fixture.engine.set_draft(&c2c("dave"), "hello").unwrap();
        assert_eq!(fixture.list(), ["c2c_dave", "c2c_bob", "c2c_carol"]);
        assert_eq!(fixture.row(&bob())["draftTimestamp"], START);
    }

    #[test]
    fn the_same_draft_and_a_cancelled_one_move_nothing() {
        let fixture = Fixture::new();
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        fixture.engine.set_draft(&bob(), "").unwrap();
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
        assert_eq!(fixture.row(&bob())["draftText"], serde_json::Value::Null);
        assert_eq!(fixture.row(&bob())["draftTimestamp"], 0);
    }

    #[test]
    fn a_draft_survives_a_restart() {
        let fixture = Fixture::new();
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        assert_eq!(fixture.reopen().row(&bob())["draftText"], "hello");
    }

    #[test]
    fn sending_leaves_the_draft() {
        let fixture = Fixture::new();
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        fixture.send(&bob(), "hello");
        assert_eq!(fixture.row(&bob())["draftText"], "hello");
    }
}
