//! What the account is told when more is known of an item than before.

use crate::backend::xmpp::stanza::settings::Shared;
use crate::model::{Change, ConversationId, IdKind, MessageId, Micros, Place, SettingKind, StampedSetting, Target};
use std::collections::HashSet;

/// How far two clocks, of which one may count whole seconds, may differ, µs.
const CLOCKS: i64 = 2_000_000;

/// A conversation was changed up to a message, which may still come. By its id in the archive where that is known: of a message
/// that was sent twice within the difference of two clocks, nothing else says which copy is meant.
fn up_to(place: &Place) -> Target {
    if !place.archive_id.is_empty() {
        return Target::Id(MessageId {
            kind: IdKind::Server,
            id: place.archive_id.clone(),
            sender: None,
            not_after: None,
        });
    }
    Target::Id(MessageId {
        kind: IdKind::MsgId,
        id: place.id.clone(),
        sender: None,
        not_after: (place.time > Micros(0)).then(|| Micros(place.time.0.saturating_add(CLOCKS))),
    })
}

/// What is new beyond what was known, without the pin: that places a conversation in the list, and comes last.
pub(super) fn changes(id: &ConversationId, known: &Shared, now: &Shared) -> Vec<Change> {
    let conversation = || id.clone();
    let mut changes = Vec::new();
    let before: HashSet<&String> = known.removed.iter().collect();
    let removed = now.removed.iter().filter(|msg_id| !before.contains(msg_id));
    let msg_ids: Vec<String> = removed.cloned().collect();
    if !msg_ids.is_empty() {
        let conversation = conversation();
        changes.push(Change::MessagesDeleted { conversation, msg_ids });
    }
    changes.extend(
        new_places(&known.cleared, &now.cleared).map(|place| Change::HistoryCleared {
            conversation: conversation(),
            up_to: up_to(place),
        }),
    );
    let deleted = |up_to: Target| Change::ConversationDeleted {
        conversation: conversation(),
        up_to,
        stamp: now.delete_stamp.clone(),
    };
    changes.extend(new_places(&known.deleted, &now.deleted).map(|place| deleted(up_to(place))));
    if known.delete_stamp != now.delete_stamp {
        // It may have had no message that goes.
        changes.push(deleted(Target::seq(0)));
    }
    let spans = now.spans();
    if spans != known.spans() {
        let conversation = conversation();
        changes.push(Change::Hidden { conversation, spans });
    }
    let before = known.settings();
    let settings = now.settings().into_iter().filter(|change| !before.contains(change));
    changes.extend(set(id, settings.filter(|change| !is_pin(change))));
    changes
}

fn new_places<'a>(known: &'a [Place], now: &'a [Place]) -> impl Iterator<Item = &'a Place> {
    now.iter()
        .filter(|place| known.iter().all(|known| known.id != place.id))
}

fn is_pin(change: &StampedSetting) -> bool {
    change.setting.kind() == SettingKind::Pinned
}

fn set(id: &ConversationId, settings: impl Iterator<Item = StampedSetting>) -> Option<Change> {
    let settings: Vec<StampedSetting> = settings.collect();
    let conversation = id.clone();
    (!settings.is_empty()).then_some(Change::Settings { conversation, settings })
}

pub(super) fn pin(id: &ConversationId, shared: &Shared) -> Option<Change> {
    set(id, shared.settings().into_iter().filter(is_pin))
}

/// What keeps the conversation in the list.
pub(super) fn listed(id: &ConversationId, shared: &Shared) -> Option<Change> {
    let conversation = id.clone();
    shared.listed().map(|time| Change::Listed { conversation, time })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Setting, Stamp};

    fn bob() -> ConversationId {
        ConversationId::trusted("c2c_bob@example.org")
    }

    fn stamp(time: i64) -> Stamp {
        Stamp {
            time: Micros(time),
            device: "d".to_owned(),
        }
    }

    fn place(id: &str) -> Place {
        Place {
            time: Micros(1),
            id: id.to_owned(),
            ..Place::default()
        }
    }

    #[test]
    fn only_what_is_new_is_a_change() {
        let cleared = Shared::clear(Some(place("m1")));
        assert_eq!(changes(&bob(), &Shared::default(), &cleared).len(), 1);
        assert!(changes(&bob(), &cleared, &cleared).is_empty());
        let removed = cleared.merged(&Shared::remove(&["m2".to_owned()]));
        let new = changes(&bob(), &cleared, &removed);
        assert!(matches!(new.as_slice(), [Change::MessagesDeleted { msg_ids, .. }] if *msg_ids == ["m2"]));
    }

    #[test]
    fn a_place_is_told_by_its_id_in_the_archive_where_that_is_known() {
        let archived = Place {
            archive_id: "s1".to_owned(),
            ..place("m1")
        };
        for (place, kind, id) in [(archived, IdKind::Server, "s1"), (place("m1"), IdKind::MsgId, "m1")] {
            let cleared = Shared::parse(&Shared::clear(Some(place)).encode().text()).unwrap();
            let new = changes(&bob(), &Shared::default(), &cleared);
            let [
                Change::HistoryCleared {
                    up_to: Target::Id(target),
                    ..
                },
            ] = new.as_slice()
            else {
                panic!("{new:?}");
            };
            assert_eq!((target.kind, target.id.as_str()), (kind, id));
        }
    }

    #[test]
    fn a_delete_without_a_message_is_a_change_and_the_pin_comes_apart() {
        let deleted = Shared::delete(None, &stamp(3));
        let new = changes(&bob(), &Shared::default(), &deleted);
        let [Change::ConversationDeleted { up_to, stamp: at, .. }] = new.as_slice() else {
            panic!("{new:?}");
        };
        assert_eq!((up_to, at), (&Target::seq(0), &stamp(3)));
        let Some(Change::Settings { settings, .. }) = pin(&bob(), &deleted) else {
            panic!("deleting unpins");
        };
        assert_eq!(settings[0].setting, Setting::Pinned(false));
    }
}
