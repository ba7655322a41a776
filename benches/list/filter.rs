//! Filtered pages and counts, marking, and what open subscriptions and views cost, on lists of their own.
//!
//! A filtered page is compared with rusqlite that has a table for exactly that filter, sorted: the least that any program could
//! read. The rare mark is one in ten thousand conversations, in the large list only.

use crate::fixture::{Fixture, conversation, message};
use crate::support::{PAGE, Table, engine, in_turns, micros, millis, quantile, ratio, raw_reader};
use im::engine::{ConversationFilter, Engine, ViewQuery};
use im::events::EventQueue;
use im::model::Marks;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::{Duration, Instant};

const REPETITIONS: usize = 300;
/// Marks: of one in ten conversations, and of one in ten thousand.
const OFTEN: u64 = 1;
const RARE: u64 = 1 << 40;
/// Conversations that are marked at once, and how often.
const AT_ONCE: usize = 100;
const MARKINGS: usize = 20;
const SUBSCRIPTIONS: usize = 20;
const VIEWS: usize = 20;
const MESSAGES: usize = 200;

fn filter(json: Value) -> ConversationFilter {
    serde_json::from_value(json).expect("a filter")
}

/// A list with marks and conversation groups, open.
struct Side {
    engine: Engine,
    db: Connection,
    size: usize,
}

impl Side {
    fn new(fixture: &Fixture) -> Self {
        let engine = engine(&fixture.data_dir, EventQueue::new());
        let every = |step: usize| (0..fixture.size).step_by(step).map(conversation).collect::<Vec<_>>();
        let marks = |bits: u64| Marks::parse("bits", bits).expect("marks");
        for ids in every(10).chunks(5_000) {
            engine.mark(ids, marks(OFTEN), true).expect("marked");
        }
        engine.mark(&every(10_000), marks(RARE), true).expect("marked");
        engine.create_conversation_group("Work", &every(500)).expect("a group");
        Self {
            db: raw_reader(&fixture.data_dir),
            engine,
            size: fixture.size,
        }
    }

    fn page(&self, filter: &ConversationFilter) -> String {
        self.engine
            .filtered_page(filter, "0", PAGE as i64)
            .expect("the page is read")
    }

    /// A table of exactly what a filter selects.
    fn make_raw(&self, condition: &str) {
        let sql = format!(
            "DROP TABLE IF EXISTS temp.wanted; \
             CREATE TEMP TABLE wanted AS SELECT orderkey, id FROM conversation WHERE orderkey IS NOT NULL AND {condition}; \
             CREATE UNIQUE INDEX temp.wanted_order ON wanted (orderkey, id)"
        );
        self.db.execute_batch(&sql).expect("the table");
    }

    fn raw(&self) -> String {
        let mut statement = self
            .db
            .prepare_cached(
                "SELECT c.json FROM temp.wanted w JOIN conversation c ON c.id = w.id ORDER BY w.orderkey DESC LIMIT ?1",
            )
            .expect("the statement");
        let mut rows = statement.query([PAGE as i64]).expect("the rows");
        let mut list = String::new();
        while let Some(row) = rows.next().expect("a row") {
            list.push_str(row.get_ref(0).expect("a column").as_str().expect("text"));
        }
        list
    }
}

pub fn run(table: &mut Table, small: &Fixture, large: Option<&Fixture>) {
    let sides: Vec<Side> = std::iter::once(small).chain(large).map(Side::new).collect();
    for (what, json, condition) in [
        (
            "filtered page, unread of groups",
            json!({ "conversationType": 2, "hasUnreadCount": true }),
            "facets & 9 = 9",
        ),
        (
            "filtered page, no mark and no group",
            json!({ "markType": 0, "conversationGroup": "" }),
            "facets & 6 = 0",
        ),
        (
            "filtered page, 1 in 10 marked",
            json!({ "markType": OFTEN }),
            "marks & 1 <> 0",
        ),
        (
            "filtered page, any of two marks",
            json!({ "markType": OFTEN | RARE }),
            "marks <> 0",
        ),
        (
            "filtered page, in a conversation group",
            json!({ "conversationGroup": "Work" }),
            "group_keys <> ''",
        ),
        (
            "filtered page, a group and 1 in 10 marked",
            json!({ "conversationGroup": "Work", "markType": OFTEN }),
            "group_keys <> '' AND marks & 1 <> 0",
        ),
        (
            "filtered page, a group and 1 in 10,000 marked",
            json!({ "conversationGroup": "Work", "markType": RARE }),
            "group_keys <> '' AND marks >> 40 = 1",
        ),
        (
            "filtered page, all five conditions",
            json!({ "conversationType": 1, "conversationGroup": "", "markType": 0, "hasUnreadCount": true, "hasGroupAtInfo": false }),
            "facets = 8",
        ),
        (
            "filtered page, 1 in 10,000 marked",
            json!({ "markType": RARE }),
            "marks >> 40 = 1",
        ),
    ] {
        pages(table, what, &filter(json), condition, &sides);
    }
    counts(table, &sides);
    for side in &sides {
        marking(table, side);
        subscriptions(table, side);
        views(table, side);
    }
}

fn pages(table: &mut Table, what: &str, filter: &ConversationFilter, condition: &str, sides: &[Side]) {
    let mut libim = Vec::new();
    for side in sides {
        side.make_raw(condition);
        let times = in_turns(
            REPETITIONS,
            &mut [
                &mut || {
                    black_box(side.page(filter));
                },
                &mut || {
                    black_box(side.raw());
                },
            ],
        );
        let ratio = ratio(times[0], times[1]);
        let name = format!("{what}, of {}", side.size);
        table.compare(&name, micros(times[0]), micros(times[1]), ratio, "<= 3", ratio <= 3.0);
        libim.push(times[0]);
    }
    flat(table, what, &libim);
}

fn flat(table: &mut Table, what: &str, times: &[Duration]) {
    if let [small, large] = times {
        let ratio = ratio(*large, *small);
        let name = format!("{what}: the million beside the 5000");
        table.compare(&name, micros(*large), micros(*small), ratio, "<= 2", ratio <= 2.0);
    }
}

fn counts(table: &mut Table, sides: &[Side]) {
    for (what, json) in [
        ("filtered count, groups", json!({ "conversationType": 2 })),
        ("filtered count, a mark", json!({ "markType": OFTEN })),
    ] {
        let filter = filter(json);
        let mut libim = Vec::new();
        for side in sides {
            let raw = || {
                let total = "SELECT total_unread FROM account";
                let total: i64 = side
                    .db
                    .prepare_cached(total)
                    .and_then(|mut it| it.query_row((), |row| row.get(0)))
                    .expect("the total");
                black_box(total);
            };
            let times = in_turns(
                REPETITIONS,
                &mut [
                    &mut || {
                        black_box(side.engine.unread_by_filter(&filter).expect("the count"));
                    },
                    &mut || raw(),
                ],
            );
            let name = format!("{what}, of {}", side.size);
            let ratio = format!("{:.2}", ratio(times[0], times[1]));
            table.push(&name, micros(times[0]), micros(times[1]), ratio, "", "");
            libim.push(times[0]);
        }
        flat(table, what, &libim);
    }
}

/// Beside rusqlite that writes the rendered rows and a command for each in one transaction of a file of its own.
fn marking(table: &mut Table, side: &Side) {
    let dir = tempfile::tempdir().expect("a directory");
    let raw = Connection::open(dir.path().join("raw.db")).expect("a file");
    raw.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    raw.pragma_update(None, "synchronous", "NORMAL").expect("NORMAL");
    raw.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, json TEXT); CREATE TABLE command (id INTEGER PRIMARY KEY, json TEXT)")
        .expect("the tables");
    let json = "x".repeat(930);
    let marks = Marks::parse("bits", 2).expect("a mark");
    let ids: Vec<_> = (0..AT_ONCE).map(conversation).collect();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..MARKINGS {
        let start = Instant::now();
        side.engine.mark(&ids, marks, round % 2 == 0).expect("marked");
        let between = Instant::now();
        raw.execute_batch("BEGIN").expect("a transaction");
        for id in 0..AT_ONCE {
            raw.prepare_cached("INSERT OR REPLACE INTO row VALUES (?1, ?2)")
                .and_then(|mut it| it.execute((id as i64, &json)))
                .expect("a row");
            raw.prepare_cached("INSERT INTO command (json) VALUES (?1)")
                .and_then(|mut it| it.execute([&json[..100]]))
                .expect("a command");
        }
        raw.execute_batch("COMMIT").expect("the commit");
        times[0].push(between - start);
        times[1].push(between.elapsed());
    }
    let [libim, raw] = times.map(|times| quantile(times, 0.5));
    let name = format!("marking {AT_ONCE} conversations, of {}", side.size);
    table.push(
        &name,
        millis(libim),
        millis(raw),
        format!("{:.2}", ratio(libim, raw)),
        "",
        "",
    );
}

/// An incoming message with subscriptions open beside one without.
fn subscriptions(table: &mut Table, side: &Side) {
    let mut number = 10_u64;
    let mut one = || {
        number += 1;
        let start = Instant::now();
        crate::fixture::apply(&side.engine, vec![message(4, number)]);
        start.elapsed()
    };
    let without: Vec<Duration> = (0..MESSAGES).map(|_| one()).collect();
    let open: Vec<ConversationFilter> = (0..SUBSCRIPTIONS)
        .map(|place| filter(json!({ "conversationType": 1 + place % 2, "markType": 1_u64 << (32 + place / 2) })))
        .collect();
    for filter in &open {
        side.engine.subscribe_unread(filter.clone()).expect("subscribed");
    }
    let with: Vec<Duration> = (0..MESSAGES).map(|_| one()).collect();
    for filter in &open {
        side.engine.unsubscribe_unread(filter).expect("unsubscribed");
    }
    let (with, without) = (quantile(with, 0.5), quantile(without, 0.5));
    let ratio = ratio(with, without);
    let name = format!(
        "a message with {SUBSCRIPTIONS} subscriptions beside none, of {}",
        side.size
    );
    table.compare(&name, micros(with), micros(without), ratio, "<= 1.2", ratio <= 1.2);
}

/// An incoming message with views open beside one without. All views show the conversation.
fn views(table: &mut Table, side: &Side) {
    let mut number = 10_000_u64;
    let mut one = || {
        number += 1;
        let start = Instant::now();
        crate::fixture::apply(&side.engine, vec![message(4, number)]);
        start.elapsed()
    };
    let without: Vec<Duration> = (0..MESSAGES).map(|_| one()).collect();
    let opened = (0..VIEWS).map(|_| {
        let answer = side
            .engine
            .open_view(&ViewQuery::default(), PAGE as i64)
            .expect("opened");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["viewID"].as_i64().expect("a number")
    });
    let opened: Vec<i64> = opened.collect();
    let with: Vec<Duration> = (0..MESSAGES).map(|_| one()).collect();
    for view in opened {
        side.engine.close_view(view).expect("closed");
    }
    let (with, without) = (quantile(with, 0.5), quantile(without, 0.5));
    let ratio = ratio(with, without);
    let name = format!("a message with {VIEWS} views beside none, of {}", side.size);
    table.compare(&name, micros(with), micros(without), ratio, "<= 2", ratio <= 2.0);
}
