//! The state that the writing end, the dispatcher thread and the callers of the [`super::Dispatcher`] share, behind one
//! short lock.
//!
//! Nothing of the app (a listener, its drop, a completion) runs while the lock is held.

use super::event::Event;
use super::listener::{Listener, ListenerId};
use super::pending::{Completion, Item, Pending};
use crate::model::lock::{lock, wait};
use crate::model::sync::thread::{self, ThreadId};
use crate::model::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The life of a dispatcher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nobody reads the queue.
    #[default]
    Unread,
    /// The dispatcher thread runs.
    Open,
    /// Nothing is told any more; completions run.
    Silent,
    /// The thread ends as soon as no completion is left.
    Ending,
    /// The last completion has run.
    Closed,
}

/// A listener as it was added.
pub(super) struct Registered {
    pub(super) mask: u64,
    /// The number of the first item that it hears.
    pub(super) start: u64,
    pub(super) listener: Arc<dyn Listener>,
}

/// What the lock guards.
#[derive(Default)]
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) pending: Pending,
    /// In the order of adding, because ids rise.
    pub(super) listeners: BTreeMap<ListenerId, Registered>,
    /// The listener whose callback runs now.
    running: Option<ListenerId>,
    /// The threads that are removing a listener, once per removal: `close` waits for them, so that every listener
    /// is dropped when it returns.
    removing: Vec<ThreadId>,
}

/// The lock and the two things to wait for.
#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// There is work for the dispatcher thread.
    work: Condvar,
    /// A callback or a removal has ended.
    // Apart from `work`: `notify_one` for the dispatcher thread must not wake a removal instead.
    ended: Condvar,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Changes the state and wakes the dispatcher thread.
    pub(super) fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.work.notify_one();
    }

    /// Adds a completion; gives it back when there is no thread to run it.
    pub(super) fn push_completion(&self, completion: Completion) -> Option<Completion> {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Unread | Phase::Closed) {
            return Some(completion);
        }
        state.pending.push_completion(completion);
        self.work.notify_one();
        None
    }

    /// The next item, waited for; `None` at the end. Only for the dispatcher thread.
    pub(super) fn next_item(&self) -> Option<(u64, Item)> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.pending.pop() {
                return Some(item);
            }
            if state.phase == Phase::Ending {
                // In the same breath as the last look at the queue: later completions find the thread gone.
                state.phase = Phase::Closed;
                return None;
            }
            state = wait(&self.work, state);
        }
    }

    /// The next listener after `last` that hears item `number`, and of it `event` or, where that is none, all that it wants:
    /// a stream. It is now marked as running.
    pub(super) fn begin_callback(
        &self,
        number: u64,
        event: Option<Event>,
        last: ListenerId,
    ) -> Option<(ListenerId, Arc<dyn Listener>)> {
        let mut state = self.lock();
        if state.phase != Phase::Open {
            return None;
        }
        let wants = |entry: &Registered| match event {
            Some(event) => !entry.listener.is_stream() && (entry.mask == 0 || entry.mask & event.bit() != 0),
            None => entry.listener.is_stream(),
        };
        let hears = |entry: &Registered| entry.start <= number && wants(entry);
        let (&id, entry) = state
            .listeners
            // By id and not by place: listeners may come and go between two callbacks.
            .range((Excluded(last), Unbounded))
            .find(|(_, entry)| hears(entry))?;
        // A reference of its own: the callback may remove its own listener.
        let listener = Arc::clone(&entry.listener);
        state.running = Some(id);
        Some((id, listener))
    }

    /// The callback has returned and the dispatcher thread has let go of its listener.
    pub(super) fn end_callback(&self) {
        self.lock().running = None;
        self.ended.notify_all();
    }

    /// Takes a listener out and, if `waits`, waits until no callback of it runs. [`Shared::removed`] must follow.
    pub(super) fn remove(&self, id: ListenerId, waits: bool) -> Option<Arc<dyn Listener>> {
        let mut state = self.lock();
        let entry = state.listeners.remove(&id);
        if let Some(entry) = &entry {
            state.pending.remove_start(entry.start);
        }
        // Also when there is no such listener: `removed` follows either way.
        state.removing.push(thread::current().id());
        // Counted before this wait, so that a close meanwhile waits for the drop as well.
        while waits && state.running == Some(id) {
            state = wait(&self.ended, state);
        }
        Some(entry?.listener)
    }

    /// The calling thread's removal is over: the listener was dropped.
    pub(super) fn removed(&self) {
        let mut state = self.lock();
        if let Some(at) = state.removing.iter().position(|id| *id == thread::current().id()) {
            state.removing.swap_remove(at);
        }
        self.ended.notify_all();
    }

    /// Whether the calling thread is removing a listener, which means for the app: runs its `destroy`.
    pub(super) fn is_removing_here(&self) -> bool {
        self.lock().removing.contains(&thread::current().id())
    }

    /// Waits until no removal is under way.
    pub(super) fn wait_for_removals(&self) {
        let mut state = self.lock();
        while !state.removing.is_empty() {
            state = wait(&self.ended, state);
        }
    }
}

/// Runs code of the app. A panic must not end the dispatcher thread. Its text may contain a message, so it is not logged.
pub(super) fn guard(what: &str, code: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(code)).is_err() {
        log::error!("{what} panicked");
    }
}

#[cfg(test)]
impl Shared {
    /// How many threads are removing a listener.
    pub(super) fn removals(&self) -> usize {
        self.lock().removing.len()
    }
}
