//! Messages: sending exactly once, and recalling.

use super::change::Tx;
use super::conversations;
use super::fault::{Fault, Step};
use super::inbox::unsigned;
use super::membership;
use super::users::{self, Me};
use crate::model::id::quoted;
use crate::model::{ConversationId, Elem, GroupRole, Message, MessageBody, Micros, UserId};
use rusqlite::OptionalExtension;

/// Stores a message and delivers it. Sent again, it gets the place it has. Whoever it is for need not have logged in
/// yet: it waits in their mailbox.
pub(super) fn send(tx: &mut Tx<'_>, me: &Me, message: &Message) -> Step<(u64, Micros)> {
    if let Some(place) = sent_before(tx, me, message)? {
        return Ok(place);
    }
    let conversation = match message.conversation.group_id() {
        Some(group) => membership::require(tx.db, me, &group)?.conversation,
        None => open_pair(tx, me, message.conversation.target())?,
    };
    let (seq, time) = next_place(tx, conversation)?;
    let body = serde_json::to_string(&message.body).map_err(|error| Fault::Broken(error.to_string()))?;
    tx.execute(
        "INSERT INTO message (conversation, seq, msg_id, sender, time, nick_name, face_url, body) \
         SELECT ?1, ?2, ?3, id, ?4, nick_name, face_url, ?5 FROM user WHERE id = ?6",
        (conversation, seq, &message.msg_id, time.0, body, me.id),
    )?;
    let id = tx.db.last_insert_rowid();
    tx.deliver(id)?;
    Ok((unsigned(seq), time))
}

fn sent_before(tx: &Tx<'_>, me: &Me, message: &Message) -> Step<Option<(u64, Micros)>> {
    let stored = tx
        .prepare("SELECT sender, conversation, seq, time FROM message WHERE msg_id = ?1")?
        .query_row([&message.msg_id], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                (unsigned(row.get(2)?), Micros(row.get(3)?)),
            ))
        })
        .optional()?;
    match stored {
        None => Ok(None),
        Some((sender, conversation, place))
            if sender == me.id && conversations::find(tx.db, me, &message.conversation)? == Some(conversation) =>
        {
            Ok(Some(place))
        }
        Some(_) => Err(Fault::invalid(format!(
            "msgID {} is taken by another message",
            quoted(&message.msg_id)
        ))),
    }
}

/// The conversation with a peer. Both sides learn each other's profile and their settings before the first message.
fn open_pair(tx: &mut Tx<'_>, me: &Me, peer: &str) -> Step<i64> {
    let peer = UserId::parse("userID", peer).map_err(Fault::Refused)?;
    let peer = users::ensure(tx, &peer)?;
    let conversation = conversations::ensure_pair(tx, me.id, peer)?;
    for (user, other) in [(me.id, peer), (peer, me.id)] {
        users::introduce(tx, user, other)?;
        conversations::enter(tx, user, conversation)?;
    }
    Ok(conversation)
}

/// The next sequence and time in a conversation. The time rises too, whatever the clock does.
fn next_place(tx: &Tx<'_>, conversation: i64) -> Step<(i64, Micros)> {
    let mut statement = tx.prepare(
        "UPDATE conversation SET last_seq = last_seq + 1, last_time = max(?2, last_time + 1) WHERE id = ?1 \
         RETURNING last_seq, last_time",
    )?;
    Ok(statement.query_row((conversation, tx.now.0), |row| Ok((row.get(0)?, Micros(row.get(1)?))))?)
}

/// Recalls a message: its sender may, and who runs the group. Its content is gone from the service. Recalling it again
/// changes nothing.
pub(super) fn revoke(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, msg_id: &str) -> Step<()> {
    let role = match id.group_id() {
        Some(group) => membership::require(tx.db, me, &group)?.role,
        None => GroupRole::None,
    };
    let conversation = conversations::find(tx.db, me, id)?;
    let stored = tx
        .prepare("SELECT id, sender, is_revoked, body FROM message WHERE msg_id = ?1 AND conversation = ?2")?
        .query_row((msg_id, conversation), |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, bool>(2)?,
                row.get::<_, String>(3)?,
            ))
        })
        .optional()?;
    let Some((message, sender, is_revoked, body)) = stored else {
        return Err(Fault::invalid(format!(
            "there is no message with msgID {} in {}",
            quoted(msg_id),
            quoted(id.as_str())
        )));
    };
    if sender != me.id && role < GroupRole::Admin {
        return Err(Fault::no_permission(format!(
            "msgID {} is not yours to recall",
            quoted(msg_id)
        )));
    }
    if !is_revoked {
        tx.execute(
            "UPDATE message SET is_revoked = 1, body = ?2 WHERE id = ?1",
            (message, wiped(&body)?),
        )?;
        tx.tell_holders(message)?;
    }
    Ok(())
}

/// What is left of a recalled message: that there was one, and how it counted.
fn wiped(body: &str) -> Step<String> {
    let Ok(body) = serde_json::from_str::<MessageBody>(body) else {
        return Ok(String::new());
    };
    let elem = match body.elem {
        Elem::Text { .. } => Elem::Text { text: String::new() },
        Elem::Custom { .. } => Elem::Custom {
            data: String::new(),
            desc: String::new(),
            extension: String::new(),
        },
    };
    let left = MessageBody {
        elem,
        cloud_custom_data: String::new(),
        group_at_user_list: Vec::new(),
        ..body
    };
    serde_json::to_string(&left).map_err(|error| Fault::Broken(error.to_string()))
}
