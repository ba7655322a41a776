//! The coalescing queue (skeleton).
use super::{ChangeSet, Event};

/// The writing end of a client's queue; clones share it.
#[derive(Clone, Default)]
pub struct EventQueue {}

impl EventQueue {
    /// A queue that nobody reads, for tests of the engine alone.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds the events of one transaction. Never blocks on a listener.
    pub fn push_changes(&self, changes: ChangeSet) {
        let _ = changes;
    }
    /// Adds an event that cannot be merged (sync and connection events).
    pub fn push_event(&self, event: Event, payload: String) {
        let _ = (event, payload);
    }
    /// Adds a finished asynchronous call; it runs once on the dispatcher thread, also on close.
    pub fn push_completion(&self, completion: Box<dyn FnOnce() + Send>) {
        drop(completion);
    }
}
