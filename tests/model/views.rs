//! Views of the list: the rows that an app makes of what is told are the list, filtered by hand.

use crate::filters::{any, parsed};
use crate::labels::selects;
use crate::witness::Witness;
use im::engine::Engine;
use serde_json::{Value, json};

/// How many views are open all the time.
const OPEN: usize = 6;

/// A view as an app keeps it.
struct View {
    number: Value,
    filter: Value,
    limit: usize,
    rows: Vec<Value>,
    total: Value,
    is_finished: Value,
}

impl View {
    fn open(engine: &Engine, filter: Value, limit: usize) -> Self {
        let opened = engine.open_view(parsed(&filter), limit as i64).unwrap();
        let opened: Value = serde_json::from_str(&opened).unwrap();
        Self {
            number: opened["viewID"].clone(),
            filter,
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
        View::open(engine, filter, self.rng.usize(1..9))
    }

    /// Opens all: views end with the client, and their numbers begin again.
    pub fn open(&mut self, engine: &Engine, witness: &Witness) {
        witness.0.lock().unwrap().views.clear();
        self.open = (0..OPEN).map(|_| self.any(engine)).collect();
    }

    pub fn check(&mut self, engine: &Engine, list: &[Value], witness: &Witness) {
        let told = std::mem::take(&mut witness.0.lock().unwrap().views);
        for change in &told {
            // Of one that was closed something may still be on its way.
            if let Some(view) = self.open.iter_mut().find(|view| view.number == change["viewID"]) {
                view.apply(change);
            }
        }
        for view in &self.open {
            let selected: Vec<&Value> = list.iter().filter(|row| selects(&view.filter, row)).collect();
            let rows: Vec<&Value> = view.rows.iter().collect();
            let expected = &selected[..selected.len().min(view.limit)];
            assert_eq!(rows, expected, "the first {} of {}", view.limit, view.filter);
            let extent = (&view.total, &view.is_finished);
            let whole = (&json!(selected.len()), &json!(selected.len() <= view.limit));
            assert_eq!(extent, whole, "the first {} of {}", view.limit, view.filter);
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
                let filter = any(&mut self.rng);
                let view = &mut self.open[place];
                engine.set_view(view.number.as_i64().unwrap(), parsed(&filter)).unwrap();
                view.filter = filter;
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
