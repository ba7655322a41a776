//! Every user's own settings of a chat: pin, receive option, read position. They follow the user to every device.

use super::inbox::{self, Kind};
use crate::model::{ReadPosition, RecvOpt};
use rusqlite::{Connection, OptionalExtension, params};

/// One user's settings of one chat.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    pub(super) is_pinned: bool,
    pub(super) pin_time: i64,
    recv_opt: i64,
    pub(super) read: ReadPosition,
}

impl Setting {
    pub(super) fn recv_opt(&self) -> Option<RecvOpt> {
        RecvOpt::try_from(self.recv_opt).ok()
    }
}

/// A user's settings of a chat.
pub(super) fn load(db: &Connection, user: i64, chat: i64) -> rusqlite::Result<Setting> {
    let found = db
        .prepare_cached(
            "SELECT is_pinned, pin_time, recv_opt, read_seq, read_time FROM setting WHERE user = ?1 AND chat = ?2",
        )?
        .query_row([user, chat], |row| {
            let read = ReadPosition {
                seq: row.get::<_, i64>(3)?.unsigned_abs(),
                timestamp: row.get(4)?,
            };
            Ok(Setting {
                is_pinned: row.get(0)?,
                pin_time: row.get(1)?,
                recv_opt: row.get(2)?,
                read,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Makes sure that a user has a row for a chat, and says whether the user takes its messages.
pub(super) fn takes_messages(db: &Connection, user: i64, chat: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("INSERT OR IGNORE INTO setting (user, chat) VALUES (?1, ?2)")?
        .execute([user, chat])?;
    Ok(load(db, user, chat)?.recv_opt() != Some(RecvOpt::NotReceive))
}

/// The chats that a user has settings of.
pub(super) fn chats(db: &Connection, user: i64) -> rusqlite::Result<Vec<i64>> {
    db.prepare_cached("SELECT chat FROM setting WHERE user = ?1 ORDER BY chat")?
        .query_map([user], |row| row.get(0))?
        .collect()
}

/// Pins or unpins.
pub(super) fn set_pinned(db: &Connection, user: i64, chat: i64, pinned: bool, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO setting (user, chat, is_pinned, pin_time) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (user, chat) DO UPDATE SET is_pinned = excluded.is_pinned, pin_time = excluded.pin_time",
    )?
    .execute(params![user, chat, pinned, now])?;
    inbox::add(db, user, Kind::Setting, chat, 0)
}

/// Sets the receive option.
pub(super) fn set_recv_opt(db: &Connection, user: i64, chat: i64, opt: RecvOpt) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO setting (user, chat, recv_opt) VALUES (?1, ?2, ?3) \
         ON CONFLICT (user, chat) DO UPDATE SET recv_opt = excluded.recv_opt",
    )?
    .execute(params![user, chat, opt as i64])?;
    inbox::add(db, user, Kind::Setting, chat, 0)
}

/// Moves the read position forward and tells the peer of a C2C chat.
pub(super) fn set_read(db: &Connection, user: i64, chat: i64, read: ReadPosition) -> rusqlite::Result<()> {
    let seq = i64::try_from(read.seq).unwrap_or(i64::MAX);
    let moved = db
        .prepare_cached(
            "INSERT INTO setting (user, chat, read_seq, read_time) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (user, chat) DO UPDATE SET read_seq = excluded.read_seq, read_time = excluded.read_time \
             WHERE excluded.read_seq > read_seq",
        )?
        .execute(params![user, chat, seq, read.timestamp])?;
    if moved == 0 {
        return Ok(());
    }
    inbox::add(db, user, Kind::Setting, chat, 0)?;
    match peer(db, user, chat)? {
        Some(peer) => inbox::add(db, peer, Kind::PeerRead, chat, 0),
        None => Ok(()),
    }
}

/// The other user of a C2C chat; `None` for groups and for the chat with oneself.
pub(super) fn peer(db: &Connection, user: i64, chat: i64) -> rusqlite::Result<Option<i64>> {
    let users: (Option<i64>, Option<i64>) = db
        .prepare_cached("SELECT low_user, high_user FROM chat WHERE id = ?1")?
        .query_row([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(match users {
        (Some(low), Some(high)) if low != high => Some(if low == user { high } else { low }),
        _ => None,
    })
}
