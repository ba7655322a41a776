//! The second that a server counts: many an archive knows whole seconds only.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far a server's clock of whole seconds (time(2)) may be behind the exact one: the kernel sets it at its ticks, which
/// come late on a busy machine.
const TICK: Duration = Duration::from_millis(100);

/// The second that it is for every server on this machine, or the one before.
fn begun() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now - TICK).as_secs()
}

/// Waits until whatever a server writes down has a later second than all that it has written down before.
pub fn next_second() {
    let last = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    while begun() <= last {
        std::thread::sleep(Duration::from_millis(20));
    }
}
