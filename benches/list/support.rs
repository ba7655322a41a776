//! Timing in turns, the table, and what the measurements share.

use im::engine::{ConversationOrder, Durability, Engine, EngineOptions};
use im::events::EventQueue;
use im::ffi::client::{im_client_close, im_client_open};
use im::ffi::methods::conversation::{im_get_conversation_list, im_set_conversation_draft};
use im::ffi::pointers::im_string_free;
use im::model::{Micros, UserId};
use rusqlite::{Connection, OpenFlags};
use std::ffi::{CString, c_char};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The user whose list it is; also the name of the account's directory.
pub const ME: &str = "me";

/// Conversations in a page.
pub const PAGE: usize = 100;

/// The table that a run prints.
#[derive(Default)]
pub struct Table(Vec<[String; 6]>);

impl Table {
    /// Adds a row with a ratio of libim to raw, and whether that is within the goal.
    pub fn compare(&mut self, what: &str, libim: String, raw: String, ratio: f64, goal: &str, is_met: bool) {
        let verdict = if is_met { "met" } else { "missed" };
        self.push(what, libim, raw, format!("{ratio:.2}"), goal, verdict);
    }

    /// Adds a row.
    pub fn push(&mut self, what: &str, libim: String, raw: String, ratio: String, goal: &str, verdict: &str) {
        self.0
            .push([what.to_owned(), libim, raw, ratio, goal.to_owned(), verdict.to_owned()]);
    }

    /// Prints it, in columns.
    pub fn print(&self) {
        let head = ["what", "libim", "raw", "ratio", "goal", "verdict"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(&head).chain(&self.0).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        println!();
        for row in rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            println!("| {} |", cells.join(" | "));
        }
    }
}

/// Runs the pieces of work in turns, `repetitions` times each after a few to warm up; the median of each.
pub fn in_turns(repetitions: usize, work: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(repetitions); work.len()];
    for round in 0..repetitions + WARM_UP {
        for (piece, times) in work.iter_mut().zip(&mut times) {
            let start = Instant::now();
            piece();
            let elapsed = start.elapsed();
            if round >= WARM_UP {
                times.push(elapsed);
            }
        }
    }
    times.into_iter().map(|times| quantile(times, 0.5)).collect()
}

/// Rounds that are not counted.
pub const WARM_UP: usize = 3;

/// The value below which that part of the values lies.
pub fn quantile(mut values: Vec<Duration>, part: f64) -> Duration {
    values.sort_unstable();
    let last = values.len().saturating_sub(1);
    values[(last as f64 * part).round() as usize]
}

/// How many times longer.
pub fn ratio(libim: Duration, raw: Duration) -> f64 {
    libim.as_secs_f64() / raw.as_secs_f64()
}

/// Microseconds as text.
pub fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

/// Milliseconds as text.
pub fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Opens the cache of [`ME`] under a data directory, without a client around it.
pub fn engine(data_dir: &Path, queue: EventQueue) -> Engine {
    engine_with(data_dir, queue, |_| {})
}

/// The same with other options.
pub fn engine_with(data_dir: &Path, queue: EventQueue, edit: impl FnOnce(&mut EngineOptions)) -> Engine {
    let mut options = EngineOptions {
        dir: data_dir.join(ME),
        user_id: UserId::trusted(ME),
        order: ConversationOrder::OrderKey,
        conversation_limit: 5000,
        durability: Durability::Normal,
        media_cache_bytes: 1 << 30,
        search: true,
        changed_fields: false,
        clock: Arc::new(Micros::now),
    };
    edit(&mut options);
    Engine::open(options, queue).expect("the cache opens").0
}

/// A read-only connection on the cache, as an app with SQLite alone would have it.
pub fn raw_reader(data_dir: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(data_dir.join(ME).join("im.db"), flags).expect("the file opens")
}

/// A client, used through the C functions alone.
pub struct CClient(u64);

impl CClient {
    /// `im_client_open`.
    pub fn open(data_dir: &Path, limit: u64) -> Self {
        let config = serde_json::json!({ "dataDir": data_dir, "userID": ME, "conversationLimit": limit });
        let config = CString::new(config.to_string()).expect("no NUL");
        let mut client = 0;
        // SAFETY: the string is NUL-terminated, the number outlives the call, and no response is wanted.
        let status = unsafe { im_client_open(config.as_ptr(), &mut client, std::ptr::null_mut()) };
        assert_eq!(status, 0, "the client opens");
        Self(client)
    }

    /// The handle.
    pub fn number(&self) -> u64 {
        self.0
    }

    /// `im_get_conversation_list` and `im_string_free`; `look` gets the response between the two.
    pub fn page<T>(&self, request: &CString, look: impl FnOnce(*const c_char) -> T) -> T {
        let mut response = std::ptr::null_mut();
        // SAFETY: the request is NUL-terminated and the pointer outlives the call.
        let status = unsafe { im_get_conversation_list(self.0, request.as_ptr(), &mut response) };
        assert_eq!(status, 0, "the page is read");
        let value = look(response);
        // SAFETY: it came from the call above and is freed once.
        unsafe { im_string_free(response) };
        value
    }

    /// `im_set_conversation_draft`.
    pub fn set_draft(&self, conversation: &str, text: &str) {
        let request = serde_json::json!({ "conversationID": conversation, "draftText": text });
        let request = CString::new(request.to_string()).expect("no NUL");
        // SAFETY: the request is NUL-terminated, and no response is wanted.
        let status = unsafe { im_set_conversation_draft(self.0, request.as_ptr(), std::ptr::null_mut()) };
        assert_eq!(status, 0, "the draft is set");
    }
}

impl Drop for CClient {
    fn drop(&mut self) {
        // SAFETY: a number is all it takes.
        let status = unsafe { im_client_close(self.0) };
        assert_eq!(status, 0, "the client closes");
    }
}

/// The request for a page below a cursor.
pub fn page_request(next_seq: i64) -> CString {
    CString::new(format!(r#"{{"nextSeq":"{next_seq}","count":{PAGE}}}"#)).expect("no NUL")
}
