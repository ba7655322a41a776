//! The dispatcher thread of a client: takes what is pending and calls the listeners, one at a time, with no lock held.

use super::event::Event;
use super::queue::{EventQueue, Item};
use crate::model::{Error, Result, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

/// One listener of the app.
pub trait Listener: Send + Sync {
    /// Called on the dispatcher thread, one event at a time, with no lock of libim held. The payload is borrowed.
    fn on_event(&self, event: Event, payload: &str);
}

/// A listener's number; never 0, never reused in the process.
pub type ListenerId = u64;

static NEXT_LISTENER: AtomicU64 = AtomicU64::new(1);

struct Entry {
    id: ListenerId,
    mask: u64,
    listener: Arc<dyn Listener>,
}

#[derive(Default)]
struct Listeners {
    entries: Vec<Entry>,
    /// The listener whose callback runs.
    running: Option<ListenerId>,
}

#[derive(Default)]
struct Shared {
    listeners: Mutex<Listeners>,
    /// A callback has returned, and the dispatcher has let go of its listener.
    returned: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client's dispatcher: its queue, its listeners and its thread.
pub struct Dispatcher {
    queue: EventQueue,
    shared: Arc<Shared>,
    thread_id: ThreadId,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Dispatcher {
    /// Starts the thread.
    pub fn start() -> Result<Self> {
        let queue = EventQueue::new();
        queue.set_deaf(true);
        let shared = Arc::new(Shared::default());
        let (its_queue, its_shared) = (queue.clone(), Arc::clone(&shared));
        let thread = thread::Builder::new()
            .name("libim-events".to_owned())
            .spawn(move || run(&its_queue, &its_shared))
            .map_err(|error| Error::new(Status::Internal, format!("cannot start the events thread: {error}")))?;
        Ok(Self {
            queue,
            shared,
            thread_id: thread.thread().id(),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The writing end of the queue.
    pub fn queue(&self) -> EventQueue {
        self.queue.clone()
    }

    /// Adds a listener for the events in `mask` (bit n = event n; 0 = all). It hears everything that is told from now
    /// on, which may include changes made shortly before.
    pub fn add_listener(&self, mask: u64, listener: Arc<dyn Listener>) -> ListenerId {
        let id = NEXT_LISTENER.fetch_add(1, Ordering::Relaxed);
        let mut listeners = self.shared.lock();
        listeners.entries.push(Entry {
            id,
            mask: if mask == 0 { u64::MAX } else { mask },
            listener,
        });
        self.queue.set_deaf(false);
        id
    }

    /// Removes a listener. From another thread: returns when no callback of it is running or will run, and the
    /// dispatcher has let go of it. From inside a callback: returns at once. False when there is no such listener.
    pub fn remove_listener(&self, id: ListenerId) -> bool {
        let mut listeners = self.shared.lock();
        let Some(place) = listeners.entries.iter().position(|entry| entry.id == id) else {
            return false;
        };
        let entry = listeners.entries.remove(place);
        self.queue.set_deaf(listeners.entries.is_empty());
        if !self.is_current_thread() {
            while listeners.running == Some(id) {
                listeners = self
                    .shared
                    .returned
                    .wait(listeners)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
        // The app's destroy may run here and call back into libim: no lock may be held.
        drop(listeners);
        drop(entry);
        true
    }

    /// Whether the calling thread is this dispatcher's.
    pub fn is_current_thread(&self) -> bool {
        thread::current().id() == self.thread_id
    }

    /// Runs the completions still queued, drops pending events and all listeners, and ends the thread. When it
    /// returns no callback runs. Must not be called on the dispatcher thread. Idempotent.
    pub fn close(&self) {
        self.queue.close();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take()
            && thread.join().is_err()
        {
            log::error!("the events thread ended in a panic");
        }
        let entries = std::mem::take(&mut self.shared.lock().entries);
        drop(entries);
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        if self.is_current_thread() {
            self.queue.close();
        } else {
            self.close();
        }
    }
}

fn run(queue: &EventQueue, shared: &Shared) {
    while let Some(item) = queue.next() {
        match item {
            Item::Changes(segment) => {
                for (event, payload) in segment.into_events() {
                    tell(queue, shared, event, &payload);
                }
            }
            Item::State(event, payload) => tell(queue, shared, event, &payload),
            Item::Completion(completion) => guarded("a completion", completion),
        }
    }
}

/// Calls the listeners that want the event, in the order they were added. One that is added meanwhile hears the next
/// event; one that is removed meanwhile hears no more.
fn tell(queue: &EventQueue, shared: &Shared, event: Event, payload: &str) {
    let ids: Vec<ListenerId> = shared
        .lock()
        .entries
        .iter()
        .filter(|entry| entry.mask & event.bit() != 0)
        .map(|entry| entry.id)
        .collect();
    for id in ids {
        if queue.is_closed() {
            return;
        }
        let listener = {
            let mut listeners = shared.lock();
            let found = listeners
                .entries
                .iter()
                .find(|entry| entry.id == id)
                .map(|entry| Arc::clone(&entry.listener));
            listeners.running = found.as_ref().map(|_| id);
            found
        };
        if let Some(listener) = listener {
            guarded("a listener", || listener.on_event(event, payload));
            // If it was removed meanwhile this runs the app's destroy, before the remover goes on.
            guarded("a destroy callback", || drop(listener));
            shared.lock().running = None;
            shared.returned.notify_all();
        }
    }
}

fn guarded(what: &str, call: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        log::error!("{what} panicked");
    }
}
