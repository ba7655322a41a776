//! Tests of the queue and the dispatcher together, through what a listener hears.

mod bounds;
mod changed_fields;
mod closing;
mod listeners;
mod merging;
mod model;
mod stream;
mod views;

use super::pending::Size;
use super::{
    ChangeSet, ConversationChange, Dispatcher, Event, EventQueue, FilteredUnread, GroupEvent, Listener, MessageEvent,
};
use crate::model::ConversationId;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// So long that only a deadlock gets there.
const DEADLINE: Duration = Duration::from_secs(60);

type Heard = Arc<Mutex<Vec<(Event, String)>>>;

/// A listener made of a closure.
struct Calls<F>(F);

impl<F: Fn(Event, &str) + Send + Sync> Listener for Calls<F> {
    fn on_event(&self, event: Event, payload: &str) {
        (self.0)(event, payload);
    }
}

/// Adds a listener that notes everything.
fn note(dispatcher: &Dispatcher, mask: u64) -> Heard {
    let heard = Heard::default();
    let notes = heard.clone();
    dispatcher.add_listener(
        mask,
        Arc::new(Calls(move |event, payload: &str| {
            notes.lock().unwrap().push((event, payload.to_owned()));
        })),
    );
    heard
}

/// What was noted, in short: `onNewConversation ["…"]`.
fn lines(heard: &Heard) -> Vec<String> {
    heard
        .lock()
        .unwrap()
        .iter()
        .map(|(event, payload)| format!("{} {payload}", event.name()))
        .collect()
}

/// Keeps the dispatcher thread busy until released, so that what is pushed meanwhile stays pending.
struct Block(Sender<()>);

impl Block {
    fn new(queue: &EventQueue) -> Self {
        let (release, released) = channel::<()>();
        let (enter, entered) = channel();
        queue.push_completion(Box::new(move || {
            enter.send(()).unwrap();
            let _ = released.recv();
        }));
        entered.recv_timeout(DEADLINE).unwrap();
        Self(release)
    }

    /// Lets the thread go on and waits until it has told everything.
    fn release(self, queue: &EventQueue) {
        drop(self.0);
        settle(queue);
    }
}

/// Waits until everything that was pushed has been told.
fn settle(queue: &EventQueue) {
    let (done, finished): (_, Receiver<()>) = channel();
    queue.push_completion(Box::new(move || done.send(()).unwrap()));
    finished.recv_timeout(DEADLINE).unwrap();
}

/// Waits for a condition that another thread brings about.
fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "{what} did not come about");
        std::thread::yield_now();
    }
}

fn size(queue: &EventQueue) -> Size {
    queue.shared().lock().pending.size()
}

fn id(n: usize) -> ConversationId {
    ConversationId::trusted(format!("c2c_{n}"))
}

fn new(n: usize, json: &str) -> ChangeSet {
    one(n, ConversationChange::New(json.into()))
}

fn changed(n: usize, json: &str) -> ChangeSet {
    one(n, ConversationChange::Changed(json.into(), None))
}

fn deleted(n: usize) -> ChangeSet {
    one(n, ConversationChange::Deleted)
}

fn one(n: usize, change: ConversationChange) -> ChangeSet {
    ChangeSet {
        conversations: vec![(id(n), change)],
        ..ChangeSet::default()
    }
}

fn total(n: u64) -> ChangeSet {
    ChangeSet {
        total_unread: Some(n),
        ..ChangeSet::default()
    }
}

fn group(event: Event, payload: impl Into<String>) -> ChangeSet {
    ChangeSet {
        groups: vec![GroupEvent {
            event,
            payload: payload.into(),
        }],
        ..ChangeSet::default()
    }
}

fn message(n: usize, payload: impl Into<String>) -> ChangeSet {
    ChangeSet {
        messages: vec![MessageEvent {
            event: Event::RecvNewMessage,
            conversation: id(n),
            payload: payload.into(),
        }],
        ..ChangeSet::default()
    }
}
