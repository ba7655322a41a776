//! Messages that are stored and not shown: what others said while the receive option was 1.

use crate::model::Micros;
use rusqlite::{Connection, OptionalExtension, params};

/// One end of a hidden stretch, as far as it is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// After this position.
    Position(i64),
    /// From this time on.
    Time(Micros),
}

impl Edge {
    /// The lowest position and the lowest time of what lies after it.
    fn bounds(self) -> (i64, Micros) {
        match self {
            Self::Position(position) => (position.saturating_add(1), Micros(i64::MIN)),
            Self::Time(time) => (i64::MIN, time),
        }
    }

    /// Whether a message lies after it.
    pub(crate) fn is_before(self, position: i64, time: Micros) -> bool {
        let (lowest, earliest) = self.bounds();
        position >= lowest && time >= earliest
    }
}

/// Hides one message, or shows it.
pub(crate) fn set(db: &Connection, message: i64, is_hidden: bool) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE message SET is_hidden = ?2 WHERE id = ?1")?
        .execute(params![message, is_hidden])?;
    Ok(())
}

/// Whether a message is hidden.
pub(crate) fn contains(db: &Connection, message: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM message WHERE id = ?1 AND is_hidden = 1")?
        .exists([message])
}

/// Shows all messages of a conversation.
pub(crate) fn show_all(db: &Connection, conversation: i64) -> rusqlite::Result<usize> {
    db.prepare_cached("UPDATE message SET is_hidden = 0 WHERE conversation = ?1 AND is_hidden = 1")?
        .execute([conversation])
}

/// Hides what others said after `from` and not after `to`.
pub(crate) fn hide_between(
    db: &Connection,
    conversation: i64,
    from: Edge,
    to: Option<Edge>,
) -> rusqlite::Result<usize> {
    let (lowest, earliest) = from.bounds();
    // Without an end nothing lies after it.
    let (end, end_time) = to.map_or((i64::MAX, Micros(i64::MAX)), Edge::bounds);
    db.prepare_cached(
        "UPDATE message SET is_hidden = 1 WHERE conversation = ?1 AND is_hidden = 0 AND is_self = 0 \
         AND position >= ?2 AND time >= ?3 AND NOT (position >= ?4 AND time >= ?5)",
    )?
    .execute(params![conversation, lowest, earliest, end, end_time])
}

/// The position of the newest hidden message.
pub(crate) fn newest(db: &Connection, conversation: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT position FROM message WHERE conversation = ?1 AND is_hidden = 1 ORDER BY position DESC LIMIT 1",
    )?
    .query_row([conversation], |row| row.get(0))
    .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};
    use crate::store::history::{self, Range};
    use crate::store::message as messages;

    #[test]
    fn a_stretch_is_hidden_by_positions_or_times_and_never_ones_own_messages() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        for seq in 1..=6 {
            message(&db, bob, seq, |row| {
                row.time = Micros(seq * 10);
                row.is_self = seq == 3;
            });
        }
        let position = Edge::Position;
        let time = |time| Edge::Time(Micros(time));
        let shown = || -> Vec<i64> {
            let rows = history::page(&db, bob, &Range::whole(), false, 100).unwrap();
            rows.iter().map(|row| row.seq).collect()
        };
        for (from, to, left) in [
            (position(1), Some(position(4)), vec![1, 3, 5, 6]),
            (time(20), Some(time(50)), vec![1, 3, 5, 6]),
            (position(4), None, vec![1, 2, 3, 4]),
            (time(50), None, vec![1, 2, 3, 4]),
            (position(4), Some(position(2)), vec![1, 2, 3, 4, 5, 6]),
        ] {
            hide_between(&db, bob, from, to).unwrap();
            assert_eq!(shown(), left, "{from:?} {to:?}");
            let is_hidden = |seq: i64| {
                from.is_before(seq, Micros(seq * 10)) && !to.is_some_and(|to| to.is_before(seq, Micros(seq * 10)))
            };
            assert!((1..=6).all(|seq| left.contains(&seq) != (is_hidden(seq) && seq != 3)));
            show_all(&db, bob).unwrap();
        }
        assert_eq!(newest(&db, bob).unwrap(), None);
        let row = messages::by_msg_id(&db, "m2").unwrap().unwrap();
        set(&db, row.id, true).unwrap();
        assert!(contains(&db, row.id).unwrap());
        assert_eq!(newest(&db, bob).unwrap(), Some(2));
        assert_eq!(messages::lowest_seq(&db, bob).unwrap(), Some(1));
        assert_eq!(messages::newest(&db, bob).unwrap().unwrap().seq, 6);
    }
}
