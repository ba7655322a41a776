//! The usual transaction: one conversation changes, and the rows that the view has say where it belongs. With many views open
//! each message would otherwise cost all their rows.

use super::super::super::core::Engine;
use super::{Change, View};
use crate::events::{Diff, Reasons};

impl View {
    /// The steps for the only change that concerns the view. `None`, and nothing is done, where the cache has to say which rows
    /// come in.
    pub(super) fn follow_one(&mut self, engine: &Engine, change: &Change<'_>) -> Option<Vec<Diff>> {
        let before = self.key_before(engine, change);
        let now = self.key_now(engine, change)?;
        let has_room = self.keys.len() < self.limit;
        // Below its rows, and where it has fewer than it may, the cache knows more than the view.
        if self.floor().is_some_and(|floor| has_room || now < floor) {
            return None;
        }
        let mut is_cut = false;
        let diffs = match before.and_then(|key| self.place(key)) {
            Some(_) if before == Some(now) && change.is_invisible() => Vec::new(),
            Some(from) => {
                self.keys.remove(from);
                let to = self.keys.partition_point(|key| *key > now);
                self.keys.insert(to, now);
                let (row, reasons) = (change.row(), change.reasons());
                vec![if from == to {
                    Diff::Update(to, row, reasons)
                } else {
                    Diff::Move(from, to, row, reasons)
                }]
            }
            None => {
                let at = self.keys.partition_point(|key| *key > now);
                let mut diffs = Vec::new();
                is_cut = !has_room;
                if is_cut && at < self.limit && self.keys.pop().is_some() {
                    diffs.push(Diff::Remove(self.keys.len(), Reasons::default()));
                }
                if at < self.limit {
                    self.keys.insert(at, now);
                    diffs.push(Diff::Insert(at, change.row(), self.why(change, before.is_none())));
                }
                diffs
            }
        };
        self.total += i64::from(before.is_none());
        // A row that went over the end is below the others now.
        self.is_finished = self.is_finished && !is_cut || self.is_all(self.keys.len());
        Some(diffs)
    }
}
