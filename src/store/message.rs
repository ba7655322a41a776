//! Message rows.

use super::columns::{number_of, text};
pub(crate) use super::message_delete::{delete, delete_all, delete_up_to};
use super::search;
use crate::model::{AtType, ConversationId, ElemType, MessageStatus, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The position of messages that the server does not have yet: after every other.
// Above every sequence: the engine takes none over 2^53 - 2.
pub(crate) const PENDING_POSITION: i64 = (1 << 53) - 1;

/// One row. Fields are what the columns of the same name mean in docs/schema.sql.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageRow {
    /// 0 for a row that is not stored yet.
    pub(crate) id: i64,
    pub(crate) conversation: i64,
    pub(crate) position: i64,
    pub(crate) seq: i64,
    pub(crate) time: Micros,
    pub(crate) status: MessageStatus,
    pub(crate) is_self: bool,
    pub(crate) counts_unread: bool,
    pub(crate) at_type: AtType,
    pub(crate) is_excluded_from_last_message: bool,
    pub(crate) elem_type: ElemType,
    pub(crate) msg_id: String,
    pub(crate) sender: UserId,
    pub(crate) nick_name: String,
    pub(crate) face_url: String,
    pub(crate) body: String,
    pub(crate) local_custom_data: String,
    pub(crate) local_custom_int: i64,
    pub(crate) error_code: i64,
}

pub(super) const COLUMNS: &str = "id, conversation, position, seq, time, status, is_self, counts_unread, at_type, \
    is_excluded_from_last_message, elem_type, msg_id, sender, nick_name, face_url, body, local_custom_data, \
    local_custom_int, error_code";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: row.get(0)?,
        conversation: row.get(1)?,
        position: number_of(row, 2)?,
        seq: number_of(row, 3)?,
        time: row.get(4)?,
        status: row.get(5)?,
        is_self: row.get(6)?,
        counts_unread: row.get(7)?,
        at_type: row.get(8)?,
        is_excluded_from_last_message: row.get(9)?,
        elem_type: row.get(10)?,
        msg_id: text(row, 11)?,
        sender: row.get(12)?,
        nick_name: text(row, 13)?,
        face_url: text(row, 14)?,
        body: text(row, 15)?,
        local_custom_data: text(row, 16)?,
        local_custom_int: row.get(17)?,
        error_code: row.get(18)?,
    })
}

/// Stores a new row and returns its number.
pub(crate) fn insert(db: &Connection, row: &MessageRow) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "INSERT INTO message (conversation, position, seq, time, status, is_self, counts_unread, at_type, \
         is_excluded_from_last_message, elem_type, msg_id, sender, nick_name, face_url, body, local_custom_data, \
         local_custom_int, error_code) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?
    .insert(params![
        row.conversation,
        row.position,
        row.seq,
        row.time,
        row.status,
        row.is_self,
        row.counts_unread,
        row.at_type,
        row.is_excluded_from_last_message,
        row.elem_type,
        row.msg_id,
        row.sender,
        row.nick_name,
        row.face_url,
        row.body,
        row.local_custom_data,
        row.local_custom_int,
        row.error_code,
    ])
}

/// Writes back what can change in a stored row.
pub(crate) fn update(db: &Connection, row: &MessageRow) -> rusqlite::Result<()> {
    let is_searched = search::before_update(db, row.id, row.status, &row.body)?;
    db.prepare_cached(
        "UPDATE message SET position = ?2, seq = ?3, time = ?4, status = ?5, counts_unread = ?6, at_type = ?7, \
         elem_type = ?8, body = ?9, error_code = ?10 WHERE id = ?1",
    )?
    .execute(params![
        row.id,
        row.position,
        row.seq,
        row.time,
        row.status,
        row.counts_unread,
        row.at_type,
        row.elem_type,
        row.body,
        row.error_code,
    ])?;
    if is_searched {
        search::add(db, row.id, row.status, &row.body)?;
    }
    Ok(())
}

/// Writes back what the app keeps about a message.
pub(crate) fn set_local(db: &Connection, row: &MessageRow) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE message SET local_custom_data = ?2, local_custom_int = ?3 WHERE id = ?1")?
        .execute(params![row.id, row.local_custom_data, row.local_custom_int])?;
    Ok(())
}

/// Changes what a message shows of its sender.
pub(crate) fn set_sender_profile(db: &Connection, row: &MessageRow) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE message SET nick_name = ?2, face_url = ?3 WHERE id = ?1")?
        .execute(params![row.id, row.nick_name, row.face_url])?;
    Ok(())
}

/// Puts a message that is in no conversation into one.
pub(crate) fn set_conversation(db: &Connection, id: i64, conversation: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE message SET conversation = ?2 WHERE id = ?1")?
        .execute([id, conversation])?;
    Ok(())
}

/// The message with that id.
pub(crate) fn by_msg_id(db: &Connection, msg_id: &str) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE msg_id = ?1"))?
        .query_row([msg_id], from_row)
        .optional()
}

/// The message with that number.
pub(crate) fn by_number(db: &Connection, number: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE id = ?1"))?
        .query_row([number], from_row)
        .optional()
}

/// Messages of ours that wait to be sent although no command sends them: their command was lost.
pub(crate) fn without_command(db: &Connection) -> rusqlite::Result<Vec<MessageRow>> {
    db.prepare(&format!(
        "SELECT {COLUMNS} FROM message WHERE position = ?1 AND seq = 0 AND is_self = 1 AND status = ?2 \
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.kind = 'send' AND outbox.msg_id = message.msg_id)"
    ))?
    .query_map(params![PENDING_POSITION, MessageStatus::Sending], from_row)?
    .collect()
}

/// The message that the server numbered so.
pub(crate) fn by_seq(db: &Connection, conversation: i64, seq: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!(
        // The index is on the position, which a refused message shares with another's sequence.
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position = ?2 AND seq = ?2"
    ))?
    .query_row([conversation, seq], from_row)
    .optional()
}

/// The conversation that holds a message.
pub(crate) fn conversation_of(db: &Connection, msg_id: &str) -> rusqlite::Result<Option<ConversationId>> {
    db.prepare_cached(
        "SELECT c.conversation_id FROM message m JOIN conversation c ON c.id = m.conversation WHERE m.msg_id = ?1",
    )?
    .query_row([msg_id], |row| row.get(0))
    .optional()
}

/// How many messages after a sequence count as unread.
pub(crate) fn count_unread(db: &Connection, conversation: i64, read_seq: i64) -> rusqlite::Result<i64> {
    // The position stands for the sequence, because the index is on it: for a message that counts the two are the same.
    db.prepare_cached(
        "SELECT count(*) FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position > ?2 AND counts_unread = 1",
    )?
        .query_row([conversation, read_seq], |row| row.get(0))
}

/// The @s after a sequence: (sequence, type), the newest 100 of them, oldest first.
pub(crate) fn at_infos(db: &Connection, conversation: i64, read_seq: i64) -> rusqlite::Result<Vec<(i64, AtType)>> {
    db.prepare_cached(AT_INFOS)?
        .query_map([conversation, read_seq], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

// The planner would take the index that has more of the conditions, and look at all messages after the sequence.
const AT_INFOS: &str = "SELECT seq, at_type FROM (SELECT seq, at_type, position FROM message INDEXED BY message_at \
    WHERE conversation = ?1 AND position > ?2 AND at_type <> 0 AND is_hidden = 0 ORDER BY position DESC LIMIT 100) \
    ORDER BY position";

/// The newest message that the server has, sent before a time and not past a sequence: (sequence, time).
pub(crate) fn newest_before(
    db: &Connection,
    conversation: i64,
    time: Micros,
    seq: i64,
) -> rusqlite::Result<Option<(i64, Micros)>> {
    db.prepare_cached(
        "SELECT seq, time FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position <= ?3 AND seq > 0 AND time < ?2 \
         ORDER BY position DESC LIMIT 1",
    )?
    .query_row(params![conversation, time, seq], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

/// The newest message that others sent and the server has, up to a sequence.
pub(crate) fn newest_received(db: &Connection, conversation: i64, up_to: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = 0 AND position <= ?2 AND is_self = 0 \
         AND seq > 0 ORDER BY position DESC LIMIT 1"
    ))?
    .query_row([conversation, up_to], from_row)
    .optional()
}

/// The newest message that the server has, shown or hidden.
pub(crate) fn newest(db: &Connection, conversation: i64) -> rusqlite::Result<Option<MessageRow>> {
    // Unsent messages stand last and refused ones in between: neither has a number.
    let newest = at_end(db, conversation, "DESC")?;
    Ok(newest.into_iter().max_by_key(|row| row.position))
}

/// The oldest message that the server has, shown or hidden.
pub(crate) fn oldest(db: &Connection, conversation: i64) -> rusqlite::Result<Option<MessageRow>> {
    let oldest = at_end(db, conversation, "ASC")?;
    Ok(oldest.into_iter().min_by_key(|row| row.position))
}

/// The first message that is shown and the first that is hidden, in an order: the index has them apart.
fn at_end(db: &Connection, conversation: i64, order: &str) -> rusqlite::Result<Vec<MessageRow>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND is_hidden = ?2 AND seq > 0 \
         ORDER BY position {order} LIMIT 1"
    ))?;
    let mut rows = Vec::new();
    for is_hidden in [false, true] {
        rows.extend(
            statement
                .query_row(params![conversation, is_hidden], from_row)
                .optional()?,
        );
    }
    Ok(rows)
}

/// The lowest sequence that is stored.
pub(crate) fn lowest_seq(db: &Connection, conversation: i64) -> rusqlite::Result<Option<i64>> {
    Ok(oldest(db, conversation)?.map(|row| row.seq))
}

/// The newest message with a number of the server below `below`: its number and id.
pub(crate) fn numbered_below(
    db: &Connection,
    conversation: &ConversationId,
    below: i64,
) -> rusqlite::Result<Option<(i64, String)>> {
    db.prepare_cached(
        "SELECT m.seq, m.msg_id FROM conversation c JOIN message m ON m.conversation = c.id \
         WHERE c.conversation_id = ?1 AND m.is_hidden = 0 AND m.position < ?2 AND m.seq > 0 AND m.seq < ?2 ORDER BY m.position DESC LIMIT 1",
    )?
    .query_row(params![conversation, below], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

/// Takes the numbers after `seq` from messages, which thereby count as read and lie after it. Those that were never sent
/// stay at the end.
pub(crate) fn forget_numbers(db: &Connection, conversation: i64, seq: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE message SET position = ?2, seq = 0, counts_unread = 0, at_type = 0 \
         WHERE conversation = ?1 AND is_hidden = 0 AND position > ?2 AND position < ?3",
    )?
    .execute([conversation, seq, PENDING_POSITION])?;
    Ok(())
}

/// Whether a conversation shows any message.
pub(crate) fn any(db: &Connection, conversation: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM message WHERE conversation = ?1 AND is_hidden = 0 LIMIT 1")?
        .exists([conversation])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    /// A conversation with bob's messages 1 to 3, of which the last is not sent yet, and a message elsewhere.
    fn three() -> (Connection, i64) {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        message(&db, bob, 1, |_| {});
        message(&db, bob, 2, |row| row.at_type = AtType::Me);
        message(&db, bob, 3, |row| {
            (row.seq, row.position) = (0, PENDING_POSITION);
            (row.is_self, row.counts_unread) = (true, false);
        });
        message(&db, conversation(&db, "c2c_other", |_| {}), 9, |_| {});
        (db, bob)
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let (db, bob) = three();
        let mut row = message(&db, bob, 4, |row| {
            (row.nick_name, row.face_url) = ("Bob".to_owned(), "face".to_owned());
        });
        assert_eq!(by_msg_id(&db, "m4").unwrap().as_ref(), Some(&row));
        (row.position, row.seq, row.time) = (5, 5, Micros(6));
        (row.status, row.counts_unread, row.at_type) = (MessageStatus::Revoked, false, AtType::All);
        row.body = "new".to_owned();
        update(&db, &row).unwrap();
        assert_eq!([5, 4].map(|seq| by_seq(&db, bob, seq).unwrap()), [Some(row), None]);
        assert_eq!(conversation_of(&db, "m4").unwrap().unwrap().as_str(), "c2c_bob");
    }

    #[test]
    fn unread_messages_and_ats_are_those_after_the_read_position() {
        let (db, bob) = three();
        assert_eq!([0, 1, 2].map(|seq| count_unread(&db, bob, seq).unwrap()), [2, 1, 0]);
        assert_eq!(at_infos(&db, bob, 1).unwrap(), [(2, AtType::Me)]);
        assert_eq!(at_infos(&db, bob, 2).unwrap(), []);
        (10..115).for_each(|seq| drop(message(&db, bob, seq, |row| row.at_type = AtType::All)));
        let shown = at_infos(&db, bob, 1).unwrap().into_iter().map(|(seq, _)| seq);
        assert_eq!(Vec::from_iter(shown), Vec::from_iter(15..115), "the newest");
    }

    #[test]
    fn ats_are_found_without_stepping_over_unread_messages_that_are_none() {
        let (db, bob) = three();
        (10..3_000).for_each(|seq| drop(message(&db, bob, seq, |_| {})));
        let mut ats = db.prepare(AT_INFOS).unwrap();
        assert_eq!(ats.query_row([bob, 0], |row| row.get::<_, i64>(0)).unwrap(), 2);
        let steps = ats.get_status(rusqlite::StatementStatus::VmStep);
        assert!(steps < 100, "{steps} steps");
    }

    #[test]
    fn the_newest_and_the_oldest_message_are_ones_that_the_server_has() {
        let (db, bob) = three();
        assert_eq!(newest(&db, bob).unwrap().unwrap().msg_id, "m2");
        assert_eq!(oldest(&db, bob).unwrap().unwrap().msg_id, "m1");
        assert_eq!(lowest_seq(&db, bob).unwrap(), Some(1));
    }

    #[test]
    fn the_newest_message_before_a_time_is_one_that_the_server_has() {
        let (db, bob) = three();
        let end = Micros(i64::MAX);
        assert_eq!(
            newest_before(&db, bob, end, PENDING_POSITION).unwrap(),
            Some((2, Micros(2_000_000)))
        );
        let older = newest_before(&db, bob, Micros(2_000_000), PENDING_POSITION);
        assert_eq!(older.unwrap().unwrap().0, 1);
        assert_eq!(newest_before(&db, bob, end, 1).unwrap().unwrap().0, 1);
        assert_eq!(newest_received(&db, bob, 1).unwrap().unwrap().msg_id, "m1");
    }

    #[test]
    fn deleting_up_to_a_position_spares_what_is_newer_and_other_conversations() {
        let (db, bob) = three();
        assert_eq!(delete_up_to(&db, bob, 2).unwrap(), 2);
        assert!(any(&db, bob).unwrap());
        assert_eq!(delete_all(&db, bob).unwrap(), 1);
        assert!(!any(&db, bob).unwrap());
        assert!(by_msg_id(&db, "m9").unwrap().is_some());
    }
}
