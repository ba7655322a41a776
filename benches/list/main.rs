//! The benchmarks of the list: libim beside plain rusqlite, alternating in one run, as one table of ratios.
//!
//! `make bench` runs all; `cargo bench -- apply` runs one part (`page`, `open`, `filter`, `apply`, `growth`, `idle`, `latency`, `burst`, `search`,
//! `history`), and `LIBIM_BENCH_SMALL=1` leaves out the list of a million. Nothing is asserted: times depend on
//! the machine, and docs/performance.md says what to make of them.

mod apply;
mod burst;
mod filter;
mod fixture;
mod growth;
mod history;
mod idle;
mod latency;
mod open;
mod page;
mod search;
mod support;

use support::Table;

fn main() {
    let started = std::time::Instant::now();
    let arguments: Vec<String> = std::env::args().collect();
    if open::is_child(&arguments) {
        open::run_child(&arguments, started);
        return;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        Into::into,
    );
    let dir = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(target)
        .expect("a directory for the caches");
    let is_small = std::env::var_os("LIBIM_BENCH_SMALL").is_some();
    let mut table = Table::default();

    let is_wanted = |part: &str| {
        let mut named = arguments
            .iter()
            .skip(1)
            .filter(|argument| !argument.starts_with('-'))
            .peekable();
        named.peek().is_none() || named.any(|named| named == part)
    };

    if is_wanted("page") || is_wanted("open") {
        eprintln!("making the lists ...");
        let small = fixture::make(&dir.path().join("small"), 5_000);
        if is_wanted("page") {
            let large = (!is_small).then(|| fixture::make(&dir.path().join("large"), 1_000_000));
            eprintln!("pages ...");
            page::run(&mut table, &small, large.as_ref());
        }
        if is_wanted("open") {
            eprintln!("cold open ...");
            open::run(&mut table, &small);
        }
    }
    if is_wanted("filter") {
        eprintln!("lists for filters ...");
        let small = fixture::make(&dir.path().join("small-filter"), 5_000);
        let large = (!is_small).then(|| fixture::make(&dir.path().join("large-filter"), 1_000_000));
        eprintln!("filters ...");
        filter::run(&mut table, &small, large.as_ref());
    }
    if is_wanted("apply") {
        eprintln!("incoming messages ...");
        apply::run(&mut table, dir.path());
    }
    if is_wanted("growth") {
        eprintln!("large conversations ...");
        growth::run(&mut table, dir.path());
    }
    if is_wanted("idle") {
        eprintln!("an idle client ...");
        idle::run(&mut table, dir.path());
    }
    if is_wanted("latency") {
        eprintln!("commit to callback ...");
        latency::run(&mut table, dir.path());
    }
    if is_wanted("history") {
        eprintln!("a history with media ...");
        history::run(&mut table, dir.path());
    }
    if is_wanted("burst") {
        eprintln!("a burst and a view ...");
        burst::run(&mut table, dir.path());
    }
    if is_wanted("search") {
        eprintln!("searching ...");
        search::run(&mut table, dir.path(), is_small);
    }
    table.print();
}
