//! Random play of several devices: a few users with one to three devices each do everything at once, go offline, restart and
//! log in again. At rest all devices of a user and a new one must show the same: the same list in the same order, the same
//! counts, settings and histories.
//!
//! `LIBIM_DEVICES_SEEDS=300 cargo test --test devices embedded` plays more seeds than the few of an ordinary run, and
//! `LIBIM_DEVICES_SEED=7` only that one, which a failure prints. What a seed plays is always the same; how the threads and
//! the network interleave is not, so a seed may have to be played several times (`LIBIM_DEVICES_TIMES=20`).

mod device;
mod play;
#[path = "../servers/mod.rs"]
mod servers;
#[path = "../contract/service.rs"]
#[allow(dead_code)] // the contract uses all of it
mod service;
mod shown;
#[path = "../support/mod.rs"]
mod support;
#[path = "../contract/xmpp.rs"]
mod xmpp;

use play::Play;
use service::Service;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many seeds an ordinary run plays, and how many acts each device does.
struct Extent {
    seeds: u64,
    acts: usize,
    /// How many seeds are played at once.
    at_once: usize,
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Plays the seeds, a few at once. All of them are played, and the failed ones are named at the end.
fn play(service: &(dyn Service + Sync), extent: &Extent) {
    let one = number("LIBIM_DEVICES_SEED");
    let first = one.unwrap_or(1);
    let times = number("LIBIM_DEVICES_TIMES").unwrap_or(1);
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
                        if let Err(why) = Play::new(service, seed, extent.acts).run() {
                            failed.push(format!("seed {seed}:\n{why}"));
                        }
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

#[test]
#[ignore = "it finds more than is mended yet"]
fn all_devices_show_the_same_embedded() {
    let extent = Extent {
        seeds: 24,
        acts: 30,
        at_once: 3,
    };
    play(&service::Embedded::start(), &extent);
}

#[test]
#[ignore = "it finds more than is mended yet"]
fn all_devices_show_the_same_on_prosody() {
    let extent = Extent {
        seeds: 3,
        acts: 20,
        at_once: 3,
    };
    play(&xmpp::Xmpp::on(servers::prosody()), &extent);
}
