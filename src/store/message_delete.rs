//! Deleting message rows, and with each what the search index has of it.

use super::search;
use rusqlite::Connection;

/// Deletes the messages of a conversation.
pub(crate) fn delete_all(db: &Connection, conversation: i64) -> rusqlite::Result<usize> {
    search::remove_those(db, "conversation = ?1 AND is_hidden IN (0, 1)", &[&conversation])?;
    // The ids in message_name go with the messages (ON DELETE CASCADE).
    db.prepare_cached("DELETE FROM message WHERE conversation = ?1 AND is_hidden IN (0, 1)")?
        .execute([conversation])
}

/// Deletes the messages up to a position.
pub(crate) fn delete_up_to(db: &Connection, conversation: i64, position: i64) -> rusqlite::Result<usize> {
    // What has the position of the last one without its number comes after it: a message that was refused.
    let those = "conversation = ?1 AND is_hidden IN (0, 1) AND position <= ?2 AND NOT (position = ?2 AND seq = 0)";
    search::remove_those(db, those, &[&conversation, &position])?;
    db.prepare_cached(&format!("DELETE FROM message WHERE {those}"))?
        .execute([conversation, position])
}

/// Deletes one message.
pub(crate) fn delete(db: &Connection, id: i64) -> rusqlite::Result<()> {
    search::remove_those(db, "id = ?1", &[&id])?;
    db.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    Ok(())
}
