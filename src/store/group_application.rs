//! Group applications that wait for a decision.

use super::columns::text;
use crate::model::{AppliedToGroup, GroupApplication, GroupApplicationId, GroupApplicationType, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The columns of a key, of which that of who is invited is empty where somebody asks to join.
fn to_user(id: &GroupApplicationId) -> &str {
    id.to_user.as_ref().map(UserId::as_str).unwrap_or_default()
}

/// An application, if it is there.
pub(crate) fn find(db: &Connection, id: &GroupApplicationId) -> rusqlite::Result<Option<AppliedToGroup>> {
    db.prepare_cached(
        "SELECT time, message, is_read FROM group_application \
         WHERE group_id = ?1 AND type = ?2 AND from_user = ?3 AND to_user = ?4",
    )?
    .query_row(params![id.group_id, id.kind as i64, id.from_user, to_user(id)], |row| {
        Ok(AppliedToGroup {
            time: row.get(0)?,
            message: text(row, 1)?,
            is_read: row.get::<_, i64>(2)? != 0,
        })
    })
    .optional()
}

/// Stores an application.
pub(crate) fn save(db: &Connection, id: &GroupApplicationId, application: &AppliedToGroup) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO group_application (group_id, type, from_user, to_user, time, message, is_read) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id.group_id,
        id.kind as i64,
        id.from_user,
        to_user(id),
        application.time,
        application.message,
        application.is_read
    ])?;
    Ok(())
}

/// Removes an application. Says whether it was there.
pub(crate) fn remove(db: &Connection, id: &GroupApplicationId) -> rusqlite::Result<bool> {
    let removed = db
        .prepare_cached(
            "DELETE FROM group_application WHERE group_id = ?1 AND type = ?2 AND from_user = ?3 AND to_user = ?4",
        )?
        .execute(params![id.group_id, id.kind as i64, id.from_user, to_user(id)])?;
    Ok(removed > 0)
}

/// Notes that the applications up to a time were seen. Says whether any was not.
pub(crate) fn mark_read(db: &Connection, up_to: Micros) -> rusqlite::Result<bool> {
    let marked = db
        .prepare_cached("UPDATE group_application SET is_read = 1 WHERE is_read = 0 AND time <= ?1")?
        .execute([up_to])?;
    Ok(marked > 0)
}

/// How many were not seen.
pub(crate) fn unread(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM group_application WHERE is_read = 0")?
        .query_row((), |row| row.get(0))
}

/// All of them, the newest first.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<GroupApplication>> {
    db.prepare_cached(
        "SELECT a.group_id, a.from_user, coalesce(u.nick_name, ''), coalesce(u.face_url, ''), a.time, a.message, a.to_user, \
         a.type FROM group_application a LEFT JOIN user u ON u.user_id = a.from_user \
         ORDER BY a.time DESC, a.group_id, a.type, a.from_user, a.to_user",
    )?
    .query_map((), |row| {
        Ok(GroupApplication {
            group_id: row.get(0)?,
            from_user: row.get(1)?,
            from_user_nick_name: text(row, 2)?,
            from_user_face_url: text(row, 3)?,
            to_user: text(row, 6)?,
            add_time: row.get::<_, Micros>(4)?.seconds(),
            request_msg: text(row, 5)?,
            handled_msg: "",
            r#type: row.get(7)?,
            handle_status: 0,
            handle_result: 0,
        })
    })?
    .collect()
}

/// Which there are.
pub(crate) fn ids(db: &Connection) -> rusqlite::Result<Vec<GroupApplicationId>> {
    let id = |row: &Row<'_>| {
        let to_user = text(row, 3)?;
        Ok(GroupApplicationId {
            group_id: row.get(0)?,
            kind: GroupApplicationType::numbered(row.get(1)?).unwrap_or(GroupApplicationType::JoinApprovedByAdmin),
            from_user: row.get(2)?,
            to_user: (!to_user.is_empty()).then(|| UserId::trusted(to_user)),
        })
    };
    db.prepare_cached("SELECT group_id, type, from_user, to_user FROM group_application")?
        .query_map((), id)?
        .collect()
}
