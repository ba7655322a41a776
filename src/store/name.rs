//! What servers that do not number their messages call them; what waits for a message by such a name; how far their
//! archives have been read.

use super::message::MessageRow;
use crate::model::{IdKind, MessageId, UserId};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};

/// What happens to a message, or up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// We have read up to it on some device.
    Read,
    /// The peer of the C2C conversation has read up to it.
    PeerRead,
    /// It was recalled.
    Revoked,
    /// We cleared the history up to it on some device.
    Cleared,
    /// We deleted the conversation up to it on some device.
    Deleted,
}

impl Mark {
    const ALL: [Self; 5] = [Self::Read, Self::PeerRead, Self::Revoked, Self::Cleared, Self::Deleted];

    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PeerRead => "peerRead",
            Self::Revoked => "revoked",
            Self::Cleared => "cleared",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it reaches back from the message, so that a newer one replaces an older one.
    pub fn is_position(self) -> bool {
        self != Self::Revoked
    }
}

impl ToSql for Mark {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Mark {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let known = Self::ALL.into_iter().find(|mark| mark.as_str() == name);
        known.ok_or(FromSqlError::InvalidType)
    }
}

fn kind_name(kind: IdKind) -> &'static str {
    match kind {
        IdKind::Server => "server",
        IdKind::Origin => "origin",
        IdKind::MsgId => "msgId",
    }
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

/// Keeps a mark until its message comes.
pub fn await_message(db: &Connection, conversation_id: &str, target: &MessageId, mark: Mark) -> rusqlite::Result<()> {
    let sender = target.sender.as_ref().map_or("", UserId::as_str);
    db.prepare_cached(
        "INSERT OR REPLACE INTO awaited (conversation_id, effect, kind, name, sender) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        conversation_id,
        mark,
        kind_name(target.kind),
        target.id,
        sender
    ])?;
    Ok(())
}

/// Drops the marks of a kind that wait in a conversation.
pub fn cancel_awaited(db: &Connection, conversation_id: &str, mark: Mark) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM awaited WHERE conversation_id = ?1 AND effect = ?2")?
        .execute(params![conversation_id, mark])?;
    Ok(())
}

/// Takes the marks that waited for a message that has come.
pub fn take_awaited(
    db: &Connection,
    conversation_id: &str,
    message: &MessageRow,
    (server_id, origin_id): (&str, &str),
) -> rusqlite::Result<Vec<Mark>> {
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
