//! Pages of a conversation's history: next to a place, within a window of time, of some kinds.

use super::message::{COLUMNS, MessageRow, from_row};
use crate::model::{ElemType, Micros};
use rusqlite::{Connection, OptionalExtension, params};

/// What part of a history is read. Places are (position, number).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// After this place, which is not part of it.
    pub(crate) after: (i64, i64),
    /// Before this place, which is not part of it.
    pub(crate) before: (i64, i64),
    /// Not from before this time.
    pub(crate) from: Micros,
    /// Not from after this time.
    pub(crate) to: Micros,
    /// Of these kinds only; of all when empty.
    pub(crate) kinds: Vec<ElemType>,
}

impl Range {
    /// The whole history.
    pub(crate) fn whole() -> Self {
        Self {
            after: (i64::MIN, i64::MIN),
            before: (i64::MAX, i64::MAX),
            from: Micros(i64::MIN),
            to: Micros(i64::MAX),
            kinds: Vec::new(),
        }
    }

    /// Narrows the places to those that the times allow, so that a page does not read what lies outside of them. The
    /// server's order is that of its times; a message that it has not numbered lies between two that it has.
    fn narrow(&mut self, db: &Connection, conversation: i64) -> rusqlite::Result<()> {
        if self.from > Micros(i64::MIN) {
            let beyond = first_from(db, conversation, self.from)?.unwrap_or(i64::MAX);
            self.after = self
                .after
                .max(last_before(db, conversation, beyond)?.unwrap_or((i64::MIN, i64::MIN)));
        }
        if self.to < Micros(i64::MAX)
            && let Some(first) = first_from(db, conversation, Micros(self.to.0 + 1))?
        {
            self.before = self.before.min((first, i64::MIN));
        }
        Ok(())
    }
}

/// Up to `count` messages of a range: the newest ones, newest first, or the oldest ones, oldest first.
pub(crate) fn page(
    db: &Connection,
    conversation: i64,
    range: &Range,
    newest_first: bool,
    count: i64,
) -> rusqlite::Result<Vec<MessageRow>> {
    let mut range = range.clone();
    range.narrow(db, conversation)?;
    let order = if newest_first { "DESC" } else { "ASC" };
    let numbers: Vec<String> = range.kinds.iter().map(|kind| (*kind as i64).to_string()).collect();
    let (index, kinds) = if numbers.is_empty() {
        ("message_position", String::new())
    } else if range.kinds.contains(&ElemType::Text) {
        ("message_position", format!("AND elem_type IN ({})", numbers.join(", ")))
    } else {
        // Pictures and files are few among many texts.
        (
            "message_kind",
            format!("AND elem_type <> 1 AND elem_type IN ({})", numbers.join(", ")),
        )
    };
    db.prepare_cached(&format!(
        // Unsent messages share one position, and a refused one has that of another: their numbers give the order.
        "SELECT {COLUMNS} FROM message INDEXED BY {index} WHERE conversation = ?1 AND is_hidden = 0 {kinds} \
         AND (position, id) > (?2, ?3) AND (position, id) < (?4, ?5) AND time BETWEEN ?6 AND ?7 \
         ORDER BY position {order}, id {order} LIMIT ?8"
    ))?
    .query_map(
        params![
            conversation,
            range.after.0,
            range.after.1,
            range.before.0,
            range.before.1,
            range.from,
            range.to,
            count
        ],
        from_row,
    )?
    .collect()
}

/// The first message after a position that the server has and that is shown.
pub(crate) fn first_after(db: &Connection, conversation: i64, position: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position > ?2 AND seq > 0 \
         ORDER BY position LIMIT 1"
    ))?
    .query_row([conversation, position], from_row)
    .optional()
}

/// The newest message that the server has and that is shown.
pub(crate) fn newest(db: &Connection, conversation: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = 0 AND seq > 0 \
         ORDER BY position DESC LIMIT 1"
    ))?
    .query_row([conversation], from_row)
    .optional()
}

/// The same, without some of them: a JSON array of their ids.
pub(crate) fn newest_but(db: &Connection, conversation: i64, others: &str) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = 0 AND seq > 0 \
         AND msg_id NOT IN (SELECT value FROM json_each(?2)) ORDER BY position DESC LIMIT 1"
    ))?
    .query_row(params![conversation, others], from_row)
    .optional()
}

/// The position of the newest message that is shown and not from after this time; 0 when there is none.
pub(crate) fn reach(db: &Connection, conversation: i64, time: Micros) -> rusqlite::Result<i64> {
    let position = db
        .prepare_cached(
            "SELECT position FROM message WHERE conversation = ?1 AND is_hidden = 0 AND time <= ?2 AND seq > 0 \
             ORDER BY position DESC LIMIT 1",
        )?
        .query_row(params![conversation, time], |row| row.get(0))
        .optional()?;
    Ok(position.unwrap_or(0))
}

/// When the newest message up to a position that the server has, and that is shown, was sent.
pub(crate) fn last_up_to(db: &Connection, conversation: i64, position: i64) -> rusqlite::Result<Option<Micros>> {
    db.prepare_cached(
        "SELECT time FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position <= ?2 AND seq > 0 \
         ORDER BY position DESC LIMIT 1",
    )?
    .query_row([conversation, position], |row| row.get(0))
    .optional()
}

/// The place of the last message with a number of the server before a position.
fn last_before(db: &Connection, conversation: i64, position: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    db.prepare_cached(
        "SELECT position, id FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position < ?2 AND seq > 0 \
         ORDER BY position DESC LIMIT 1",
    )?
    .query_row([conversation, position], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

/// The position of the first message of the server that is not from before this time. By halves: a history is long, and no
/// index has its times.
fn first_from(db: &Connection, conversation: i64, time: Micros) -> rusqlite::Result<Option<i64>> {
    let end = |order: &str| {
        db.prepare_cached(&format!(
            "SELECT position FROM message WHERE conversation = ?1 AND is_hidden = 0 AND seq > 0 \
             ORDER BY position {order} LIMIT 1"
        ))?
        .query_row([conversation], |row| row.get::<_, i64>(0))
        .optional()
    };
    let (Some(mut low), Some(newest)) = (end("ASC")?, end("DESC")?) else {
        return Ok(None);
    };
    let mut next = db.prepare_cached(
        "SELECT position, time FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position >= ?2 AND seq > 0 \
         ORDER BY position LIMIT 1",
    )?;
    // Below `low` all are older; at `high` or next above it stands one that is not, unless that is beyond the newest.
    let mut high = newest + 1;
    let mut first = None;
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, Micros)> = next
            .query_row([conversation, middle], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((position, found)) if found < time => low = position + 1,
            found => (high, first) = (middle, found.map(|(position, _)| position)),
        }
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};
    use crate::store::message::PENDING_POSITION;

    /// A history with gaps in its numbers, equal times, a refused message and an unsent one; every third is custom.
    fn history(db: &Connection) -> (i64, Vec<MessageRow>) {
        let bob = conversation(db, "c2c_bob", |_| {});
        let mut rows = Vec::new();
        for number in 1..=60 {
            let seq = number * 3 + number % 3;
            let mut row = message(db, bob, seq, |row| {
                row.time = Micros(number / 2 * 1_000_000);
                if number % 3 == 0 {
                    row.elem_type = ElemType::Custom;
                }
                if number == 31 {
                    row.seq = 0;
                    row.position = seq - 1;
                }
                if number == 60 {
                    (row.seq, row.position) = (0, PENDING_POSITION);
                }
            });
            row.conversation = bob;
            rows.push(row);
        }
        rows.sort_by_key(|row| (row.position, row.id));
        (bob, rows)
    }

    #[test]
    fn a_page_is_what_a_look_at_every_message_finds() {
        let db = database();
        let (bob, rows) = history(&db);
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let mut range = Range::whole();
            if random.bool() {
                let place = &rows[random.usize(..rows.len())];
                range.before = (place.position, place.id);
            }
            if random.bool() {
                let place = &rows[random.usize(..rows.len())];
                range.after = (place.position, place.id);
            }
            if random.bool() {
                range.from = Micros(random.i64(-1..33) * 1_000_000);
            }
            if random.bool() {
                range.to = Micros(random.i64(-1..33) * 1_000_000 + 999_999);
            }
            range.kinds = match random.u8(..4) {
                0 => vec![ElemType::Text],
                1 => vec![ElemType::Custom],
                2 => vec![ElemType::Text, ElemType::Custom],
                _ => Vec::new(),
            };
            let newest_first = random.bool();
            let count = random.usize(1..12);
            // What has no number is out, too, when it stands before one that is too old, or after one that is too new.
            let is_out = |row: &MessageRow, other: &MessageRow| {
                let is_before = (row.position, row.id) < (other.position, other.id);
                other.seq > 0
                    && if is_before {
                        other.time < range.from
                    } else {
                        other.time > range.to
                    }
            };
            let fits = |row: &&MessageRow| {
                let place = (row.position, row.id);
                (row.seq > 0 || !rows.iter().any(|other| is_out(row, other)))
                    && (range.after < place && place < range.before)
                    && (range.from <= row.time && row.time <= range.to)
                    && (range.kinds.is_empty() || range.kinds.contains(&row.elem_type))
            };
            let mut expected: Vec<&MessageRow> = rows.iter().filter(fits).collect();
            if newest_first {
                expected.reverse();
            }
            expected.truncate(count);
            let found = page(&db, bob, &range, newest_first, i64::try_from(count).unwrap()).unwrap();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{range:?}");
        }
    }

    #[test]
    fn pictures_among_many_texts_are_found_by_their_index() {
        let db = database();
        let mut statement = db
            .prepare("EXPLAIN QUERY PLAN SELECT id FROM message INDEXED BY message_kind WHERE conversation = 1 AND is_hidden = 0 \
                      AND elem_type <> 1 AND elem_type IN (3) AND (position, id) < (5, 5) ORDER BY position DESC, id DESC")
            .unwrap();
        let plan: Vec<String> = statement
            .query_map((), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}
