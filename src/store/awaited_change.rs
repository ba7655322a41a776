//! Changes of messages that wait for their message, with a content of their own: servers that do not number their messages
//! may tell of a message before it comes. The marks, which have none, wait in `awaited`.

use crate::model::{ConversationId, IdKind, MessageId, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// How many changes by one user wait in a conversation. What waits may wait for ever, and anybody can name messages that
/// never come.
const MAX_WAITING: i64 = 1000;

/// How many of the last changes may wait in all: there may be as many senders as somebody cares to be.
const MAX_TOTAL: i64 = 50_000;

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// An edit: its sender is the author of the message.
    Modified,
    /// The reactions of a user.
    Reacted,
    /// A confirmation that it was read: its sender is the reader.
    ReadReceipt,
}

impl Awaited {
    fn as_str(self) -> &'static str {
        match self {
            Self::Modified => "modified",
            Self::Reacted => "reacted",
            Self::ReadReceipt => "readReceipt",
        }
    }
}

/// The change by a user that waits for a message, as JSON.
pub(crate) fn find(
    db: &Connection,
    conversation: &ConversationId,
    change: Awaited,
    sender: &UserId,
    target: &MessageId,
) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT value FROM awaited_change \
         WHERE conversation_id = ?1 AND change = ?2 AND sender = ?3 AND kind = ?4 AND name = ?5",
    )?
    .query_row(
        params![conversation, change.as_str(), sender, target.kind, target.id],
        |row| row.get(0),
    )
    .optional()
}

/// Keeps a change until its message comes, in place of one by the same user.
pub(crate) fn keep(
    db: &Connection,
    conversation: &ConversationId,
    change: Awaited,
    sender: &UserId,
    (kind, name): (IdKind, &str),
    value: &str,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO awaited_change (conversation_id, change, sender, kind, name, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute(params![conversation, change.as_str(), sender, kind, name, value])?;
    // Per sender, so that nobody pushes out what waits for another.
    db.prepare_cached(
        "DELETE FROM awaited_change WHERE id = (SELECT id FROM awaited_change \
         WHERE conversation_id = ?1 AND change = ?2 AND sender = ?3 ORDER BY id DESC LIMIT 1 OFFSET ?4)",
    )?
    .execute(params![conversation, change.as_str(), sender, MAX_WAITING])?;
    trim(db, MAX_TOTAL)
}

/// Drops what came before the last `most` changes: what has waited so long is the least likely to be of use.
// By numbers, which costs nothing, and not by counting, which this is too frequent for.
fn trim(db: &Connection, most: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM awaited_change WHERE id <= (SELECT max(id) FROM awaited_change) - ?1")?
        .execute([most])?;
    Ok(())
}

/// Whether anything waits for messages of a conversation: nearly always nothing does, and this is asked for every message.
pub(crate) fn any(db: &Connection, conversation: &ConversationId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM awaited_change WHERE conversation_id = ?1")?
        .exists([conversation])
}

/// Takes the changes of a kind that waited for a message that has come, each with its sender, in the order in which they
/// were told.
pub(crate) fn take(
    db: &Connection,
    conversation: &ConversationId,
    change: Awaited,
    msg_id: &str,
    (server_id, origin_id): (&str, &str),
) -> rusqlite::Result<Vec<(UserId, String)>> {
    // A message without an id of a kind has '' for it, which must not match.
    let taken = db
        .prepare_cached(
            "DELETE FROM awaited_change WHERE conversation_id = ?1 AND change = ?2 AND name <> '' AND \
             (kind = 'msgId' AND name = ?3 OR kind = 'server' AND name = ?4 OR kind = 'origin' AND name = ?5) \
             RETURNING id, sender, value",
        )?
        .query_map(
            params![conversation, change.as_str(), msg_id, server_id, origin_id],
            |row| Ok((row.get::<_, i64>(0)?, (row.get(1)?, row.get(2)?))),
        )?
        .collect::<rusqlite::Result<std::collections::BTreeMap<_, _>>>()?;
    Ok(taken.into_values().collect())
}

/// Drops what waits for messages of a conversation, all of which were cleared.
pub(crate) fn drop_all(db: &Connection, conversation: &ConversationId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM awaited_change WHERE conversation_id = ?1")?
        .execute([conversation])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::database;

    fn bob() -> ConversationId {
        ConversationId::trusted("c2c_bob")
    }

    fn wait(db: &Connection, sender: &str, kind: IdKind, name: &str, value: &str) {
        keep(
            db,
            &bob(),
            Awaited::Modified,
            &UserId::trusted(sender),
            (kind, name),
            value,
        )
        .unwrap();
    }

    fn taken(db: &Connection, msg_id: &str, ids: (&str, &str)) -> Vec<String> {
        let taken = take(db, &bob(), Awaited::Modified, msg_id, ids).unwrap();
        taken.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn a_change_waits_for_the_message_by_any_of_its_ids_and_is_taken_once() {
        let db = database();
        for (kind, id) in [(IdKind::Server, "s"), (IdKind::Origin, "o"), (IdKind::MsgId, "m")] {
            wait(&db, "bob", kind, id, "1");
            assert_eq!(taken(&db, "m", ("s", "o")), ["1"]);
            assert!(taken(&db, "m", ("s", "o")).is_empty());
        }
        wait(&db, "bob", IdKind::Server, "", "1");
        assert!(taken(&db, "m", ("", "")).is_empty());
    }

    #[test]
    fn a_later_change_takes_the_place_of_the_earlier_one_of_the_same_user_only() {
        let db = database();
        for (sender, value) in [("bob", "1"), ("mallory", "2"), ("bob", "3")] {
            wait(&db, sender, IdKind::Origin, "o", value);
        }
        assert_eq!(taken(&db, "m", ("", "o")), ["3", "2"]);
    }

    #[test]
    fn of_what_waits_for_one_user_the_newest_stay() {
        let db = database();
        wait(&db, "bob", IdKind::Origin, "bobs", "1");
        (0..=MAX_WAITING).for_each(|n| wait(&db, "mallory", IdKind::Origin, &n.to_string(), "2"));
        assert!(taken(&db, "m", ("", "0")).is_empty());
        assert_eq!(taken(&db, "m", ("", "1")), ["2"]);
        assert_eq!(taken(&db, "m", ("", "bobs")), ["1"]);
        wait(&db, "bob", IdKind::Origin, "bobs", "1");
        drop_all(&db, &bob()).unwrap();
        assert!(taken(&db, "m", ("", "bobs")).is_empty());
    }

    #[test]
    fn of_all_that_waits_the_newest_stay_however_many_senders_there_are() {
        let db = database();
        for number in 0..9 {
            wait(&db, &format!("user{number}"), IdKind::Origin, &number.to_string(), "1");
        }
        trim(&db, 3).unwrap();
        let left: Vec<usize> = (0..9)
            .filter(|number| !taken(&db, "m", ("", &number.to_string())).is_empty())
            .collect();
        assert_eq!(left, [6, 7, 8]);
        // `keep` does the same, with its own limit.
        wait(&db, "old", IdKind::Origin, "old", "1");
        db.execute(
            "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'awaited_change'",
            [MAX_TOTAL],
        )
        .unwrap();
        wait(&db, "new", IdKind::Origin, "new", "1");
        assert!(taken(&db, "m", ("", "old")).is_empty());
        assert_eq!(taken(&db, "m", ("", "new")), ["1"]);
    }
}
