//! The app's own text of a conversation (V2TIM `customData`). It changes neither the order nor any count.

use super::batch::Results;
use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Result, Setting};
use crate::store::StoreResult;

impl Engine {
    /// `setConversationCustomData`. An empty text takes it away.
    pub fn set_custom_data(&self, ids: &[ConversationId], data: &str) -> Result<Results> {
        self.each_listed(ids, |tx, loaded| {
            if loaded.row.custom_data == data {
                return Ok(());
            }
            let before = std::mem::replace(&mut loaded.row.custom_data, data.to_owned());
            let id = loaded.row.conversation_id.clone();
            tx.share(&id, Setting::CustomData(data.to_owned()), Setting::CustomData(before))
        })
    }
}

impl Transaction<'_> {
    /// Stores what the server has, because another device set it or our own change was refused, or what was saved of our own.
    pub(super) fn place_custom_data(&mut self, id: &ConversationId, data: &str) -> StoreResult<()> {
        self.edit(id, |_, loaded| {
            data.clone_into(&mut loaded.row.custom_data);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, from_bob, refused, set_at};

    #[test]
    fn custom_data_is_set_replaced_and_undone() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        for data in ["one", "two"] {
            fixture.engine.set_custom_data(&[bob()], data).unwrap();
            assert_eq!(fixture.row(&bob())["customData"], data);
        }
        fixture.complete(crate::model::Outcome::Done);
        fixture.complete(refused());
        assert_eq!(fixture.row(&bob())["customData"], "one");
        fixture.live(set_at(
            Setting::CustomData("elsewhere".to_owned()),
            i64::from(u32::MAX) * 1_000_000,
            "other",
        ));
        assert_eq!(fixture.row(&bob())["customData"], "elsewhere");
        fixture.engine.delete_conversation(&bob()).unwrap();
        fixture.live(from_bob(2));
        assert_eq!(fixture.row(&bob())["customData"], "");
    }
}
