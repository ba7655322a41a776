//! Confirmations that messages were read.

use super::message::{COLUMNS, MessageRow, from_row};
use crate::model::{Micros, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// Keeps that a user has confirmed a message. False when that is known already: the first time stays.
pub(crate) fn keep(db: &Connection, message: &MessageRow, user: &UserId, time: Micros) -> rusqlite::Result<bool> {
    let kept = db
        .prepare_cached("INSERT OR IGNORE INTO read_receipt (message, user_id, time) VALUES (?1, ?2, ?3)")?
        .execute(params![message.id, user, time])?;
    Ok(kept > 0)
}

/// When a user has confirmed a message.
pub(crate) fn find(db: &Connection, message: &MessageRow, user: &UserId) -> rusqlite::Result<Option<Micros>> {
    db.prepare_cached("SELECT time FROM read_receipt WHERE message = ?1 AND user_id = ?2")?
        .query_row(params![message.id, user], |row| row.get(0))
        .optional()
}

/// How many users have confirmed a message.
pub(crate) fn count(db: &Connection, message: &MessageRow) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM read_receipt WHERE message = ?1")?
        .query_row([message.id], |row| row.get(0))
}

/// Who has confirmed a message, the first first.
pub(crate) fn readers(db: &Connection, message: &MessageRow) -> rusqlite::Result<Vec<(UserId, Micros)>> {
    db.prepare_cached("SELECT user_id, time FROM read_receipt WHERE message = ?1 ORDER BY time, user_id")?
        .query_map([message.id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The account's own messages in a conversation that have a place after `after` and up to `up_to`, the newest first.
pub(crate) fn own_messages(
    db: &Connection,
    conversation: i64,
    (after, up_to): (i64, i64),
    most: i64,
) -> rusqlite::Result<Vec<MessageRow>> {
    // By that index, or a marker of a long history would step over what all others have said.
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_own WHERE conversation = ?1 AND is_self = 1 \
         AND position > ?2 AND position <= ?3 AND seq > 0 ORDER BY position DESC LIMIT ?4"
    ))?
    .query_map([conversation, after, up_to, most], from_row)?
    .collect()
}

/// Whether the account has written to a conversation: what has failed (3) or was only put into the history here (5) nobody got.
/// Whoever has deleted what they wrote has written it all the same.
pub(crate) fn has_written(db: &Connection, conversation: i64) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM conversation WHERE id = ?1 AND has_written = 1 UNION ALL \
         SELECT 1 FROM message INDEXED BY message_own WHERE conversation = ?1 AND is_self = 1 AND status NOT IN (3, 5) LIMIT 1",
    )?
    .exists([conversation])
}

/// The account has written to a conversation, in what is not stored.
pub(crate) fn note_written(db: &Connection, conversation: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE conversation SET has_written = 1 WHERE id = ?1 AND has_written = 0")?
        .execute([conversation])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn the_first_confirmation_of_a_reader_stays_and_goes_with_its_message() {
        let db = database();
        let row = message(&db, conversation(&db, "group_team", |_| {}), 1, |_| {});
        let (bob, carol) = (UserId::trusted("bob"), UserId::trusted("carol"));
        assert!(keep(&db, &row, &carol, Micros(2)).unwrap());
        assert!(keep(&db, &row, &bob, Micros(1)).unwrap());
        assert!(!keep(&db, &row, &bob, Micros(3)).unwrap());
        assert_eq!(find(&db, &row, &bob).unwrap(), Some(Micros(1)));
        assert_eq!(readers(&db, &row).unwrap(), [(bob, Micros(1)), (carol, Micros(2))]);
        crate::store::message::delete(&db, row.id).unwrap();
        assert_eq!(count(&db, &row).unwrap(), 0);
    }

    #[test]
    fn own_messages_are_found_from_the_newest_within_bounds() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        assert!(!has_written(&db, bob).unwrap());
        for seq in 1..=6 {
            message(&db, bob, seq, |row| row.is_self = seq % 2 == 1);
        }
        let ids = |bounds, most| {
            let found = own_messages(&db, bob, bounds, most).unwrap();
            found.into_iter().map(|row| row.seq).collect::<Vec<_>>()
        };
        assert_eq!(ids((0, 6), 9), [5, 3, 1]);
        assert_eq!(ids((1, 5), 1), [5]);
        assert_eq!(ids((1, 4), 9), [3]);
        assert!(has_written(&db, bob).unwrap());
    }

    #[test]
    fn what_was_written_and_is_gone_was_written_all_the_same() {
        let db = database();
        for (peer, status, was_written) in [("c2c_bob", 2, true), ("c2c_carol", 3, false), ("c2c_dave", 1, false)] {
            let chat = conversation(&db, peer, |_| {});
            message(&db, chat, 1, |row| {
                row.msg_id = peer.to_owned();
                row.is_self = true;
                row.status = crate::model::MessageStatus::numbered(status).unwrap();
            });
            crate::store::message::delete_all(&db, chat).unwrap();
            assert_eq!(has_written(&db, chat).unwrap(), was_written, "{peer}");
            note_written(&db, chat).unwrap();
            assert!(has_written(&db, chat).unwrap());
        }
    }
}
