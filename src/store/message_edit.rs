//! The names of edits: the ids that servers and authors gave to the stanzas that edited a message.

use super::columns::text;
use super::message::MessageRow;
use crate::model::{Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How many edits of a message are known by name. Nobody keeps an author from making more.
const MAX_NAMED: i64 = 100;

/// Whether a message has an edit with one of these ids.
pub(crate) fn contains(
    db: &Connection,
    message: &MessageRow,
    (server_id, origin_id): (&str, &str),
) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM message_edit WHERE message = ?1 \
         AND (server_id = ?2 AND server_id <> '' OR origin_id = ?3 AND origin_id <> '')",
    )?
    .exists(params![message.id, server_id, origin_id])
}

/// Remembers the ids of an edit, or completes them.
pub(crate) fn save(
    db: &Connection,
    message: &MessageRow,
    (server_id, origin_id): (&str, &str),
    (time, rank): (Micros, i64),
) -> rusqlite::Result<()> {
    if server_id.is_empty() && origin_id.is_empty() {
        return Ok(());
    }
    let completed = db
        .prepare_cached(
            "UPDATE message_edit SET server_id = ?2 WHERE message = ?1 AND origin_id = ?3 AND ?3 <> '' AND server_id = ''",
        )?
        .execute(params![message.id, server_id, origin_id])?;
    if completed == 0 && !contains(db, message, (server_id, origin_id))? {
        db.prepare_cached(
            "INSERT INTO message_edit (message, conversation, server_id, origin_id, time, rank) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            message.id,
            message.conversation,
            server_id,
            origin_id,
            time,
            rank
        ])?;
        db.prepare_cached(
            "DELETE FROM message_edit WHERE id = \
             (SELECT id FROM message_edit WHERE message = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![message.id, MAX_NAMED])?;
    }
    Ok(())
}

/// The place in the archive's order of the latest edit of a message that is known by name.
pub(crate) fn latest(db: &Connection, message: &MessageRow) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT max(rank) FROM message_edit WHERE message = ?1")?
        .query_row([message.id], |row| row.get(0))
}

/// A message by the name of an edit of it.
pub(crate) struct Edited {
    pub(crate) msg_id: String,
    /// When the server got the edit.
    pub(crate) time: Micros,
}

fn edited(row: &Row<'_>) -> rusqlite::Result<Edited> {
    Ok(Edited {
        msg_id: text(row, 0)?,
        time: row.get(1)?,
    })
}

/// The message whose edit has this id in the server's archive.
pub(crate) fn by_server_id(db: &Connection, conversation: i64, server_id: &str) -> rusqlite::Result<Option<Edited>> {
    db.prepare_cached(
        "SELECT m.msg_id, e.time FROM message_edit e JOIN message m ON m.id = e.message \
         WHERE e.conversation = ?1 AND e.server_id = ?2 AND e.server_id <> '' LIMIT 1",
    )?
    .query_row(params![conversation, server_id], edited)
    .optional()
}

/// The message whose author, `None` for any, gave an edit of it this id.
pub(crate) fn by_origin_id(
    db: &Connection,
    conversation: i64,
    origin_id: &str,
    sender: Option<&UserId>,
) -> rusqlite::Result<Option<Edited>> {
    db.prepare_cached(
        "SELECT m.msg_id, e.time FROM message_edit e JOIN message m ON m.id = e.message \
         WHERE e.conversation = ?1 AND e.origin_id = ?2 AND e.origin_id <> '' AND (?3 IS NULL OR m.sender = ?3) \
         ORDER BY m.position DESC LIMIT 1",
    )?
    .query_row(params![conversation, origin_id, sender], edited)
    .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn an_edit_is_known_by_either_id_and_names_its_message() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        let row = message(&db, bob, 1, |_| {});
        save(&db, &row, ("", "o"), (Micros(7), 0)).unwrap();
        save(&db, &row, ("s", "o"), (Micros(8), 0)).unwrap();
        assert!(contains(&db, &row, ("s", "")).unwrap() && contains(&db, &row, ("", "o")).unwrap());
        assert!(!contains(&db, &row, ("", "")).unwrap() && !contains(&db, &row, ("x", "y")).unwrap());
        let found = by_server_id(&db, bob, "s").unwrap().unwrap();
        assert_eq!((found.msg_id, found.time), (row.msg_id, Micros(7)));
        let by = |sender: &str| by_origin_id(&db, bob, "o", Some(&UserId::trusted(sender))).unwrap();
        assert!(by("bob").is_some() && by("mallory").is_none());
        assert!(by_server_id(&db, bob + 1, "s").unwrap().is_none());
    }

    #[test]
    fn the_newest_edits_of_a_message_are_known_and_go_with_it() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        let row = message(&db, bob, 1, |_| {});
        (0..=MAX_NAMED).for_each(|n| save(&db, &row, ("", &n.to_string()), (Micros(0), n)).unwrap());
        assert!(!contains(&db, &row, ("", "0")).unwrap() && contains(&db, &row, ("", "1")).unwrap());
        assert_eq!(latest(&db, &row).unwrap(), Some(MAX_NAMED));
        crate::store::message::delete(&db, row.id).unwrap();
        assert!(by_origin_id(&db, bob, "1", None).unwrap().is_none());
    }
}
