//! What libim logs while a test runs, kept for the case that it fails.

use std::collections::VecDeque;
use std::sync::{Mutex, Once};
use std::time::Instant;

/// How many lines are kept.
const LINES: usize = 400;

struct Kept {
    since: Instant,
    lines: Mutex<VecDeque<String>>,
}

static KEPT: std::sync::OnceLock<Kept> = std::sync::OnceLock::new();

impl log::Log for Kept {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("im::") || metadata.target() == "im"
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut lines = self.lines.lock().unwrap();
        if lines.len() == LINES {
            lines.pop_front();
        }
        let at = self.since.elapsed().as_secs_f32();
        lines.push_back(format!("{at:.2} {} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

/// Keeps what is logged from here on. All tests of a program share it.
pub fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let kept = KEPT.get_or_init(|| Kept {
            since: Instant::now(),
            lines: Mutex::default(),
        });
        // A program that has a logger of its own keeps it.
        if log::set_logger(kept).is_ok() {
            log::set_max_level(log::LevelFilter::Info);
        }
    });
}

/// The last lines, with the seconds since the first one could be kept.
pub fn recent() -> String {
    let Some(kept) = KEPT.get() else {
        return String::new();
    };
    let now = kept.since.elapsed().as_secs_f32();
    let lines = kept.lines.lock().unwrap();
    lines.iter().map(|line| format!("  {line}\n")).collect::<String>() + &format!("  {now:.2} now\n")
}
