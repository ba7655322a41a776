//! From the commit of one incoming message to the app's callback.

use crate::fixture;
use crate::support::{self, Table, micros, quantile};
use im::events::{Dispatcher, Event, Listener};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Instant;

const MESSAGES: u64 = 2_000;

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
    fixture::make(&data_dir, 500);
    let dispatcher = Dispatcher::start().expect("a thread");
    let (sender, receiver) = mpsc::channel();
    dispatcher.add_listener(Event::ConversationChanged.bit(), Arc::new(Clock(sender)));
    let engine = support::engine(&data_dir, dispatcher.queue());
    let (mut from_call, mut from_return) = (Vec::new(), Vec::new());
    for number in 0..MESSAGES {
        let change = fixture::message(number as usize % 500, 10 + number);
        let called = Instant::now();
        fixture::apply(&engine, vec![change]);
        let returned = Instant::now();
        let heard = receiver.recv().expect("the callback");
        from_call.push(heard - called);
        // The commit is inside the call, a few microseconds before it returns; the callback may be faster than that.
        from_return.push(heard.saturating_duration_since(returned));
    }
    for (what, times) in [
        ("apply called to callback", from_call),
        ("committed to callback", from_return),
    ] {
        let (median, p99) = (quantile(times.clone(), 0.5), quantile(times, 0.99));
        let cell = format!("{}, p99 {}", micros(median), micros(p99));
        table.push(what, cell, String::new(), String::new(), "told", "-");
    }
    engine.close();
}
