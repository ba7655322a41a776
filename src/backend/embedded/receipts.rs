//! Receipts: which messages a device has fetched, and which ones their readers have confirmed.

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::last_place;
use super::row::{MsgId, Time, User};
use super::users::Me;
use super::{conversations, membership};
use crate::model::{Change, ConversationId, MessageBody, Micros, ReadPosition, Target};
use rusqlite::{Connection, OptionalExtension};

/// A device of the user has everything up to a change: those who have written to the user are told.
pub(super) fn fetched(tx: &mut Tx<'_>, me: &Me, up_to: i64) -> ServiceResult<()> {
    // Of a number that was never given nobody has fetched anything.
    let before = tx.find::<i64>("SELECT fetched FROM user WHERE id = ?1", [me.id])?;
    let before = before.unwrap_or_default().min(tx.last_change());
    if before >= up_to {
        return Ok(());
    }
    tx.execute("UPDATE user SET fetched = ?2 WHERE id = ?1", (me.id, up_to))?;
    let arrived: Vec<(i64, i64)> = tx
        .prepare(
            "SELECT m.conversation, max(m.seq) FROM inbox i JOIN message m ON m.id = i.ref \
             JOIN conversation c ON c.id = m.conversation \
             WHERE i.user = ?1 AND i.change_id > ?2 AND i.change_id <= ?3 AND i.kind = 1 \
             AND c.user_low IS NOT NULL AND m.sender <> ?1 GROUP BY m.conversation",
        )?
        .query_map((me.id, before, up_to), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (conversation, seq) in arrived {
        let changed = tx.execute(
            "UPDATE setting SET delivered_seq = ?3 WHERE user = ?1 AND conversation = ?2 AND delivered_seq < ?3",
            (me.id, conversation, seq),
        )?;
        if changed > 0
            && let Some(peer) = conversations::peer(tx.db, me.id, conversation)?
            && is_known(tx.db, me.id, (peer, conversation))?
        {
            tx.tell(peer, Kind::Delivered, conversation)?;
        }
    }
    Ok(())
}

/// Whether a peer is no stranger to a user, who would learn that somebody is there: a friend, or one the user has written to.
pub(super) fn is_known(db: &Connection, user: i64, (peer, conversation): (i64, i64)) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM friend WHERE user = ?1 AND friend = ?2) \
         OR EXISTS (SELECT 1 FROM message WHERE conversation = ?3 AND sender = ?1)",
    )?
    .query_row((user, peer, conversation), |row| row.get(0))
}

/// How far the peer of a C2C conversation has fetched it.
pub(super) fn delivered(db: &Connection, me: &Me, conversation: i64) -> ServiceResult<Option<Change>> {
    let (Some(peer), Some(name)) = (
        conversations::peer(db, me.id, conversation)?,
        conversations::name(db, me.id, conversation)?,
    ) else {
        return Ok(None);
    };
    let seq = db
        .prepare_cached("SELECT delivered_seq FROM setting WHERE user = ?1 AND conversation = ?2")?
        .query_row([peer, conversation], |row| row.get::<_, i64>(0))
        .optional()?;
    let (last, _) = last_place::of(db, conversation)?;
    Ok(seq.map(|seq| Change::Delivered {
        conversation: name,
        up_to: Target::Seq(ReadPosition {
            seq: last_place::real(seq, last),
            timestamp: 0,
        }),
    }))
}

/// Confirms messages that the user has, as far as they ask for it; in a group only a member does.
pub(super) fn confirm(
    tx: &mut Tx<'_>,
    me: &Me,
    id: &ConversationId,
    msg_ids: &[String],
    time: Micros,
) -> ServiceResult<()> {
    if let Some(group) = id.group_id() {
        membership::require(tx.db, me, &group)?;
    }
    let conversation = conversations::find(tx.db, me, id)?;
    for msg_id in msg_ids {
        let message = tx
            .prepare(
                "SELECT m.id, m.sender, m.body FROM message m WHERE m.msg_id = ?1 AND m.conversation = ?2 AND m.sender <> ?3 \
                 AND m.is_revoked = 0 AND EXISTS (SELECT 1 FROM inbox WHERE kind = 1 AND ref = m.id AND user = ?3)",
            )?
            .query_row((msg_id, conversation, me.id), |row| {
                let body = String::from_utf8_lossy(row.get_ref(2)?.as_bytes()?).into_owned();
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, body))
            })
            .optional()?;
        let Some((message, sender, body)) = message else {
            continue;
        };
        if !serde_json::from_str::<MessageBody>(&body).is_ok_and(|body| body.need_read_receipt) {
            continue;
        }
        let kept = tx.execute(
            // Read later than now is not believed.
            "INSERT OR IGNORE INTO receipt (message, user, time) VALUES (?1, ?2, min(?3, ?4))",
            (message, me.id, time.0, tx.now.0),
        )?;
        if kept > 0 {
            tx.tell(sender, Kind::ReadReceipt, tx.db.last_insert_rowid())?;
        }
    }
    Ok(())
}

/// A confirmation.
pub(super) fn read_receipt(db: &Connection, me: &Me, receipt: i64) -> ServiceResult<Option<Change>> {
    let found = db
        .prepare_cached(
            "SELECT m.conversation, m.msg_id, u.user_id, r.time FROM receipt r JOIN message m ON m.id = r.message \
             JOIN user u ON u.id = r.user WHERE r.id = ?1",
        )?
        .query_row([receipt], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, MsgId>(1)?.0,
                row.get::<_, User>(2)?.0,
                row.get::<_, Time>(3)?.0,
            ))
        })
        .optional()?;
    let Some((conversation, msg_id, reader, time)) = found else {
        return Ok(None);
    };
    let name = conversations::name(db, me.id, conversation)?;
    Ok(name.map(|conversation| Change::ReadReceipt {
        conversation,
        message: Target::MsgId(msg_id),
        reader,
        time,
        reaches_back: false,
    }))
}

#[cfg(test)]
mod tests;
