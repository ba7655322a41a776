//! The coalescing queue between the engine and the dispatcher thread.
//!
//! Bounded by what the app can see, not by what happens: a conversation is pending at most once, a few thousand message
//! events are kept, and connection and sync events are thinned out once they pile up. Pushing never waits for a listener.

use super::change_set::{ChangeSet, ConversationChange};
use super::event::Event;
use super::segment::Segment;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many message events wait at the most; then the oldest give way to `onMessagesMissed`.
pub const MAX_MESSAGE_EVENTS: usize = 4096;

/// How many sync and connection events wait at the most; then the oldest give way.
pub const MAX_STATE_EVENTS: usize = 256;

/// An asynchronous call's end.
pub type Completion = Box<dyn FnOnce() + Send>;

/// Something to tell, in its order.
pub(super) enum Item {
    /// Merged changes.
    Changes(Box<Segment>),
    /// A sync or connection event.
    State(Event, String),
    /// An asynchronous call's end.
    Completion(Completion),
}

#[derive(Default)]
struct Pending {
    items: VecDeque<Item>,
    /// Nobody listens: events need not be kept.
    is_deaf: bool,
    is_closed: bool,
}

/// The writing end of a client's queue; clones share it.
#[derive(Clone, Default)]
pub struct EventQueue {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    changed: Condvar,
}

impl EventQueue {
    /// A queue of its own. Without a [`Dispatcher`](super::Dispatcher) nobody reads it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the events of one transaction.
    pub fn push_changes(&self, mut changes: ChangeSet) {
        let mut pending = self.lock();
        if pending.is_deaf || pending.is_closed {
            return;
        }
        let conversations = std::mem::take(&mut changes.conversations);
        // A conversation that still waits before a sync or connection event keeps its place there, with its newest
        // state: it is told once, and not later than was promised.
        let (mut here, last) = (Vec::new(), pending.items.len().saturating_sub(1));
        for (id, change) in conversations {
            let earlier = pending.items.iter_mut().take(last).find_map(|item| match item {
                Item::Changes(segment) if segment.holds(&id) => Some(segment),
                _ => None,
            });
            match earlier {
                Some(segment) => segment.add_conversation(id, change),
                None => here.push((id, change)),
            }
        }
        if !here.is_empty() || changes.total_unread.is_some() || !changes.messages.is_empty() {
            pending.add_changes(here, changes);
        }
        drop(pending);
        self.shared.changed.notify_one();
    }

    /// Adds a sync or connection event.
    pub fn push_event(&self, event: Event, payload: String) {
        let mut pending = self.lock();
        if pending.is_deaf || pending.is_closed {
            return;
        }
        pending.items.push_back(Item::State(event, payload));
        pending.thin_states();
        drop(pending);
        self.shared.changed.notify_one();
    }

    /// Adds a finished asynchronous call; it runs once on the dispatcher thread. After the dispatcher was closed it
    /// runs at once on the calling thread, so that it is never lost.
    pub fn push_completion(&self, completion: Completion) {
        let mut pending = self.lock();
        if pending.is_closed {
            drop(pending);
            completion();
            return;
        }
        pending.items.push_back(Item::Completion(completion));
        drop(pending);
        self.shared.changed.notify_one();
    }

    /// How many conversations, message events and state events wait to be told.
    pub fn backlog(&self) -> (usize, usize, usize) {
        let (mut conversations, mut messages, mut states) = (0, 0, 0);
        for item in &self.lock().items {
            match item {
                Item::Changes(segment) => {
                    let (some, more) = segment.len();
                    conversations += some;
                    messages += more;
                }
                Item::State(..) => states += 1,
                Item::Completion(_) => {}
            }
        }
        (conversations, messages, states)
    }

    /// The next item, waited for; `None` once closed and only completions were left.
    pub(super) fn next(&self) -> Option<Item> {
        let mut pending = self.lock();
        loop {
            match pending.items.pop_front() {
                Some(item) if !pending.is_closed || matches!(item, Item::Completion(_)) => return Some(item),
                Some(_) => {}
                None if pending.is_closed => return None,
                None => {
                    pending = self
                        .shared
                        .changed
                        .wait(pending)
                        .unwrap_or_else(PoisonError::into_inner)
                }
            }
        }
    }

    /// Whether events are kept at all.
    pub(super) fn set_deaf(&self, is_deaf: bool) {
        self.lock().is_deaf = is_deaf;
    }

    /// Nothing more is told; completions that wait still run.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.shared.changed.notify_all();
    }

    /// Whether [`EventQueue::close`] was called.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.shared.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn add_changes(&mut self, conversations: Vec<(crate::model::ConversationId, ConversationChange)>, rest: ChangeSet) {
        if !matches!(self.items.back(), Some(Item::Changes(_))) {
            self.items.push_back(Item::Changes(Box::default()));
        }
        let Some(Item::Changes(segment)) = self.items.back_mut() else {
            return;
        };
        for (id, change) in conversations {
            segment.add_conversation(id, change);
        }
        if segment.add_rest(rest) > 0 {
            self.thin_messages();
        }
    }

    /// The oldest message events give way.
    fn thin_messages(&mut self) {
        let segments = || {
            self.items.iter().filter_map(|item| {
                if let Item::Changes(some) = item {
                    Some(some)
                } else {
                    None
                }
            })
        };
        let mut surplus = segments()
            .map(|segment| segment.len().1)
            .sum::<usize>()
            .saturating_sub(MAX_MESSAGE_EVENTS);
        for item in &mut self.items {
            if let Item::Changes(segment) = item {
                while surplus > 0 && segment.drop_message() {
                    surplus -= 1;
                }
            }
        }
    }

    /// When states pile up, the oldest give way. What goes is a run from one `onConnecting` or `onSyncServerStart` to the
    /// next of its kind, so that a start that is told is still followed by its one end, and the newest state is always
    /// told.
    fn thin_states(&mut self) {
        if self.items.iter().filter(|item| matches!(item, Item::State(..))).count() <= MAX_STATE_EVENTS {
            return;
        }
        let found = [Event::Connecting, Event::SyncServerStart]
            .into_iter()
            .find_map(|kind| {
                let mut starts = self.items.iter().enumerate().filter_map(|(place, item)| match item {
                    Item::State(event, _) if *event == kind => Some(place),
                    _ => None,
                });
                Some((kind, starts.next()?, starts.next()?))
            });
        let Some((kind, starting, next)) = found else { return };
        let mut place = 0;
        self.items.retain(|item| {
            let is_between = (starting..next).contains(&place);
            place += 1;
            !(is_between && matches!(item, Item::State(event, _) if belongs(*event, kind)))
        });
    }
}

/// Whether an event belongs to the run that `start` begins.
fn belongs(event: Event, start: Event) -> bool {
    let is_sync = |event| {
        matches!(
            event,
            Event::SyncServerStart | Event::SyncServerFinish | Event::SyncServerFailed
        )
    };
    is_sync(event) == is_sync(start)
}
