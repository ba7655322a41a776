//! Where history puts conversations, at the end of a batch: at their own times, and what has one time in the archive's order.
//! Only then is the newest of what the batch has of each conversation known.

use super::candidate::Candidate;
use super::clock::latest_believed;
use super::transaction::{LoadedConversation, Transaction};
use crate::store::{StoreResult, conversation};
use std::cmp::Reverse;
use std::collections::HashSet;

impl Transaction<'_> {
    /// History has something of a conversation at this time, µs.
    pub(super) fn propose(&mut self, loaded: &mut LoadedConversation, time: i64) {
        self.places_given += 1;
        let rank = if self.reads_backwards {
            -self.places_given
        } else {
            self.places_given
        };
        loaded.candidate = loaded.candidate.max(Some(Candidate { time, rank }));
    }

    /// Gives all of them their places.
    pub(super) fn place_all(&mut self, touched: &mut [LoadedConversation]) -> StoreResult<()> {
        // The database does not have these yet.
        let mut taken: HashSet<i64> = touched.iter().map(|loaded| loaded.row.activation).collect();
        let placed = touched.iter_mut();
        let placed = placed.filter_map(|loaded| loaded.candidate.take().map(|candidate| (candidate, loaded)));
        let (mut older, mut newer): (Vec<_>, Vec<_>) = placed.partition(|(candidate, _)| candidate.is_older());
        // Each from what is known outwards: those of one time stay in the archive's order.
        newer.sort_by_key(|(candidate, _)| *candidate);
        older.sort_by_key(|(candidate, _)| Reverse(*candidate));
        for (candidate, loaded) in newer.into_iter().chain(older) {
            self.place_history(loaded, candidate, &taken)?;
            taken.insert(loaded.row.activation);
        }
        Ok(())
    }

    /// Gives history its place, at the end of the batch: the time itself, or the next one that is free. A batch is placed in
    /// the order of its times, so that those from after all that is believed keep theirs.
    fn place_history(
        &mut self,
        loaded: &mut LoadedConversation,
        candidate: Candidate,
        taken: &HashSet<i64>,
    ) -> StoreResult<()> {
        let mut activation = candidate.time.min(latest_believed(self.now));
        if !loaded.row.is_listed {
            return Ok(());
        }
        // Keys are unique, but many an archive has whole seconds: the last messages of two conversations may share a time.
        // What is older than all that is known goes below it.
        let step = if candidate.is_older() { -1 } else { 1 };
        while activation > loaded.row.activation
            && (taken.contains(&activation) || conversation::activation_taken(self.db, activation)?)
        {
            activation += step;
        }
        if activation <= loaded.row.activation {
            return Ok(());
        }
        loaded.row.activation = activation;
        // What happens from now on comes above this history, whatever the clock says.
        self.account.last_activation = self.account.last_activation.max(activation);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, c2c, unnumbered};
    use crate::model::Change;

    /// Prosody counts whole seconds: a burst to several users is one time, whichever way it is read.
    #[test]
    fn what_an_archive_has_of_one_second_keeps_its_order() {
        let said = |user: &str, older: bool| {
            let Change::UnnumberedMessage(mut said) = unnumbered(user, "alice", 5, older) else {
                unreachable!()
            };
            said.message.conversation = c2c(user);
            Change::UnnumberedMessage(said)
        };
        let expected = ["c2c_d", "c2c_c", "c2c_b", "c2c_a"];
        for pages in [1, 2, 4] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 10);
            for page in ["a", "b", "c", "d"].chunks(4 / pages) {
                fixture.histories(page.iter().map(|user| said(user, false)).collect());
            }
            assert_eq!(fixture.list(), expected, "forwards in {pages} pages");

            let fixture = Fixture::new();
            fixture.set_clock(START + 10);
            for page in ["d", "c", "b", "a"].chunks(4 / pages) {
                fixture.histories(page.iter().map(|user| said(user, true)).collect());
            }
            assert_eq!(fixture.list(), expected, "backwards in {pages} pages");
        }
        // The last of each counts.
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.histories(vec![said("a", false), said("b", false), {
            let Change::UnnumberedMessage(mut again) = unnumbered("again", "alice", 5, false) else {
                unreachable!()
            };
            again.message.conversation = c2c("a");
            Change::UnnumberedMessage(again)
        }]);
        assert_eq!(fixture.list(), ["c2c_a", "c2c_b"]);
    }
}
