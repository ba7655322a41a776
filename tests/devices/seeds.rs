//! Which seeds are played, and how.

use crate::play::Play;
use crate::service::Service;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many seeds an ordinary run plays, and how many acts each device does.
pub struct Extent {
    pub seeds: u64,
    pub acts: usize,
    /// How many seeds are played at once.
    pub at_once: usize,
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// How often the ordinary run plays a seed before it counts as failed. Threads interleave differently each time, and some
/// rare interleavings are known to end with differences (docs/reliability.md); the commands for more seeds count every one.
const TRIES: usize = 3;

/// Plays the seeds, a few at once. All of them are played, and the failed ones are named at the end.
pub fn play(service: &(dyn Service + Sync), extent: &Extent) {
    let one = number("LIBIM_DEVICES_SEED");
    let first = one.unwrap_or(1);
    let times = number("LIBIM_DEVICES_TIMES").unwrap_or(1);
    let tries = if one.or(number("LIBIM_DEVICES_SEEDS")).is_some() {
        1
    } else {
        TRIES
    };
    let seeds = one.map_or_else(|| number("LIBIM_DEVICES_SEEDS").unwrap_or(extent.seeds), |_| 1) * times;
    let next = AtomicU64::new(0);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let players: Vec<_> = (0..extent.at_once)
            .map(|_| {
                scope.spawn(|| {
                    let mut failed = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= seeds {
                            return failed;
                        }
                        let seed = first + number / times;
                        let mut why = None;
                        for _ in 0..tries {
                            why = Play::new(service, seed, extent.acts).run().err();
                            match &why {
                                Some(why) => println!("seed {seed}:\n{why}"),
                                None => break,
                            }
                        }
                        failed.extend(why.map(|why| format!("seed {seed}:\n{why}")));
                    }
                })
            })
            .collect();
        players.into_iter().flat_map(|player| player.join().unwrap()).collect()
    });
    assert!(
        failed.is_empty(),
        "{} of {seeds} failed\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
