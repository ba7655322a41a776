//! The listeners of the app.

use super::event::Event;
use super::segment::Segment;

/// One listener of the app.
///
/// The dispatcher drops it once: when it was removed and its last callback has returned, or on close. That happens
/// with no lock of libim held.
pub trait Listener: Send + Sync {
    /// Called on the dispatcher thread, one event at a time, with no lock of libim held.
    fn on_event(&self, event: Event, payload: &str);

    /// Whether it takes items of the queue in place of events; see `stream.rs`.
    fn is_stream(&self) -> bool {
        false
    }

    /// Several transactions' changes, for a stream.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn on_segment(&self, _segment: &Segment) {}

    /// A sync or connection event, for a stream.
    fn on_single(&self, _event: Event, _payload: &str) {}
}

/// A listener's number; never 0, never reused in the process.
pub type ListenerId = u64;
