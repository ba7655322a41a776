//! The stages in which a session begins.

/// What is known at the beginning of a session, in any order. Calls that need some of it wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is known what the server can do, and this device is online.
    Discovered,
    /// It is known which rooms the account is in.
    Bookmarked,
}
