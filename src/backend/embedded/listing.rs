//! What keeps a conversation in a user's list when no message does. A device that comes later reads it from here: it
//! cannot know of messages that are gone, nor of a pin that was taken off again.

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::row::Time;
use crate::model::Micros;
use rusqlite::{Connection, OptionalExtension};

/// Messages of the conversation are gone from the user's inbox, the newest of them from that time: the conversation keeps
/// the place that they gave it.
pub(super) fn keep_after(tx: &mut Tx<'_>, user: i64, conversation: i64, newest: Micros) -> ServiceResult<()> {
    let moved = tx.execute(
        "UPDATE listed SET time = max(time, ?3) WHERE user = ?1 AND conversation = ?2",
        (user, conversation, newest.0),
    )?;
    if moved == 0 {
        keep(tx, user, conversation, newest)?;
        // A device that has deleted the conversation, and has not got those messages, must list it too.
        tx.tell(user, Kind::Settings, conversation)?;
    }
    Ok(())
}

/// The user has pinned the conversation. One that has messages has its place from them.
pub(super) fn keep_pinned(tx: &Tx<'_>, user: i64, conversation: i64) -> ServiceResult<()> {
    let message: Option<i64> = tx.find(
        "SELECT m.id FROM message m JOIN inbox i ON i.kind = 1 AND i.ref = m.id AND i.user = ?1 \
         WHERE m.conversation = ?2 ORDER BY m.seq DESC LIMIT 1",
        (user, conversation),
    )?;
    match message {
        Some(_) => Ok(()),
        None => keep(tx, user, conversation, tx.now),
    }
}

/// From now on the conversation is listed; one that is kept already keeps its place.
pub(super) fn keep(tx: &Tx<'_>, user: i64, conversation: i64, time: Micros) -> ServiceResult<()> {
    tx.execute(
        "INSERT OR IGNORE INTO listed (user, conversation, time) VALUES (?1, ?2, ?3)",
        (user, conversation, time.0),
    )?;
    Ok(())
}

/// The user has deleted the conversation.
pub(super) fn forget(tx: &Tx<'_>, user: i64, conversation: i64) -> ServiceResult<()> {
    tx.execute(
        "DELETE FROM listed WHERE user = ?1 AND conversation = ?2",
        (user, conversation),
    )?;
    Ok(())
}

/// The place of a conversation that is kept in the list.
pub(super) fn place(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<Micros>> {
    let mut statement = db.prepare_cached("SELECT time FROM listed WHERE user = ?1 AND conversation = ?2")?;
    let time = statement.query_row((user, conversation), |row| Ok(row.get::<_, Time>(0)?.0));
    Ok(time.optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::migrations::MIGRATIONS;
    use crate::backend::embedded::service::Service;
    use crate::backend::embedded::testing::{TestService, pinned, stamp, text};
    use crate::backend::embedded::users::Me;
    use crate::backend::embedded::{groups, inbox, membership, messages, removal, settings};
    use crate::model::{Change, ConversationId, Group, GroupId, GroupRole, GroupType, UserId};

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
        service.write(|tx| removal::delete_conversation(tx, &alice, &chat("bob"), 2, &stamp(1)));
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
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        for peer in ["bob", "carol"] {
            service.write(|tx| settings::set(tx, &alice, &chat(peer), &pinned(true, 2)));
            service.write(|tx| settings::set(tx, &alice, &chat(peer), &pinned(false, 3)));
        }
        let listed: Vec<_> = listed(&service, &alice).into_iter().map(|(id, _)| id).collect();
        assert_eq!(listed, [chat("carol")]);
    }

    #[test]
    fn a_former_member_is_told_the_group_as_it_was_until_they_come_back() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Work,
            group_name: "Team".to_owned(),
            face_url: "face".to_owned(),
            members: vec![(bob.user_id.clone(), GroupRole::Member)],
        };
        service.write(|tx| groups::create(tx, &alice, &new));
        service.write(|tx| membership::quit(tx, &bob, &id));
        service.write(|tx| groups::set_info(tx, &alice, &id, Some("Another"), None));
        let last_group = |service: &TestService| -> Option<Group> {
            let told = service.told(&bob, 0).into_iter().rev();
            told.filter_map(|change| match change {
                Change::Group { group, .. } => Some(group),
                _ => None,
            })
            .next()
        };
        let seen = last_group(&service).unwrap();
        assert_eq!(
            (seen.role, seen.group_name.as_str(), seen.face_url.as_str()),
            (GroupRole::None, "Team", "face")
        );
        assert_eq!(listed(&service, &bob).len(), 1);
        service.write(|tx| membership::invite(tx, &alice, &id, std::slice::from_ref(&bob.user_id)));
        let seen = last_group(&service).unwrap();
        assert_eq!((seen.role, seen.group_name.as_str()), (GroupRole::Member, "Another"));
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
        let service = Service::open(&path, false).unwrap();
        let page = service.read(|db| inbox::page(db, &alice(), 9, i64::MAX)).unwrap();
        let told: Vec<_> = page.changes.into_iter().collect();
        let is_told = |id: &str, time| {
            let conversation = ConversationId::trusted(id);
            told.contains(&Change::Listed {
                conversation,
                time: Micros(time),
            })
        };
        assert!(is_told("c2c_bob", 70) && is_told("group_then", 60), "{told:?}");
        assert_eq!(service.read(|db| place(db, 1, 2)).unwrap(), Some(Micros(55)));
        assert_eq!(
            service
                .read(|db| groups::last_seen(db, 1, 3))
                .unwrap()
                .unwrap()
                .group_name,
            "Then"
        );
        let head: i64 = service
            .read(|db| Ok(db.query_row("SELECT last_change FROM service", (), |row| row.get(0))?))
            .unwrap();
        assert_eq!(page.last, Some(head));
    }
}
