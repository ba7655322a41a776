//! Changes of messages that wait for their message, with a content of their own: servers that do not number their messages
//! may tell of a message before it comes. The marks, which have none, wait in `awaited`.

use super::error::is_unreadable;
use crate::model::{ConversationId, IdKind, MessageId, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// How many changes by one user wait in a conversation. What waits may wait for ever, and anybody can name messages that
/// never come.
const MAX_WAITING: i64 = 1000;

/// How many of the last changes may wait in all: there may be as many senders as somebody cares to be.
const MAX_TOTAL: i64 = 50_000;

/// How many bytes may wait in a conversation, and how many in all. An edit can be as long as a message, so numbers alone
/// would let a few peers fill the disk.
const MAX_BYTES: i64 = 4 << 20;
const MAX_TOTAL_BYTES: i64 = 64 << 20;

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
    // One that cannot be read is none: what comes takes its place.
    .or_else(|error| if is_unreadable(&error) { Ok(None) } else { Err(error) })
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
    trim(db, MAX_TOTAL)?;
    trim_bytes(db, Some(conversation), MAX_BYTES)?;
    trim_bytes(db, None, MAX_TOTAL_BYTES)
}

/// Drops what came before the last `most` changes: what has waited so long is the least likely to be of use.
// By numbers, which costs nothing, and not by counting, which this is too frequent for.
fn trim(db: &Connection, most: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM awaited_change WHERE id <= (SELECT max(id) FROM awaited_change) - ?1")?
        .execute([most])?;
    Ok(())
}

/// Drops the oldest changes of a conversation, or of all, when they have more than `most` bytes.
fn trim_bytes(db: &Connection, conversation: Option<&ConversationId>, most: i64) -> rusqlite::Result<()> {
    // Two texts, so that each finds its index.
    let of = match conversation {
        Some(_) => "WHERE conversation_id = ?1",
        None => "WHERE ?1 IS NULL",
    };
    let bytes: i64 = db
        .prepare_cached(&format!("SELECT coalesce(sum(size), 0) FROM awaited_change {of}"))?
        .query_row([conversation], |row| row.get(0))?;
    if bytes > most {
        // A quarter more than needed, so that this is not due again at the next change.
        db.prepare_cached(&format!(
            "DELETE FROM awaited_change WHERE id IN (SELECT id FROM \
             (SELECT id, sum(size) OVER (ORDER BY id DESC) AS bytes FROM awaited_change {of}) WHERE bytes > ?2)"
        ))?
        .execute(params![conversation, most / 4 * 3])?;
    }
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
        // A change that cannot be read is dropped: the row is gone by now, and the message comes all the same.
        .filter(|taken| !taken.as_ref().is_err_and(is_unreadable))
        .collect::<rusqlite::Result<std::collections::BTreeMap<_, _>>>()?;
    Ok(taken.into_values().collect())
}

/// An edit that waits and is to be shown where its message never comes.
pub(crate) struct LoneEdit {
    pub(crate) conversation: ConversationId,
    pub(crate) author: UserId,
    /// The id that the author gave the message.
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The edits of that kind in a group, or in all conversations with users.
pub(crate) fn lone_edits(db: &Connection, group: Option<&ConversationId>) -> rusqlite::Result<Vec<LoneEdit>> {
    let mut statement = db.prepare_cached(
        // The key is in no text: there a quotation mark has a backslash before it.
        "SELECT conversation_id, sender, name, value FROM awaited_change WHERE change = 'modified' AND kind = 'origin' \
         AND (conversation_id = ?1 OR ?1 IS NULL AND conversation_id GLOB 'c2c_*') AND instr(value, ',\"alone\":{') > 0",
    )?;
    let edits = statement.query_map([group], |row| {
        Ok(LoneEdit {
            conversation: row.get(0)?,
            author: row.get(1)?,
            name: row.get(2)?,
            value: row.get(3)?,
        })
    })?;
    edits.filter(|edit| !edit.as_ref().is_err_and(is_unreadable)).collect()
}

/// Drops what one user has made of one message.
pub(crate) fn drop_edit(db: &Connection, edit: &LoneEdit) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM awaited_change WHERE conversation_id = ?1 AND change = 'modified' AND sender = ?2 AND kind = 'origin' \
         AND name = ?3",
    )?
    .execute(params![edit.conversation, edit.author, edit.name])?;
    Ok(())
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
    fn a_damaged_change_keeps_neither_its_message_nor_another_change_away() {
        let db = database();
        wait(&db, "bob", IdKind::Origin, "o", "1");
        wait(&db, "carol", IdKind::Origin, "o", "2");
        let damage = "UPDATE awaited_change SET value = CAST(x'ff' AS TEXT) WHERE sender = 'bob'";
        assert_eq!(db.execute(damage, []).unwrap(), 1);
        let target = MessageId {
            kind: IdKind::Origin,
            id: "o".to_owned(),
            sender: None,
            not_after: None,
        };
        let found = find(&db, &bob(), Awaited::Modified, &UserId::trusted("bob"), &target);
        assert_eq!(found.unwrap(), None);
        assert_eq!(taken(&db, "m", ("", "o")), ["2"]);
        assert!(taken(&db, "m", ("", "o")).is_empty());
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
    fn waiting(db: &Connection, conversation: &ConversationId) -> (i64, i64) {
        db.query_row(
            "SELECT count(*), sum(length(CAST(value AS BLOB))) FROM awaited_change WHERE conversation_id = ?1",
            [conversation],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
    }

    #[test]
    fn however_long_the_changes_are_they_fill_no_disk_and_the_newest_stay() {
        let db = database();
        let long = "ü".repeat(50_000);
        let number = 3 * MAX_BYTES / 100_000;
        (0..number).for_each(|n| wait(&db, &format!("user{n}"), IdKind::Origin, &n.to_string(), &long));
        let (count, bytes) = waiting(&db, &bob());
        assert!(bytes <= MAX_BYTES, "{bytes}");
        assert!(bytes > MAX_BYTES / 2, "{bytes}");
        assert_eq!(taken(&db, "m", ("", &(number - 1).to_string())), [long.as_str()]);
        assert_eq!(taken(&db, "m", ("", &(number - count).to_string())), [long.as_str()]);
        assert!(taken(&db, "m", ("", &(number - count - 1).to_string())).is_empty());
    }

    #[test]
    fn of_all_conversations_together_the_newest_changes_stay() {
        let db = database();
        for (conversation, name) in [("c2c_bob", "1"), ("c2c_carol", "2"), ("c2c_bob", "3")] {
            let conversation = ConversationId::trusted(conversation);
            let mallory = UserId::trusted("mallory");
            let name = (IdKind::Origin, name);
            keep(&db, &conversation, Awaited::Reacted, &mallory, name, &"x".repeat(99)).unwrap();
        }
        trim_bytes(&db, None, 300).unwrap();
        assert_eq!(waiting(&db, &bob()).0, 2);
        trim_bytes(&db, None, 299).unwrap();
        assert_eq!(waiting(&db, &bob()).0, 1);
        assert_eq!(waiting(&db, &ConversationId::trusted("c2c_carol")).0, 1);
    }
}
