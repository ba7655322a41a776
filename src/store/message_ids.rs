//! The ids that servers which do not number their messages, and senders, have given to messages.
//!
//! Why a message has up to three ids: docs/decisions/message-ids.md.

use super::columns::text;
use super::message::MessageRow;
use crate::model::{Micros, Place, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// Stores the ids of a message, or completes them.
pub(crate) fn save(db: &Connection, message: &MessageRow, server_id: &str, origin_id: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        // The conversation is in the message's row too; here it leads the indexes: ids are unique in one archive only.
        "INSERT INTO message_name (message, conversation, server_id, origin_id) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (message) DO UPDATE SET \
         server_id = iif(server_id = '', excluded.server_id, server_id), \
         origin_id = iif(origin_id = '', excluded.origin_id, origin_id)",
    )?
    .execute(params![message.id, message.conversation, server_id, origin_id])?;
    Ok(())
}

/// The ids of a message: (server's, sender's).
pub(crate) fn of(db: &Connection, message: i64) -> rusqlite::Result<Option<(String, String)>> {
    db.prepare_cached("SELECT server_id, origin_id FROM message_name WHERE message = ?1")?
        .query_row([message], |row| Ok((text(row, 0)?, text(row, 1)?)))
        .optional()
}

/// The `msgID` of the message of a conversation that has this id in the server's archive.
pub(crate) fn by_server_id(db: &Connection, conversation: i64, server_id: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT m.msg_id FROM message_name n JOIN message m ON m.id = n.message \
         WHERE n.conversation = ?1 AND n.server_id = ?2 AND n.server_id <> '' LIMIT 1",
    )?
    .query_row(params![conversation, server_id], |row| text(row, 0))
    .optional()
}

/// The server's id of the newest message that others sent, up to a sequence, among those that its archive has.
pub(crate) fn newest_received(db: &Connection, conversation: i64, up_to: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT n.server_id FROM message m JOIN message_name n ON n.message = m.id \
         WHERE m.conversation = ?1 AND m.is_hidden = 0 AND m.position <= ?2 AND m.is_self = 0 AND m.seq > 0 \
         AND n.server_id <> '' ORDER BY m.position DESC LIMIT 1",
    )?
    .query_row([conversation, up_to], |row| text(row, 0))
    .optional()
}

/// The `msgID` of the newest message of a conversation that its sender, `None` for any, gave this id.
pub(crate) fn by_origin_id(
    db: &Connection,
    conversation: i64,
    origin_id: &str,
    sender: Option<&UserId>,
) -> rusqlite::Result<Option<String>> {
    // Nothing keeps a sender from using an id twice: the newest message is meant.
    db.prepare_cached(
        "SELECT m.msg_id FROM message_name n JOIN message m ON m.id = n.message \
         WHERE n.conversation = ?1 AND n.origin_id = ?2 AND n.origin_id <> '' AND (?3 IS NULL OR m.sender = ?3) \
         ORDER BY m.position DESC LIMIT 1",
    )?
    .query_row(params![conversation, origin_id, sender], |row| text(row, 0))
    .optional()
}

/// A message with an id of a server that does not number, or of its sender.
pub(crate) struct Named {
    pub(crate) msg_id: String,
    pub(crate) position: i64,
    pub(crate) time: Micros,
    pub(crate) server_id: String,
}

/// The newest such messages up to a position.
pub(crate) fn newest_named(db: &Connection, conversation: i64, up_to: i64, count: u32) -> rusqlite::Result<Vec<Named>> {
    let mut statement = db.prepare_cached(
        "SELECT m.msg_id, m.position, m.time, n.server_id FROM message m JOIN message_name n ON n.message = m.id \
         WHERE m.conversation = ?1 AND m.seq > 0 AND m.position <= ?2 ORDER BY m.position DESC LIMIT ?3",
    )?;
    let named = statement.query_map(params![conversation, up_to, count], |row| {
        Ok(Named {
            msg_id: text(row, 0)?,
            position: row.get(1)?,
            time: row.get(2)?,
            server_id: text(row, 3)?,
        })
    })?;
    named.collect()
}

/// The archive has a message under another id too, which comes before this one.
pub(crate) fn set_server_id(db: &Connection, message: i64, server_id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE message_name SET server_id = ?2 WHERE message = ?1")?
        .execute(params![message, server_id])?;
    Ok(())
}

/// Of the messages that this device has sent after a time those whose place in the archive is not known, newest first.
pub(crate) fn unplaced(db: &Connection, conversation: i64, after: Micros) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT m.msg_id FROM message m JOIN message_name n ON n.message = m.id \
         WHERE m.conversation = ?1 AND n.server_id = '' AND m.is_self = 1 AND m.seq > 0 AND m.time > ?2 \
         ORDER BY m.position DESC LIMIT 1000",
    )?;
    let rows = statement.query_map(params![conversation, after], |row| text(row, 0))?;
    rows.collect()
}

/// The messages whose places not every device of the user knows, newest first: what the account has sent after a time, unless
/// the conversation shows to all of them where that lies, and what no archive has.
pub(crate) fn apart(
    db: &Connection,
    conversation: i64,
    (after, shows_own): (Micros, bool),
) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT m.msg_id FROM message m JOIN message_name n ON n.message = m.id WHERE m.conversation = ?1 AND m.seq > 0 \
         AND (m.is_self = 1 AND m.time > ?2 AND NOT (?3 AND n.server_id <> '') OR n.server_id = '' AND n.origin_id = '') \
         ORDER BY m.position DESC LIMIT 1000",
    )?;
    let rows = statement.query_map(params![conversation, after, shows_own], |row| text(row, 0))?;
    rows.collect()
}

/// The newest message of those whose place every device knows: not of what no archive has, nor of what the account has sent
/// after a time. This device may have it from the archive, and the one that has sent it has not, unless the conversation shows it
/// to all of them.
pub(crate) fn newest_placed(
    db: &Connection,
    conversation: i64,
    (after, shows_own): (Micros, bool),
) -> rusqlite::Result<Option<Place>> {
    let mut statement = db.prepare_cached(
        "SELECT m.msg_id, m.time, m.position, \
         coalesce((SELECT n.server_id FROM message_name n WHERE n.message = m.id), '') \
         FROM message m WHERE m.conversation = ?1 AND m.is_hidden = ?3 AND m.seq > 0 \
         AND NOT (m.is_self = 1 AND m.time > ?2 AND NOT (?4 AND EXISTS \
         (SELECT 1 FROM message_name n WHERE n.message = m.id AND n.server_id <> ''))) \
         AND NOT EXISTS (SELECT 1 FROM message_name n WHERE n.message = m.id AND n.server_id = '' AND n.origin_id = '') \
         ORDER BY m.position DESC LIMIT 1",
    )?;
    let mut newest: Option<(i64, Place)> = None;
    // The index has what is shown and what is hidden apart.
    for is_hidden in [false, true] {
        let placed = statement.query_row(params![conversation, after, is_hidden, shows_own], |row| {
            let place = Place {
                time: row.get(1)?,
                id: text(row, 0)?,
                archive_id: text(row, 3)?,
                ..Place::default()
            };
            Ok((row.get(2)?, place))
        });
        newest = newest.max(placed.optional()?);
    }
    Ok(newest.map(|(_, place)| place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{conversation, database, message};

    #[test]
    fn ids_are_completed_and_never_replaced() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |_| {});
        save(&db, &row, "", "o").unwrap();
        save(&db, &row, "s", "").unwrap();
        save(&db, &row, "s2", "o2").unwrap();
        assert_eq!(of(&db, row.id).unwrap(), Some(("s".to_owned(), "o".to_owned())));
    }

    #[test]
    fn a_message_is_found_by_its_ids_in_its_own_conversation() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        let other = conversation(&db, "c2c_other", |_| {});
        let row = message(&db, bob, 1, |_| {});
        save(&db, &row, "s", "o").unwrap();
        assert_eq!(by_server_id(&db, bob, "s").unwrap().as_ref(), Some(&row.msg_id));
        assert_eq!(by_origin_id(&db, bob, "o", None).unwrap().as_ref(), Some(&row.msg_id));
        assert_eq!(by_server_id(&db, other, "s").unwrap(), None);
        assert_eq!(by_origin_id(&db, other, "o", None).unwrap(), None);
    }

    #[test]
    fn an_empty_id_finds_nothing() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        save(&db, &message(&db, bob, 1, |_| {}), "", "").unwrap();
        assert_eq!(by_server_id(&db, bob, "").unwrap(), None);
        assert_eq!(by_origin_id(&db, bob, "", None).unwrap(), None);
    }

    #[test]
    fn of_two_messages_with_one_origin_id_the_newest_of_the_sender_is_meant() {
        let db = database();
        let bob = conversation(&db, "c2c_bob", |_| {});
        for (seq, sender) in [(1, "bob"), (2, "bob"), (3, "alice")] {
            let row = message(&db, bob, seq, |row| row.sender = UserId::trusted(sender));
            save(&db, &row, "", "o").unwrap();
        }
        let found = by_origin_id(&db, bob, "o", Some(&UserId::trusted("bob"))).unwrap();
        assert_eq!(found.as_deref(), Some("m2"));
    }
}
