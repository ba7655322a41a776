//! How soon the app hears of an incoming message.

use crate::fixture;
use crate::support::{self, Table, micros, quantile};
use im::events::{ChangeSet, ConversationChange, Dispatcher, Event, Listener};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

const MESSAGES: u64 = 2_000;
const CONVERSATIONS: usize = 500;

/// Says when it was called.
struct Clock(mpsc::Sender<Instant>);

impl Listener for Clock {
    fn on_event(&self, _event: Event, _payload: &str) {
        // The receiver is gone only when the measurement is over.
        let _ = self.0.send(Instant::now());
    }
}

pub fn run(table: &mut Table, dir: &Path) {
    let data_dir = dir.join("latency");
    fixture::make(&data_dir, CONVERSATIONS);
    let dispatcher = Dispatcher::start().expect("a thread");
    let (sender, receiver) = mpsc::channel();
    dispatcher.add_listener(Event::ConversationChanged.bit(), Arc::new(Clock(sender)));
    let engine = support::engine(&data_dir, dispatcher.queue());
    let (mut whole, mut last_step) = (Vec::new(), Vec::new());
    for number in 0..MESSAGES {
        let place = number as usize % CONVERSATIONS;
        let change = fixture::message(place, 10 + number);
        let start = Instant::now();
        fixture::apply(&engine, vec![change]);
        whole.push(receiver.recv().expect("the callback") - start);

        // The engine's last step by itself: right after the commit it puts the change into the queue. (The return of
        // `apply` is no mark for the commit: the callback is often there first.)
        let id = fixture::conversation(place);
        let json = engine.conversation(&id).expect("the conversation");
        let changes = ChangeSet {
            conversations: vec![(id, ConversationChange::Changed(json, None))],
            ..ChangeSet::default()
        };
        let start = Instant::now();
        dispatcher.queue().push_changes(changes);
        last_step.push(receiver.recv().expect("the callback") - start);
    }
    report(table, "message handed in to callback", whole);
    report(table, "commit to callback", last_step);
    engine.close();
}

fn report(table: &mut Table, what: &str, times: Vec<Duration>) {
    let (median, p99) = (quantile(times.clone(), 0.5), quantile(times, 0.99));
    let cell = format!("{}, p99 {}", micros(median), micros(p99));
    table.push(what, cell, String::new(), String::new(), "", "");
}
