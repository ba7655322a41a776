//! Deleting message rows, and with each what the search index has of it.

use super::search;
use rusqlite::{Connection, ToSql};

/// What is deleted was written all the same, as far as somebody has got it: neither what is on its way (1), nor what has failed (3),
/// nor what was only put into the history here (5).
fn keep_written(db: &Connection, those: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
    db.prepare_cached(&format!(
        "UPDATE conversation SET has_written = 1 WHERE has_written = 0 AND id IN (SELECT conversation FROM message \
         WHERE is_self = 1 AND status NOT IN (1, 3, 5) AND {those})"
    ))?
    .execute(values)?;
    Ok(())
}

/// Deletes the messages of a conversation.
pub(crate) fn delete_all(db: &Connection, conversation: i64) -> rusqlite::Result<usize> {
    keep_written(db, "conversation = ?1", &[&conversation])?;
    search::remove_those(db, "conversation = ?1 AND is_hidden IN (0, 1)", &[&conversation])?;
    // The ids in message_name go with the messages (ON DELETE CASCADE).
    db.prepare_cached("DELETE FROM message WHERE conversation = ?1 AND is_hidden IN (0, 1)")?
        .execute([conversation])
}

/// Deletes the messages up to a position.
pub(crate) fn delete_up_to(db: &Connection, conversation: i64, position: i64) -> rusqlite::Result<usize> {
    // What has the position of the last one without its number comes after it: a message that was refused.
    let those = "conversation = ?1 AND is_hidden IN (0, 1) AND position <= ?2 AND NOT (position = ?2 AND seq = 0)";
    keep_written(db, those, &[&conversation, &position])?;
    search::remove_those(db, those, &[&conversation, &position])?;
    db.prepare_cached(&format!("DELETE FROM message WHERE {those}"))?
        .execute([conversation, position])
}

/// Deletes one message.
pub(crate) fn delete(db: &Connection, id: i64) -> rusqlite::Result<()> {
    keep_written(db, "message.id = ?1", &[&id])?;
    search::remove_those(db, "id = ?1", &[&id])?;
    db.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    Ok(())
}
