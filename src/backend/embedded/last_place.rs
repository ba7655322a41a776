//! The last place in a conversation, as far as it is real. Whatever a row says, nothing lies beyond it: a device that believed in
//! a greater number would drop what is still to come, and nothing could be sent after it. A place that was never given says
//! nothing ([`real`]).
//!
//! The conversation says which number it has given last, and so does its last message: rows of messages stay for ever. Where the
//! two differ, one of the rows is rotten. Numbers are given without gaps, so none is greater than the number of messages.

use super::error::ServiceResult;
use super::row::{Seq, Time};
use crate::model::Micros;
use crate::model::order::PIN_BIT;
use rusqlite::{Connection, OptionalExtension};

/// A place up to which something was read, cleared or deleted, where the last one is `last`.
pub(super) fn real(seq: i64, last: i64) -> u64 {
    if (0..=last).contains(&seq) {
        seq.unsigned_abs()
    } else {
        0
    }
}

/// The sequence and the time of the last message; zeros when there is none.
pub(super) fn of(db: &Connection, conversation: i64) -> ServiceResult<(i64, Micros)> {
    let mut statement = db.prepare_cached(
        "SELECT c.last_seq, c.last_time, m.seq, m.time FROM conversation c LEFT JOIN message m ON m.conversation = c.id \
         AND m.seq = (SELECT max(seq) FROM message WHERE conversation = c.id) WHERE c.id = ?1",
    )?;
    let found = statement
        .query_row([conversation], |row| {
            let told: (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok((told, (row.get::<_, Option<i64>>(2)?, row.get::<_, Option<i64>>(3)?)))
        })
        .optional()?;
    let Some((told, message)) = found else {
        return Ok((0, Micros(0)));
    };
    let message = (message.0.unwrap_or_default(), message.1.unwrap_or_default());
    if told == message && (0..PIN_BIT).contains(&told.0) && (0..PIN_BIT).contains(&told.1) {
        return Ok((told.0, Micros(told.1)));
    }
    let mut statement = db.prepare_cached(
        "SELECT seq, time FROM message WHERE conversation = ?1 AND seq BETWEEN 1 AND \
         (SELECT count(*) FROM message WHERE conversation = ?1) ORDER BY seq DESC LIMIT 1",
    )?;
    let last = statement
        .query_row([conversation], |row| {
            Ok((row.get::<_, Seq>(0)?.0.cast_signed(), row.get::<_, Time>(1)?.0))
        })
        .optional()?;
    Ok(last.unwrap_or_default())
}
