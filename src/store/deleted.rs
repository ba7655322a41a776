//! Messages that were deleted one by one, which must not come back from the server.
//!
//! Where they lay is remembered for servers that name places by a message: another device may have read, cleared or deleted
//! up to a message that this one has deleted.

use crate::model::{Micros, Place, ReadPosition};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Remembers that a message of a conversation was deleted, whether or not it is here.
pub(crate) fn mark(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<()> {
    // It may be deleted on several devices of the user.
    if !contains(db, conversation, msg_id)? {
        db.prepare_cached("INSERT INTO deleted (msg_id, conversation) VALUES (?1, ?2)")?
            .execute(params![msg_id, conversation])?;
    }
    Ok(())
}

/// The same of a message of ours that the server is not known to have, and that it is not asked to delete.
pub(crate) fn mark_unsent(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<()> {
    mark(db, conversation, msg_id)?;
    db.prepare_cached("UPDATE deleted SET is_unsent = 1 WHERE msg_id = ?1 AND conversation IN (0, ?2)")?
        .execute(params![msg_id, conversation])?;
    Ok(())
}

/// The server has a message after all, or may have it. True, once, when it is to be asked to delete it.
pub(crate) fn is_sent_after_all(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE deleted SET is_unsent = 0 WHERE msg_id = ?1 AND conversation IN (0, ?2) AND is_unsent = 1",
        )?
        .execute(params![msg_id, conversation])?;
    Ok(changed > 0)
}

/// Whether a message of a conversation was deleted.
pub(crate) fn contains(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<bool> {
    // Of those that were deleted by the first versions it is not known where.
    db.prepare_cached("SELECT 1 FROM deleted WHERE msg_id = ?1 AND conversation IN (0, ?2)")?
        .exists(params![msg_id, conversation])
}

/// Remembers where a deleted message lay.
pub(crate) fn save_place(
    db: &Connection,
    (conversation, msg_id): (i64, &str),
    (position, time): (i64, Micros),
    server_id: &str,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE deleted SET conversation = ?2, position = ?3, time = ?4, server_id = ?5 \
         WHERE msg_id = ?1 AND conversation IN (0, ?2)",
    )?
    .execute(params![msg_id, conversation, position, time, server_id])?;
    Ok(())
}

fn place(row: &Row<'_>) -> rusqlite::Result<ReadPosition> {
    let (position, time): (i64, Micros) = (row.get(0)?, row.get(1)?);
    Ok(ReadPosition {
        seq: position.unsigned_abs(),
        timestamp: time.seconds(),
    })
}

/// Where a deleted message of a conversation lay, by its `msgID`.
pub(crate) fn by_msg_id(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<Option<ReadPosition>> {
    db.prepare_cached("SELECT position, time FROM deleted WHERE msg_id = ?2 AND conversation = ?1 AND position <> 0")?
        .query_row(params![conversation, msg_id], place)
        .optional()
}

/// The newest of the deleted messages of a conversation of which the archive's id is known.
pub(crate) fn newest_placed(db: &Connection, conversation: i64) -> rusqlite::Result<Option<Place>> {
    db.prepare_cached(
        "SELECT msg_id, time, server_id FROM deleted WHERE conversation = ?1 AND position <> 0 AND server_id <> '' \
         ORDER BY position DESC LIMIT 1",
    )?
    .query_row([conversation], |row| {
        Ok(Place {
            id: row.get(0)?,
            time: row.get(1)?,
            archive_id: row.get(2)?,
            ..Place::default()
        })
    })
    .optional()
}

/// The id that the message at that place has in the server's archive; empty where that is not known.
pub(crate) fn server_id(db: &Connection, conversation: i64, msg_id: &str) -> rusqlite::Result<String> {
    let id = db
        .prepare_cached("SELECT server_id FROM deleted WHERE msg_id = ?2 AND conversation = ?1")?
        .query_row(params![conversation, msg_id], |row| row.get(0))
        .optional()?;
    Ok(id.unwrap_or_default())
}

/// The same by its id in the server's archive.
pub(crate) fn by_server_id(db: &Connection, conversation: i64, id: &str) -> rusqlite::Result<Option<ReadPosition>> {
    db.prepare_cached(
        "SELECT position, time FROM deleted WHERE conversation = ?1 AND server_id = ?2 AND server_id <> ''",
    )?
    .query_row(params![conversation, id], place)
    .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database};

    #[test]
    fn a_deleted_message_stays_deleted_and_keeps_its_place() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        mark(&db, bob, "m5").unwrap();
        assert_eq!(by_msg_id(&db, bob, "m5").unwrap(), None, "nobody said where it lay");
        save_place(&db, (bob, "m5"), (5, Micros(7_000_000)), "s").unwrap();
        mark(&db, bob, "m5").unwrap();
        let place = Some(ReadPosition { seq: 5, timestamp: 7 });
        assert_eq!(by_msg_id(&db, bob, "m5").unwrap(), place);
        assert_eq!(by_server_id(&db, bob, "s").unwrap(), place);
        assert_eq!(by_server_id(&db, bob + 1, "s").unwrap(), None);
        assert_eq!(by_server_id(&db, bob, "").unwrap(), None);
        assert!(contains(&db, bob, "m5").unwrap() && !contains(&db, bob, "m6").unwrap());
        assert!(
            !contains(&db, bob + 1, "m5").unwrap(),
            "somebody else's may have the same id"
        );
    }

    #[test]
    fn a_message_that_the_first_versions_deleted_is_deleted_wherever_it_comes() {
        let db = database();
        db.execute("INSERT INTO deleted (msg_id) VALUES ('m')", ()).unwrap();
        assert!(contains(&db, 1, "m").unwrap() && contains(&db, 2, "m").unwrap());
        mark(&db, 1, "m").unwrap();
        save_place(&db, (1, "m"), (5, Micros(7_000_000)), "s").unwrap();
        assert!(by_msg_id(&db, 1, "m").unwrap().is_some());
    }
}
