//! The outbox: commands that the server has not confirmed yet.

use rusqlite::{Connection, OptionalExtension, Row, params};

/// One command. `value` and `undo` are JSON; what they mean depends on `kind` and is the engine's to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number; 0 for a row that is not stored yet.
    pub id: i64,
    /// What to do.
    pub kind: String,
    /// The conversation it concerns.
    pub conversation_id: String,
    /// The message it concerns; empty when none.
    pub msg_id: String,
    /// The argument.
    pub value: String,
    /// What to go back to when the server refuses.
    pub undo: String,
}

const COLUMNS: &str = "id, kind, conversation_id, msg_id, value, undo";

fn from_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        conversation_id: row.get(2)?,
        msg_id: row.get(3)?,
        value: row.get(4)?,
        undo: row.get(5)?,
    })
}

/// Appends a command and returns its number.
pub fn append(db: &Connection, row: &OutboxRow) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO outbox (kind, conversation_id, msg_id, value, undo) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .insert(params![row.kind, row.conversation_id, row.msg_id, row.value, row.undo])
}

/// The first command after a number.
pub fn after(db: &Connection, id: i64) -> rusqlite::Result<Option<OutboxRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE id > ?1 ORDER BY id LIMIT 1"
    ))?
    .query_row([id], from_row)
    .optional()
}

/// The command with that number.
pub fn by_id(db: &Connection, id: i64) -> rusqlite::Result<Option<OutboxRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// The commands of a kind for a conversation, oldest first.
pub fn of_kind(db: &Connection, conversation_id: &str, kind: &str) -> rusqlite::Result<Vec<OutboxRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE conversation_id = ?1 AND kind = ?2 ORDER BY id"
    ))?
    .query_map([conversation_id, kind], from_row)?
    .collect()
}

/// Replaces what a command goes back to.
pub fn set_undo(db: &Connection, id: i64, undo: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE outbox SET undo = ?2 WHERE id = ?1")?
        .execute(params![id, undo])?;
    Ok(())
}

/// Takes a command off.
pub fn remove(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([id])?;
    Ok(())
}
