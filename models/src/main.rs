//! Tries interleavings of libim's threads: the sources of libim, compiled with the locks and threads of shuttle, which runs
//! one thread at a time and chooses which one at every lock, wait, notice and atomic. A schedule that blocks for ever, or
//! after which a promise does not hold, fails.
//!
//! `cargo test --package models` plays a few hundred schedules of each model, the same every time. To play others:
//! `LIBIM_SCHEDULES=100000 LIBIM_SEED=7 cargo test --package models logins`. What shuttle cannot show: the end of a time
//! that somebody waits (its waits have no end), and weak orders of memory.

#![cfg(not(test))] // lints look at it as a test too, and the tests of the sources are no part of it
#![allow(dead_code, missing_docs, unused_imports, unreachable_pub)] // the sources are used in part

#[path = "../../src/backend/mod.rs"]
mod backend;
#[path = "../../src/client/mod.rs"]
mod client;
#[path = "../../src/engine/mod.rs"]
mod engine;
#[path = "../../src/events/mod.rs"]
mod events;
#[path = "../../src/model/mod.rs"]
mod model;
#[path = "../../src/store/mod.rs"]
mod store;

mod calls;
mod listeners;
mod logins;
mod reads;
mod server;
mod waits;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

/// The models, by name: what one schedule plays, and how many are played in the normal run.
const MODELS: &[(&str, fn(), usize)] = &[
    ("logins", logins::play, 150),
    ("waits", waits::play, 150),
    ("calls", calls::play, 150),
    ("reads", reads::play, 100),
    ("listeners", listeners::play, 1_500),
];

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect(variable))
}

fn run(scheduler: impl Scheduler + 'static, play: fn()) {
    let mut config = Config::new();
    // SQLite runs on the stacks of the threads.
    config.stack_size = 2 << 20;
    config.silence_warnings = true;
    config.failure_persistence = FailurePersistence::Print;
    Runner::new(scheduler, config).run(play);
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let names: Vec<&str> = MODELS.iter().map(|(name, ..)| *name).collect();
    let (_, play, usual) = MODELS
        .iter()
        .find(|(model, ..)| *model == name)
        .unwrap_or_else(|| panic!("{name:?} is none of the models: {names:?}"));
    let schedules = number("LIBIM_SCHEDULES").map_or(*usual, |count| count as usize);
    let seed = number("LIBIM_SEED").unwrap_or(1);
    println!("{name}: {schedules} schedules by each scheduler, LIBIM_SEED={seed}");
    // The first wanders; the second has few changes of threads, at rare places.
    run(RandomScheduler::new_from_seed(seed, schedules), *play);
    run(PctScheduler::new_from_seed(seed, 3, schedules), *play);
}
