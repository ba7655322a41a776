//! The list by filters, and the counts that are subscribed to: each equals the list, filtered by hand.

use crate::labels::selects;
use crate::witness::Witness;
use im::engine::{ConversationFilter, Engine};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many filters are subscribed to all the time.
const OPEN: usize = 12;
/// How many are compared after each step.
const COMPARED: usize = 4;

pub struct Filters {
    rng: fastrand::Rng,
    open: Vec<Value>,
    /// The counts when they were subscribed to: only changes are told.
    began: BTreeMap<String, i64>,
    /// Filters whose subscriptions have ended, with what was told of them until then.
    ended: BTreeMap<String, Option<i64>>,
}

pub fn any(rng: &mut fastrand::Rng) -> Value {
    let mut filter = json!({});
    let conditions = [
        ("conversationType", rng.choice([json!(1), json!(2)])),
        (
            "conversationGroup",
            rng.choice(["", "Work", "Home", "Büro", "gone"].map(|name| json!(name))),
        ),
        (
            "markType",
            rng.choice([0, 1, 4, 3, 1_u64 << 32 | 1].map(|marks| json!(marks))),
        ),
        (
            "withoutMarkType",
            rng.choice([0, 1, 4, 12, 1_u64 << 32].map(|marks| json!(marks))),
        ),
        ("hasUnreadCount", rng.choice([json!(true), json!(false)])),
        ("hasGroupAtInfo", rng.choice([json!(true), json!(false)])),
    ];
    for (key, condition) in conditions {
        if rng.u8(0..3) == 0 {
            filter[key] = condition.unwrap();
        }
    }
    filter
}

pub fn parsed(filter: &Value) -> ConversationFilter {
    serde_json::from_value(filter.clone()).unwrap()
}

/// As events have it: with every key.
fn told(filter: &Value) -> String {
    serde_json::to_value(parsed(filter)).unwrap().to_string()
}

fn unread(filter: &Value, list: &[Value]) -> i64 {
    let selected = list.iter().filter(|row| row["recvOpt"] == 0 && selects(filter, row));
    selected.map(|row| row["unreadCount"].as_i64().unwrap()).sum()
}

impl Filters {
    pub fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut open: Vec<Value> = vec![json!({})];
        while open.len() < OPEN {
            let filter = any(&mut rng);
            if !open.contains(&filter) {
                open.push(filter);
            }
        }
        Self {
            rng,
            open,
            began: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }

    /// Subscribes: subscriptions end with the client.
    pub fn subscribe(&mut self, engine: &Engine) {
        for filter in &self.open {
            engine.subscribe_unread(parsed(filter)).unwrap();
            let count = engine.unread_by_filter(&parsed(filter)).unwrap();
            self.began.insert(told(filter), count);
        }
    }

    /// Ends a subscription and begins another.
    fn change_one(&mut self, engine: &Engine, witness: &Witness) {
        let filter = any(&mut self.rng);
        if self.open.contains(&filter) {
            return;
        }
        let place = self.rng.usize(0..OPEN);
        let old = std::mem::replace(&mut self.open[place], filter.clone());
        engine.unsubscribe_unread(&parsed(&old)).unwrap();
        let counts = &mut witness.0.lock().unwrap().counts;
        self.ended.insert(told(&old), counts.get(&told(&old)).copied());
        engine.subscribe_unread(parsed(&filter)).unwrap();
        let name = told(&filter);
        self.ended.remove(&name);
        counts.remove(&name);
        self.began
            .insert(name, engine.unread_by_filter(&parsed(&filter)).unwrap());
    }

    pub fn check(&mut self, engine: &Engine, list: &[Value], witness: &Witness) {
        let heard = witness.0.lock().unwrap().counts.clone();
        for filter in &self.open {
            let name = told(filter);
            let last = heard.get(&name).or_else(|| self.began.get(&name)).copied();
            assert_eq!(last, Some(unread(filter, list)), "the last count told of {filter}");
        }
        for (name, last) in &self.ended {
            assert_eq!(heard.get(name), last.as_ref(), "{name} was unsubscribed");
        }
        if self.rng.u8(0..20) == 0 {
            self.change_one(engine, witness);
        }
        for _ in 0..COMPARED {
            let filter = if self.rng.bool() {
                any(&mut self.rng)
            } else {
                self.open[self.rng.usize(0..OPEN)].clone()
            };
            let expected: Vec<&Value> = list.iter().filter(|row| selects(&filter, row)).collect();
            let count = self.rng.i64(1..8);
            let walked = walk(engine, &filter, count);
            assert_eq!(walked.iter().collect::<Vec<_>>(), expected, "the list by {filter}");
            let counted = engine.unread_by_filter(&parsed(&filter)).unwrap();
            assert_eq!(counted, unread(&filter, list), "the count of {filter}");
        }
    }
}

fn walk(engine: &Engine, filter: &Value, count: i64) -> Vec<Value> {
    let (mut read, mut cursor) = (Vec::new(), "0".to_owned());
    loop {
        let page = engine.filtered_page(&parsed(filter), &cursor, count).unwrap();
        let page: Value = serde_json::from_str(&page).unwrap();
        let rows = page["conversationList"].as_array().unwrap();
        let is_finished = page["isFinished"].as_bool().unwrap();
        assert!(
            is_finished || rows.len() as i64 == count,
            "a short page before the end of {filter}"
        );
        read.extend(rows.iter().cloned());
        cursor = page["nextSeq"].as_str().unwrap().to_owned();
        if is_finished {
            return read;
        }
    }
}
