//! How soon a live view shows a burst: a message in each of a thousand conversations, and then the last rows.

use crate::fixture;
use crate::support::{self, PAGE, Table, micros, millis, quantile};
use im::engine::{Engine, ViewQuery};
use im::events::{Dispatcher, Event, Listener};
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const CONVERSATIONS: usize = 5_000;
const BURST: usize = 1_000;
const ROUNDS: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// The ids of a view's rows, made of its diffs, and when they became what they are.
struct Rows(Mutex<(Vec<String>, Instant)>);

impl Listener for Rows {
    fn on_event(&self, _event: Event, payload: &str) {
        let change: Value = serde_json::from_str(payload).expect("JSON");
        let mut rows = self.0.lock().expect("the rows");
        for diff in change["diffs"].as_array().expect("diffs") {
            take(&mut rows.0, diff);
        }
        rows.1 = Instant::now();
    }
}

fn ids(list: &Value) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row["conversationID"].as_str().expect("an id").to_owned())
        .collect()
}

fn take(rows: &mut Vec<String>, diff: &Value) {
    let place = |name: &str| diff[name].as_u64().map(|place| place as usize);
    let id = || {
        diff["conversation"]["conversationID"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    match diff["op"].as_str().expect("an op") {
        "insert" => rows.insert(place("index").expect("a place"), id()),
        "update" => rows[place("index").expect("a place")] = id(),
        "remove" => drop(rows.remove(place("index").expect("a place"))),
        "move" => {
            let row = rows.remove(place("fromIndex").expect("a place"));
            rows.insert(place("index").expect("a place"), row);
        }
        _ => *rows = ids(&diff["conversationList"]),
    }
}

pub fn run(table: &mut Table, dir: &Path) {
    let data_dir = dir.join("burst");
    fixture::make(&data_dir, CONVERSATIONS);
    let dispatcher = Dispatcher::start().expect("a thread");
    let engine = support::engine(&data_dir, dispatcher.queue());
    let shown = Arc::new(Rows(Mutex::new((Vec::new(), Instant::now()))));
    dispatcher.add_listener(Event::ConversationViewChanged.bit(), shown.clone());
    let opened = engine.open_view(&ViewQuery::default(), PAGE as i64).expect("opened");
    let opened: Value = serde_json::from_str(&opened).expect("JSON");
    shown.0.lock().expect("the rows").0 = ids(&opened["conversationList"]);
    for (what, at_once) in [("each committed by itself", 1), ("in transactions of 100", 100)] {
        let (mut after, mut each) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (burst, last) = one_burst(&engine, &shown, at_once, (at_once * ROUNDS + round) as u64);
            each.push(burst / BURST as u32);
            after.push(last);
        }
        let after = quantile(after, 0.5);
        let name = format!("{BURST} messages to {BURST} conversations, {what}: last commit to the last row of a view");
        let verdict = if after <= Duration::from_millis(50) {
            "met"
        } else {
            "missed"
        };
        table.push(&name, millis(after), String::new(), String::new(), "<= 50 ms", verdict);
        let name = "the same, for each message with the view open".to_owned();
        table.push(&name, micros(quantile(each, 0.5)), String::new(), String::new(), "", "");
    }
    engine.close();
}

/// How long the commits of a burst took, and how long after the last one the rows were those of the list.
fn one_burst(engine: &Engine, shown: &Rows, at_once: usize, round: u64) -> (Duration, Duration) {
    let messages: Vec<_> = (0..BURST)
        .map(|place| fixture::message(place * (CONVERSATIONS / BURST), 100 + round))
        .collect();
    let mut messages = messages.into_iter().peekable();
    let start = Instant::now();
    while messages.peek().is_some() {
        fixture::apply(engine, messages.by_ref().take(at_once).collect());
    }
    let end = Instant::now();
    let page = engine.conversation_page("0", PAGE as i64).expect("the page");
    let wanted = ids(&serde_json::from_str::<Value>(&page).expect("JSON")["conversationList"]);
    while shown.0.lock().expect("the rows").0 != wanted {
        assert!(end.elapsed() < PATIENCE, "the view does not come to show the list");
        std::thread::yield_now();
    }
    let last = shown.0.lock().expect("the rows").1;
    (end - start, last.saturating_duration_since(end))
}
