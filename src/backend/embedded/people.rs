//! Users, their profiles, and friends.

use super::inbox::{self, Kind};
use super::service::failed;
use crate::model::{Error, Profile, Result, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// A user's number, if the user is known.
pub(super) fn find(db: &Connection, user: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM user WHERE user_id = ?1")?
        .query_row([user], |row| row.get(0))
        .optional()
}

/// A user's number. An unknown user gets one: messages wait there for the first login, as in a mailbox.
pub(super) fn find_or_create(db: &Connection, user: &str) -> rusqlite::Result<i64> {
    if let Some(id) = find(db, user)? {
        return Ok(id);
    }
    let id = db
        .prepare_cached("INSERT INTO user (user_id) VALUES (?1)")?
        .insert([user])?;
    inbox::add(db, id, Kind::Profile, id, 0)?;
    Ok(id)
}

/// What a user shows.
pub(super) fn profile(db: &Connection, user: i64) -> rusqlite::Result<Option<Profile>> {
    db.prepare_cached("SELECT user_id, nick_name, face_url FROM user WHERE id = ?1")?
        .query_row([user], |row| {
            Ok(Profile {
                user_id: UserId::trusted(row.get::<_, String>(0)?),
                nick_name: row.get(1)?,
                face_url: row.get(2)?,
            })
        })
        .optional()
}

/// `user` wants to know what `watched` shows, now and whenever it changes.
pub(super) fn watch(db: &Connection, user: i64, watched: i64) -> rusqlite::Result<()> {
    let is_new = db
        .prepare_cached("INSERT OR IGNORE INTO watch (watched, user) VALUES (?1, ?2)")?
        .execute([watched, user])?
        > 0;
    if is_new {
        inbox::add(db, user, Kind::Profile, watched, 0)
    } else {
        Ok(())
    }
}

/// Changes what a user shows and tells everybody who wants to know, and the user's own devices.
pub(super) fn set_profile(db: &Connection, user: i64, nick_name: Option<&str>, face_url: Option<&str>) -> Result<()> {
    let run = || {
        db.prepare_cached(
            "UPDATE user SET nick_name = coalesce(?2, nick_name), face_url = coalesce(?3, face_url) WHERE id = ?1",
        )?
        .execute(params![user, nick_name, face_url])?;
        let mut watchers: Vec<i64> = db
            .prepare_cached("SELECT user FROM watch WHERE watched = ?1 AND user <> ?1")?
            .query_map([user], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        watchers.push(user);
        watchers
            .into_iter()
            .try_for_each(|watcher| inbox::add(db, watcher, Kind::Profile, user, 0))
    };
    run().map_err(|error| failed(&error))
}

/// The remark of a friend; `None` for who is not a friend.
pub(super) fn remark(db: &Connection, user: i64, friend: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT remark FROM friend WHERE user = ?1 AND friend = ?2")?
        .query_row([user, friend], |row| row.get(0))
        .optional()
}

/// Puts somebody on the user's own friend list.
pub(super) fn add_friend(db: &Connection, user: i64, friend: &UserId, text: &str) -> Result<()> {
    let run = || {
        let friend = find_or_create(db, friend.as_str())?;
        if friend == user {
            return Ok(Err(Error::invalid("userID is your own: nobody is their own friend")));
        }
        db.prepare_cached("INSERT OR REPLACE INTO friend (user, friend, remark) VALUES (?1, ?2, ?3)")?
            .execute(params![user, friend, text])?;
        watch(db, user, friend)?;
        inbox::add(db, user, Kind::Friend, friend, 0)?;
        Ok(Ok(()))
    };
    run().map_err(|error: rusqlite::Error| failed(&error))?
}

/// Takes somebody off the friend list.
pub(super) fn delete_friend(db: &Connection, user: i64, friend: &UserId) -> Result<()> {
    change_friend(db, user, friend, |friend| {
        db.prepare_cached("DELETE FROM friend WHERE user = ?1 AND friend = ?2")?
            .execute([user, friend])
    })
}

/// Changes a friend's remark.
pub(super) fn set_remark(db: &Connection, user: i64, friend: &UserId, text: &str) -> Result<()> {
    change_friend(db, user, friend, |friend| {
        db.prepare_cached("UPDATE friend SET remark = ?3 WHERE user = ?1 AND friend = ?2")?
            .execute(params![user, friend, text])
    })
}

fn change_friend(
    db: &Connection,
    user: i64,
    friend: &UserId,
    change: impl FnOnce(i64) -> rusqlite::Result<usize>,
) -> Result<()> {
    let run = || {
        let Some(number) = find(db, friend.as_str())? else {
            return Ok(false);
        };
        let is_changed = change(number)? > 0;
        if is_changed {
            inbox::add(db, user, Kind::Friend, number, 0)?;
        }
        Ok(is_changed)
    };
    match run().map_err(|error: rusqlite::Error| failed(&error))? {
        true => Ok(()),
        false => Err(Error::invalid(format!(
            "userID {:?} is not on the friend list",
            friend.as_str()
        ))),
    }
}
