//! What is told to those who are there just now: the file keeps it for a minute, and for nobody who comes later.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::membership::{self, Membership};
use super::mutes;
use super::row::{Body, Group, MsgId, Name, Time, User, readable};
use super::service::Service;
use super::users::{self, Me};
use crate::backend::Sink;
use crate::model::{ConversationId, GroupRole, Message, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row};

/// How long a row stays, in µs: each client that is there has looked long before.
const KEPT: i64 = 60_000_000;
/// How many rows are read at once: each may be a whole message.
const MAX_ROWS: usize = 50;

/// What is of this moment only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fleeting {
    /// Somebody types, or types no more. From the sender's side `user` is the one who is told.
    Typing { user: UserId, is_typing: bool },
    /// A message for those who are online.
    Message(Box<Message>),
}

/// Tells it to those whom it is for. Who has no mailbox is not there either, and of a group one has left nothing is said.
pub(super) fn tell(tx: &mut Tx<'_>, me: &Me, said: &Fleeting) -> ServiceResult<()> {
    trim(tx)?;
    match said {
        Fleeting::Typing { user, is_typing } => {
            if let Some(to) = users::find_active(tx.db, user)? {
                tell_user(tx, me, to, if *is_typing { 1 } else { 2 }, None)?;
            }
            Ok(())
        }
        Fleeting::Message(message) => send(tx, me, message),
    }
}

/// A message goes to a user, which ends what was said of typing it: whoever looks now would hear that after the message.
pub(super) fn has_written(tx: &Tx<'_>, me: &Me, to: &UserId) -> ServiceResult<()> {
    tx.execute(
        "DELETE FROM ephemeral WHERE sender = ?1 AND kind IN (1, 2) \
         AND user = (SELECT id FROM user WHERE user_id = ?2)",
        (me.id, to.as_str()),
    )?;
    Ok(())
}

fn tell_user(tx: &Tx<'_>, me: &Me, to: i64, kind: i64, message: Option<i64>) -> ServiceResult<()> {
    tx.execute(
        "INSERT INTO ephemeral (user, sender, kind, time, message) VALUES (?1, ?2, ?3, ?4, ?5)",
        (to, me.id, kind, tx.now.0, message),
    )?;
    Ok(())
}

fn send(tx: &mut Tx<'_>, me: &Me, message: &Message) -> ServiceResult<()> {
    let group = message.conversation.group_id();
    let (to, conversation) = match &group {
        Some(group) => {
            let member = membership::find(tx.db, me, group)?.filter(|found| found.role > GroupRole::None);
            let may_speak = |found: &Membership| mutes::why_muted(tx, me, found).map(|why| why.is_none());
            let member = match member {
                Some(found) if may_speak(&found)? => Some(found.conversation),
                _ => None,
            };
            (None, member)
        }
        None => (
            users::find_active(tx.db, &UserId::trusted(message.conversation.target()))?,
            None,
        ),
    };
    if to.is_none() && conversation.is_none() {
        return Ok(());
    }
    let body = serde_json::to_string(&message.body).map_err(|error| ServiceError::Broken(error.to_string()))?;
    tx.execute(
        "INSERT INTO online_message (msg_id, group_id, nick_name, face_url, body, time) \
         SELECT ?2, ?3, nick_name, face_url, ?4, ?5 FROM user WHERE id = ?1",
        (
            me.id,
            &message.msg_id,
            group.as_ref().map(|group| group.as_str()),
            body,
            tx.now.0,
        ),
    )?;
    let id = tx.db.last_insert_rowid();
    if let Some(to) = to {
        return tell_user(tx, me, to, 3, Some(id));
    }
    tx.execute(
        "INSERT INTO ephemeral (user, sender, kind, time, message) \
         SELECT user, ?1, 3, ?2, ?3 FROM member WHERE conversation = ?4 AND user <> ?1",
        (me.id, tx.now.0, id, conversation),
    )?;
    Ok(())
}

/// Removes what is old.
fn trim(tx: &mut Tx<'_>) -> ServiceResult<()> {
    // A clock that was set back leaves nothing for ever.
    let times = (tx.now.0 - KEPT, tx.now.0 + KEPT);
    tx.execute("DELETE FROM ephemeral WHERE time < ?1 OR time > ?2", times)?;
    if tx.execute("DELETE FROM online_message WHERE time < ?1 OR time > ?2", times)? > 0 {
        tx.wiped();
    }
    Ok(())
}

/// Removes the text of messages that have become old, also when nobody says anything any more.
pub(super) fn clear_old(service: &mut Service) -> ServiceResult<()> {
    // Asked first: what changes nothing need not wait for the lock.
    if service.read(|db| has_old(db, Micros::now().0))? {
        service.write(trim)?;
    }
    Ok(())
}

/// Whether there is a message that has become old.
fn has_old(db: &Connection, now: i64) -> ServiceResult<bool> {
    let mut statement = db.prepare_cached("SELECT 1 FROM online_message WHERE time < ?1 OR time > ?2 LIMIT 1")?;
    Ok(statement.exists((now - KEPT, now + KEPT))?)
}

/// The last row there was. Who comes now hears of those after it.
pub(super) fn last(db: &Connection) -> ServiceResult<i64> {
    // Also of rows that are gone.
    let last = db
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'ephemeral'")?
        .query_row((), |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// Hands over what a user is told after a row. Says which one was the last.
pub(super) fn hear(service: &Service, me: &Me, mut after: i64, sink: &dyn Sink) -> ServiceResult<i64> {
    loop {
        let (told, last, is_all) = service.read(|db| self::after(db, me, after))?;
        for said in told {
            match said {
                Fleeting::Typing { user, is_typing } => sink.typing(&user, is_typing),
                Fleeting::Message(message) => sink.online_message(*message).map_err(ServiceError::Account)?,
            }
        }
        after = last;
        if is_all {
            return Ok(after);
        }
    }
}

/// What a user is told after a row, the last one that was looked at, and whether there are no more.
fn after(db: &Connection, me: &Me, after: i64) -> ServiceResult<(Vec<Fleeting>, i64, bool)> {
    let mut statement = db.prepare_cached(
        "SELECT e.id, e.kind, u.user_id, m.msg_id, m.group_id, m.nick_name, m.face_url, m.body, m.time \
         FROM ephemeral e JOIN user u ON u.id = e.sender LEFT JOIN online_message m ON m.id = e.message \
         WHERE e.user = ?1 AND e.id > ?2 AND e.sender <> ?1 ORDER BY e.id LIMIT ?3",
    )?;
    let mut rows = statement.query((me.id, after, MAX_ROWS as i64))?;
    let (mut told, mut last, mut count) = (Vec::new(), after, 0);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        count += 1;
        told.extend(readable("what is of this moment", said(row))?.flatten());
    }
    Ok((told, last, count < MAX_ROWS))
}

fn said(row: &Row<'_>) -> ServiceResult<Option<Fleeting>> {
    let (kind, User(user)) = (row.get::<_, i64>(1)?, row.get(2)?);
    Ok(match kind {
        1 | 2 => Some(Fleeting::Typing {
            user,
            is_typing: kind == 1,
        }),
        // Of another version of libim.
        3 if row.get_ref(3)? != rusqlite::types::ValueRef::Null => {
            let (MsgId(msg_id), group) = (row.get(3)?, row.get::<_, Option<Group>>(4)?);
            let (Name(nick_name), Name(face_url), Body(body, _)) = (row.get(5)?, row.get(6)?, row.get(7)?);
            let Time(time) = row.get(8)?;
            Some(Fleeting::Message(Box::new(Message {
                msg_id,
                conversation: group.map_or_else(|| ConversationId::c2c(&user), |Group(id)| ConversationId::group(&id)),
                sender: user,
                nick_name,
                face_url,
                seq: 0,
                time,
                revoked: None,
                body,
            })))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::TestService;
    use crate::backend::embedded::testing::text;
    use crate::backend::embedded::{groups, messages};
    use crate::model::{GroupId, GroupType};

    fn typing(who: &Me, is_typing: bool) -> Fleeting {
        let user = who.user_id.clone();
        Fleeting::Typing { user, is_typing }
    }

    fn nobody() -> Me {
        let user_id = UserId::trusted("nobody");
        Me { id: 0, user_id }
    }

    #[test]
    fn who_is_there_hears_it_and_who_comes_later_does_not() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let before = service.read(last);
        for is_typing in [true, false] {
            service.write(|tx| tell(tx, &alice, &typing(&bob, is_typing)));
        }
        service.write(|tx| tell(tx, &alice, &typing(&nobody(), true)));
        let (told, end, is_all) = service.read(|db| after(db, &bob, before));
        assert!(is_all);
        let typing = |is_typing| typing(&alice, is_typing);
        assert_eq!(told, [typing(true), typing(false)]);
        assert_eq!(service.read(last), end);
        for (who, from) in [(&bob, end), (&alice, before)] {
            assert_eq!(service.read(|db| after(db, who, from)).0, []);
        }
    }

    #[test]
    fn what_was_said_of_typing_a_message_goes_with_it() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let before = service.read(last);
        for (who, to) in [(&alice, &bob), (&alice, &carol), (&carol, &bob)] {
            service.write(|tx| tell(tx, who, &typing(to, true)));
        }
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let heard = |who| service.read(|db| after(db, who, before)).0;
        assert_eq!(heard(&bob), [typing(&carol, true)]);
        assert_eq!(heard(&carol), [typing(&alice, true)]);
    }

    #[test]
    fn old_rows_go_with_the_next_one() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        for time in [1, 2, KEPT, 2 * KEPT, 1] {
            service.write(|tx| {
                tx.now = Micros(time);
                tell(tx, &alice, &typing(&bob, true))
            });
            let rows: i64 =
                service.read(|db| Ok(db.query_row("SELECT count(*) FROM ephemeral", (), |row| row.get(0))?));
            assert!(rows <= 3, "{rows} at {time}");
        }
        let head = service.head();
        service.write(|tx| tell(tx, &alice, &typing(&bob, false)));
        assert_eq!(service.head(), head, "it is no change");
    }

    #[test]
    fn a_message_for_those_online_reaches_the_user_or_the_other_members_and_its_text_goes_from_the_file() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Public,
            group_name: String::new(),
            face_url: String::new(),
            members: vec![(bob.user_id.clone(), GroupRole::Member)],
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &alice, &new, &new.members));
        let (before, head) = (service.read(last), service.head());
        let to_bob = text(&alice, "bob", "m1");
        let mut to_team = text(&alice, "bob", "m2");
        to_team.conversation = ConversationId::group(&id);
        let mut strange = to_team.clone();
        strange.sender = carol.user_id.clone();
        for (who, message) in [(&alice, to_bob), (&alice, to_team), (&carol, strange)] {
            service.write(|tx| tell(tx, who, &Fleeting::Message(Box::new(message.clone()))));
        }
        assert_eq!(service.head(), head, "it is no change");
        let heard = |service: &TestService, who: &Me| -> Vec<(String, String)> {
            let told = service.read(|db| after(db, who, before)).0;
            told.into_iter()
                .map(|said| match said {
                    Fleeting::Message(message) => (message.conversation.to_string(), message.msg_id),
                    other => panic!("{other:?}"),
                })
                .collect()
        };
        let expected = [("c2c_alice", "m1"), ("group_team", "m2")].map(|(id, msg)| (id.to_owned(), msg.to_owned()));
        assert_eq!(heard(&service, &bob), expected);
        assert!(heard(&service, &carol).is_empty() && heard(&service, &alice).is_empty());
        let now = Micros::now().0;
        assert!(!service.read(|db| has_old(db, now)) && service.read(|db| has_old(db, now + 2 * KEPT)));
        service.write(|tx| {
            tx.now = Micros(now + 2 * KEPT);
            trim(tx)
        });
        let left: i64 =
            service.read(|db| Ok(db.query_row("SELECT count(*) FROM online_message", (), |row| row.get(0))?));
        assert_eq!(left, 0);
    }
}
