//! A process that starts, opens its client and reads the first page, beside one that does so with rusqlite.
//!
//! The benchmark starts itself as that process. The files are in the system's cache; the process is new each time.

use crate::fixture::Fixture;
use crate::support::{CClient, PAGE, Table, millis, page_request, quantile, ratio, raw_reader};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const CHILD: &str = "--open-and-read";
const REPETITIONS: usize = 51;
const GOAL: Duration = Duration::from_millis(10);

/// Whether this process is one that [`run`] started.
pub fn is_child(arguments: &[String]) -> bool {
    arguments.get(1).is_some_and(|argument| argument == CHILD)
}

/// Opens, reads, and prints the nanoseconds since the start of `main`.
pub fn run_child(arguments: &[String], started: Instant) {
    let data_dir = Path::new(&arguments[3]);
    if arguments[2] == "libim" {
        let client = CClient::open(data_dir, 5_000);
        client.page(&page_request(0), |response| {
            black_box(response);
        });
        println!("{}", started.elapsed().as_nanos());
    } else {
        let db = raw_reader(data_dir);
        let mut statement = db
            .prepare("SELECT json FROM conversation WHERE orderkey > 0 ORDER BY orderkey DESC LIMIT ?1")
            .expect("the statement");
        let rows: rusqlite::Result<Vec<String>> = statement
            .query_map([PAGE as i64], |row| row.get(0))
            .expect("the rows")
            .collect();
        black_box(rows.expect("the rows").concat());
        println!("{}", started.elapsed().as_nanos());
    }
}

pub fn run(table: &mut Table, small: &Fixture) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..REPETITIONS {
        for (how, times) in ["libim", "raw"].into_iter().zip(&mut times) {
            times.push(child(how, &small.data_dir));
        }
    }
    let [libim, raw] = times.map(|times| quantile(times, 0.5));
    table.push(
        &format!("new process to first page of {}", small.size),
        millis(libim),
        millis(raw),
        format!("{:.2}", ratio(libim, raw)),
        "libim < 10 ms",
        if libim < GOAL { "met" } else { "missed" },
    );
}

fn child(how: &str, data_dir: &Path) -> Duration {
    let output = Command::new(std::env::current_exe().expect("the path of this program"))
        .args([CHILD, how])
        .arg(data_dir)
        .output()
        .expect("the process starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("a number");
    Duration::from_nanos(text.trim().parse().expect("a number"))
}
