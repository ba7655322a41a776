//! Which messages of a conversation a user has: those that are in the inbox.

use super::error::ServiceResult;
use super::last_place;
use super::row::{Body, MsgId, Time, User, readable};
use crate::model::Micros;
use crate::model::seq::to_stored;
use rusqlite::{Connection, OptionalExtension};

/// The time of the oldest message after a sequence that the user has. One that cannot be read is told to no device.
pub(super) fn oldest_time(db: &Connection, user: i64, conversation: i64, after: i64) -> ServiceResult<Option<Micros>> {
    let mut statement = db.prepare_cached(
        "SELECT m.time, m.msg_id, u.user_id, m.body FROM message m JOIN user u ON u.id = m.sender \
         JOIN inbox i ON i.kind = 1 AND i.ref = m.id AND i.user = ?1 \
         WHERE m.conversation = ?2 AND m.seq > ?3 AND m.seq BETWEEN 1 AND ?4 ORDER BY m.seq",
    )?;
    let (last, _) = last_place::of(db, conversation)?;
    let times = statement.query_map((user, conversation, after, last), |row| {
        let Time(time) = row.get(0)?;
        let _: (MsgId, User, Body) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(time)
    })?;
    for time in times {
        if let Some(time) = readable("a message", time)? {
            return Ok(Some(time));
        }
    }
    Ok(None)
}

/// How many messages before a place are looked at to believe in it.
const LOOKED_AT: u64 = 200;

/// How far up to a place the user's messages are gone: those of a history that was cleared are in the inbox no more. If one of
/// them is, the place is not real either. Only the last ones before the place are looked at, as long as none of them is there: a
/// history that was cleared may be long, and is cleared in many parts.
pub(super) fn gone_up_to(db: &Connection, user: i64, conversation: i64, up_to: u64) -> ServiceResult<u64> {
    let first_kept = |from: u64| -> ServiceResult<Option<i64>> {
        let mut statement = db.prepare_cached(
            "SELECT m.seq FROM message m WHERE m.conversation = ?1 AND m.seq BETWEEN ?4 AND ?2 AND EXISTS \
             (SELECT 1 FROM inbox WHERE kind = 1 AND ref = m.id AND user = ?3) ORDER BY m.seq LIMIT 1",
        )?;
        let place = (conversation, to_stored(up_to), user, to_stored(from));
        Ok(statement.query_row(place, |row| row.get(0)).optional()?)
    };
    if first_kept(up_to.saturating_sub(LOOKED_AT).max(1))?.is_none() {
        return Ok(up_to);
    }
    Ok(first_kept(1)?.map_or(up_to, |kept| kept.unsigned_abs() - 1))
}
