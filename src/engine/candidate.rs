//! A place in the list that history proposes for a conversation. Plain data.

/// Where history puts a conversation. The greatest is the newest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// The newest of its times, µs.
    pub(super) time: i64,
    /// Its place among those of one time: they come in the archive's order, or, where that is read backwards, against it and
    /// below 0.
    pub(super) rank: i64,
}

impl Candidate {
    /// Whether it is older than all that was known.
    pub(super) fn is_older(self) -> bool {
        self.rank < 0
    }
}
