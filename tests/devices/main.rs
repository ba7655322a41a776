//! Random play of several devices: a few users with one to three devices each do everything at once, go offline, restart and
//! log in again. At rest all devices of a user and a new one must show the same: the same list in the same order, the same
//! counts, settings and histories. `tests/devices_xmpp` plays the same on a server.
//!
//! `LIBIM_DEVICES_SEEDS=300 cargo test --test devices` plays more seeds than the few of an ordinary run, and
//! `LIBIM_DEVICES_SEED=7` only that one, which a failure prints. What a seed plays is always the same; how the threads and
//! the network interleave is not, so a seed may have to be played several times (`LIBIM_DEVICES_TIMES=20`).

mod calm;
mod device;
mod play;
mod seeds;
#[path = "../contract/service.rs"]
#[allow(dead_code)] // the contract uses all of it
mod service;
mod shown;
mod state;
#[path = "../support/mod.rs"]
mod support;

use seeds::{Extent, play};

#[test]
fn all_devices_show_the_same() {
    let extent = Extent {
        seeds: 24,
        acts: 30,
        at_once: 3,
    };
    play(&service::Embedded::start(), &extent);
}
