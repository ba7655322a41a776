//! The dispatcher of a client: its listeners, and the one thread that calls them.
//!
//! Everything of the app that libim calls runs here (on the thread `libim-events`), with one exception: a listener
//! that is removed is dropped on the thread that removes it.

use super::event::Event;
use super::listener::{Listener, ListenerId};
use super::pending::{Barrier, Item};
use super::queue::EventQueue;
use super::shared::{Phase, Registered, Shared, guard};
use crate::model::lock::lock;
use crate::model::sync::thread::{self, JoinHandle, ThreadId};
use crate::model::sync::{Arc, Mutex};
use crate::model::{Error, Result};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

// For the whole process: the number of one client's listener is no listener's of another.
static NEXT_LISTENER: AtomicU64 = AtomicU64::new(1);

/// A client's dispatcher: its listeners and its thread. Dropping it closes it.
pub struct Dispatcher {
    queue: EventQueue,
    // Apart from the handle, which `close` takes while the last callback may still run.
    thread_id: ThreadId,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Dispatcher {
    /// Starts the thread. 7012 when the system has none left.
    pub fn start() -> Result<Self> {
        let queue = EventQueue::new();
        let shared = Arc::clone(queue.shared());
        shared.lock().phase = Phase::Open;
        let thread = thread::Builder::new()
            .name("libim-events".into())
            .spawn(move || run(&shared))
            .map_err(|error| Error::internal(format!("the dispatcher thread could not be started: {error}")))?;
        Ok(Self {
            queue,
            thread_id: thread.thread().id(),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The writing end.
    pub fn queue(&self) -> EventQueue {
        self.queue.clone()
    }

    /// Adds a listener for the events in `mask` (bit n = event n, 0 = all). It hears what is pushed from now on, and
    /// nothing of what is pending. Any thread, also from inside a callback.
    ///
    /// 0, which is no listener's number, when the dispatcher is closed: then no callback will run and the dispatcher
    /// has let go of the listener already.
    pub fn add_listener(&self, mask: u64, listener: Arc<dyn Listener>) -> ListenerId {
        let mut state = self.queue.shared().lock();
        if state.phase != Phase::Open {
            // Not under the lock: the drop may call back into libim.
            drop(state);
            return 0;
        }
        // Under the lock, so that the order of the numbers is the order of adding.
        let id = NEXT_LISTENER.fetch_add(1, Ordering::Relaxed);
        let start = state.pending.add_start();
        state.listeners.insert(id, Registered { mask, start, listener });
        id
    }

    /// Removes a listener. False when there is no such listener (any more).
    ///
    /// From another thread: returns when no callback of it is running or will run, and the dispatcher has let go of
    /// it; so the caller must not hold a lock that the callback may want. From inside a callback: returns at once; the
    /// listener hears nothing more, and is let go of when its own callback, if it is that one, has returned.
    pub(crate) fn remove_listener(&self, id: ListenerId) -> bool {
        let shared = self.queue.shared();
        let listener = shared.remove(id, !self.is_dispatcher_thread());
        let found = listener.is_some();
        guard("the drop of a listener", || drop(listener));
        shared.removed();
        found
    }

    /// Whether the calling thread must not wait for this dispatcher: it is the dispatcher's own thread, or it runs the
    /// drop of a listener inside [`Dispatcher::remove_listener`], which the app cannot tell from a callback.
    pub(crate) fn is_current_thread(&self) -> bool {
        self.is_dispatcher_thread() || self.queue.shared().is_removing_here()
    }

    fn is_dispatcher_thread(&self) -> bool {
        thread::current().id() == self.thread_id
    }

    /// Runs the completions still queued, drops pending events and all listeners, and ends the thread. When it
    /// returns no callback runs and every listener was let go of; a second call meanwhile waits for the same.
    /// Idempotent. Does nothing on the dispatcher thread itself.
    pub fn close(&self) {
        self.close_after(|| {});
    }

    /// The same with something to wait for, on the calling thread, between the last event and the end of the
    /// dispatcher thread: the asynchronous calls whose completions shall still run there.
    pub(crate) fn close_after(&self, wait: impl FnOnce()) {
        if self.is_current_thread() {
            log::error!("a dispatcher cannot be closed from inside a callback");
            return;
        }
        // The second caller waits here for the first.
        let mut thread = lock(&self.thread);
        if let Some(thread) = thread.take() {
            self.silence();
            wait();
            self.end();
            if thread.join().is_err() {
                log::error!("the dispatcher thread panicked");
            }
        }
        drop(thread);
        self.queue.shared().wait_for_removals();
    }

    fn silence(&self) {
        self.queue.shared().update(|state| {
            if state.phase == Phase::Open {
                state.phase = Phase::Silent;
                state.pending.remove_all_starts();
            }
        });
    }

    fn end(&self) {
        self.queue.shared().update(|state| {
            if state.phase == Phase::Silent {
                state.phase = Phase::Ending;
            }
        });
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        if self.is_current_thread() {
            // The last owner was dropped by a callback. The thread ends by itself after it.
            self.silence();
            self.end();
        } else {
            self.close();
        }
    }
}

/// The thread.
fn run(shared: &Shared) {
    while let Some((number, item)) = shared.next_item() {
        match item {
            Item::Segment(segment) => {
                segment.tell(|event, payload| tell(shared, number, event, payload));
                hand_on(shared, number, |stream| stream.on_segment(&segment));
            }
            Item::Barrier(Barrier::Single(event, payload)) => {
                tell(shared, number, event, &|| payload.as_str().into());
                hand_on(shared, number, |stream| stream.on_single(event, &payload));
            }
            Item::Barrier(Barrier::Completion(completion)) => guard("a completion", completion),
        }
    }
    // Taken out first, since `destroy` is code of the app and may call libim.
    let listeners = std::mem::take(&mut shared.lock().listeners);
    for entry in listeners.into_values() {
        guard("the drop of a listener", || drop(entry));
    }
}

/// Tells one event to every listener that hears it, in the order of adding.
fn tell<'a>(shared: &Shared, number: u64, event: Event, payload: &dyn Fn() -> Cow<'a, str>) {
    // Rendered when the first listener wants it: one whose mask leaves the event out costs nothing.
    let mut rendered = None;
    let mut last = 0;
    // One at a time and under the lock: a listener may remove another one, which must not be called then.
    while let Some((id, listener)) = shared.begin_callback(number, Some(event), last) {
        let payload = rendered.get_or_insert_with(payload);
        // Moved in, so that it is let go of before `end_callback`: a removal that waits there drops the last reference.
        guard(event.name(), move || listener.on_event(event, payload));
        shared.end_callback();
        last = id;
    }
}

/// Hands one item to every stream that hears it, in the order of adding.
fn hand_on(shared: &Shared, number: u64, hand: impl Fn(&dyn Listener)) {
    let mut last = 0;
    while let Some((id, stream)) = shared.begin_callback(number, None, last) {
        // As in `tell`.
        guard("a stream", || {
            hand(&*stream);
            drop(stream);
        });
        shared.end_callback();
        last = id;
    }
}
