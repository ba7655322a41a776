//! How two versions of one conversation's shared settings become one.
//!
//! Nothing in an item is taken back by publishing an older version of it. A setting is a register, of whose values the one
//! with the newest stamp stays; what was cleared, deleted and hidden only grows. So merging gives the same on every device,
//! in whichever order it hears of the versions.

use super::settings::{Field, Shared, Span};
use crate::model::{Place, SettingKind};
use std::collections::BTreeMap;

/// How many deleted messages of a conversation are remembered one by one.
const MAX_REMOVED: usize = 1000;
/// How many places up to which something was cleared or deleted are remembered: those of devices that did it at once.
const MAX_PLACES: usize = 4;
/// How many stretches of the past are hidden; the oldest are merged.
const MAX_SPANS: usize = 32;

impl Shared {
    /// What both say together. Of what others have written, the other's is kept: it is the newer version.
    pub(crate) fn merged(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        merged.revision = self.revision.max(other.revision);
        if !other.rest.is_empty() {
            merged.rest = other.rest.clone();
        }
        merged.hidden.extend(other.hidden.iter().cloned());
        for (name, theirs) in &other.fields {
            let Some(ours) = merged.fields.get_mut(name) else {
                merged.fields.insert(name.clone(), theirs.clone());
                continue;
            };
            let age = |field: &Field| (field.stamp.clone(), field.at.clone());
            let is_newer = age(theirs) > age(ours);
            let (newer, older) = if is_newer { (theirs, &*ours) } else { (&*ours, theirs) };
            // What was said from when nothing was received until it was set anew stays hidden.
            if let (Some(from), Some(to)) = (&older.at, &newer.at)
                && name == &*SettingKind::RecvOpt.name()
                && older.hides()
                && from != to
            {
                let (from, to) = (from.clone(), to.clone());
                merged.hidden.push(Span { from, to });
            }
            if is_newer {
                *ours = theirs.clone();
            }
        }
        merged.cleared = merged_places(&self.cleared, &other.cleared);
        merged.deleted = merged_places(&self.deleted, &other.deleted);
        merged.delete_stamp = self.delete_stamp.clone().max(other.delete_stamp.clone());
        for msg_id in &other.removed {
            if !merged.removed.contains(msg_id) {
                merged.removed.push(msg_id.clone());
            }
        }
        let excess = merged.removed.len().saturating_sub(MAX_REMOVED);
        merged.removed.drain(..excess);
        bound_spans(&mut merged.hidden);
        merged
    }

    /// Whether nothing is missing that the other says: then there is no need to publish the other.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        // A device that has deleted other messages than the last thousand must not fight for its own.
        let removed = self.removed.len() >= MAX_REMOVED || other.removed.iter().all(|id| self.removed.contains(id));
        let merged = self.merged(other);
        removed
            && merged.fields == self.fields
            && merged.cleared == self.cleared
            && merged.deleted == self.deleted
            && merged.delete_stamp == self.delete_stamp
            && merged.hidden == self.hidden
    }
}

/// The latest of the places of two versions, in order; a message is there once, with its time and its id in the archive if these
/// are known.
fn merged_places(ours: &[Place], theirs: &[Place]) -> Vec<Place> {
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    for place in ours.iter().chain(theirs) {
        let merged = places.entry(&place.id).or_insert_with(|| place.clone());
        merged.time = place.time.max(merged.time);
        // Of two copies any will do, if only all devices take the same.
        if merged.archive_id < place.archive_id {
            merged.archive_id.clone_from(&place.archive_id);
        }
    }
    let mut places: Vec<Place> = places.into_values().collect();
    places.sort();
    let excess = places.len().saturating_sub(MAX_PLACES);
    places.drain(..excess);
    places
}

/// Sorts the spans, each once; the oldest become one while there are too many.
fn bound_spans(spans: &mut Vec<Span>) {
    spans.sort();
    spans.dedup();
    while spans.len() > MAX_SPANS {
        let oldest = spans.remove(0);
        if let Some(next) = spans.first_mut() {
            next.to = oldest.to.max(next.to.clone());
            next.from = oldest.from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::{opt, pin, place, stamp};
    use super::*;
    use crate::model::RecvOpt;

    #[test]
    fn two_versions_become_the_same_whichever_is_heard_of_first() {
        let edits = [
            pin(true, 1),
            opt(RecvOpt::NotReceive, 2),
            pin(false, 3),
            opt(RecvOpt::NotNotify, 4),
            Shared::clear(Some(place(5))),
            Shared::delete(Some(place(2)), &stamp(2, "b")),
            Shared::clear(Some(place(1))),
        ];
        let wanted = edits.iter().fold(Shared::default(), |all, edit| all.merged(edit));
        let rng = &mut fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            // Some on one device, some on the other, some on both; each in an order of its own.
            let mut devices = [Shared::default(), Shared::default()];
            let mut order: Vec<&Shared> = edits.iter().chain(&edits).collect();
            rng.shuffle(&mut order);
            for edit in order {
                let device = rng.usize(0..2);
                devices[device] = devices[device].merged(edit);
            }
            let [one, other] = devices;
            let (left, right) = (one.merged(&other), other.merged(&one));
            assert_eq!((left.settings(), &left.cleared), (wanted.settings(), &wanted.cleared));
            assert!(left.covers(&right) && right.covers(&left), "{left:?}\n{right:?}");
            assert!(left.merged(&left).covers(&left));
        }
    }

    #[test]
    fn a_version_that_lacks_a_newer_change_does_not_cover_it() {
        let both = pin(true, 1).merged(&opt(RecvOpt::NotNotify, 2));
        assert!(both.covers(&pin(true, 1)) && both.covers(&pin(false, 0)));
        for lacking in [pin(true, 1), opt(RecvOpt::NotNotify, 2), Shared::default()] {
            assert!(!lacking.covers(&both));
        }
        assert!(!both.covers(&Shared::clear(Some(place(1)))));
        assert!(!both.covers(&Shared::remove(&["m1".to_owned()])));
    }

    #[test]
    fn what_was_said_while_nothing_was_received_stays_hidden() {
        let blocked = opt(RecvOpt::NotReceive, 1);
        let over = blocked.merged(&opt(RecvOpt::Receive, 5));
        let span = |from, to| Span {
            from: place(from),
            to: place(to),
        };
        assert_eq!(over.hidden, [span(1, 5)]);
        assert_eq!(over.merged(&blocked).hidden, [span(1, 5)], "told again");
        assert_eq!(blocked.merged(&opt(RecvOpt::NotReceive, 3)).hidden, [span(1, 3)]);
        assert!(
            opt(RecvOpt::NotNotify, 1)
                .merged(&opt(RecvOpt::Receive, 5))
                .hidden
                .is_empty()
        );
    }

    #[test]
    fn the_oldest_hidden_stretches_become_one_when_there_are_too_many() {
        let mut shared = Shared::default();
        for number in 0..40 {
            shared = shared.merged(&opt(RecvOpt::NotReceive, 2 * number));
            shared = shared.merged(&opt(RecvOpt::Receive, 2 * number + 1));
        }
        assert_eq!(shared.hidden.len(), MAX_SPANS);
        assert_eq!(shared.hidden[0].from, place(0));
        assert_eq!(shared.hidden[0].to, place(2 * (40 - 32) + 1));
        assert!(shared.covers(&shared.merged(&shared)));
    }

    #[test]
    fn the_oldest_of_too_many_deleted_messages_is_forgotten_without_a_fight() {
        let ids: Vec<String> = (0..=MAX_REMOVED).map(|number| number.to_string()).collect();
        let one = Shared::remove(&ids).merged(&Shared::default());
        assert_eq!(one.removed.len(), MAX_REMOVED);
        let other = Shared::remove(&["other".to_owned()]);
        assert!(one.covers(&other));
        assert!(one.merged(&other).removed.contains(&"other".to_owned()));
    }
}
