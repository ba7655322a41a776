//! An engine alone, for tests of the rules.

use im::engine::{CacheReport, ConversationOrder, Durability, Engine, EngineOptions};
use im::events::EventQueue;
use im::model::*;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The time at which tests start, in seconds.
pub const START: i64 = 1_700_000_000;

/// A clock that only tests move.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START * 1_000_000)))
    }
}

impl Clock {
    pub fn set(&self, seconds: i64) {
        self.0.store(seconds * 1_000_000, Ordering::SeqCst);
    }
}

/// The options of alice's cache in `dir`.
pub fn options(dir: &Path, clock: &Clock) -> EngineOptions {
    let clock = clock.clone();
    EngineOptions {
        dir: dir.join("alice"),
        user_id: UserId::trusted("alice"),
        order: ConversationOrder::OrderKey,
        conversation_limit: 5000,
        durability: Durability::Normal,
        media_cache_bytes: 1 << 30,
        search: true,
        changed_fields: false,
        clock: Arc::new(move || Micros(clock.0.load(Ordering::SeqCst))),
    }
}

pub fn open(options: &EngineOptions) -> (Engine, CacheReport) {
    Engine::open(options.clone(), EventQueue::new()).unwrap()
}

pub fn c2c(user: &str) -> ConversationId {
    ConversationId::trusted(format!("c2c_{user}"))
}

pub fn text(text: &str) -> MessageBody {
    MessageBody::of(Elem::Text { text: text.to_owned() })
}

/// A message that a user sent at a time in seconds.
pub fn message(user: &str, seq: u64, seconds: i64) -> Change {
    Change::Message(Message {
        msg_id: format!("{user}-{seq}"),
        conversation: c2c(user),
        sender: UserId::trusted(user),
        nick_name: String::new(),
        face_url: String::new(),
        seq,
        time: Micros(seconds * 1_000_000),
        revoked: None,
        body: text("hi"),
    })
}

pub fn apply(engine: &Engine, live: bool, changes: Vec<Change>) {
    engine
        .apply(Inbound {
            live,
            cursor: Some("1".into()),
            changes,
            ..Inbound::default()
        })
        .unwrap();
}

/// A page: the ids, the cursor of the next, and whether it is the last.
pub fn page(engine: &Engine, next_seq: &str, count: i64) -> (Vec<String>, String, bool) {
    let page: Value = serde_json::from_str(&engine.conversation_page(next_seq, count).unwrap()).unwrap();
    let rows = page["conversationList"].as_array().unwrap();
    (
        rows.iter()
            .map(|row| row["conversationID"].as_str().unwrap().to_owned())
            .collect(),
        page["nextSeq"].as_str().unwrap().to_owned(),
        page["isFinished"].as_bool().unwrap(),
    )
}

/// The whole list, walked by pages, each of which must keep the promise.
pub fn walk(engine: &Engine, count: i64) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), "0".to_owned());
    loop {
        let (rows, next, is_finished) = page(engine, &cursor, count);
        assert!(
            is_finished || rows.len() as i64 == count,
            "a page of {} before the end",
            rows.len()
        );
        all.extend(rows);
        cursor = next;
        if is_finished {
            return all;
        }
    }
}
