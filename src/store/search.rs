//! The search index: what leaves it with each change of a message, in the same transaction. New messages are not added one
//! by one: the index grows in batches (`search_build.rs`), and a search reads what it does not have yet.

use crate::model::{MessageBody, MessageStatus, words};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

/// When more messages than this go at once, the index is emptied and made again: words that are removed one by one take
/// about a millisecond for each message, with the writer held.
const MOST_REMOVED: usize = 2_000;

/// How far the index is: columns of `search_index`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexState {
    /// How its words are folded; empty while there is no index.
    pub(crate) folding: String,
    /// It has the messages with numbers above this one,
    pub(crate) floor: i64,
    /// up to this one.
    pub(crate) top: i64,
    /// It has the conversations with numbers above this one.
    pub(crate) conversation_floor: i64,
}

impl IndexState {
    /// Whether there is an index.
    pub(crate) fn is_on(&self) -> bool {
        !self.folding.is_empty()
    }

    /// Whether it has a message.
    fn has(&self, message: i64) -> bool {
        self.is_on() && self.floor < message && message <= self.top
    }
}

/// The state of the index. A row that the disk has damaged is no index.
pub(crate) fn state(db: &Connection) -> rusqlite::Result<IndexState> {
    let read = db
        .prepare_cached(
            "SELECT folding, message_floor, message_top, conversation_floor FROM search_index WHERE id = 1",
        )?
        .query_row((), |row| {
            Ok(IndexState {
                folding: row.get(0)?,
                floor: row.get(1)?,
                top: row.get(2)?,
                conversation_floor: row.get(3)?,
            })
        })
        .optional();
    match read {
        Ok(state) => Ok(state.unwrap_or_default()),
        Err(error) if super::error::is_unreadable(&error) => Ok(IndexState::default()),
        Err(error) => Err(error),
    }
}

/// Stores the state of the index.
pub(super) fn set_state(db: &Connection, state: &IndexState) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO search_index (id, folding, message_floor, message_top, conversation_floor) \
         VALUES (1, ?1, ?2, ?3, ?4)",
    )?
    .execute(params![state.folding, state.floor, state.top, state.conversation_floor])?;
    Ok(())
}

/// Whether it is the index that is damaged, and not the file.
pub(crate) fn is_index_damage(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(error, _)
        if error.extended_code == rusqlite::ffi::SQLITE_CORRUPT_VTAB)
}

/// Whether a change of the index was made. A damaged index is emptied instead, to be made again.
pub(super) fn or_empty(db: &Connection, changed: rusqlite::Result<usize>) -> rusqlite::Result<bool> {
    match changed {
        Ok(_) => Ok(true),
        Err(error) if is_index_damage(&error) => {
            log::warn!("the search index is damaged; it is made again");
            let folding = state(db)?.folding;
            empty(db, &folding).map(|()| false)
        }
        Err(error) => Err(error),
    }
}

/// Writes what a transaction has changed in the index, so that a damaged index is met here and not by the commit.
pub(crate) fn settle(db: &Connection) -> rusqlite::Result<()> {
    // FTS5 writes at a savepoint. Where nothing has changed this costs next to nothing.
    let written = db.prepare_cached("SAVEPOINT search")?.execute(());
    if or_empty(db, written)? {
        db.prepare_cached("RELEASE search")?.execute(())?;
    }
    Ok(())
}

/// Empties the index; with a folding it is to be made again of all that is stored.
pub(crate) fn empty(db: &Connection, folding: &str) -> rusqlite::Result<()> {
    db.execute_batch(
        "INSERT INTO message_search (message_search) VALUES ('delete-all');
         INSERT INTO conversation_search (conversation_search) VALUES ('delete-all');
         DELETE FROM conversation_words;",
    )?;
    let last = |table: &str| {
        let select = format!("SELECT coalesce(max(id), 0) FROM {table}");
        db.query_row(&select, (), |row| row.get::<_, i64>(0))
    };
    let (message, conversation) = (last("message")?, last("conversation")?);
    let state = IndexState {
        folding: folding.to_owned(),
        floor: message,
        top: message,
        conversation_floor: conversation,
    };
    set_state(db, &state)
}

/// The body of a message that is searched; `None` where there is none. What is being recalled is not found any more.
pub(super) fn searched(status: MessageStatus, body: &str) -> Option<MessageBody> {
    // An unreadable body has no words, now and whenever it is looked at again.
    serde_json::from_str(body)
        .ok()
        .filter(|_| status != MessageStatus::Revoked)
}

/// The words of a message.
fn words_of(status: MessageStatus, body: &str) -> String {
    searched(status, body).map_or_else(String::new, |body| {
        let texts: Vec<&str> = words::texts(&body.elem).into_iter().map(|(_, _, text)| text).collect();
        words::folded(&texts)
    })
}

/// Adds the words of a message, as [`or_empty`] says.
pub(super) fn add(db: &Connection, id: i64, status: MessageStatus, body: &str) -> rusqlite::Result<bool> {
    let words = words_of(status, body);
    if words.is_empty() {
        return Ok(true);
    }
    let added = db
        .prepare_cached("INSERT INTO message_search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![id, words]);
    or_empty(db, added)
}

fn remove(db: &Connection, id: i64, status: MessageStatus, body: &str) -> rusqlite::Result<bool> {
    let words = words_of(status, body);
    if words.is_empty() {
        return Ok(true);
    }
    let removed = db
        .prepare_cached("INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', ?1, ?2)")?
        .execute(params![id, words]);
    or_empty(db, removed)
}

/// Takes what a message says no more out of the index. Says whether its words of now are to be added.
pub(super) fn before_update(db: &Connection, id: i64, status: MessageStatus, body: &str) -> rusqlite::Result<bool> {
    if !state(db)?.has(id) {
        return Ok(false);
    }
    let old = db
        .prepare_cached("SELECT status, body FROM message WHERE id = ?1")?
        .query_row([id], old)
        .optional()?;
    let Some((old_status, old_body)) = old else {
        return Ok(false);
    };
    let is_revoked = |status| status == MessageStatus::Revoked;
    if old_body == body && is_revoked(old_status) == is_revoked(status) {
        return Ok(false);
    }
    remove(db, id, old_status, &old_body)
}

/// Takes the messages that a condition selects, which are to be deleted, out of the index.
pub(super) fn remove_those(db: &Connection, those: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
    let state = state(db)?;
    if !state.is_on() {
        return Ok(());
    }
    let mut values = values.to_vec();
    let (floor, top) = (values.len() + 1, values.len() + 2);
    values.extend([&state.floor as &dyn ToSql, &state.top]);
    let mut statement = db.prepare_cached(&format!(
        "SELECT id FROM message WHERE {those} AND id > ?{floor} AND id <= ?{top} LIMIT {}",
        MOST_REMOVED + 1
    ))?;
    let ids: Vec<i64> = statement
        .query_map(&*values, |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if ids.len() > MOST_REMOVED {
        return empty(db, &state.folding);
    }
    for id in ids {
        let row = db
            .prepare_cached("SELECT status, body FROM message WHERE id = ?1")?
            .query_row([id], old)?;
        if !remove(db, id, row.0, &row.1)? {
            break;
        }
    }
    Ok(())
}

/// Status and body of a row. One that cannot be read had no words.
fn old(row: &rusqlite::Row<'_>) -> rusqlite::Result<(MessageStatus, String)> {
    Ok((
        row.get(0).unwrap_or(MessageStatus::Revoked),
        super::columns::text(row, 1).unwrap_or_default(),
    ))
}

/// Whether the index has a word of a message.
#[cfg(test)]
pub(crate) fn has_word(db: &Connection, word: &str) -> rusqlite::Result<bool> {
    db.prepare("SELECT 1 FROM message_search WHERE message_search MATCH ?1")?
        .exists([word])
}
