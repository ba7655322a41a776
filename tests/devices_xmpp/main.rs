//! The random play of several devices of `tests/devices`, on Prosody and ejabberd. The head of its `main.rs` says how to play
//! more seeds, or one.

#[path = "../devices/calm.rs"]
mod calm;
#[path = "../devices/device.rs"]
mod device;
#[path = "../devices/play.rs"]
mod play;
#[path = "../devices/seeds.rs"]
mod seeds;
#[path = "../servers/mod.rs"]
mod servers;
#[path = "../contract/service.rs"]
#[allow(dead_code)] // the contract uses all of it
mod service;
#[path = "../devices/shown.rs"]
mod shown;
#[path = "../devices/state.rs"]
mod state;
#[path = "../support/mod.rs"]
mod support;
#[path = "../contract/xmpp.rs"]
mod xmpp;

use seeds::{Extent, play};

/// A few seeds in the ordinary run, and not many at once: a device that waits for a busy server waits for nothing else.
const EXTENT: Extent = Extent {
    seeds: 12,
    acts: 30,
    at_once: 2,
};

#[test]
fn all_devices_show_the_same_on_prosody() {
    play(&xmpp::Xmpp::on(servers::prosody()), &EXTENT);
}

#[test]
fn all_devices_show_the_same_on_ejabberd() {
    play(&xmpp::Xmpp::on(servers::ejabberd()), &EXTENT);
}
