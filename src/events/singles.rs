//! The sync and connection events that can be dropped when listeners are too slow.
//!
//! These events are barriers and are never merged, so they would pile up behind a listener that blocks while the network
//! comes and goes. Past a limit, the old ones that no longer matter are dropped.

use super::event::Event;
use std::collections::HashMap;

/// The kinds of events that stand alone.
enum Kind {
    SyncStart,
    SyncEnd,
    /// The state of the connection: each says all there is to know.
    Connection,
    /// Whether somebody types: each says all there is to know of its subject.
    Typing,
    /// How far something is: each says all there is to know.
    Progress,
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
        Event::TypingStatusChanged => Kind::Typing,
        Event::SearchIndexProgress => Kind::Progress,
        // All others are merged by conversation, or counted as messages, before this is asked.
        _ => Kind::Other,
    }
}

/// Of whom a typing event tells: its payload up to whether they type, which is its last field.
fn subject(payload: &str) -> &str {
    payload.rsplit_once(',').map_or(payload, |(subject, _)| subject)
}

/// Picks events to drop, oldest first, until `keep` are left (or one fewer, since syncs go in pairs).
///
/// A sync goes only as a whole, Start and end together, so every Start that is told is followed by its one end, and
/// an end whose Start was told stays. A connection event goes only when a later one is pending, so the last one told
/// is the real state. Of typing only what a later event of the same conversation replaces goes, so that nobody is shown as
/// typing for ever. What cannot go is an end, a Start, the last connection event, the last progress, and one of typing for each conversation.
pub(super) fn superseded(pending: &[(u64, Event, &str)], keep: usize) -> Vec<u64> {
    let last_connection = pending
        .iter()
        .rfind(|(_, event, _)| matches!(kind(*event), Kind::Connection));
    let last_progress = pending
        .iter()
        .rfind(|(_, event, _)| matches!(kind(*event), Kind::Progress));
    let typing = pending
        .iter()
        .filter(|(_, event, _)| matches!(kind(*event), Kind::Typing));
    // The later ones take the places of the earlier ones.
    let last_typing: HashMap<&str, u64> = typing.map(|(number, _, payload)| (subject(payload), *number)).collect();
    let excess = pending.len().saturating_sub(keep);
    let mut dropped = Vec::new();
    let mut start = None;
    for entry @ (number, event, payload) in pending {
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
            Kind::Progress if Some(entry) == last_progress => {}
            Kind::Typing if last_typing.get(subject(payload)) == Some(number) => {}
            Kind::Connection | Kind::Typing | Kind::Progress | Kind::Other => dropped.push(*number),
        }
    }
    dropped
}
