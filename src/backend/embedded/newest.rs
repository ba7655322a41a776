//! Storing a message as the newest of its conversation.

use super::change::Tx;
use super::error::ServiceResult;
use super::last_place;
use super::users::Me;
use crate::model::Micros;
use crate::model::seq::from_stored;

/// Stores a message of a user as the newest of a conversation, and delivers it. Its row, and its place.
pub(super) fn store(
    tx: &mut Tx<'_>,
    me: &Me,
    conversation: i64,
    msg_id: &str,
    body: &str,
) -> ServiceResult<(i64, (u64, Micros))> {
    let (seq, time) = next_place(tx, conversation)?;
    tx.execute(
        "INSERT INTO message (conversation, seq, msg_id, sender, time, nick_name, face_url, body) \
         SELECT ?1, ?2, ?3, id, ?4, nick_name, face_url, ?5 FROM user WHERE id = ?6",
        (conversation, seq, msg_id, time.0, body, me.id),
    )?;
    let id = tx.db.last_insert_rowid();
    tx.deliver(id)?;
    Ok((id, (from_stored(seq), time)))
}

/// The next sequence and time in a conversation. The time rises too, whatever the clock does.
fn next_place(tx: &Tx<'_>, conversation: i64) -> ServiceResult<(i64, Micros)> {
    let (seq, time) = last_place::of(tx.db, conversation)?;
    let (seq, time) = (seq + 1, Micros(tx.now.0.max(time.0 + 1)));
    tx.execute(
        "UPDATE conversation SET last_seq = ?2, last_time = ?3 WHERE id = ?1",
        (conversation, seq, time.0),
    )?;
    Ok((seq, time))
}
