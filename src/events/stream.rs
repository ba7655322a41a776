//! Streams: events that the app takes when it wants them, on any thread, in place of being called with them.
//!
//! A stream is a listener whose only callback says that something is there. What it has not taken is merged as what waits
//! for a slow listener is: it has a queue of its own of the same kind. The dispatcher thread fills it.

use super::event::Event;
use super::listener::Listener;
use super::pending::{Barrier, Item, Pending};
use super::segment::Segment;
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex};
use std::collections::VecDeque;

/// What the app finds when it looks for an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The oldest event, with its payload.
    Event(Event, String),
    /// None now.
    None,
    /// None any more.
    End,
}

struct State {
    pending: Pending,
    /// The rest of the item that was taken last: events of one transaction, which are merged no more.
    taken: VecDeque<(Event, String)>,
    /// Whether the app knows that there is something.
    is_told: bool,
    has_ended: bool,
}

/// The events that a stream has not taken. Any thread.
pub(crate) struct StreamQueue {
    mask: u64,
    state: Mutex<State>,
}

impl StreamQueue {
    /// Of the events in `mask` (bit n = event n; 0 = all).
    pub(crate) fn new(mask: u64) -> Arc<Self> {
        let mut pending = Pending::default();
        // Without one it would keep nothing.
        pending.add_start();
        Arc::new(Self {
            mask,
            state: Mutex::new(State {
                pending,
                taken: VecDeque::new(),
                is_told: false,
                has_ended: false,
            }),
        })
    }

    /// Takes the oldest event.
    pub(crate) fn next(&self) -> Next {
        let mut state = lock(&self.state);
        loop {
            if let Some((event, payload)) = state.taken.pop_front() {
                return Next::Event(event, payload);
            }
            match state.pending.pop() {
                Some((_, Item::Segment(segment))) => segment.tell(|event, payload| {
                    if self.hears(event) {
                        state.taken.push_back((event, payload().into_owned()));
                    }
                }),
                Some((_, Item::Barrier(Barrier::Single(event, payload)))) => return Next::Event(event, payload),
                // None is ever pushed here.
                Some((_, Item::Barrier(Barrier::Completion(_)))) => {}
                None if state.has_ended => return Next::End,
                None => {
                    state.is_told = false;
                    return Next::None;
                }
            }
        }
    }

    fn hears(&self, event: Event) -> bool {
        self.mask == 0 || self.mask & event.bit() != 0
    }

    /// Adds something. True when the app has to be told that there is an event; `is_event`: this is one.
    fn push(&self, is_event: bool, add: impl FnOnce(&mut Pending)) -> bool {
        let mut state = lock(&self.state);
        add(&mut state.pending);
        is_event && !std::mem::replace(&mut state.is_told, true)
    }
}

/// What is told that a stream has an event after it had none. Dropped when it is told nothing more.
pub(crate) trait Ready: Send + Sync {
    /// Called on the dispatcher thread, with no lock of libim held.
    fn ready(&self);
}

/// The end of a stream that the dispatcher holds.
pub(crate) struct Stream<R> {
    queue: Arc<StreamQueue>,
    ready: R,
}

impl<R: Ready> Stream<R> {
    pub(crate) fn new(queue: Arc<StreamQueue>, ready: R) -> Self {
        Self { queue, ready }
    }

    pub(crate) fn ready(&self) -> &R {
        &self.ready
    }
}

impl<R: Ready> Listener for Stream<R> {
    fn on_event(&self, _: Event, _: &str) {
        // The dispatcher hands a stream whole items instead, which can be merged.
    }

    fn is_stream(&self) -> bool {
        true
    }

    fn on_segment(&self, segment: &Segment) {
        let Some(selected) = segment.selected(|event| self.queue.hears(event)) else {
            return;
        };
        // It may hold changes of conversations that are not told here, which those that are told are merged with.
        let mut is_event = false;
        selected.tell(|event, _| is_event |= self.queue.hears(event));
        if self.queue.push(is_event, |pending| pending.push_segment(selected)) {
            self.ready.ready();
        }
    }

    fn on_single(&self, event: Event, payload: &str) {
        if self.queue.hears(event)
            && self
                .queue
                .push(true, |pending| pending.push_single(event, payload.to_owned()))
        {
            self.ready.ready();
        }
    }
}

impl<R> Drop for Stream<R> {
    fn drop(&mut self) {
        // Before `ready` goes, which may make the app look.
        lock(&self.queue.state).has_ended = true;
    }
}
