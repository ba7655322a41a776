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

/// The words of a conversation's names and id in the index: before a change and after it. None where it is not in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameWords {
    pub(crate) before: String,
    pub(crate) now: String,
}

impl NameWords {
    fn of(db: &Connection, number: i64, id: &ConversationId, is_listed: bool) -> rusqlite::Result<Self> {
        let now = if is_listed {
            let names = names(db, id)?;
            words::folded(&names.iter().map(String::as_str).collect::<Vec<_>>())
        } else {
            String::new()
        };
        Ok(Self {
            before: stored(db, number)?,
            now,
        })
    }

    /// Whether they are the same.
    pub(crate) fn are_kept(&self) -> bool {
        self.before == self.now
    }
}

/// Brings the index up to date with a conversation, where there is an index.
pub(crate) fn keep(db: &Connection, number: i64, id: &ConversationId, is_listed: bool) -> rusqlite::Result<NameWords> {
    if number == 0 || !state(db)?.is_on() {
        return Ok(NameWords::default());
    }
    let words = NameWords::of(db, number, id, is_listed)?;
    replace(db, number, &words)?;
    Ok(words)
}

/// The same for several, as [`or_empty`] says.
pub(super) fn keep_all(db: &Connection, all: &[(i64, ConversationId, bool)]) -> rusqlite::Result<bool> {
    for (number, id, is_listed) in all {
        if !replace(db, *number, &NameWords::of(db, *number, id, *is_listed)?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the index has of a conversation.
pub(super) fn stored(db: &Connection, number: i64) -> rusqlite::Result<String> {
    let words: Option<String> = db
        .prepare_cached("SELECT words FROM conversation_words WHERE conversation = ?1")?
        .query_row([number], |row| super::columns::text(row, 0))
        .optional()?;
    Ok(words.unwrap_or_default())
}

/// How much the index lacks: 0 when it has the names of all conversations, less whenever half of the missing ones have come.
pub(crate) fn gap(db: &Connection) -> rusqlite::Result<u32> {
    let state = state(db)?;
    Ok(if state.is_on() {
        i64::BITS - state.conversation_floor.max(0).leading_zeros()
    } else {
        u32::MAX
    })
}

fn replace(db: &Connection, number: i64, NameWords { before, now }: &NameWords) -> rusqlite::Result<bool> {
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
