//! What servers that do not number their messages call them; what waits for a message by such a name; how far their
//! archives have been read.

use super::message::MessageRow;
use rusqlite::{Connection, OptionalExtension, params};

/// Something that is to happen to a message that was named before it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedRow {
    /// Its conversation.
    pub conversation_id: String,
    /// What is to happen.
    pub effect: String,
    /// Which name it is.
    pub kind: String,
    /// The name.
    pub name: String,
    /// Only a message of this sender is meant; empty when it may be anybody's.
    pub sender: String,
}

/// Stores the names of a message, or completes them.
pub fn save(db: &Connection, message: &MessageRow, server_id: &str, origin_id: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO message_name (message, conversation, server_id, origin_id) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (message) DO UPDATE SET \
         server_id = iif(server_id = '', excluded.server_id, server_id), \
         origin_id = iif(origin_id = '', excluded.origin_id, origin_id)",
    )?
    .execute(params![message.id, message.conversation, server_id, origin_id])?;
    Ok(())
}

/// The names of a message: (server's, sender's).
pub fn of(db: &Connection, message: i64) -> rusqlite::Result<Option<(String, String)>> {
    db.prepare_cached("SELECT server_id, origin_id FROM message_name WHERE message = ?1")?
        .query_row([message], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// The `msgID` of the message of a conversation that the server calls so.
pub fn by_server_id(db: &Connection, conversation: i64, server_id: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT m.msg_id FROM message_name n JOIN message m ON m.id = n.message \
         WHERE n.conversation = ?1 AND n.server_id = ?2 AND n.server_id <> '' LIMIT 1",
    )?
    .query_row(params![conversation, server_id], |row| row.get(0))
    .optional()
}

/// The `msgID` of the newest message of a conversation that its sender calls so.
pub fn by_origin_id(
    db: &Connection,
    conversation: i64,
    origin_id: &str,
    sender: &str,
) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT m.msg_id FROM message_name n JOIN message m ON m.id = n.message \
         WHERE n.conversation = ?1 AND n.origin_id = ?2 AND n.origin_id <> '' AND (?3 = '' OR m.sender = ?3) \
         ORDER BY m.position DESC LIMIT 1",
    )?
    .query_row(params![conversation, origin_id, sender], |row| row.get(0))
    .optional()
}

/// Waits for a message.
pub fn await_message(db: &Connection, row: &AwaitedRow) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO awaited (conversation_id, effect, kind, name, sender) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![row.conversation_id, row.effect, row.kind, row.name, row.sender])?;
    Ok(())
}

/// Waits no longer for an effect on a conversation.
pub fn give_up(db: &Connection, conversation_id: &str, effect: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM awaited WHERE conversation_id = ?1 AND effect = ?2")?
        .execute([conversation_id, effect])?;
    Ok(())
}

/// Takes what waits for a message that has come.
pub fn take_awaited(
    db: &Connection,
    conversation_id: &str,
    message: &MessageRow,
    (server_id, origin_id): (&str, &str),
) -> rusqlite::Result<Vec<String>> {
    let any: bool = db
        .prepare_cached("SELECT 1 FROM awaited WHERE conversation_id = ?1")?
        .exists([conversation_id])?;
    if !any {
        return Ok(Vec::new());
    }
    db.prepare_cached(
        "DELETE FROM awaited WHERE conversation_id = ?1 AND (sender = '' OR sender = ?2) AND name <> '' AND \
         (kind = 'msgId' AND name = ?3 OR kind = 'server' AND name = ?4 OR kind = 'origin' AND name = ?5) \
         RETURNING effect",
    )?
    .query_map(
        params![conversation_id, message.sender, message.msg_id, server_id, origin_id],
        |row| row.get(0),
    )?
    .collect()
}

/// How far an archive has been read.
pub fn archive_position(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT position FROM archive WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Notes how far an archive has been read.
pub fn save_archive_position(db: &Connection, name: &str, position: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO archive (name, position) VALUES (?1, ?2)")?
        .execute([name, position])?;
    Ok(())
}
