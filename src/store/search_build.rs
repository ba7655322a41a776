//! Making the search index, in steps of which each is a part of one transaction: the next begins where the last one that
//! was committed has ended, in this process or a later one.

use super::columns::text;
use super::search::add;
use super::search_state::{IndexState, set_state, state};
use super::{search_names, search_reset};
use crate::model::{ConversationId, MessageStatus, words};
use rusqlite::Connection;

/// How many messages a step adds: a few milliseconds of the writer.
const STEP: i64 = 200;

/// When so many messages are new, they are added.
pub(crate) const ENOUGH: i64 = 256;

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The step has added what is old, from before there was an index.
    pub(crate) is_build: bool,
    /// Nothing old is left.
    pub(crate) is_complete: bool,
    /// There is nothing more to do for now.
    pub(crate) is_done: bool,
    /// The messages above this number are in the index, but for new ones.
    pub(crate) floor: i64,
}

/// Begins an index, ends one, or leaves it as it is: as the config says.
pub(crate) fn prepare(db: &Connection, is_wanted: bool) -> rusqlite::Result<()> {
    let folding = if is_wanted { words::folding() } else { String::new() };
    if state(db)?.folding == folding {
        return Ok(());
    }
    search_reset::empty(db, &folding)
}

/// Begins an index that replaces a damaged one.
pub(crate) fn begin_again(db: &Connection) -> rusqlite::Result<()> {
    search_reset::empty(db, &words::folding())
}

/// Whether there is something to do.
pub(crate) fn is_due(db: &Connection) -> rusqlite::Result<bool> {
    let state = state(db)?;
    Ok(state.is_on() && (is_building(&state) || newest(db)? - state.top >= ENOUGH))
}

/// Whether there is so much new that it is to be added.
pub(crate) fn has_enough(db: &Connection) -> rusqlite::Result<bool> {
    let state = state(db)?;
    Ok(state.is_on() && newest(db)? - state.top >= ENOUGH)
}

/// The number of the newest message.
pub(crate) fn newest(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(id), 0) FROM message")?
        .query_row((), |row| row.get(0))
}

/// How many messages are in the index, and how many there are.
pub(crate) fn counts(db: &Connection, floor: i64) -> rusqlite::Result<(i64, i64)> {
    let below: i64 = db
        .prepare_cached("SELECT count(*) FROM message WHERE id <= ?1")?
        .query_row([floor], |row| row.get(0))?;
    let all: i64 = db
        .prepare_cached("SELECT count(*) FROM message")?
        .query_row((), |row| row.get(0))?;
    Ok((all - below, all))
}

fn is_building(state: &IndexState) -> bool {
    state.floor > 0 || state.conversation_floor > 0
}

/// One step: what is new first, then the names, then what is old, from the newest.
pub(crate) fn step(db: &Connection) -> rusqlite::Result<Progress> {
    let mut now = state(db)?;
    let is_new = newest(db)? - now.top >= ENOUGH;
    let is_build = now.is_on() && is_building(&now) && !is_new;
    // An index that is found damaged is empty then, and begins again with the next step.
    let is_sound = if !now.is_on() {
        true
    } else if is_new {
        let select = "SELECT id, status, body FROM message WHERE id > ?1 ORDER BY id LIMIT ?2";
        let rows = rows(db, select, now.top)?;
        now.top = rows.last().map_or(now.top, |last| last.0);
        add_all(db, &rows)?
    } else if now.conversation_floor > 0 {
        let listed = listed(db, now.conversation_floor)?;
        now.conversation_floor = listed.last().map_or(0, |last| last.0 - 1);
        search_names::keep_all(db, &listed)?
    } else if now.floor > 0 {
        let select = "SELECT id, status, body FROM message WHERE id <= ?1 ORDER BY id DESC LIMIT ?2";
        let rows = rows(db, select, now.floor)?;
        now.floor = rows.last().map_or(0, |last| last.0 - 1);
        add_all(db, &rows)?
    } else {
        true
    };
    if is_sound {
        set_state(db, &now)?;
    } else {
        now = state(db)?;
    }
    let is_complete = !is_building(&now);
    Ok(Progress {
        is_build,
        is_complete,
        is_done: !now.is_on() || is_complete && newest(db)? - now.top < ENOUGH,
        floor: now.floor,
    })
}

type Row = (i64, MessageStatus, String);

fn rows(db: &Connection, select: &str, from: i64) -> rusqlite::Result<Vec<Row>> {
    db.prepare_cached(select)?
        .query_map([from, STEP], |row| Ok((row.get(0)?, row.get(1)?, text(row, 2)?)))?
        .collect()
}

fn add_all(db: &Connection, rows: &[Row]) -> rusqlite::Result<bool> {
    for (id, status, body) in rows {
        if !add(db, *id, *status, body)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The next conversations below a number, with whether each is in the list.
fn listed(db: &Connection, from: i64) -> rusqlite::Result<Vec<(i64, ConversationId, bool)>> {
    db.prepare_cached(
        "SELECT id, conversation_id, orderkey IS NOT NULL FROM conversation WHERE id <= ?1 ORDER BY id DESC LIMIT ?2",
    )?
    .query_map([from, STEP], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
    .collect()
}
