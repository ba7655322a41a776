//! Marks that wait for their message: servers that do not number their messages may tell of a message before it comes.

use super::columns::{text, text_column};
use super::error::is_unreadable;
use super::revocation;
use crate::model::{ConversationId, MessageId, Micros, Place, Recall, UserId};
use rusqlite::{Connection, params};

/// The ways in which a message, or all messages up to it, can be marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// We have read up to it on some device.
    Read,
    /// The peer of the C2C conversation has read up to it.
    PeerRead,
    /// A device of the peer of the C2C conversation has got what was said up to it.
    Delivered,
    /// It was recalled.
    Revoked,
    /// We cleared the history up to it on some device.
    Cleared,
    /// We deleted the conversation up to it on some device.
    Deleted,
}

impl Mark {
    const ALL: [Self; 6] = [
        Self::Read,
        Self::PeerRead,
        Self::Delivered,
        Self::Revoked,
        Self::Cleared,
        Self::Deleted,
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.as_str() == name)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PeerRead => "peerRead",
            Self::Delivered => "delivered",
            Self::Revoked => "revoked",
            Self::Cleared => "cleared",
            Self::Deleted => "deleted",
        }
    }

    /// Whether only the user's own devices can tell it.
    fn is_own(self) -> bool {
        matches!(self, Self::Read | Self::Cleared | Self::Deleted)
    }

    /// Whether it reaches back from the message.
    pub(crate) fn is_position(self) -> bool {
        self != Self::Revoked
    }
}

text_column!(Mark, Mark::parse);

/// How many marks of a kind wait for the messages of one sender. What waits may wait for ever, and anybody can name messages
/// that never come.
const MAX_WAITING: i64 = 1000;

/// How many of the last marks by others may wait in all: there may be as many senders as somebody cares to be.
const MAX_TOTAL: i64 = 50_000;

/// How long an id may be that others name. No client chooses longer ones, and numbers alone would let a few peers fill the
/// disk.
const MAX_NAME: usize = 1024;

/// Keeps a mark until its message comes.
pub(crate) fn keep(
    db: &Connection,
    conversation: &ConversationId,
    target: &MessageId,
    mark: Mark,
    recall: &Recall,
) -> rusqlite::Result<()> {
    let sender = target.sender.as_ref().map_or("", UserId::as_str);
    if !mark.is_own() && target.id.len() > MAX_NAME {
        return Ok(());
    }
    let is_new =
        db.prepare_cached(
            "INSERT OR IGNORE INTO awaited_mark (conversation_id, mark, sender, kind, name, not_after, \
             revoker, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            conversation,
            mark,
            sender,
            target.kind,
            target.id,
            target.not_after,
            revocation::revoker(recall),
            recall.reason
        ])? > 0;
    if is_new {
        // Per sender, so that nobody pushes out what waits for another.
        db.prepare_cached(
            "DELETE FROM awaited_mark WHERE id = (SELECT id FROM awaited_mark \
             WHERE conversation_id = ?1 AND mark = ?2 AND sender = ?3 ORDER BY id DESC LIMIT 1 OFFSET ?4)",
        )?
        .execute(params![conversation, mark, sender, MAX_WAITING])?;
        trim(db, MAX_TOTAL)?;
    }
    Ok(())
}

/// Drops what others told before the last `most` marks: what has waited so long is the least likely to be of use. What the
/// user's own devices have told stays: nobody else can fill that.
// By numbers, which costs nothing, and not by counting, which this is too frequent for.
fn trim(db: &Connection, most: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM awaited_mark WHERE id <= (SELECT max(id) FROM awaited_mark) - ?1 \
         AND mark IN ('peerRead', 'delivered', 'revoked')",
    )?
    .execute([most])?;
    Ok(())
}

/// Whether a mark waits for the message that names a place. Then it waits no more.
pub(crate) fn give_up(
    db: &Connection,
    conversation: &ConversationId,
    mark: Mark,
    place: &Place,
) -> rusqlite::Result<bool> {
    let given_up = db
        .prepare_cached(
            "DELETE FROM awaited_mark WHERE conversation_id = ?1 AND mark = ?2 AND name <> '' \
             AND (kind = 'msgId' AND name = ?3 OR kind = 'server' AND name = ?4)",
        )?
        .execute(params![conversation, mark, place.id, place.archive_id])?;
    Ok(given_up > 0)
}

/// Takes the marks that waited for a message that has come, each with what a recall says of itself.
pub(crate) fn take(
    db: &Connection,
    conversation: &ConversationId,
    (msg_id, sender, time): (&str, &UserId, Micros),
    (server_id, origin_id): (&str, &str),
) -> rusqlite::Result<Vec<(Mark, Recall)>> {
    // Nearly always nothing waits, and this is asked for every message.
    let any: bool = db
        .prepare_cached("SELECT 1 FROM awaited_mark WHERE conversation_id = ?1")?
        .exists([conversation])?;
    if !any {
        return Ok(Vec::new());
    }
    let mut statement = db.prepare_cached(
        // A message without an id of a kind has '' for it, which must not match a mark.
        "DELETE FROM awaited_mark WHERE conversation_id = ?1 AND (sender = '' OR sender = ?2) AND name <> '' AND \
         (kind = 'msgId' AND name = ?3 OR kind = 'server' AND name = ?4 OR kind = 'origin' AND name = ?5) \
         AND (not_after IS NULL OR not_after >= ?6) RETURNING mark, revoker, reason",
    )?;
    let marks = statement.query_map(
        params![conversation, sender, msg_id, server_id, origin_id, time],
        |row| {
            let recall = revocation::recall(text(row, 1)?, text(row, 2)?);
            Ok((row.get::<_, String>(0)?, recall))
        },
    )?;
    // A mark that cannot be read is dropped: the row is gone by now, and the message comes all the same.
    let marks = marks.filter_map(|effect| match effect {
        Ok((effect, recall)) => Mark::parse(&effect).map(|mark| Ok((mark, recall))),
        Err(error) if is_unreadable(&error) => None,
        Err(error) => Some(Err(error)),
    });
    let mut marks: Vec<_> = marks.collect::<rusqlite::Result<_>>()?;
    // A delete takes the conversation out of the list by what it deletes: after clearing up to the same place it finds nothing.
    marks.sort_by_key(|(mark, _)| *mark != Mark::Deleted);
    Ok(marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IdKind;
    use crate::store::fixture::{conversation, database, message};
    use crate::store::message::MessageRow;

    fn target(kind: IdKind, id: &str, sender: Option<&str>) -> MessageId {
        MessageId {
            kind,
            id: id.to_owned(),
            sender: sender.map(UserId::trusted),
            not_after: None,
        }
    }

    fn of(row: &MessageRow) -> (&str, &UserId, Micros) {
        (&row.msg_id, &row.sender, row.time)
    }

    fn bob() -> ConversationId {
        ConversationId::trusted("c2c_bob")
    }

    fn wait(db: &Connection, target: &MessageId, mark: Mark) {
        keep(db, &bob(), target, mark, &Recall::default()).unwrap();
    }

    fn taken(db: &Connection, message: (&str, &UserId, Micros), ids: (&str, &str)) -> Vec<Mark> {
        let taken = take(db, &bob(), message, ids).unwrap();
        taken.into_iter().map(|(mark, _)| mark).collect()
    }

    #[test]
    fn a_mark_waits_for_the_message_by_any_of_its_ids_and_is_taken_once() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |row| {
            row.msg_id = "m".to_owned()
        });
        for (kind, id) in [(IdKind::Server, "s"), (IdKind::Origin, "o"), (IdKind::MsgId, "m")] {
            wait(&db, &target(kind, id, None), Mark::Revoked);
            assert_eq!(taken(&db, of(&row), ("s", "o")), [Mark::Revoked]);
            assert_eq!(taken(&db, of(&row), ("s", "o")), []);
        }
    }

    #[test]
    fn a_mark_for_one_sender_is_not_taken_by_a_message_of_another() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |row| {
            row.sender = UserId::trusted("bob");
        });
        wait(&db, &target(IdKind::Origin, "o", Some("mallory")), Mark::Revoked);
        assert_eq!(taken(&db, of(&row), ("", "o")), []);
        wait(&db, &target(IdKind::Origin, "o", Some("bob")), Mark::Revoked);
        assert_eq!(taken(&db, of(&row), ("", "o")), [Mark::Revoked]);
    }

    #[test]
    fn what_others_name_is_bounded_in_number_and_length_and_pushes_out_nothing_of_our_own() {
        let db = database();
        let long = "x".repeat(MAX_NAME + 1);
        wait(&db, &target(IdKind::Server, &long, None), Mark::Read);
        wait(&db, &target(IdKind::Origin, &long, None), Mark::Revoked);
        for name in ["a", "b", "c"] {
            wait(&db, &target(IdKind::Origin, name, Some(name)), Mark::Revoked);
        }
        trim(&db, 2).unwrap();
        let mut waiting = db
            .prepare("SELECT mark || length(name) || sender FROM awaited_mark ORDER BY id")
            .unwrap();
        let waiting = waiting.query_map([], |row| row.get(0)).unwrap();
        let waiting: Vec<String> = waiting.map(Result::unwrap).collect();
        assert_eq!(waiting, ["read1025", "revoked1b", "revoked1c"]);
    }

    #[test]
    fn a_recall_by_another_does_not_take_the_place_of_the_senders_own() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |row| {
            row.sender = UserId::trusted("bob");
        });
        for sender in ["bob", "mallory"] {
            wait(&db, &target(IdKind::Server, "s", Some(sender)), Mark::Revoked);
        }
        assert_eq!(taken(&db, of(&row), ("s", "")), [Mark::Revoked]);
    }

    #[test]
    fn of_the_marks_that_wait_for_a_senders_messages_the_newest_stay() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |row| {
            row.sender = UserId::trusted("bob");
        });
        let revoke = |id: &str, sender| {
            wait(&db, &target(IdKind::Origin, id, Some(sender)), Mark::Revoked);
        };
        revoke("first", "bob");
        revoke("second", "bob");
        (0..2 * MAX_WAITING).for_each(|n| revoke(&format!("flood-{n}"), "mallory"));
        (0..MAX_WAITING - 1).for_each(|n| revoke(&format!("{n}"), "bob"));
        let waiting: i64 = db
            .query_row("SELECT count(*) FROM awaited_mark", (), |row| row.get(0))
            .unwrap();
        assert_eq!(waiting, 2 * MAX_WAITING);
        assert_eq!(taken(&db, of(&row), ("", "first")), []);
        assert_eq!(taken(&db, of(&row), ("", "second")), [Mark::Revoked]);
    }

    #[test]
    fn an_empty_id_names_no_message() {
        let db = database();
        let row = message(&db, conversation(&db, "c2c_bob", |_| {}), 1, |_| {});
        wait(&db, &target(IdKind::Server, "", None), Mark::Read);
        assert_eq!(taken(&db, of(&row), ("", "")), []);
    }
}
