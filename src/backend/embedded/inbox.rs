//! Every user's inbox: what happened, in one order, for all devices of that user.
//!
//! Written to every recipient when something happens, so that who may see what is decided once. Messages stay until the
//! user deletes them; of entries that only say "this is different now" the newest stays.

use super::messages::{self, StoredMessage};
use super::{groups, people, settings};
use crate::model::{Change, Micros, Result};
use rusqlite::{Connection, params};

/// What an entry says. `ref` is a message's, chat's or user's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Kind {
    /// A message; `ref` is the message.
    Message = 1,
    /// The user's settings of a chat; `ref` is the chat.
    Setting = 2,
    /// Somebody's profile; `ref` is the user.
    Profile = 3,
    /// Somebody is a friend or no longer one; `ref` is the user.
    Friend = 4,
    /// A group's data or the user's membership; `ref` is the chat.
    Group = 5,
    /// The peer has read; `ref` is the chat.
    PeerRead = 6,
    /// A message was recalled; `ref` is the message.
    Revoked = 7,
    /// The user deleted a message; `ref` is the message.
    MessageDeleted = 8,
    /// The user cleared a history; `ref` is the chat, `value` the last sequence that goes.
    HistoryCleared = 9,
    /// The user deleted a conversation; `ref` is the chat, `value` the last sequence that goes.
    ConversationDeleted = 10,
}

impl Kind {
    fn from_code(code: i64) -> Option<Self> {
        [
            Self::Message,
            Self::Setting,
            Self::Profile,
            Self::Friend,
            Self::Group,
            Self::PeerRead,
            Self::Revoked,
            Self::MessageDeleted,
            Self::HistoryCleared,
            Self::ConversationDeleted,
        ]
        .into_iter()
        .find(|kind| *kind as i64 == code)
    }
}

/// Adds an entry to a user's inbox; an older one of the same kind and subject goes.
pub(super) fn add(db: &Connection, user: i64, kind: Kind, subject: i64, value: i64) -> rusqlite::Result<()> {
    let change: i64 = db
        .prepare_cached("UPDATE service SET last_change = last_change + 1 WHERE id = 1 RETURNING last_change")?
        .query_row((), |row| row.get(0))?;
    db.prepare_cached("INSERT OR REPLACE INTO inbox (user, change, kind, ref, value) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![user, change, kind as i64, subject, value])?;
    Ok(())
}

/// Takes a message out of a user's inbox. Says whether it was there.
pub(super) fn remove_message(db: &Connection, user: i64, message: i64) -> rusqlite::Result<bool> {
    let removed = db
        .prepare_cached("DELETE FROM inbox WHERE user = ?1 AND kind = ?2 AND ref = ?3")?
        .execute(params![user, Kind::Message as i64, message])?;
    Ok(removed > 0)
}

/// Takes the messages of a chat up to a sequence out of a user's inbox.
pub(super) fn remove_history(db: &Connection, user: i64, chat: i64, up_to: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM inbox WHERE user = ?1 AND kind = ?2 AND ref IN \
         (SELECT id FROM message WHERE chat = ?3 AND seq <= ?4)",
    )?
    .execute(params![user, Kind::Message as i64, chat, up_to])?;
    Ok(())
}

/// The users who have a message in their inbox.
pub(super) fn holders(db: &Connection, message: &StoredMessage) -> rusqlite::Result<Vec<i64>> {
    messages::audience(db, message.chat)?
        .into_iter()
        .filter_map(|user| match holds(db, user, message.id) {
            Ok(true) => Some(Ok(user)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        })
        .collect()
}

/// Whether a user has a message in the inbox.
pub(super) fn holds(db: &Connection, user: i64, message: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM inbox WHERE user = ?1 AND kind = ?2 AND ref = ?3")?
        .exists(params![user, Kind::Message as i64, message])
}

/// The number of a user's newest entry.
pub(super) fn head(db: &Connection, user: i64) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(change), 0) FROM inbox WHERE user = ?1")?
        .query_row([user], |row| row.get(0))
}

/// Up to `count` entries after a number and not past another, as changes, and the number of the last one read.
pub(super) fn read(
    db: &Connection,
    user: i64,
    after: i64,
    up_to: i64,
    count: i64,
) -> Result<Option<(i64, Vec<Change>)>> {
    let entries: Vec<(i64, i64, i64, i64)> = {
        let read = || {
            db.prepare_cached(
                "SELECT change, kind, ref, value FROM inbox WHERE user = ?1 AND change > ?2 AND change <= ?3 \
                 ORDER BY change LIMIT ?4",
            )?
            .query_map([user, after, up_to, count], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| super::service::failed(&error))?
    };
    let Some(last) = entries.last().map(|entry| entry.0) else {
        return Ok(None);
    };
    let mut changes = Vec::with_capacity(entries.len());
    for (change, kind, subject, value) in entries {
        match resolve(db, user, kind, subject, value) {
            Ok(Some(resolved)) => changes.push(resolved),
            // What it refers to is gone: a later entry says so.
            Ok(None) => {}
            Err(rusqlite::Error::FromSqlConversionFailure(..)) => {
                log::warn!("entry {change} of the service file cannot be read and is passed over");
            }
            Err(error) => return Err(super::service::failed(&error)),
        }
    }
    Ok(Some((last, changes)))
}

fn resolve(db: &Connection, user: i64, kind: i64, subject: i64, value: i64) -> rusqlite::Result<Option<Change>> {
    let Some(kind) = Kind::from_code(kind) else {
        return Ok(None);
    };
    let up_to = value.unsigned_abs();
    Ok(match kind {
        Kind::Message => messages::load(db, subject)?
            .map(|message| messages::for_user(db, user, message).map(Change::Message))
            .transpose()?,
        Kind::Revoked | Kind::MessageDeleted => match messages::load(db, subject)? {
            Some(message) => {
                let conversation = messages::conversation(db, user, message.chat)?;
                let msg_id = message.msg_id;
                Some(match kind {
                    Kind::Revoked => Change::Revoked { conversation, msg_id },
                    _ => Change::MessagesDeleted {
                        conversation,
                        msg_ids: vec![msg_id],
                    },
                })
            }
            None => None,
        },
        Kind::Setting => {
            let (setting, conversation) = (
                settings::load(db, user, subject)?,
                messages::conversation(db, user, subject)?,
            );
            Some(Change::Settings {
                conversation,
                pinned: Some(setting.is_pinned),
                recv_opt: setting.recv_opt(),
                read: Some(setting.read),
                time: Micros(setting.pin_time),
            })
        }
        Kind::PeerRead => match settings::peer(db, user, subject)? {
            Some(peer) => Some(Change::PeerRead {
                conversation: messages::conversation(db, user, subject)?,
                position: settings::load(db, peer, subject)?.read,
            }),
            None => None,
        },
        Kind::Profile => people::profile(db, subject)?.map(Change::Profile),
        Kind::Friend => people::profile(db, subject)?
            .map(|profile| {
                people::remark(db, user, subject).map(|remark| Change::Friend {
                    user_id: profile.user_id,
                    remark,
                })
            })
            .transpose()?,
        Kind::Group => groups::for_member(db, user, subject)?,
        Kind::HistoryCleared => Some(Change::HistoryCleared {
            conversation: messages::conversation(db, user, subject)?,
            up_to,
        }),
        Kind::ConversationDeleted => Some(Change::ConversationDeleted {
            conversation: messages::conversation(db, user, subject)?,
            up_to,
        }),
    })
}
