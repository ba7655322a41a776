//! What keeps a conversation in a user's list when no message does. A device that comes later reads it from here: it
//! cannot know of messages that are gone, nor of a pin that was taken off again.

use super::change::{Kind, Tx};
use super::conversations;
use super::error::ServiceResult;
use super::kept;
use super::last_place;
use super::row::Time;
use crate::model::order::PIN_BIT;
use crate::model::{Change, Micros};
use rusqlite::{Connection, OptionalExtension};

/// Messages that are gone from a user's inbox.
#[derive(Clone, Copy, Default)]
pub(super) struct Gone {
    /// The last of them: its sequence and time.
    last: Option<(i64, Micros)>,
    /// The newest that had moved the conversation up.
    newest_activating: Option<Micros>,
}

impl Gone {
    pub(super) fn add(&mut self, seq: i64, time: Micros, is_excluded: bool) {
        self.last = self.last.max(Some((seq, time)));
        if !is_excluded {
            self.newest_activating = self.newest_activating.max(Some(time));
        }
    }
}

/// Messages of the conversation are gone from the user's inbox: it keeps the place that they gave it.
pub(super) fn keep_after(tx: &mut Tx<'_>, user: i64, conversation: i64, gone: Gone) -> ServiceResult<()> {
    let Some((last_seq, last_time)) = gone.last else {
        return Ok(());
    };
    let time = gone.newest_activating.unwrap_or(last_time);
    let mut changed = tx.execute(
        "INSERT OR IGNORE INTO listed (user, conversation, time) VALUES (?1, ?2, ?3)",
        (user, conversation, time.0),
    )?;
    if let Some(time) = gone.newest_activating {
        changed += tx.execute(
            "UPDATE listed SET time = ?3 WHERE user = ?1 AND conversation = ?2 AND time < ?3",
            (user, conversation, time.0),
        )?;
    }
    let (end, _) = last_place::of(tx.db, conversation)?;
    tx.execute(
        // Forward only, but one that was never given gives way.
        "UPDATE listed SET gone_seq = ?3, gone_time = ?4 WHERE user = ?1 AND conversation = ?2 \
         AND (gone_seq < ?3 OR gone_seq > ?5)",
        (user, conversation, last_seq, last_time.0, end),
    )?;
    let is_told: Option<i64> = tx.find(
        "SELECT 1 FROM inbox WHERE user = ?1 AND kind = 6 AND ref = ?2 AND change_id > \
         coalesce((SELECT change_id FROM inbox WHERE user = ?1 AND kind = 5 AND ref = ?2), 0)",
        (user, conversation),
    )?;
    if changed > 0 || is_told.is_none() {
        // A device that has not got those messages, because it was away or has deleted the conversation, gives it this place
        // too.
        tx.tell(user, Kind::Settings, conversation)?;
    }
    Ok(())
}

/// A message that moves no conversation was delivered: one that was not in a recipient's list is from now on.
pub(super) fn keep_delivered(tx: &Tx<'_>, conversation: i64, message: i64) -> ServiceResult<()> {
    let mut statement = tx.prepare("SELECT user FROM inbox WHERE kind = 1 AND ref = ?1")?;
    let users: Vec<i64> = statement
        .query_map([message], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    users
        .into_iter()
        .try_for_each(|user| keep(tx, user, conversation, tx.now))
}

/// From now on the conversation is listed. One that was in the list keeps its place: that of its messages, if it has any.
pub(super) fn keep(tx: &Tx<'_>, user: i64, conversation: i64, time: Micros) -> ServiceResult<()> {
    let oldest = kept::oldest_time(tx.db, user, conversation, 0)?;
    keep_at(tx, user, conversation, oldest.unwrap_or(time))
}

fn keep_at(tx: &Tx<'_>, user: i64, conversation: i64, time: Micros) -> ServiceResult<()> {
    tx.execute(
        "INSERT OR IGNORE INTO listed (user, conversation, time) VALUES (?1, ?2, ?3)",
        (user, conversation, time.0),
    )?;
    Ok(())
}

/// A delete of a conversation.
pub(super) struct Delete {
    /// The sequence of the last message that the deleting device had seen.
    pub(super) up_to: i64,
    /// That of the conversation's last message.
    pub(super) last: i64,
    /// When that device deleted it.
    pub(super) time: Micros,
    /// When it was pinned or unpinned last.
    pub(super) pinned: Micros,
}

/// The user has deleted the conversation. What came after the delete keeps it in the list: a message that the deleting
/// device had not seen, a pin, a return into the group. Says whether it is kept.
pub(super) fn forget(tx: &Tx<'_>, user: i64, conversation: i64, delete: Delete) -> ServiceResult<bool> {
    // A later message may be gone by now; its place is kept.
    const LATER: &str =
        "EXISTS (SELECT 1 FROM message m WHERE m.conversation = ?2 AND m.seq > ?3 AND m.time = listed.time)";
    tx.execute(
        &format!(
            "UPDATE listed SET time = gone_time WHERE user = ?1 AND conversation = ?2 AND gone_seq > ?3 AND gone_seq <= ?4 \
             AND NOT {LATER}"
        ),
        (user, conversation, delete.up_to, delete.last),
    )?;
    tx.execute(
        &format!(
            // What lies beyond the last message, or beyond all times, was never written: it keeps nothing.
            "DELETE FROM listed WHERE user = ?1 AND conversation = ?2 AND (time <= ?4 OR time >= {PIN_BIT}) \
             AND (gone_seq <= ?3 OR gone_seq > ?5) AND NOT {LATER}"
        ),
        (user, conversation, delete.up_to, delete.time.0, delete.last),
    )?;
    let joined: Option<i64> = tx.find(
        "SELECT join_time FROM member WHERE user = ?1 AND conversation = ?2",
        (user, conversation),
    )?;
    let since = [Some(delete.pinned.min(tx.now)), joined.map(Micros)];
    let listed_since = since.into_iter().flatten().filter(|time| *time > delete.time).min();
    let message = kept::oldest_time(tx.db, user, conversation, delete.up_to)?;
    if let Some(time) = message.or(listed_since) {
        keep_at(tx, user, conversation, time)?;
    }
    Ok(place(tx.db, user, conversation)?.is_some())
}

/// The place of a conversation that is kept in the list.
fn place(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<Micros>> {
    let mut statement = db.prepare_cached("SELECT time FROM listed WHERE user = ?1 AND conversation = ?2")?;
    let time = statement.query_row((user, conversation), |row| Ok(row.get::<_, Time>(0)?.0));
    Ok(time.optional()?)
}

/// What tells a device that the conversation is kept in the list, and its place.
pub(super) fn told(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<Change>> {
    let listed = conversations::name(db, user, conversation)?.zip(place(db, user, conversation)?);
    Ok(listed.map(|(conversation, time)| Change::Listed { conversation, time }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::migrations::MIGRATIONS;
    use crate::backend::embedded::service::Service;
    use crate::backend::embedded::testing::{TestService, pinned, stamp, text};
    use crate::backend::embedded::users::Me;
    use crate::backend::embedded::{groups, inbox, invitations, membership, messages, moment, removal, settings};
    use crate::model::{ConversationId, GroupId, GroupRole, GroupType, Setting, UserId};

    fn alice() -> Me {
        Me {
            id: 1,
            user_id: UserId::trusted("alice"),
        }
    }

    fn chat(with: &str) -> ConversationId {
        ConversationId::c2c(&UserId::trusted(with))
    }

    /// What a new device is told to list, and when: the conversations in the order of the changes.
    fn listed(service: &TestService, me: &Me) -> Vec<(ConversationId, Micros)> {
        let told = service.told(me, 0).into_iter();
        told.filter_map(|change| match change {
            Change::Listed { conversation, time } => Some((conversation, time)),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn the_last_message_that_goes_leaves_its_place_and_deleting_the_conversation_takes_it() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let mut times = Vec::new();
        for id in ["m1", "m2"] {
            times.push(service.write(|tx| messages::send(tx, &bob, &text(&bob, "alice", id))).1);
        }
        assert_eq!(listed(&service, &alice), [], "the messages list it");
        for id in ["m2", "m1"] {
            service.write(|tx| removal::delete_messages(tx, &alice, &chat("bob"), &[id.to_owned()]));
        }
        assert_eq!(listed(&service, &alice), [(chat("bob"), times[1])]);
        assert_eq!(listed(&service, &bob), [], "he has them still");
        service.write(|tx| removal::delete_conversation(tx, &alice, &chat("bob"), 2, &stamp(times[1].0)));
        assert_eq!(listed(&service, &alice), []);
        let third = service
            .write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m3")))
            .1;
        service.write(|tx| removal::clear_history(tx, &alice, &chat("bob"), 3));
        assert_eq!(listed(&service, &alice), [(chat("bob"), third)]);
    }

    #[test]
    fn what_was_pinned_once_stays_and_what_has_messages_has_its_place_from_them() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let sent = service
            .write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")))
            .1;
        for peer in ["bob", "carol"] {
            service.write(|tx| settings::set(tx, &alice, &chat(peer), &pinned(true, 2)));
            service.write(|tx| settings::set(tx, &alice, &chat(peer), &pinned(false, 3)));
        }
        let pinned_then = (chat("carol"), Micros(2));
        assert_eq!(listed(&service, &alice), [(chat("bob"), sent), pinned_then]);
    }

    #[test]
    fn a_new_device_hears_of_the_place_before_the_pin_and_the_membership_and_of_the_pin_after_the_messages() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m1")));
        service.write(|tx| settings::set(tx, &alice, &chat("bob"), &pinned(true, i64::MAX)));
        let new = NewGroup {
            group_id: Some(GroupId::trusted("team")),
            group_type: GroupType::Work,
            group_name: String::new(),
            face_url: String::new(),
            members: Vec::new(),
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &alice, &new, &new.members));
        let told = service.told(&alice, 0);
        let place = |is_it: &dyn Fn(&Change) -> bool| told.iter().position(is_it).unwrap();
        let has_pin = |change: &Change| match change {
            Change::Settings { settings, .. } => settings.iter().any(|set| set.setting == Setting::Pinned(true)),
            _ => false,
        };
        let is_listed = |id: &ConversationId, change: &Change| matches!(change, Change::Listed { conversation, .. } if conversation == id);
        let message = place(&|change| matches!(change, Change::Message(_)));
        let listed = place(&|change| is_listed(&chat("bob"), change));
        assert!(message < listed && listed < place(&has_pin), "{told:?}");
        let team = ConversationId::group(&GroupId::trusted("team"));
        let listed = place(&|change| is_listed(&team, change));
        assert!(
            listed < place(&|change| matches!(change, Change::Group { .. })),
            "{told:?}"
        );
    }

    #[test]
    fn a_message_that_moves_nothing_lists_its_conversation_and_leaves_it_at_the_place_of_the_first() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let mut times = Vec::new();
        for id in ["m1", "m2"] {
            let mut silent = text(&bob, "alice", id);
            silent.body.is_excluded_from_last_message = true;
            times.push(service.write(|tx| messages::send(tx, &bob, &silent)).1);
        }
        let at_first = (chat("bob"), times[0]);
        assert!(listed(&service, &alice).iter().all(|listed| *listed == at_first));
        for id in ["m2", "m1"] {
            service.write(|tx| removal::delete_messages(tx, &alice, &chat("bob"), &[id.to_owned()]));
            assert!(listed(&service, &alice).contains(&at_first));
        }
    }

    #[test]
    fn what_came_after_a_delete_keeps_the_conversation_although_the_delete_reaches_the_service_last() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let sent = service
            .write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m1")))
            .1;
        // Another device pins it later than this one deletes it.
        service.write(|tx| settings::set(tx, &alice, &chat("bob"), &pinned(true, sent.0 + 2)));
        service.write(|tx| {
            tx.now = Micros(sent.0 + 9);
            removal::delete_conversation(tx, &alice, &chat("bob"), 1, &stamp(sent.0 + 1))
        });
        assert_eq!(listed(&service, &alice), [(chat("bob"), Micros(sent.0 + 2))]);

        let id = GroupId::trusted("team");
        let team = ConversationId::group(&id);
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Work,
            group_name: String::new(),
            face_url: String::new(),
            members: vec![(alice.user_id.clone(), GroupRole::Member)],
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &bob, &new, &new.members));
        service.write(|tx| membership::quit(tx, &alice, &id));
        let mut returned = Micros(0);
        service.write(|tx| {
            tx.now.0 += 1_000_000;
            returned = tx.now;
            invitations::invite(tx, &bob, &id, std::slice::from_ref(&alice.user_id))
        });
        let before = stamp(returned.0 - 1);
        service.write(|tx| removal::delete_conversation(tx, &alice, &team, 0, &before));
        assert!(listed(&service, &alice).contains(&(team.clone(), returned)));
        // With the tip that tells of the return, the second of the group.
        service.write(|tx| removal::delete_conversation(tx, &alice, &team, 2, &stamp(returned.0)));
        assert!(!listed(&service, &alice).iter().any(|(id, _)| *id == team));
    }

    #[test]
    fn a_message_that_the_deleting_device_had_not_seen_keeps_the_conversation_although_it_is_gone_too() {
        let mut service = TestService::new();
        let bob = service.user("bob");
        for (peer, is_excluded) in [("alice", false), ("carol", true)] {
            let user = service.user(peer);
            let mut times = Vec::new();
            for id in ["m1", "m2"] {
                let mut message = text(&bob, peer, &format!("{id} to {peer}"));
                message.body.is_excluded_from_last_message = is_excluded;
                times.push(service.write(|tx| messages::send(tx, &bob, &message)).1);
            }
            let second = format!("m2 to {peer}");
            service.write(|tx| match is_excluded {
                false => removal::delete_messages(tx, &user, &chat("bob"), &[second]),
                true => removal::clear_history(tx, &user, &chat("bob"), 2).map(drop),
            });
            let later = stamp(times[1].0 + 1);
            service.write(|tx| removal::delete_conversation(tx, &user, &chat("bob"), 1, &later));
            assert_eq!(listed(&service, &user), [(chat("bob"), times[1])], "{peer}");
        }
    }

    #[test]
    fn a_device_that_was_away_hears_of_the_place_that_a_deleted_message_gave() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m1")));
        service.write(|tx| removal::delete_messages(tx, &alice, &chat("bob"), &["m1".to_owned()]));
        let head = service.head();
        let time = service
            .write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m2")))
            .1;
        service.write(|tx| removal::delete_messages(tx, &alice, &chat("bob"), &["m2".to_owned()]));
        let place = Change::Listed {
            conversation: chat("bob"),
            time,
        };
        assert!(service.told(&alice, head).contains(&place));
    }

    #[test]
    fn what_a_service_of_an_earlier_version_knows_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service.db");
        let db = Connection::open(&path).unwrap();
        for migration in MIGRATIONS.iter().take(2) {
            db.execute_batch(migration).unwrap();
        }
        // Alice has cleared her chat with bob, is in one group and was in another.
        db.execute_batch(
            "INSERT INTO service VALUES (1, 'old', 9); INSERT INTO moment VALUES (9, 1); PRAGMA user_version = 2;
             INSERT INTO user (id, user_id, is_active) VALUES (1, 'alice', 1), (2, 'bob', 1);
             INSERT INTO conversation (id, user_low, user_high, last_seq, last_time) VALUES (1, 1, 2, 3, 70);
             INSERT INTO conversation (id) VALUES (2), (3);
             INSERT INTO chat_group VALUES (2, 'now', 'Work', 'Now', '', 50, 0), (3, 'then', 'Public', 'Then', '', 60, 0);
             INSERT INTO member (conversation, user, role, join_time) VALUES (2, 1, 200, 55);
             INSERT INTO setting (user, conversation, cleared_seq) VALUES (1, 1, 3), (1, 2, 0), (1, 3, 0), (2, 1, 0);
             INSERT INTO inbox VALUES (1, 1, 12, 1), (1, 4, 4, 1), (1, 5, 12, 2), (1, 6, 10, 2), (1, 7, 12, 3), (1, 9, 11, 3);",
        )
        .unwrap();
        db.pragma_update(None, "application_id", 0x6C69_626D).unwrap();
        drop(db);
        let service = Service::open(&path, false, false).unwrap();
        let page = service.read(|db| inbox::page(db, &alice(), 9, i64::MAX)).unwrap();
        let told = page.changes;
        let is_told = |id: &str, time| {
            let conversation = ConversationId::trusted(id);
            told.contains(&Change::Listed {
                conversation,
                time: Micros(time),
            })
        };
        assert!(is_told("c2c_bob", 70) && is_told("group_then", 60), "{told:?}");
        assert_eq!(service.read(|db| place(db, 1, 2)).unwrap(), Some(Micros(55)));
        let last_seen = service.read(|db| groups::last_seen(db, 1, 3)).unwrap();
        assert_eq!(last_seen.unwrap().group_name, "Then");
        let head = service.read(moment::head).unwrap();
        assert_eq!(page.last, Some(head));
    }
}
