//! What wakes the one who makes the search index.

use crate::model::bell::Bell;
use crate::model::sync::Mutex;

/// Wakes who makes the index.
#[derive(Default)]
pub(super) struct Indexing {
    pub(super) bell: Bell,
    /// What was told last of a build, in percent.
    pub(super) told: Mutex<Option<i64>>,
}
