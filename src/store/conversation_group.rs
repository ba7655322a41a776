//! The conversation groups: their keys and names.

use super::columns::text;
use crate::model::GroupKey;
use rusqlite::{Connection, params};

/// Those that exist, in the order in which they were made.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<(GroupKey, String)>> {
    db.prepare_cached("SELECT key, name FROM conversation_group ORDER BY key")?
        .query_map((), |row| Ok((GroupKey::from_stored(row.get(0)?), text(row, 1)?)))?
        .collect()
}

/// Makes a group, or gives it another name.
pub(crate) fn save(db: &Connection, key: GroupKey, name: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO conversation_group (key, name) VALUES (?1, ?2)")?
        .execute(params![key.value(), name])?;
    Ok(())
}

/// Removes a group. What is in it stays as it is.
pub(crate) fn remove(db: &Connection, key: GroupKey) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM conversation_group WHERE key = ?1")?
        .execute([key.value()])?;
    Ok(())
}

/// The conversations, in the list or not, that have been put into a group.
pub(crate) fn members(db: &Connection, key: GroupKey) -> rusqlite::Result<Vec<crate::model::ConversationId>> {
    db.prepare_cached(
        "SELECT conversation_id FROM conversation WHERE ',' || group_keys || ',' LIKE '%,' || ?1 || ',%' ORDER BY id",
    )?
    .query_map([key.value()], |row| row.get(0))?
    .collect()
}
