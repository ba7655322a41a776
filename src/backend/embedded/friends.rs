//! Friend lists. Each user's list is their own, as in a phone book: adding somebody asks nobody.

use super::change::{Kind, Tx};
use super::fault::{Fault, Step};
use super::users::{self, Me};
use crate::model::UserId;
use crate::model::id::quoted;
use rusqlite::{Connection, OptionalExtension};

/// `addFriend`. Adding a friend again changes the remark, if there is a new one.
pub(super) fn add(tx: &mut Tx<'_>, me: &Me, user: &UserId, remark: &str) -> Step<()> {
    if *user == me.user_id {
        return Err(Fault::invalid(format!(
            "userID {} is the account's own",
            quoted(user.as_str())
        )));
    }
    let friend = users::ensure(tx, user)?;
    let changed = tx.execute(
        "INSERT INTO friend (user, friend, remark) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET remark = excluded.remark WHERE excluded.remark NOT IN ('', remark)",
        (me.id, friend, remark),
    )?;
    if changed > 0 {
        tx.tell(me.id, Kind::Profile, friend)?;
        tx.tell(me.id, Kind::Friend, friend)?;
    }
    Ok(())
}

/// `deleteFromFriendList`. Deleting somebody who is no friend changes nothing.
pub(super) fn delete(tx: &mut Tx<'_>, me: &Me, user: &UserId) -> Step<()> {
    let Some(friend) = users::find(tx.db, user)? else {
        return Ok(());
    };
    if tx.execute("DELETE FROM friend WHERE user = ?1 AND friend = ?2", (me.id, friend))? > 0 {
        tx.tell(me.id, Kind::Friend, friend)?;
    }
    Ok(())
}

/// `setFriendInfo`.
pub(super) fn set_remark(tx: &mut Tx<'_>, me: &Me, user: &UserId, new: &str) -> Step<()> {
    let friend = users::find(tx.db, user)?;
    let old = match friend {
        Some(friend) => remark(tx.db, me.id, friend)?.map(|old| (friend, old)),
        None => None,
    };
    let Some((friend, old)) = old else {
        return Err(Fault::invalid(format!(
            "userID {} is not a friend",
            quoted(user.as_str())
        )));
    };
    if old != new {
        tx.execute(
            "UPDATE friend SET remark = ?3 WHERE user = ?1 AND friend = ?2",
            (me.id, friend, new),
        )?;
        tx.tell(me.id, Kind::Friend, friend)?;
    }
    Ok(())
}

/// The remark of a friend; `None` for who is none.
pub(super) fn remark(db: &Connection, user: i64, friend: i64) -> Step<Option<String>> {
    let mut statement = db.prepare_cached("SELECT remark FROM friend WHERE user = ?1 AND friend = ?2")?;
    Ok(statement.query_row((user, friend), |row| row.get(0)).optional()?)
}
