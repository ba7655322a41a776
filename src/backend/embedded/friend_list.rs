//! The rows of the friend lists.

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::row::Name;
use rusqlite::{Connection, OptionalExtension};

/// Puts a user into a friend list.
pub(super) fn put(tx: &mut Tx<'_>, user: i64, friend: i64, remark: &str) -> ServiceResult<()> {
    let changed = tx.execute(
        "INSERT INTO friend (user, friend, remark) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET remark = excluded.remark WHERE excluded.remark NOT IN ('', remark)",
        (user, friend, remark),
    )?;
    if changed > 0 {
        // The profile first, so that the friend's name is known when the friend shows.
        tx.tell(user, Kind::Profile, friend)?;
        tx.tell(user, Kind::Friend, friend)?;
    }
    Ok(())
}

/// The remark of a friend; `None` if the user is not a friend.
pub(super) fn remark(db: &Connection, user: i64, friend: i64) -> ServiceResult<Option<String>> {
    let mut statement = db.prepare_cached("SELECT remark FROM friend WHERE user = ?1 AND friend = ?2")?;
    let remark: Option<Name> = statement.query_row((user, friend), |row| row.get(0)).optional()?;
    Ok(remark.map(|Name(remark)| remark))
}
