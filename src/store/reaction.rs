//! The reactions to messages: each user's set, and who has made which.

use super::columns::text;
use crate::model::{Reacted, Stamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// How many users' reactions to a message are kept. A server may let any number react.
const MAX_KEPT: i64 = 1000;

/// What a user has reacted with to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The reactions; none when they were taken back.
    pub(crate) reactions: Vec<String>,
    /// When that was; `None`: the user has never reacted.
    pub(crate) stamp: Option<Stamp>,
}

/// What a user has reacted with to a message, by its number.
pub(crate) fn of(db: &Connection, message: i64, user: &UserId) -> rusqlite::Result<Known> {
    let found = db
        .prepare_cached("SELECT id, time, device FROM reaction_user WHERE message = ?1 AND user_id = ?2")?
        .query_row(params![message, user], |row| {
            let stamp = Stamp {
                time: row.get(1)?,
                device: text(row, 2)?,
            };
            Ok((row.get::<_, i64>(0)?, stamp))
        })
        .optional()?;
    let Some((by, stamp)) = found else {
        return Ok(Known::default());
    };
    let mut statement = db.prepare_cached("SELECT reaction_id FROM reaction WHERE by = ?1 ORDER BY id")?;
    let reactions = statement.query_map([by], |row| text(row, 0))?;
    Ok(Known {
        reactions: reactions.collect::<rusqlite::Result<_>>()?,
        stamp: Some(stamp),
    })
}

/// Gives a user this set in place of an earlier one. Those that are in both keep their place. Of too many users the later ones
/// are not kept: false.
pub(crate) fn save(db: &Connection, message: i64, reacted: &Reacted) -> rusqlite::Result<bool> {
    let kept = db
        .prepare_cached(
            "INSERT INTO reaction_user (message, user_id, nick_name, face_url, time, device) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM reaction_user WHERE message = ?1) < ?7 \
             OR EXISTS (SELECT 1 FROM reaction_user WHERE message = ?1 AND user_id = ?2) \
             ON CONFLICT (message, user_id) DO UPDATE SET nick_name = excluded.nick_name, face_url = excluded.face_url, \
             time = excluded.time, device = excluded.device RETURNING id",
        )?
        .query_row(
            params![
                message,
                reacted.user,
                reacted.nick_name,
                reacted.face_url,
                reacted.stamp.time,
                reacted.stamp.device,
                MAX_KEPT
            ],
            |row| row.get::<_, i64>(0),
        )
        .optional()?;
    let Some(by) = kept else { return Ok(false) };
    let before = of(db, message, &reacted.user)?.reactions;
    for gone in before.iter().filter(|id| !reacted.reactions.contains(id)) {
        db.prepare_cached("DELETE FROM reaction WHERE by = ?1 AND reaction_id = ?2")?
            .execute(params![by, gone])?;
    }
    for new in reacted.reactions.iter().filter(|id| !before.contains(id)) {
        db.prepare_cached("INSERT INTO reaction (by, message, reaction_id) VALUES (?1, ?2, ?3)")?
            .execute(params![by, message, new])?;
    }
    Ok(true)
}

/// The name and picture under which others see a user's reactions to a message, where the user's device has none of its own.
pub(crate) fn name(db: &Connection, message: i64, reacted: &Reacted) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE reaction_user SET nick_name = ?3, face_url = ?4 WHERE message = ?1 AND user_id = ?2 AND nick_name = ''",
    )?
    .execute(params![message, reacted.user, reacted.nick_name, reacted.face_url])?;
    Ok(())
}

/// A user has never reacted to a message.
pub(crate) fn forget(db: &Connection, message: i64, user: &UserId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM reaction_user WHERE message = ?1 AND user_id = ?2")?
        .execute(params![message, user])?;
    Ok(())
}

/// Nobody has ever reacted to a message.
pub(crate) fn forget_all(db: &Connection, message: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM reaction_user WHERE message = ?1")?
        .execute([message])?;
    Ok(())
}

/// The reactions to a message, the earliest first.
pub(crate) fn ids(db: &Connection, message: i64) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        db.prepare_cached("SELECT reaction_id FROM reaction WHERE message = ?1 GROUP BY reaction_id ORDER BY min(id)")?;
    let ids = statement.query_map([message], |row| text(row, 0))?;
    ids.collect()
}

/// How many users have made a reaction to a message, and whether `user` is one of them.
pub(crate) fn count(db: &Connection, message: i64, reaction_id: &str, user: &UserId) -> rusqlite::Result<(i64, bool)> {
    db.prepare_cached(
        "SELECT count(*), coalesce(max(u.user_id = ?3), 0) FROM reaction r JOIN reaction_user u ON u.id = r.by \
         WHERE r.message = ?1 AND r.reaction_id = ?2",
    )?
    .query_row(params![message, reaction_id, user], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// A user who has made a reaction.
pub(crate) struct By {
    /// Its place among the reactions.
    pub(crate) place: i64,
    pub(crate) user_id: UserId,
    /// The name and picture that came with it.
    pub(crate) nick_name: String,
    pub(crate) face_url: String,
}

/// The users who have made a reaction to a message after a place, the earliest first.
pub(crate) fn users(
    db: &Connection,
    message: i64,
    reaction_id: &str,
    after: i64,
    count: i64,
) -> rusqlite::Result<Vec<By>> {
    let mut statement = db.prepare_cached(
        "SELECT r.id, u.user_id, u.nick_name, u.face_url FROM reaction r JOIN reaction_user u ON u.id = r.by \
         WHERE r.message = ?1 AND r.reaction_id = ?2 AND r.id > ?3 ORDER BY r.id LIMIT ?4",
    )?;
    let users = statement.query_map(params![message, reaction_id, after, count], |row| {
        Ok(By {
            place: row.get(0)?,
            user_id: row.get(1)?,
            nick_name: text(row, 2)?,
            face_url: text(row, 3)?,
        })
    })?;
    users.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::store::fixture::{conversation, database, message};

    fn reacted(user: &str, reactions: &[&str]) -> Reacted {
        Reacted {
            user: UserId::trusted(user),
            nick_name: String::new(),
            face_url: String::new(),
            reactions: reactions.iter().map(|id| (*id).to_owned()).collect(),
            stamp: Stamp {
                time: Micros(7),
                device: "phone".to_owned(),
            },
            older: false,
        }
    }

    fn message_in(db: &Connection) -> i64 {
        let bob = conversation(db, "c2c_bob", |_| {});
        message(db, bob, 1, |_| {}).id
    }

    #[test]
    fn a_set_takes_the_place_of_the_earlier_one_and_what_stays_keeps_its_place() {
        let db = database();
        let message = message_in(&db);
        save(&db, message, &reacted("bob", &["a", "b"])).unwrap();
        save(&db, message, &reacted("carol", &["b"])).unwrap();
        save(&db, message, &reacted("bob", &["c", "b"])).unwrap();
        assert_eq!(ids(&db, message).unwrap(), ["b", "c"]);
        let users = users(&db, message, "b", 0, 9).unwrap();
        assert_eq!(users[0].user_id.as_str(), "bob");
        assert!(users[0].place < users[1].place);
        let count = |id: &str, user: &str| count(&db, message, id, &UserId::trusted(user)).unwrap();
        assert_eq!(count("b", "carol"), (2, true));
        assert_eq!(count("c", "carol"), (1, false));
        assert_eq!(count("x", "carol"), (0, false));
    }

    #[test]
    fn a_set_that_is_empty_is_remembered_until_it_is_forgotten() {
        let db = database();
        let message = message_in(&db);
        let bob = UserId::trusted("bob");
        assert_eq!(of(&db, message, &bob).unwrap(), Known::default());
        save(&db, message, &reacted("bob", &[])).unwrap();
        assert!(of(&db, message, &bob).unwrap().stamp.is_some());
        forget(&db, message, &bob).unwrap();
        assert_eq!(of(&db, message, &bob).unwrap().stamp, None);
    }

    #[test]
    fn reactions_go_with_their_message_and_only_so_many_users_are_kept() {
        let db = database();
        let message = message_in(&db);
        for n in 0..MAX_KEPT {
            assert!(save(&db, message, &reacted(&n.to_string(), &["a"])).unwrap());
        }
        assert!(!save(&db, message, &reacted("late", &["a"])).unwrap());
        assert!(save(&db, message, &reacted("0", &["b"])).unwrap());
        crate::store::message::delete(&db, message).unwrap();
        let left: i64 = db
            .query_row(
                "SELECT (SELECT count(*) FROM reaction) + (SELECT count(*) FROM reaction_user)",
                (),
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(left, 0);
    }
}
