//! Messages that come late: a server kept them, and its archive has not brought them; or they were deleted here before it was
//! known where they lie.

use super::transaction::{LoadedConversation, Transaction};
use crate::model::{Micros, UnnumberedMessage};
use crate::store::{StoreResult, deleted, gap, message};

impl Transaction<'_> {
    /// A number for a message that comes late: after those of its time. Their numbers need not be their times.
    pub(super) fn number_at(&self, conversation: i64, time: Micros) -> StoreResult<i64> {
        let after = Micros(time.0.saturating_add(1));
        let below = message::newest_before(self.db, conversation, after, message::PENDING_POSITION)?;
        let below = below.map_or(0, |(seq, _)| seq);
        let above = gap::seq_after(self.db, conversation, below)?;
        let is_between = time.0 > below && above.is_none_or(|above| time.0 < above);
        self.free_number(conversation, if is_between { time.0 } else { below + 1 })
    }

    /// The first number that is free, from this one on.
    fn free_number(&self, conversation: i64, mut seq: i64) -> StoreResult<i64> {
        while gap::seq_before(self.db, conversation, seq + 1)? == Some(seq) {
            seq += 1;
        }
        Ok(seq)
    }

    /// Whether an archive brings a message that was deleted here while it was on its way, and of which others have arrived
    /// since that it has after it.
    pub(super) fn is_overtaken(
        &self,
        loaded: &LoadedConversation,
        unnumbered: &UnnumberedMessage,
    ) -> StoreResult<bool> {
        let message = &unnumbered.message;
        let may_be = !self.live && message.time.0 <= loaded.row.max_seq;
        Ok(may_be && deleted::contains(self.db, loaded.row.id, &message.msg_id)?)
    }

    /// The number of such a message, up to which another device may clear: after what the archive has before it.
    pub(super) fn number_of_overtaken(&self, loaded: &LoadedConversation, time: Micros) -> StoreResult<i64> {
        match loaded.passed {
            0 => self.number_at(loaded.row.id, time),
            passed => self.free_number(loaded.row.id, passed + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, unnumbered};
    use crate::model::Change;

    #[test]
    fn what_comes_late_lies_by_its_time_also_where_numbers_are_not_times() {
        let fixture = Fixture::new();
        let marked = |id: &str, seconds: i64, is_ahead: bool, is_late: bool| match unnumbered(id, "bob", seconds, false)
        {
            Change::UnnumberedMessage(mut message) => {
                (message.is_ahead, message.is_late) = (is_ahead, is_late);
                Change::UnnumberedMessage(message)
            }
            other => other,
        };
        fixture.live(marked("a", 0, false, false));
        // What comes ahead leaves room below it, for more than lies between the times.
        for (id, seconds) in [("c", 2), ("d", 3)] {
            fixture.history(marked(id, seconds, true, false));
        }
        for (id, seconds) in [("c", 2), ("d", 3)] {
            fixture.history(marked(id, seconds, false, false));
        }
        fixture.history(Change::CaughtUp { group_id: None });
        for (id, seconds) in [("b", 1), ("e", 5), ("c2", 2)] {
            fixture.live(marked(id, seconds, false, true));
        }
        let ids: Vec<String> = fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["a", "b", "c", "c2", "d", "e"]);
    }
}
