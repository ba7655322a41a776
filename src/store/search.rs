//! The search index: what leaves it with each change of a message, in the same transaction. New messages are not added one
//! by one: the index grows in batches (`search_build.rs`), and a search reads what it does not have yet.

use super::search_reset;
use super::search_state::{IndexState, is_index_damage, sealed, state};
use crate::model::{MessageBody, MessageStatus, words};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

/// When more messages than this go at once, the index is emptied and made again: words that are removed one by one take
/// about a millisecond for each message, with the writer held.
const MOST_REMOVED: usize = 2_000;

/// Whether a change of the index was made. A damaged index is emptied instead, to be made again.
pub(super) fn or_empty(db: &Connection, changed: rusqlite::Result<usize>) -> rusqlite::Result<bool> {
    match changed {
        Ok(_) => Ok(true),
        Err(error) if is_index_damage(&error) => {
            log::warn!("the search index is damaged, it is made again: {error}");
            let folding = state(db)?.folding;
            search_reset::empty(db, &folding).map(|()| false)
        }
        Err(error) => Err(error),
    }
}

/// Writes what a transaction has changed in the index, so that a damaged index is met here and not by the commit.
pub(crate) fn settle(db: &Connection) -> rusqlite::Result<()> {
    // FTS5 writes at a savepoint. Where nothing has changed this costs next to nothing.
    let savepoint = || {
        db.prepare_cached("SAVEPOINT search")?.execute(())?;
        db.prepare_cached("RELEASE search")?.execute(())
    };
    or_empty(db, savepoint()).map(drop)
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
        .prepare_cached("INSERT INTO message_search (rowid, text) VALUES (?1, ?2)")
        .and_then(|mut insert| insert.execute(params![id, words]));
    or_empty(db, added)
}

fn remove(db: &Connection, id: i64, status: MessageStatus, body: &str) -> rusqlite::Result<bool> {
    let words = words_of(status, body);
    if words.is_empty() {
        return Ok(true);
    }
    let removed = db
        .prepare_cached("INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', ?1, ?2)")
        .and_then(|mut delete| delete.execute(params![id, words]));
    or_empty(db, removed)
}

/// The state of an index from which words are to go; `None` where there is none. Of one that does not know what it has, all
/// goes at once: the next opening or search makes it again.
fn state_or_empty(db: &Connection) -> rusqlite::Result<Option<IndexState>> {
    let state = sealed(db)?;
    if state.is_none() {
        log::warn!("the search index does not know what it has, it is made again");
        search_reset::empty(db, "")?;
    }
    Ok(state.filter(IndexState::is_on))
}

/// Takes what a message says no more out of the index. Says whether its words of now are to be added.
pub(super) fn before_update(db: &Connection, id: i64, status: MessageStatus, body: &str) -> rusqlite::Result<bool> {
    if !state_or_empty(db)?.is_some_and(|state| state.has(id)) {
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
    let Some(state) = state_or_empty(db)? else {
        return Ok(());
    };
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
        return search_reset::empty(db, &state.folding);
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
