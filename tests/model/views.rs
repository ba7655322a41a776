//! Views of the list: the rows that an app makes of what is told are the list, filtered by hand.

use crate::filters::{any, parsed};
use crate::labels::selects;
use crate::naive::Naive;
use crate::witness::Witness;
use im::engine::{Engine, ViewQuery};
use serde_json::{Value, json};

/// How many views are open all the time.
const OPEN: usize = 6;

/// A view as an app keeps it.
struct View {
    number: Value,
    filter: Value,
    search: Option<&'static str>,
    limit: usize,
    rows: Vec<Value>,
    total: Value,
    is_finished: Value,
}

impl View {
    fn open(engine: &Engine, filter: Value, search: Option<&'static str>, limit: usize) -> Self {
        let opened = engine.open_view(&query(&filter, search), limit as i64).unwrap();
        let opened: Value = serde_json::from_str(&opened).unwrap();
        Self {
            number: opened["viewID"].clone(),
            filter,
            search,
            limit,
            rows: opened["conversationList"].as_array().unwrap().clone(),
            total: opened["total"].clone(),
            is_finished: opened["isFinished"].clone(),
        }
    }

    fn apply(&mut self, change: &Value) {
        let at = |step: &Value, key: &str| step[key].as_u64().unwrap() as usize;
        for step in change["diffs"].as_array().unwrap() {
            let row = step["conversation"].clone();
            match step["op"].as_str().unwrap() {
                "insert" => self.rows.insert(at(step, "index"), row),
                "update" => self.rows[at(step, "index")] = row,
                "remove" => drop(self.rows.remove(at(step, "index"))),
                "move" => {
                    self.rows.remove(at(step, "fromIndex"));
                    self.rows.insert(at(step, "index"), row);
                }
                _ => self.rows = step["conversationList"].as_array().unwrap().clone(),
            }
        }
        self.total = change["total"].clone();
        self.is_finished = change["isFinished"].clone();
    }
}

fn query(filter: &Value, search: Option<&str>) -> ViewQuery {
    ViewQuery {
        filter: parsed(filter),
        search: search.map(str::to_owned),
    }
}

/// The words of the texts that this test has.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether one of some names has a text, whose last word may go on.
fn is_in(text: &str, names: &[String]) -> bool {
    let wanted = words(text);
    let Some((last, first)) = wanted.split_last() else {
        return false;
    };
    let says = |row: &[String]| row[..first.len()] == *first && row[first.len()].starts_with(last.as_str());
    names.iter().any(|name| words(name).windows(wanted.len()).any(says))
}

pub struct Views {
    rng: fastrand::Rng,
    open: Vec<View>,
}

impl Views {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            open: Vec::new(),
        }
    }

    fn any(&mut self, engine: &Engine) -> View {
        let filter = if self.rng.bool() { json!({}) } else { any(&mut self.rng) };
        let search = self.any_search();
        View::open(engine, filter, search, self.rng.usize(1..9))
    }

    fn any_search(&mut self) -> Option<&'static str> {
        let texts = ["a", "hel", "\u{1f980} \u{5d0}", "QUOTED", "u1", "g", "u", "2", "\\"];
        self.rng.bool().then(|| texts[self.rng.usize(0..texts.len())])
    }

    /// Opens all: views end with the client, and their numbers begin again.
    pub fn open(&mut self, engine: &Engine, witness: &Witness) {
        witness.0.lock().unwrap().views.clear();
        self.open = (0..OPEN).map(|_| self.any(engine)).collect();
    }

    pub fn check(&mut self, engine: &Engine, model: &Naive, list: &[Value], witness: &Witness) {
        let told = std::mem::take(&mut witness.0.lock().unwrap().views);
        for change in &told {
            // Of one that was closed something may still be on its way.
            if let Some(view) = self.open.iter_mut().find(|view| view.number == change["viewID"]) {
                view.apply(change);
            }
        }
        for view in &self.open {
            let is_found = |row: &Value| {
                let names = model.names(row["conversationID"].as_str().unwrap());
                view.search.is_none_or(|text| is_in(text, &names))
            };
            let selected = list.iter().filter(|row| selects(&view.filter, row) && is_found(row));
            let selected: Vec<&Value> = selected.collect();
            let what = format!("the first {} of {} {:?}", view.limit, view.filter, view.search);
            let rows: Vec<&Value> = view.rows.iter().collect();
            let expected = &selected[..selected.len().min(view.limit)];
            assert_eq!(rows, expected, "{what}");
            let extent = (&view.total, &view.is_finished);
            let whole = (&json!(selected.len()), &json!(selected.len() <= view.limit));
            assert_eq!(extent, whole, "{what}");
        }
        match self.rng.u8(0..20) {
            0 => {
                let place = self.rng.usize(0..OPEN);
                let number = self.open[place].number.as_i64().unwrap();
                engine.close_view(number).unwrap();
                self.open[place] = self.any(engine);
            }
            1 => {
                let place = self.rng.usize(0..OPEN);
                let (filter, search) = (any(&mut self.rng), self.any_search());
                let view = &mut self.open[place];
                let query = query(&filter, search);
                engine.set_view(view.number.as_i64().unwrap(), &query).unwrap();
                (view.filter, view.search) = (filter, search);
            }
            2 => {
                let place = self.rng.usize(0..OPEN);
                let view = &mut self.open[place];
                engine.grow_view(view.number.as_i64().unwrap(), 2).unwrap();
                view.limit += 2;
            }
            _ => {}
        }
    }
}
