//! The stages in which a session begins.

/// How far the beginning of a session has come. Calls that need more of it wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Begun,
    /// It is known what the server can do.
    Discovered,
    /// It is known which rooms the account is in.
    Bookmarked,
}
