//! Marks: single bits that V2TIM's screens (star, fold, hide) or the app give a meaning. They change neither the order nor
//! any count.

use super::batch::Results;
use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Mark, Marks, Result, Setting};
use crate::store::StoreResult;

impl Engine {
    /// `markConversation`: sets the marks, or takes them away.
    pub fn mark(&self, ids: &[ConversationId], marks: Marks, is_set: bool) -> Result<Results> {
        self.each_listed(ids, |tx, loaded| {
            let id = loaded.row.conversation_id.clone();
            for mark in marks.iter().filter(|mark| loaded.row.marks.has(*mark) != is_set) {
                tx.share(&id, Setting::Marked(mark, is_set), Setting::Marked(mark, !is_set))?;
            }
            for mark in marks.iter() {
                loaded.row.marks = loaded.row.marks.with(mark, is_set);
            }
            Ok(())
        })
    }
}

impl Transaction<'_> {
    /// Stores what the server has, because another device set it or our own change was refused, or what was saved of our own.
    pub(super) fn place_mark(&mut self, id: &ConversationId, mark: Mark, is_set: bool) -> StoreResult<()> {
        self.edit(id, |_, loaded| {
            loaded.row.marks = loaded.row.marks.with(mark, is_set);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, refused, set_at};
    use crate::model::Status;
    use serde_json::{Value, json};

    fn marks(value: u64) -> Marks {
        Marks::parse("markType", value).unwrap()
    }

    fn star() -> Mark {
        Mark::from_bit(0).unwrap()
    }

    fn list(fixture: &Fixture) -> Value {
        fixture.row(&bob())["markList"].clone()
    }

    #[test]
    fn marks_are_set_and_taken_away_and_move_nothing() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let before = fixture.row(&bob());
        fixture.engine.mark(&[bob()], marks(1 | 2 | 1 << 40), true).unwrap();
        assert_eq!(list(&fixture), json!([1, 2, 1_u64 << 40]));
        let after = fixture.row(&bob());
        assert_eq!(
            (&after["orderkey"], &after["unreadCount"]),
            (&before["orderkey"], &before["unreadCount"])
        );
        fixture.engine.mark(&[bob()], marks(3), false).unwrap();
        assert_eq!(list(&fixture), json!([1_u64 << 40]));
    }

    #[test]
    fn what_is_not_in_the_list_is_not_marked_and_the_others_are() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let results = fixture.engine.mark(&[c2c("nobody"), bob()], marks(1), true).unwrap();
        let statuses: Vec<Option<Status>> = results
            .into_iter()
            .map(|result| result.map(|error| error.status))
            .collect();
        assert_eq!(statuses, [Some(Status::InvalidConversation), None]);
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }

    #[test]
    fn different_marks_of_two_devices_are_both_there_and_of_one_mark_the_newer_change_counts() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.mark(&[bob()], marks(1), true).unwrap();
        fixture.live(set_at(Setting::Marked(Mark::from_bit(2).unwrap(), true), 5, "other"));
        assert_eq!(list(&fixture), json!([1, 4]));
        fixture.live(set_at(Setting::Marked(star(), false), 5, "other"));
        assert_eq!(list(&fixture), json!([1, 4]), "older");
        fixture.live(set_at(
            Setting::Marked(star(), false),
            i64::from(u32::MAX) * 1_000_000,
            "other",
        ));
        assert_eq!(list(&fixture), json!([4]));
    }

    #[test]
    fn a_refused_mark_is_undone() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.mark(&[bob()], marks(1), true).unwrap();
        fixture.complete(refused());
        assert_eq!(list(&fixture), json!([]));
    }

    #[test]
    fn a_deleted_conversation_loses_its_marks_also_those_that_another_device_told_before() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.mark(&[bob()], marks(1), true).unwrap();
        fixture.engine.delete_conversation(&bob()).unwrap();
        fixture.live(set_at(Setting::Marked(star(), true), 5, "other"));
        fixture.live(from_bob(2));
        assert_eq!(list(&fixture), json!([]));
    }
}
