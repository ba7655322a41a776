//! Whatever happens, the rows that an app makes of a view's changes are those of the list filtered by hand.

use super::super::filter::tests::{act, filter, random_filter, selects};
use super::super::search::random_names::{Names, random_keyword};
use super::{ViewQuery, query};
use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message};
use crate::events::Event;
use crate::model::{Change, ConversationOrder, Status};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A view as an app keeps it.
struct Shown {
    number: i64,
    filter: Value,
    search: Option<&'static str>,
    limit: usize,
    rows: Vec<Value>,
    total: i64,
    is_finished: bool,
}

impl Shown {
    fn open(fixture: &Fixture, filter: Value, limit: usize) -> Self {
        Self::search(fixture, filter, None, limit)
    }

    fn search(fixture: &Fixture, filter: Value, search: Option<&'static str>, limit: usize) -> Self {
        let query = queried(&filter, search);
        let opened = fixture.engine.open_view(&query, i64::try_from(limit).unwrap()).unwrap();
        let opened: Value = serde_json::from_str(&opened).unwrap();
        Self {
            number: opened["viewID"].as_i64().unwrap(),
            filter,
            search,
            limit,
            rows: opened["conversationList"].as_array().unwrap().clone(),
            total: opened["total"].as_i64().unwrap(),
            is_finished: opened["isFinished"].as_bool().unwrap(),
        }
    }

    /// Takes the steps of a change.
    fn apply(&mut self, change: &Value) {
        let at = |step: &Value, key: &str| usize::try_from(step[key].as_u64().unwrap()).unwrap();
        for step in change["diffs"].as_array().unwrap() {
            let row = || step["conversation"].clone();
            match step["op"].as_str().unwrap() {
                "insert" => self.rows.insert(at(step, "index"), row()),
                "update" => self.rows[at(step, "index")] = row(),
                "remove" => drop(self.rows.remove(at(step, "index"))),
                "move" => {
                    self.rows.remove(at(step, "fromIndex"));
                    self.rows.insert(at(step, "index"), row());
                }
                "reset" => self.rows = step["conversationList"].as_array().unwrap().clone(),
                op => panic!("{op}"),
            }
        }
        self.total = change["total"].as_i64().unwrap();
        self.is_finished = change["isFinished"].as_bool().unwrap();
    }

    fn check(&self, list: &[Value], names: &Names, context: &str) {
        let is_found = |row: &Value| {
            let has = |text| names.have(row, query::keywords(text).as_ref());
            self.search.is_none_or(has)
        };
        let selected = list.iter().filter(|row| selects(&self.filter, row) && is_found(row));
        let selected: Vec<&Value> = selected.collect();
        let context = format!("{context}: {} of {} {:?}", self.limit, self.filter, self.search);
        let ids = |rows: &[&Value]| {
            rows.iter()
                .map(|row| row["conversationID"].to_string())
                .collect::<Vec<_>>()
        };
        let expected: Vec<&Value> = selected.iter().copied().take(self.limit).collect();
        let rows: Vec<&Value> = self.rows.iter().collect();
        assert_eq!(ids(&rows), ids(&expected), "{context}");
        assert_eq!(rows, expected, "{context}");
        assert_eq!(self.total, i64::try_from(selected.len()).unwrap(), "{context}");
        assert_eq!(self.is_finished, selected.len() <= self.limit, "{context}");
    }
}

fn queried(filter: &Value, search: Option<&str>) -> ViewQuery {
    ViewQuery {
        filter: self::filter(filter.clone()),
        search: search.map(str::to_owned),
    }
}

fn random_search(random: &mut fastrand::Rng) -> Option<&'static str> {
    random.bool().then(|| random_keyword(random))
}

fn list(fixture: &Fixture) -> Vec<Value> {
    let page: Value = serde_json::from_str(&fixture.engine.conversation_page("0", 100).unwrap()).unwrap();
    page["conversationList"].as_array().unwrap().clone()
}

/// Hands what was told to the views it is about. No view hears more than once of one transaction.
fn hear(fixture: &Fixture, views: &mut [Shown]) -> Vec<Value> {
    let told = fixture.told().into_iter();
    let told = told.filter(|(event, _)| *event == Event::ConversationViewChanged);
    let changes: Vec<Value> = told.map(|(_, change)| change).collect();
    for change in &changes {
        if let Some(view) = views.iter_mut().find(|view| view.number == change["viewID"]) {
            view.apply(change);
        }
    }
    changes
}

#[test]
fn rows_made_of_changes_are_those_of_the_list_filtered_by_hand() {
    let seed = std::env::var("LIBIM_SEED").map_or(1, |seed| seed.parse().unwrap());
    let steps = std::env::var("LIBIM_STEPS").map_or(400, |steps| steps.parse().unwrap());
    for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
        let random = &mut fastrand::Rng::with_seed(seed);
        let fixture = Fixture::with(|options| options.order = order);
        let (mut seqs, mut names) = (HashMap::new(), Names::default());
        let mut views: Vec<Shown> = Vec::new();
        for step in 0..steps {
            match random.u8(..11) {
                0 if views.len() < 12 => {
                    let filter = if random.bool() {
                        json!({})
                    } else {
                        random_filter(random)
                    };
                    let search = random_search(random);
                    views.push(Shown::search(&fixture, filter, search, random.usize(1..8)));
                }
                1 if !views.is_empty() => {
                    let index = random.usize(..views.len());
                    let view = &mut views[index];
                    let count = random.usize(1..3);
                    view.limit += count;
                    let count = i64::try_from(count).unwrap();
                    fixture.engine.grow_view(view.number, count).unwrap();
                }
                2 if !views.is_empty() => {
                    let index = random.usize(..views.len());
                    let view = &mut views[index];
                    (view.filter, view.search) = (random_filter(random), random_search(random));
                    let query = queried(&view.filter, view.search);
                    fixture.engine.set_view(view.number, &query).unwrap();
                }
                3 if random.u8(..4) == 0 && !views.is_empty() => {
                    let view = views.swap_remove(random.usize(..views.len()));
                    fixture.engine.close_view(view.number).unwrap();
                }
                4..=6 => names.change(&fixture, random),
                _ => act(&fixture, random, &mut seqs),
            }
            hear(&fixture, &mut views);
            let list = list(&fixture);
            for view in &views {
                view.check(&list, &names, &format!("{order:?} {seed} {step}"));
            }
        }
    }
}

/// A view of the whole list with bob and carol in it, and what is told of it.
fn two() -> (Fixture, Shown) {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
    fixture.told();
    let view = Shown::open(&fixture, json!({}), 10);
    (fixture, view)
}

/// The only change that was told, in short.
fn told(fixture: &Fixture, view: &mut Shown) -> Value {
    let changes = hear(fixture, std::slice::from_mut(view));
    assert_eq!(changes.len(), 1, "{changes:?}");
    let steps = changes[0]["diffs"].as_array().unwrap().iter();
    let short = steps.map(|step| {
        let place = ["fromIndex", "index"].iter().filter_map(|key| step[key].as_u64());
        json!([step["op"], place.collect::<Vec<_>>(), step["reasons"]])
    });
    short.collect()
}

#[test]
fn a_step_says_what_has_happened_to_its_row() {
    let (fixture, mut view) = two();
    fixture.engine.set_pinned(&bob(), true).unwrap();
    assert_eq!(told(&fixture, &mut view), json!([["move", [1, 0], ["pin"]]]));
    fixture.live(from_bob(3));
    assert_eq!(told(&fixture, &mut view), json!([["update", [0], ["message"]]]));
    fixture.engine.set_draft(&c2c("carol"), "later").unwrap();
    assert_eq!(told(&fixture, &mut view), json!([["update", [1], ["draft"]]]));
    let all = crate::engine::UnreadScope::All;
    fixture.engine.clean_unread(&all, 0, 0).unwrap();
    assert_eq!(
        told(&fixture, &mut view),
        json!([["update", [0], ["read"]], ["update", [1], ["read"]]])
    );
    fixture.engine.set_draft(&c2c("dave"), "hello").unwrap();
    assert_eq!(told(&fixture, &mut view), json!([["insert", [1], ["draft"]]]));
    fixture.engine.delete_conversation(&c2c("carol")).unwrap();
    assert_eq!(told(&fixture, &mut view), json!([["remove", [2], ["delete"]]]));
}

#[test]
fn a_row_that_the_filter_no_longer_selects_goes_for_that_reason() {
    let (fixture, _) = two();
    let mut view = Shown::open(&fixture, json!({ "hasUnreadCount": true }), 1);
    assert_eq!((view.total, view.is_finished), (2, false));
    fixture
        .engine
        .clean_unread(&crate::engine::UnreadScope::One(c2c("carol")), 0, 0)
        .unwrap();
    // The next one takes its place: nothing has happened to that.
    let changes = hear(&fixture, std::slice::from_mut(&mut view));
    let mine = changes.iter().find(|change| change["viewID"] == view.number).unwrap();
    let steps = mine["diffs"].as_array().unwrap().iter();
    let steps: Vec<Value> = steps.map(|step| json!([step["op"], step["reasons"]])).collect();
    assert_eq!(json!(steps), json!([["remove", ["read", "filter"]], ["insert", []]]));
    assert_eq!((view.total, view.is_finished), (1, true));
    assert_eq!(view.rows[0]["conversationID"], "c2c_bob");
}

#[test]
fn what_a_view_does_not_show_is_not_told_to_it() {
    let (fixture, _) = two();
    let mut view = Shown::open(&fixture, json!({ "conversationType": 2 }), 5);
    fixture.live(from_bob(3));
    let changes = hear(&fixture, std::slice::from_mut(&mut view));
    assert!(changes.iter().all(|change| change["viewID"] != view.number));
}

#[test]
fn a_view_that_is_not_open_is_named() {
    let (fixture, view) = two();
    fixture.engine.close_view(view.number).unwrap();
    let error = fixture.engine.close_view(view.number).unwrap_err();
    assert_eq!(
        (error.status, error.desc.as_str()),
        (Status::InvalidParameters, "viewID 1 is not open")
    );
    assert!(fixture.engine.grow_view(view.number, 1).is_err());
    let all = ViewQuery::default();
    assert!(fixture.engine.set_view(view.number, &all).is_err());
    let error = fixture.engine.open_view(&all, 0).unwrap_err();
    assert!(error.desc.contains("limit 0"));
    fixture.live(from_bob(3));
    let told = fixture.told();
    assert!(told.iter().all(|(event, _)| *event != Event::ConversationViewChanged));
}

#[test]
fn the_limit_of_the_list_does_not_bound_a_view() {
    let fixture = Fixture::with(|options| options.conversation_limit = 1);
    fixture.live(from_bob(1));
    fixture.engine.set_draft(&c2c("carol"), "later").unwrap();
    let view = Shown::open(&fixture, json!({}), 5);
    assert_eq!((view.rows.len(), view.total, view.is_finished), (2, 2, true));
    assert_eq!(list(&fixture).len(), 1);
}

#[test]
fn a_row_below_those_that_are_shown_that_goes_leaves_them_the_whole() {
    let (fixture, _) = two();
    let mut view = Shown::open(&fixture, json!({}), 1);
    fixture.engine.delete_conversation(&bob()).unwrap();
    hear(&fixture, std::slice::from_mut(&mut view));
    assert_eq!((view.rows.len(), view.total, view.is_finished), (1, 1, true));
}
