//! Chats and messages: sending, recalling, deleting.

use super::inbox::{self, Kind};
use super::service::failed;
use super::{groups, people, settings};
use crate::model::{
    ConversationId, ConversationType, Error, GroupRole, Message, MessageBody, Micros, Outcome, Result, UserId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A message as stored.
#[derive(Clone, Debug)]
pub(super) struct StoredMessage {
    pub(super) id: i64,
    pub(super) chat: i64,
    seq: i64,
    pub(super) msg_id: String,
    sender: i64,
    nick_name: String,
    face_url: String,
    time: i64,
    revoked: bool,
    body: String,
}

const COLUMNS: &str = "id, chat, seq, msg_id, sender, nick_name, face_url, time, revoked, body";

fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    Ok(StoredMessage {
        id: row.get(0)?,
        chat: row.get(1)?,
        seq: row.get(2)?,
        msg_id: row.get(3)?,
        sender: row.get(4)?,
        nick_name: row.get(5)?,
        face_url: row.get(6)?,
        time: row.get(7)?,
        revoked: row.get(8)?,
        body: row.get(9)?,
    })
}

/// The message with that number.
pub(super) fn load(db: &Connection, id: i64) -> rusqlite::Result<Option<StoredMessage>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

fn by_msg_id(db: &Connection, msg_id: &str) -> rusqlite::Result<Option<StoredMessage>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE msg_id = ?1"))?
        .query_row([msg_id], from_row)
        .optional()
}

/// A chat as one user sees it.
pub(super) fn conversation(db: &Connection, user: i64, chat: i64) -> rusqlite::Result<ConversationId> {
    let (low, high, group): (Option<i64>, Option<i64>, Option<String>) = db
        .prepare_cached("SELECT low_user, high_user, group_id FROM chat WHERE id = ?1")?
        .query_row([chat], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if let Some(group) = group {
        return Ok(ConversationId::trusted(format!("group_{group}")));
    }
    let peer = if low == Some(user) { high } else { low };
    let peer: String = db
        .prepare_cached("SELECT user_id FROM user WHERE id = ?1")?
        .query_row([peer], |row| row.get(0))?;
    Ok(ConversationId::trusted(format!("c2c_{peer}")))
}

/// A message as one user sees it.
pub(super) fn for_user(db: &Connection, user: i64, message: StoredMessage) -> rusqlite::Result<Message> {
    let sender: String = db
        .prepare_cached("SELECT user_id FROM user WHERE id = ?1")?
        .query_row([message.sender], |row| row.get(0))?;
    let body = serde_json::from_str(&message.body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Message {
        conversation: conversation(db, user, message.chat)?,
        msg_id: message.msg_id,
        sender: UserId::trusted(sender),
        nick_name: message.nick_name,
        face_url: message.face_url,
        seq: message.seq.unsigned_abs(),
        time: Micros(message.time),
        revoked: message.revoked,
        body,
    })
}

/// The chat of a conversation, if there is one. A C2C chat is made on demand.
pub(super) fn chat(db: &Connection, user: i64, id: &ConversationId) -> rusqlite::Result<Option<i64>> {
    if id.kind() == ConversationType::Group {
        return groups::chat(db, id.target());
    }
    let peer = people::find_or_create(db, id.target())?;
    let (low, high) = (user.min(peer), user.max(peer));
    let found = db
        .prepare_cached("SELECT id FROM chat WHERE low_user = ?1 AND high_user = ?2")?
        .query_row([low, high], |row| row.get(0))
        .optional()?;
    if found.is_some() {
        return Ok(found);
    }
    Ok(Some(
        db.prepare_cached("INSERT INTO chat (low_user, high_user) VALUES (?1, ?2)")?
            .insert([low, high])?,
    ))
}

/// Everybody a chat's messages go to.
pub(super) fn audience(db: &Connection, chat: i64) -> rusqlite::Result<Vec<i64>> {
    let (low, high): (Option<i64>, Option<i64>) = db
        .prepare_cached("SELECT low_user, high_user FROM chat WHERE id = ?1")?
        .query_row([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match (low, high) {
        (Some(low), Some(high)) if low == high => Ok(vec![low]),
        (Some(low), Some(high)) => Ok(vec![low, high]),
        _ => groups::members(db, chat),
    }
}

/// Sends a message. The same message sent again, after a crash or a cut, is recognised by its id.
pub(super) fn send(db: &Connection, user: i64, message: &Message) -> Result<Outcome> {
    let body = serde_json::to_string(&message.body)
        .map_err(|_| Error::internal(format!("message {} cannot be written", message.msg_id)))?;
    store(db, user, message, &body).map_err(|error| failed(&error))
}

fn store(db: &Connection, user: i64, message: &Message, body: &str) -> rusqlite::Result<Outcome> {
    if let Some(known) = by_msg_id(db, &message.msg_id)? {
        return Ok(if known.sender == user {
            Outcome::Sent {
                seq: known.seq.unsigned_abs(),
                time: Micros(known.time),
            }
        } else {
            Outcome::Refused(Error::no_permission(format!(
                "message {:?} is somebody else's",
                message.msg_id
            )))
        });
    }
    let is_group = message.conversation.kind() == ConversationType::Group;
    let chat = match chat(db, user, &message.conversation)? {
        Some(chat) if !is_group || groups::role(db, chat, user)? > GroupRole::None => chat,
        _ => return Ok(Outcome::Refused(groups::not_a_member(message.conversation.target()))),
    };
    let (seq, time): (i64, i64) = db
        .prepare_cached(
            "UPDATE chat SET last_seq = last_seq + 1, last_time = max(last_time + 1, ?2) WHERE id = ?1 \
             RETURNING last_seq, last_time",
        )?
        .query_row([chat, Micros::now().0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (nick_name, face_url) = match people::profile(db, user)? {
        Some(profile) => (profile.nick_name, profile.face_url),
        None => Default::default(),
    };
    let id = db
        .prepare_cached(
            "INSERT INTO message (chat, seq, msg_id, sender, nick_name, face_url, time, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .insert(params![
            chat,
            seq,
            message.msg_id,
            user,
            nick_name,
            face_url,
            time,
            body
        ])?;
    for recipient in audience(db, chat)? {
        if !is_group && recipient != user {
            people::watch(db, recipient, user)?;
            people::watch(db, user, recipient)?;
        }
        if settings::takes_messages(db, recipient, chat)? || recipient == user {
            inbox::add(db, recipient, Kind::Message, id, 0)?;
        }
    }
    Ok(Outcome::Sent {
        seq: seq.unsigned_abs(),
        time: Micros(time),
    })
}

/// Recalls a message: the sender's own, or any of a group whose owner or administrator asks.
pub(super) fn revoke(db: &Connection, user: i64, msg_id: &str) -> rusqlite::Result<Outcome> {
    let Some(message) = by_msg_id(db, msg_id)? else {
        return Ok(Outcome::Refused(Error::invalid(format!(
            "msgID {msg_id:?} is not on the server"
        ))));
    };
    if message.sender != user && groups::role(db, message.chat, user)? < GroupRole::Admin {
        return Ok(Outcome::Refused(Error::no_permission(format!(
            "message {msg_id:?} is not yours to recall"
        ))));
    }
    if message.revoked {
        return Ok(Outcome::Done);
    }
    db.prepare_cached("UPDATE message SET revoked = 1, body = ?2 WHERE id = ?1")?
        .execute(params![message.id, wiped(&message.body)])?;
    for holder in inbox::holders(db, &message)? {
        inbox::add(db, holder, Kind::Revoked, message.id, 0)?;
    }
    Ok(Outcome::Done)
}

fn wiped(body: &str) -> String {
    let body = serde_json::from_str(body)
        .ok()
        .and_then(|body: MessageBody| serde_json::to_string(&body.wiped()).ok());
    body.unwrap_or_default()
}

/// Deletes messages for one user.
pub(super) fn delete(db: &Connection, user: i64, msg_ids: &[String]) -> rusqlite::Result<()> {
    for msg_id in msg_ids {
        if let Some(message) = by_msg_id(db, msg_id)?
            && inbox::remove_message(db, user, message.id)?
        {
            inbox::add(db, user, Kind::MessageDeleted, message.id, 0)?;
        }
    }
    Ok(())
}

/// Clears a chat's history, or deletes the conversation, for one user.
pub(super) fn clear(db: &Connection, user: i64, chat: i64, up_to: u64, is_delete: bool) -> rusqlite::Result<()> {
    let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
    inbox::remove_history(db, user, chat, up_to)?;
    if is_delete && settings::load(db, user, chat)?.is_pinned {
        settings::set_pinned(db, user, chat, false, Micros::now().0)?;
    }
    inbox::add(
        db,
        user,
        if is_delete {
            Kind::ConversationDeleted
        } else {
            Kind::HistoryCleared
        },
        chat,
        up_to,
    )
}
