//! The last message of a conversation.

use super::message::{COLUMNS, MessageRow, from_row};
use rusqlite::{Connection, OptionalExtension};

fn sql() -> String {
    // The planner would take the index that has more of the conditions, and step over all that are excluded.
    format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_last WHERE conversation = ?1 AND is_hidden = 0 \
         AND is_excluded_from_last_message = 0 ORDER BY position DESC, id DESC LIMIT 1"
    )
}

/// The newest message that may be a conversation's last.
pub(crate) fn find(db: &Connection, conversation: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&sql())?
        .query_row([conversation], from_row)
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};
    use crate::store::message::PENDING_POSITION;

    #[test]
    fn it_may_be_unsent_and_is_not_an_excluded_one() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        message(&db, bob, 1, |_| {});
        message(&db, bob, 2, |_| {});
        message(&db, bob, 3, |row| (row.seq, row.position) = (0, PENDING_POSITION));
        assert_eq!(find(&db, bob).unwrap().unwrap().msg_id, "m3");
        let exclude = "UPDATE message SET is_excluded_from_last_message = 1 WHERE msg_id = 'm3'";
        db.execute(exclude, ()).unwrap();
        assert_eq!(find(&db, bob).unwrap().unwrap().msg_id, "m2");
    }

    #[test]
    fn it_is_found_without_stepping_over_those_that_are_excluded() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        message(&db, bob, 1, |_| {});
        for seq in 2..3_000 {
            message(&db, bob, seq, |row| row.is_excluded_from_last_message = true);
        }
        let mut last = db.prepare(&sql()).unwrap();
        assert_eq!(last.query_row([bob], from_row).unwrap().msg_id, "m1");
        let steps = last.get_status(rusqlite::StatementStatus::VmStep);
        assert!(steps < 100, "{steps} steps");
    }
}
