//! The sync and connection events that can be dropped when listeners are too slow.
//!
//! These events are barriers and are never merged, so they would pile up behind a listener that blocks while the network
//! comes and goes. Past a limit, the old ones that no longer matter are dropped.

use super::event::Event;

/// The kinds of events that stand alone.
enum Kind {
    SyncStart,
    SyncEnd,
    /// The state of the connection: each says all there is to know.
    Connection,
    /// Not an event that stands alone.
    Other,
}

fn kind(event: Event) -> Kind {
    match event {
        Event::SyncServerStart => Kind::SyncStart,
        Event::SyncServerFinish | Event::SyncServerFailed => Kind::SyncEnd,
        Event::Connecting
        | Event::ConnectSuccess
        | Event::ConnectFailed
        | Event::KickedOffline
        | Event::UserSigExpired => Kind::Connection,
        // All others are merged by conversation, or counted as messages, before this is asked.
        _ => Kind::Other,
    }
}

/// Picks events to drop, oldest first, until `keep` are left (or one fewer, since syncs go in pairs).
///
/// A sync goes only as a whole, Start and end together, so every Start that is told is followed by its one end, and
/// an end whose Start was told stays. A connection event goes only when a later one is pending, so the last one told
/// is the real state. At most three events cannot go: an end, a Start and the last connection event.
pub(super) fn superseded(pending: &[(u64, Event)], keep: usize) -> Vec<u64> {
    let last_connection = pending
        .iter()
        .rfind(|(_, event)| matches!(kind(*event), Kind::Connection));
    let excess = pending.len().saturating_sub(keep);
    let mut dropped = Vec::new();
    let mut start = None;
    for entry @ (number, event) in pending {
        if dropped.len() >= excess {
            break;
        }
        match kind(*event) {
            Kind::SyncStart => start = Some(*number),
            Kind::SyncEnd => {
                if let Some(start) = start.take() {
                    dropped.extend([start, *number]);
                }
            }
            Kind::Connection if Some(entry) == last_connection => {}
            Kind::Connection | Kind::Other => dropped.push(*number),
        }
    }
    dropped
}
