//! The writing end of the queue. Any thread may push; a push waits for one short lock and never for a listener.

use super::change_set::ChangeSet;
use super::event::Event;
use super::pending::Completion;
use super::shared::{Shared, guard};
use std::sync::Arc;

/// The writing end of a client's queue; clones share it.
///
/// What is pending is bounded while a listener blocks: conversations are merged, the oldest message events give way to
/// one `onMessagesMissed`, and old sync and connection events are dropped where later ones say it all. While there
/// is no listener only completions are kept.
#[derive(Clone, Default)]
pub struct EventQueue {
    shared: Arc<Shared>,
}

impl EventQueue {
    /// A queue that nobody reads, for tests of the engine alone. Events vanish; completions run in
    /// [`EventQueue::push_completion`].
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Adds the events of one transaction. Never blocks on a listener.
    pub fn push_changes(&self, changes: ChangeSet) {
        self.shared.update(|state| state.pending.push_changes(changes));
    }

    /// Adds an event that cannot be merged (sync and connection events). Never blocks on a listener. What was pushed
    /// before it is told before it.
    pub(crate) fn push_event(&self, event: Event, payload: String) {
        self.shared.update(|state| state.pending.push_single(event, payload));
    }

    /// Adds a finished asynchronous call; it runs once on the dispatcher thread, also on close, after everything that
    /// was pushed before it.
    ///
    /// When that thread has already ended (the owner of the calls should have seen to it that none ends so late), it
    /// runs here and now.
    pub fn push_completion(&self, completion: Completion) {
        if let Some(completion) = self.shared.push_completion(completion) {
            guard("a completion", completion);
        }
    }
}
