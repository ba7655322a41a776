//! The listeners of the app.

use super::event::Event;

/// One listener of the app.
///
/// The dispatcher drops it once: when it was removed and its last callback has returned, or on close. That happens
/// with no lock of libim held.
pub trait Listener: Send + Sync {
    /// Called on the dispatcher thread, one event at a time, with no lock of libim held.
    fn on_event(&self, event: Event, payload: &str);
}

/// A listener's number; never 0, never reused in the process.
pub type ListenerId = u64;
