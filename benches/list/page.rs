//! A warm page of 100 through the C function, beside rusqlite copying the same 100 rendered rows.

use crate::fixture::Fixture;
use crate::support::{CClient, PAGE, Table, in_turns, micros, page_request, quantile, ratio, raw_reader};
use rusqlite::Connection;
use std::ffi::CString;
use std::hint::black_box;
use std::time::{Duration, Instant};

const REPETITIONS: usize = 1_000;
const DEFAULT_LIMIT: u64 = 5_000;

const RAW: &str = "SELECT json FROM conversation WHERE orderkey < ?1 ORDER BY orderkey DESC LIMIT ?2";
const NTH: &str = "SELECT orderkey FROM conversation WHERE orderkey > 0 ORDER BY orderkey DESC LIMIT 1 OFFSET ?1";

/// One kind of page on one list.
struct Side<'a> {
    client: CClient,
    db: Connection,
    /// The list has its rows at this place of its order; 0 is the first page.
    row: usize,
    fixture: &'a Fixture,
}

impl<'a> Side<'a> {
    fn new(fixture: &'a Fixture, limit: u64, row: usize) -> Self {
        Self {
            client: CClient::open(&fixture.data_dir, limit),
            db: raw_reader(&fixture.data_dir),
            row,
            fixture,
        }
    }

    /// The key that the page is below.
    fn cursor(&self) -> i64 {
        match self.row {
            0 => 0,
            row => self
                .db
                .query_row(NTH, [row as i64 - 1], |row| row.get(0))
                .expect("a row"),
        }
    }

    fn through_c(&self, request: &CString) {
        self.client.page(request, |response| {
            black_box(response);
        });
    }

    fn raw(&self, below: i64) -> String {
        let mut statement = self.db.prepare_cached(RAW).expect("the statement");
        let mut rows = statement.query([below, PAGE as i64]).expect("the rows");
        let mut list = String::new();
        while let Some(row) = rows.next().expect("a row") {
            list.push_str(row.get_ref(0).expect("a column").as_str().expect("text"));
        }
        list
    }
}

pub fn run(table: &mut Table, small: &Fixture, large: Option<&Fixture>) {
    let middle = |fixture: &Fixture, limit: u64| match limit {
        0 => fixture.size / 2,
        limit => fixture.size.min(limit as usize) / 2,
    };
    for (what, limit, is_first) in [
        ("first page", DEFAULT_LIMIT, true),
        ("middle page", DEFAULT_LIMIT, false),
        ("middle page, conversationLimit 0", 0, false),
    ] {
        let row = |fixture: &Fixture| if is_first { 0 } else { middle(fixture, limit) };
        let small = Side::new(small, limit, row(small));
        let large = large.map(|large| Side::new(large, limit, row(large)));
        measure(table, what, &small, large.as_ref());
    }
    after_commit(table, &Side::new(small, DEFAULT_LIMIT, middle(small, DEFAULT_LIMIT)));
}

/// The one page of a walk that pays for a commit: libim finds anew where the limit ends, and both sides have lost what
/// SQLite had cached.
fn after_commit(table: &mut Table, side: &Side<'_>) {
    let cursor = side.cursor();
    let request = page_request(cursor);
    let mut times = [Vec::new(), Vec::new()];
    for number in 0..REPETITIONS {
        side.client.set_draft("c2c_user-0000000", &number.to_string());
        let start = Instant::now();
        side.through_c(&request);
        let between = Instant::now();
        black_box(side.raw(cursor));
        times[0].push(between - start);
        times[1].push(between.elapsed());
    }
    let [libim, raw] = times.map(|times| quantile(times, 0.5));
    let name = format!("middle page of {}, first after a commit", side.fixture.size);
    table.push(
        &name,
        micros(libim),
        micros(raw),
        format!("{:.2}", ratio(libim, raw)),
        "",
        "",
    );
}

fn measure(table: &mut Table, what: &str, small: &Side<'_>, large: Option<&Side<'_>>) {
    let sides: Vec<&Side<'_>> = std::iter::once(small).chain(large).collect();
    let mut work: Vec<Box<dyn FnMut() + '_>> = Vec::new();
    for side in &sides {
        let cursor = side.cursor();
        let below = if cursor == 0 { i64::MAX } else { cursor };
        let request = page_request(cursor);
        check(side, &request, below);
        work.push(Box::new(move || side.through_c(&request)));
        work.push(Box::new(move || {
            black_box(side.raw(below));
        }));
    }
    let mut turns: Vec<&mut dyn FnMut()> = work.iter_mut().map(|work| work.as_mut() as &mut dyn FnMut()).collect();
    let times = in_turns(REPETITIONS, &mut turns);
    for (side, times) in sides.iter().zip(times.chunks(2)) {
        let name = format!("{what} of {}", side.fixture.size);
        let ratio = ratio(times[0], times[1]);
        table.compare(&name, micros(times[0]), micros(times[1]), ratio, "<= 2", ratio <= 2.0);
    }
    if let [small, _, large, _] = times[..] {
        compare_sizes(table, what, small, large);
    }
}

/// Both ways must read the same rows.
fn check(side: &Side<'_>, request: &CString, below: i64) {
    let raw = side.raw(below);
    let through_c = side.client.page(request, |response| {
        // SAFETY: the response is NUL-terminated and not freed yet.
        let response = unsafe { std::ffi::CStr::from_ptr(response) };
        let response: serde_json::Value = serde_json::from_slice(response.to_bytes()).expect("JSON");
        response["data"]["conversationList"].as_array().expect("a list").clone()
    });
    let raw: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&raw)
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("JSON");
    assert!(raw.len() == PAGE && raw == through_c, "both ways read the same rows");
}

fn compare_sizes(table: &mut Table, what: &str, small: Duration, large: Duration) {
    let name = format!("{what}: the million beside the 5000");
    let ratio = ratio(large, small);
    table.compare(&name, micros(large), micros(small), ratio, "<= 1.5", ratio <= 1.5);
}
