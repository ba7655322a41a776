//! Group applications that wait for a decision.

use super::columns::text;
use crate::model::{AppliedToGroup, GroupApplication, GroupApplicationType, GroupId, Micros, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// An application, if it is there.
pub(crate) fn find(db: &Connection, group: &GroupId, user: &UserId) -> rusqlite::Result<Option<AppliedToGroup>> {
    db.prepare_cached("SELECT time, message, is_read FROM group_application WHERE group_id = ?1 AND user_id = ?2")?
        .query_row((group, user), |row| {
            Ok(AppliedToGroup {
                time: row.get(0)?,
                message: text(row, 1)?,
                is_read: row.get::<_, i64>(2)? != 0,
            })
        })
        .optional()
}

/// Stores an application.
pub(crate) fn save(
    db: &Connection,
    group: &GroupId,
    user: &UserId,
    application: &AppliedToGroup,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO group_application (group_id, user_id, time, message, is_read) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        group,
        user,
        application.time,
        application.message,
        application.is_read
    ])?;
    Ok(())
}

/// Removes an application. Says whether it was there.
pub(crate) fn remove(db: &Connection, group: &GroupId, user: &UserId) -> rusqlite::Result<bool> {
    let removed = db
        .prepare_cached("DELETE FROM group_application WHERE group_id = ?1 AND user_id = ?2")?
        .execute((group, user))?;
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
        "SELECT a.group_id, a.user_id, coalesce(u.nick_name, ''), coalesce(u.face_url, ''), a.time, a.message \
         FROM group_application a LEFT JOIN user u ON u.user_id = a.user_id ORDER BY a.time DESC, a.group_id, a.user_id",
    )?
    .query_map((), |row| {
        Ok(GroupApplication {
            group_id: row.get(0)?,
            from_user: row.get(1)?,
            from_user_nick_name: text(row, 2)?,
            from_user_face_url: text(row, 3)?,
            to_user: "",
            add_time: row.get::<_, Micros>(4)?.seconds(),
            request_msg: text(row, 5)?,
            handled_msg: "",
            r#type: GroupApplicationType::JoinApprovedByAdmin as i64,
            handle_status: 0,
            handle_result: 0,
        })
    })?
    .collect()
}
