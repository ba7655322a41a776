//! An empty cache in memory and rows in it, for the tests of the queries.

use super::conversation::{self as conversations, ConversationRow};
use super::message::{self as messages, MessageRow};
use super::migrate;
use crate::model::{AtType, ConversationId, ElemType, MessageStatus, Micros, UserId};
use rusqlite::Connection;
use std::path::Path;

/// A cache with all migrations and no rows.
pub(crate) fn database() -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::migrate(&mut db).unwrap();
    db
}

/// Stores a conversation as `edit` makes it, and returns its number.
pub(crate) fn conversation(db: &Connection, id: &str, edit: impl FnOnce(&mut ConversationRow)) -> i64 {
    let mut row = ConversationRow::new(&ConversationId::trusted(id));
    row.id = conversations::insert(db, &row).unwrap();
    edit(&mut row);
    conversations::update(db, &row).unwrap();
    row.id
}

/// Stores bob's message `m<seq>` as `edit` makes it.
pub(crate) fn message(db: &Connection, conversation: i64, seq: i64, edit: impl FnOnce(&mut MessageRow)) -> MessageRow {
    let mut row = MessageRow {
        id: 0,
        conversation,
        position: seq,
        seq,
        time: Micros(seq * 1_000_000),
        status: MessageStatus::Sent,
        is_self: false,
        counts_unread: true,
        at_type: AtType::None,
        is_excluded_from_last_message: false,
        elem_type: ElemType::Text,
        msg_id: format!("m{seq}"),
        sender: UserId::trusted("bob"),
        nick_name: String::new(),
        face_url: String::new(),
        body: "{}".to_owned(),
        local_custom_data: String::new(),
        local_custom_int: 0,
        error_code: 0,
    };
    edit(&mut row);
    row.id = messages::insert(db, &row).unwrap();
    row
}

/// Changes columns of rows in a file behind the cache's back, as a failing disk does.
pub(crate) fn damage_rows(path: &Path, table: &str, columns: &str, rows: &str) {
    let db = Connection::open(path).unwrap();
    // A disk knows nothing of what refers to what.
    db.pragma_update(None, "foreign_keys", false).unwrap();
    let changed = db.execute(&format!("UPDATE {table} SET {columns} WHERE {rows}"), ());
    assert!(changed.unwrap() > 0, "{table}: {rows}");
}

/// Destroys the first page of an index in a closed file: SQLite finds it, and no row is lost.
pub(crate) fn damage_index(path: &Path, index: &str) {
    let db = Connection::open(path).unwrap();
    let sql = "SELECT rootpage FROM sqlite_master WHERE name = ?1";
    let page: usize = db
        .query_row(sql, [index], |row| row.get::<_, i64>(0))
        .unwrap()
        .try_into()
        .unwrap();
    drop(db);
    let mut bytes = std::fs::read(path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
}
