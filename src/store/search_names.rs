//! What the search index has of the conversations of the list: their names and ids.

use super::directory;
use super::search::or_empty;
use super::search_state::state;
use crate::model::{ConversationId, words};
use rusqlite::{Connection, OptionalExtension, params};

/// The names of a conversation: first the one that it shows, last its id.
fn names(db: &Connection, id: &ConversationId) -> rusqlite::Result<Vec<String>> {
    let mut names = Vec::new();
    if let Some(user) = id.user_id()
        && let Some(user) = directory::user(db, &user)?
    {
        names.extend(user.remark);
        names.push(user.nick_name);
    }
    if let Some(group) = id.group_id()
        && let Some(group) = directory::group(db, &group)?
    {
        names.push(group.group_name);
    }
    names.push(id.target().to_owned());
    Ok(names)
}

/// Brings the index up to date with a conversation, where there is an index.
pub(crate) fn keep(db: &Connection, number: i64, id: &ConversationId, is_listed: bool) -> rusqlite::Result<()> {
    if number != 0 && state(db)?.is_on() {
        keep_all(db, &[(number, id.clone(), is_listed)])?;
    }
    Ok(())
}

/// The same for several, as [`or_empty`] says.
pub(super) fn keep_all(db: &Connection, all: &[(i64, ConversationId, bool)]) -> rusqlite::Result<bool> {
    for (number, id, is_listed) in all {
        let now = if *is_listed {
            let names = names(db, id)?;
            words::folded(&names.iter().map(String::as_str).collect::<Vec<_>>())
        } else {
            String::new()
        };
        if !replace(db, *number, &now)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn replace(db: &Connection, number: i64, now: &str) -> rusqlite::Result<bool> {
    let before: Option<String> = db
        .prepare_cached("SELECT words FROM conversation_words WHERE conversation = ?1")?
        .query_row([number], |row| super::columns::text(row, 0))
        .optional()?;
    let before = before.unwrap_or_default();
    if before == now {
        return Ok(true);
    }
    if !before.is_empty() {
        let removed = db
            .prepare_cached(
                "INSERT INTO conversation_search (conversation_search, rowid, text) VALUES ('delete', ?1, ?2)",
            )
            .and_then(|mut delete| delete.execute(params![number, before]));
        if !or_empty(db, removed)? {
            return Ok(false);
        }
    }
    if now.is_empty() {
        db.prepare_cached("DELETE FROM conversation_words WHERE conversation = ?1")?
            .execute([number])?;
        return Ok(true);
    }
    db.prepare_cached("INSERT OR REPLACE INTO conversation_words (conversation, words) VALUES (?1, ?2)")?
        .execute(params![number, now])?;
    let added = db
        .prepare_cached("INSERT INTO conversation_search (rowid, text) VALUES (?1, ?2)")
        .and_then(|mut insert| insert.execute(params![number, now]));
    or_empty(db, added)
}
