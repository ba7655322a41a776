//! Group tips: those of a history, and those that wait to be told as this device has seen them.

use super::columns::text;
use super::message::{COLUMNS, MessageRow, from_row};
use crate::model::{GroupId, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The newest tips of a group from a time on that were told or seen, the newest first.
pub(crate) fn newest(db: &Connection, conversation: i64, from: Micros, most: i64) -> rusqlite::Result<Vec<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_tip WHERE conversation = ?1 AND elem_type = 9 AND time >= ?2 \
         ORDER BY time DESC, id DESC LIMIT ?3"
    ))?
    .query_map(params![conversation, from, most], from_row)?
    .collect()
}

/// The tips of a group within a stretch of time.
pub(crate) fn between(
    db: &Connection,
    conversation: i64,
    (from, to): (Micros, Micros),
) -> rusqlite::Result<Vec<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_tip WHERE conversation = ?1 AND elem_type = 9 \
         AND time BETWEEN ?2 AND ?3"
    ))?
    .query_map(params![conversation, from, to], from_row)?
    .collect()
}

/// Those of them that this device alone has seen, the oldest first.
pub(crate) fn seen_between(
    db: &Connection,
    conversation: i64,
    (from, to): (Micros, Micros),
) -> rusqlite::Result<Vec<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_seen_tip WHERE conversation = ?1 AND elem_type = 9 \
         AND status = 5 AND time BETWEEN ?2 AND ?3 ORDER BY time, id"
    ))?
    .query_map(params![conversation, from, to], from_row)?
    .collect()
}

/// A tip that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WaitingTip {
    pub(crate) msg_id: String,
    pub(crate) by: Option<UserId>,
    /// What happened, as JSON.
    pub(crate) tips: String,
}

/// Lets a tip of a group wait, unless it does.
pub(crate) fn wait(db: &Connection, group: &GroupId, tip: &WaitingTip) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO waiting_tip (msg_id, group_id, by, tips) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![tip.msg_id, group, tip.by, tip.tips])?;
    Ok(())
}

/// The tips of a group that wait, the first first.
pub(crate) fn waiting(db: &Connection, group: &GroupId) -> rusqlite::Result<Vec<WaitingTip>> {
    db.prepare_cached("SELECT msg_id, by, tips FROM waiting_tip WHERE group_id = ?1 ORDER BY id")?
        .query_map([group], waiting_row)?
        .collect()
}

/// The one of that id, if it waits.
pub(crate) fn waiting_one(db: &Connection, group: &GroupId, msg_id: &str) -> rusqlite::Result<Option<WaitingTip>> {
    db.prepare_cached("SELECT msg_id, by, tips FROM waiting_tip WHERE group_id = ?1 AND msg_id = ?2")?
        .query_row(params![group, msg_id], waiting_row)
        .optional()
}

fn waiting_row(row: &Row<'_>) -> rusqlite::Result<WaitingTip> {
    Ok(WaitingTip {
        msg_id: text(row, 0)?,
        by: row.get(1)?,
        tips: text(row, 2)?,
    })
}

/// A tip waits for what is left of it.
pub(crate) fn set_waiting(db: &Connection, msg_id: &str, tips: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE waiting_tip SET tips = ?2 WHERE msg_id = ?1")?
        .execute([msg_id, tips])?;
    Ok(())
}

/// A tip waits no more.
pub(crate) fn end_waiting(db: &Connection, msg_id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM waiting_tip WHERE msg_id = ?1")?
        .execute([msg_id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ElemType, MessageStatus};
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn tips_are_found_by_time_and_those_that_this_device_has_seen_by_themselves() {
        let db = database();
        let team = conversation(&db, "group_team", |_| {});
        for seq in 1..=6 {
            message(&db, team, seq, |row| {
                row.time = Micros(seq * 10);
                row.elem_type = if seq == 3 { ElemType::Text } else { ElemType::GroupTips };
                row.status = if seq % 2 == 0 {
                    MessageStatus::LocalImported
                } else {
                    MessageStatus::Sent
                };
            });
        }
        let seqs = |rows: Vec<MessageRow>| rows.into_iter().map(|row| row.seq).collect::<Vec<_>>();
        assert_eq!(seqs(newest(&db, team, Micros(20), 3).unwrap()), [6, 5, 4]);
        assert_eq!(seqs(newest(&db, team, Micros(50), 9).unwrap()), [6, 5]);
        assert_eq!(seqs(between(&db, team, (Micros(20), Micros(50))).unwrap()), [2, 4, 5]);
        assert_eq!(seqs(seen_between(&db, team, (Micros(20), Micros(50))).unwrap()), [2, 4]);
    }

    #[test]
    fn what_waits_does_so_once_and_until_it_is_taken_away() {
        let db = database();
        let (team, other) = (GroupId::trusted("team"), GroupId::trusted("other"));
        let tip = |msg_id: &str, tips: &str| WaitingTip {
            msg_id: msg_id.to_owned(),
            by: Some(UserId::trusted("bob")),
            tips: tips.to_owned(),
        };
        for (group, msg_id) in [(&team, "t1"), (&team, "t2"), (&other, "t3"), (&team, "t1")] {
            wait(&db, group, &tip(msg_id, "{}")).unwrap();
        }
        set_waiting(&db, "t2", "[]").unwrap();
        assert_eq!(waiting(&db, &team).unwrap(), [tip("t1", "{}"), tip("t2", "[]")]);
        assert_eq!(waiting_one(&db, &other, "t1").unwrap(), None);
        end_waiting(&db, "t1").unwrap();
        assert_eq!(waiting_one(&db, &team, "t2").unwrap(), Some(tip("t2", "[]")));
        assert_eq!(waiting(&db, &team).unwrap().len(), 1);
    }
}
