//! What wakes the one who makes the search index.

use crate::model::lock::lock;
use crate::model::sync::{Condvar, Mutex};

/// Wakes who makes the index.
#[derive(Default)]
pub(super) struct Indexing {
    pub(super) state: Mutex<State>,
    pub(super) changed: Condvar,
    /// What was told last of a build, in percent.
    pub(super) told: Mutex<Option<i64>>,
}

#[derive(Default)]
pub(super) struct State {
    /// There is something to do.
    pub(super) is_due: bool,
    /// It is to end.
    pub(super) is_ended: bool,
}

impl Indexing {
    /// There is something to do.
    pub(super) fn ring(&self) {
        lock(&self.state).is_due = true;
        self.changed.notify_all();
    }
}
