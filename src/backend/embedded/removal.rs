//! Deleting for one user: messages, a history, a conversation. The others keep theirs; what nobody keeps loses its
//! content. All of it can be repeated without harm.

use super::change::{Kind, Tx};
use super::conversations;
use super::fault::Step;
use super::users::Me;
use crate::model::ConversationId;
use rusqlite::OptionalExtension;

/// Deletes messages. Those that are not there are skipped.
pub(super) fn delete_messages(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, msg_ids: &[String]) -> Step<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    for msg_id in msg_ids {
        let message: Option<i64> = tx.find(
            "SELECT id FROM message WHERE msg_id = ?1 AND conversation = ?2",
            (msg_id, conversation),
        )?;
        if let Some(message) = message {
            tx.execute(
                "DELETE FROM inbox WHERE kind IN (1, 2) AND ref = ?1 AND user = ?2",
                (message, me.id),
            )?;
            forget(tx, message)?;
            tx.tell(me.id, Kind::MessageDeleted, message)?;
        }
    }
    Ok(())
}

/// Deletes the history up to a sequence.
pub(super) fn clear_history(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, up_to: u64) -> Step<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    let up_to = clear(tx, me, conversation, up_to)?;
    tx.execute(
        "UPDATE setting SET cleared_seq = max(cleared_seq, ?3) WHERE user = ?1 AND conversation = ?2",
        (me.id, conversation, up_to),
    )?;
    tx.tell(me.id, Kind::HistoryCleared, conversation)
}

/// Deletes the conversation with its history up to a sequence. The receive option and the read position survive.
pub(super) fn delete_conversation(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, up_to: u64) -> Step<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    let up_to = clear(tx, me, conversation, up_to)?;
    let was_pinned = tx.execute(
        "UPDATE setting SET is_pinned = 0, pin_time = ?3 WHERE user = ?1 AND conversation = ?2 AND is_pinned = 1",
        (me.id, conversation, tx.now.0),
    )? > 0;
    tx.execute(
        "UPDATE setting SET deleted_seq = max(deleted_seq, ?3) WHERE user = ?1 AND conversation = ?2",
        (me.id, conversation, up_to),
    )?;
    tx.execute(
        "DELETE FROM inbox WHERE user = ?1 AND kind = 4 AND ref = ?2 AND \
         EXISTS (SELECT 1 FROM setting WHERE user = ?1 AND conversation = ?2 AND cleared_seq <= deleted_seq)",
        (me.id, conversation),
    )?;
    tx.tell(me.id, Kind::ConversationDeleted, conversation)?;
    // A device that has got newer messages keeps the conversation, and must hear of the pin.
    if was_pinned {
        tx.tell(me.id, Kind::Settings, conversation)?;
    }
    Ok(())
}

/// Takes the messages up to a sequence, and all that was told about them, out of the user's inbox. Returns how far.
fn clear(tx: &Tx<'_>, me: &Me, conversation: i64, up_to: u64) -> Step<i64> {
    let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
    let last: i64 = tx
        .find("SELECT last_seq FROM conversation WHERE id = ?1", [conversation])?
        .unwrap_or_default();
    // A sequence that is not there yet must not swallow what will have it.
    let up_to = up_to.min(last);
    let messages: Vec<i64> = tx
        .prepare(
            "SELECT m.id FROM message m JOIN setting s ON s.user = ?2 AND s.conversation = m.conversation \
             WHERE m.conversation = ?1 AND m.seq > max(s.cleared_seq, s.deleted_seq) AND m.seq <= ?3",
        )?
        .query_map((conversation, me.id, up_to), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for message in messages {
        let deleted = tx.execute(
            "DELETE FROM inbox WHERE kind IN (1, 2, 3) AND ref = ?1 AND user = ?2",
            (message, me.id),
        )?;
        if deleted > 0 {
            forget(tx, message)?;
        }
    }
    Ok(up_to)
}

/// Empties a message that is in nobody's inbox any more. The row stays, so that a repeated send is still recognised.
fn forget(tx: &Tx<'_>, message: i64) -> Step<()> {
    let holder: Option<i64> = tx
        .prepare("SELECT user FROM inbox WHERE kind = 1 AND ref = ?1 LIMIT 1")?
        .query_row([message], |row| row.get(0))
        .optional()?;
    if holder.is_none() {
        tx.execute("UPDATE message SET body = '' WHERE id = ?1", [message])?;
    }
    Ok(())
}
