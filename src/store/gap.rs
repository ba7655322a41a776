//! Gaps in conversations, whose newest messages came ahead of others (table `gap`).

use crate::model::{ConversationId, GroupId};
use rusqlite::{Connection, OptionalExtension, params};

/// The number from which on the messages of a conversation came ahead; `None` when it has no gap.
pub(crate) fn above(db: &Connection, conversation: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT above FROM gap WHERE conversation = ?1")?
        .query_row([conversation], |row| row.get(0))
        .optional()
}

/// Notes a gap below a number, unless there is one already.
pub(crate) fn open(db: &Connection, conversation: i64, above: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO gap (conversation, above) VALUES (?1, ?2)")?
        .execute(params![conversation, above])?;
    Ok(())
}

/// What was read has reached a message that came ahead: the gap, if there is more, is behind it.
pub(crate) fn reach(db: &Connection, conversation: i64, seq: i64) -> rusqlite::Result<()> {
    match seq_after(db, conversation, seq)? {
        Some(next) => db
            .prepare_cached("UPDATE gap SET above = ?2 WHERE conversation = ?1 AND above <= ?3")?
            .execute(params![conversation, next, seq])?,
        None => db
            .prepare_cached("DELETE FROM gap WHERE conversation = ?1 AND above <= ?2")?
            .execute(params![conversation, seq])?,
    };
    Ok(())
}

/// An archive was read to its end: nothing is missing in the conversation of that group, or else with any user.
pub(crate) fn close(db: &Connection, group: Option<&GroupId>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM gap WHERE conversation IN (SELECT id FROM conversation WHERE ";
    match group {
        Some(group) => db
            .prepare_cached(&format!("{sql} conversation_id = ?1)"))?
            .execute([ConversationId::group(group)])?,
        None => db
            .prepare_cached(&format!("{sql} conversation_id GLOB 'c2c_*')"))?
            .execute([])?,
    };
    Ok(())
}

/// The next number of a conversation after a number, shown or hidden.
pub(crate) fn seq_after(db: &Connection, conversation: i64, seq: i64) -> rusqlite::Result<Option<i64>> {
    let seqs = beside(db, conversation, seq, "position > ?3", "ASC")?;
    Ok(seqs.into_iter().min())
}

/// The next number of a conversation before a number, shown or hidden.
pub(crate) fn seq_before(db: &Connection, conversation: i64, seq: i64) -> rusqlite::Result<Option<i64>> {
    let seqs = beside(db, conversation, seq, "position < ?3", "DESC")?;
    Ok(seqs.into_iter().max())
}

/// The numbers beside a number, of what is shown and what is hidden: the index has them apart.
fn beside(db: &Connection, conversation: i64, seq: i64, side: &str, order: &str) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT seq FROM message WHERE conversation = ?1 AND is_hidden = ?2 AND {side} AND seq > 0 \
         ORDER BY position {order} LIMIT 1"
    ))?;
    let mut seqs = Vec::new();
    for is_hidden in [false, true] {
        seqs.extend(
            statement
                .query_row(params![conversation, is_hidden, seq], |row| row.get::<_, i64>(0))
                .optional()?,
        );
    }
    Ok(seqs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn a_gap_moves_up_over_what_came_ahead_and_ends_with_it() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        [1, 10, 20].iter().for_each(|seq| {
            message(&db, bob, *seq, |_| {});
        });
        open(&db, bob, 10).unwrap();
        open(&db, bob, 20).unwrap();
        assert_eq!(above(&db, bob).unwrap(), Some(10));
        reach(&db, bob, 1).unwrap();
        assert_eq!(above(&db, bob).unwrap(), Some(10));
        reach(&db, bob, 10).unwrap();
        assert_eq!(above(&db, bob).unwrap(), Some(20));
        reach(&db, bob, 20).unwrap();
        assert_eq!(above(&db, bob).unwrap(), None);
    }

    #[test]
    fn the_end_of_the_accounts_archive_closes_the_gaps_with_users_and_that_of_a_rooms_its_own() {
        let db = database();
        let [bob, team] = ["c2c_bob", "group_team"].map(|id| conversation(&db, id, |_| {}));
        [bob, team].iter().for_each(|id| open(&db, *id, 5).unwrap());
        close(&db, None).unwrap();
        assert_eq!((above(&db, bob).unwrap(), above(&db, team).unwrap()), (None, Some(5)));
        close(&db, Some(&GroupId::trusted("team"))).unwrap();
        assert_eq!(above(&db, team).unwrap(), None);
    }
}
