//! Friend applications that wait for a decision.

use super::columns::text;
use crate::model::{Applied, FriendApplication, FriendApplicationType, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An application, if it is there.
pub(crate) fn find(db: &Connection, user: &UserId, kind: FriendApplicationType) -> rusqlite::Result<Option<Applied>> {
    db.prepare_cached("SELECT time, source, wording, is_read FROM friend_application WHERE user_id = ?1 AND kind = ?2")?
        .query_row((user, kind as i64), |row| {
            Ok(Applied {
                time: row.get(0)?,
                source: text(row, 1)?,
                wording: text(row, 2)?,
                is_read: row.get::<_, i64>(3)? != 0,
            })
        })
        .optional()
}

/// Stores an application.
pub(crate) fn save(
    db: &Connection,
    user: &UserId,
    kind: FriendApplicationType,
    application: &Applied,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO friend_application (user_id, kind, time, source, wording, is_read) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        user,
        kind as i64,
        application.time,
        application.source,
        application.wording,
        application.is_read
    ])?;
    Ok(())
}

/// Removes an application. Says whether it was there.
pub(crate) fn remove(db: &Connection, user: &UserId, kind: FriendApplicationType) -> rusqlite::Result<bool> {
    let removed = db
        .prepare_cached("DELETE FROM friend_application WHERE user_id = ?1 AND kind = ?2")?
        .execute((user, kind as i64))?;
    Ok(removed > 0)
}

/// Notes that the applications up to a time were seen. Says whether any was not.
pub(crate) fn mark_read(db: &Connection, up_to: Micros) -> rusqlite::Result<bool> {
    let marked = db
        .prepare_cached("UPDATE friend_application SET is_read = 1 WHERE is_read = 0 AND kind = 1 AND time <= ?1")?
        .execute([up_to])?;
    Ok(marked > 0)
}

/// How many of those who ask were not seen.
pub(crate) fn unread(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM friend_application WHERE kind = 1 AND is_read = 0")?
        .query_row((), |row| row.get(0))
}

const SHOWN: &str = "SELECT a.user_id, coalesce(u.nick_name, ''), coalesce(u.face_url, ''), a.time, a.source, a.wording, \
     a.kind FROM friend_application a LEFT JOIN user u ON u.user_id = a.user_id";

fn shown(row: &Row<'_>) -> rusqlite::Result<FriendApplication> {
    Ok(FriendApplication {
        user_id: row.get(0)?,
        nickname: text(row, 1)?,
        face_url: text(row, 2)?,
        add_time: row.get::<_, Micros>(3)?.seconds(),
        add_source: text(row, 4)?,
        add_wording: text(row, 5)?,
        r#type: row.get(6)?,
    })
}

/// An application as the app sees it.
pub(crate) fn show(
    db: &Connection,
    user: &UserId,
    kind: FriendApplicationType,
) -> rusqlite::Result<Option<FriendApplication>> {
    db.prepare_cached(&format!("{SHOWN} WHERE a.user_id = ?1 AND a.kind = ?2"))?
        .query_row((user, kind as i64), shown)
        .optional()
}

/// All of them, the newest first.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<FriendApplication>> {
    db.prepare_cached(&format!(
        "{SHOWN} WHERE a.kind IN (1, 2) ORDER BY a.time DESC, a.user_id, a.kind"
    ))?
    .query_map((), shown)?
    .collect()
}
