//! The dispatcher thread (skeleton).
use super::{Event, EventQueue};
use std::sync::Arc;

/// One listener of the app.
pub trait Listener: Send + Sync {
    /// Called on the dispatcher thread, one event at a time, with no lock of libim held.
    fn on_event(&self, event: Event, payload: &str);
}

/// A listener's number; never 0, never reused in the process.
pub type ListenerId = u64;

/// A client's dispatcher: its listeners and its thread.
pub struct Dispatcher {
    queue: EventQueue,
}

impl Dispatcher {
    /// Starts the thread.
    pub fn start() -> crate::model::Result<Self> {
        Ok(Self {
            queue: EventQueue::new(),
        })
    }
    /// The writing end.
    pub fn queue(&self) -> EventQueue {
        self.queue.clone()
    }
    /// Adds a listener for the events in `mask` (0 = all).
    pub fn add_listener(&self, mask: u64, listener: Arc<dyn Listener>) -> ListenerId {
        let _ = (mask, listener);
        1
    }
    /// Removes a listener. From another thread: returns when no callback of it is running or will run, and the
    /// dispatcher has let go of it. From inside a callback: returns at once. False when there is no such listener.
    pub fn remove_listener(&self, id: ListenerId) -> bool {
        id == 1
    }
    /// Whether the calling thread is this dispatcher's.
    pub fn is_current_thread(&self) -> bool {
        false
    }
    /// Runs the completions still queued, drops pending events and all listeners, and ends the thread. When it
    /// returns no callback runs. Must not be called on the dispatcher thread. Idempotent.
    pub fn close(&self) {}
}
