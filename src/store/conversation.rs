//! Conversation rows: those of the list, and those that only remember a setting.

use crate::model::order::PIN_BIT;
use crate::model::{ConversationId, OrderKey};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// One row. Fields are what the columns of the same name mean in docs/schema.sql.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ConversationRow {
    /// 0 for a row that is not stored yet.
    pub id: i64,
    pub conversation_id: String,
    pub is_listed: bool,
    pub last_time: i64,
    pub activation: i64,
    pub is_pinned: bool,
    pub is_deleted: bool,
    pub recv_opt: i64,
    pub unread_count: i64,
    pub is_read_known: bool,
    pub read_seq: i64,
    pub read_time: i64,
    pub peer_read_seq: i64,
    pub max_seq: i64,
    pub cleared_seq: i64,
    pub draft_timestamp: i64,
    pub draft_text: String,
    pub last_sender: String,
    pub json: String,
}

impl ConversationRow {
    /// A row that remembers nothing yet.
    pub fn new(id: &ConversationId) -> Self {
        Self {
            conversation_id: id.as_str().to_owned(),
            last_time: -1,
            ..Self::default()
        }
    }

    /// The conversation's id.
    pub fn conversation(&self) -> ConversationId {
        ConversationId::trusted(self.conversation_id.as_str())
    }

    /// The order key; `None` while the conversation is not in the list.
    pub fn orderkey(&self) -> Option<i64> {
        self.is_listed.then(|| OrderKey::new(self.activation, self.is_pinned).0)
    }
}

const COLUMNS: &str = "id, conversation_id, orderkey IS NOT NULL, last_time, activation, is_pinned, is_deleted, recv_opt, \
    unread_count, is_read_known, read_seq, read_time, peer_read_seq, max_seq, cleared_seq, draft_timestamp, draft_text, \
    last_sender, json";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    Ok(ConversationRow {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        is_listed: row.get(2)?,
        last_time: row.get(3)?,
        activation: row.get(4)?,
        is_pinned: row.get(5)?,
        is_deleted: row.get(6)?,
        recv_opt: row.get(7)?,
        unread_count: row.get(8)?,
        is_read_known: row.get(9)?,
        read_seq: row.get(10)?,
        read_time: row.get(11)?,
        peer_read_seq: row.get(12)?,
        max_seq: row.get(13)?,
        cleared_seq: row.get(14)?,
        draft_timestamp: row.get(15)?,
        draft_text: row.get(16)?,
        last_sender: row.get(17)?,
        json: row.get(18)?,
    })
}

/// The row of a conversation.
pub fn load(db: &Connection, id: &str) -> rusqlite::Result<Option<ConversationRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM conversation WHERE conversation_id = ?1"
    ))?
    .query_row([id], from_row)
    .optional()
}

/// Stores a new row and returns its number.
pub fn insert(db: &Connection, row: &ConversationRow) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO conversation (conversation_id) VALUES (?1)")?
        .insert([&row.conversation_id])
}

/// Writes a stored row back.
pub fn update(db: &Connection, row: &ConversationRow) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE conversation SET orderkey = ?2, last_time = ?3, activation = ?4, is_pinned = ?5, is_deleted = ?6, \
         recv_opt = ?7, unread_count = ?8, is_read_known = ?9, read_seq = ?10, read_time = ?11, peer_read_seq = ?12, \
         max_seq = ?13, cleared_seq = ?14, draft_timestamp = ?15, draft_text = ?16, last_sender = ?17, json = ?18 \
         WHERE id = ?1",
    )?
    .execute(params![
        row.id,
        row.orderkey(),
        row.last_time,
        row.activation,
        row.is_pinned,
        row.is_deleted,
        row.recv_opt,
        row.unread_count,
        row.is_read_known,
        row.read_seq,
        row.read_time,
        row.peer_read_seq,
        row.max_seq,
        row.cleared_seq,
        row.draft_timestamp,
        row.draft_text,
        row.last_sender,
        row.json,
    ])?;
    Ok(())
}

/// Whether a conversation of the list, pinned or not, has this activation.
pub fn activation_taken(db: &Connection, activation: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM conversation WHERE orderkey IN (?1, ?2)")?
        .exists([activation, activation + PIN_BIT])
}

/// The listed conversations whose last message this user sent.
pub fn with_last_sender(db: &Connection, user: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached("SELECT conversation_id FROM conversation WHERE last_sender = ?1 AND last_sender <> ''")?
        .query_map([user], |row| row.get(0))?
        .collect()
}

/// The listed conversations with a prefix that hold messages after their read position.
pub fn behind(db: &Connection, prefix: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached(
        "SELECT conversation_id FROM conversation WHERE orderkey IS NOT NULL AND read_seq < max_seq \
         AND substr(conversation_id, 1, length(?1)) = ?1",
    )?
    .query_map([prefix], |row| row.get(0))?
    .collect()
}

/// The rendered JSON of a listed conversation.
pub fn json(db: &Connection, id: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT json FROM conversation WHERE conversation_id = ?1 AND orderkey IS NOT NULL")?
        .query_row([id], |row| row.get(0))
        .optional()
}
