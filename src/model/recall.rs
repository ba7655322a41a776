//! Recalls.

use super::id::UserId;

/// By whom a message was recalled, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recall {
    /// Who has recalled it; `None` when the server does not say so. In a C2C conversation that is its author.
    pub by: Option<UserId>,
    /// What they say; empty when they say nothing.
    pub reason: String,
}
