//! Group applications: requests to join groups and invitations by their members, where the owner and the administrators decide who
//! comes in (`groupAddOpt` 1, `approveOpt` 1).

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::row::{self, Name, Time, User};
use super::users::{self, Me};
use crate::model::{
    AppliedToGroup, Change, GroupAddOpt, GroupApplicationId, GroupApplicationType, GroupRole, GroupType, UserId,
};
use rusqlite::{Connection, OptionalExtension};

pub(super) const ACCEPTED: i64 = 1;
pub(super) const REFUSED: i64 = 2;
const VOID: i64 = 3;

/// Who may join a group, of what the table has.
pub(super) fn add_opt(group_type: GroupType, number: i64) -> GroupAddOpt {
    match GroupAddOpt::numbered(number) {
        _ if group_type == GroupType::Work => GroupAddOpt::Forbid,
        Some(add_opt) => add_opt,
        // A value that nobody has chosen lets nobody in unasked.
        None => GroupAddOpt::Auth,
    }
}

/// Whom the ordinary members of a group may bring in, of what the table has.
pub(super) fn approve_opt(group_type: GroupType, number: Option<i64>) -> GroupAddOpt {
    match (group_type, number) {
        (GroupType::AVChatRoom, _) => GroupAddOpt::Forbid,
        (_, Some(number)) => GroupAddOpt::numbered(number).unwrap_or(GroupAddOpt::Auth),
        (GroupType::Work | GroupType::Community, None) => GroupAddOpt::Any,
        (GroupType::Public | GroupType::Meeting, None) => GroupAddOpt::Forbid,
    }
}

/// Whom the ordinary members of a group may bring in.
pub(super) fn approve_opt_of(tx: &Tx<'_>, conversation: i64, group_type: GroupType) -> ServiceResult<GroupAddOpt> {
    let sql = "SELECT approve_opt FROM chat_group WHERE conversation = ?1";
    let number: Option<Option<i64>> = tx.find(sql, [conversation])?;
    Ok(approve_opt(group_type, number.flatten()))
}

/// Who may join a group.
pub(super) fn add_opt_of(tx: &Tx<'_>, conversation: i64, group_type: GroupType) -> ServiceResult<GroupAddOpt> {
    let number = tx.find("SELECT add_opt FROM chat_group WHERE conversation = ?1", [conversation])?;
    Ok(add_opt(group_type, number.unwrap_or_default()))
}

/// Asks those who lead a group to let a user in, who asks for it or is invited by `inviter`. Asking again says something new.
pub(super) fn send(
    tx: &mut Tx<'_>,
    conversation: i64,
    (user, inviter): (i64, Option<i64>),
    message: &str,
) -> ServiceResult<()> {
    tx.execute(
        "INSERT INTO group_application (conversation, user, inviter, time, message) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO UPDATE SET time = excluded.time, message = excluded.message, state = 0, decided_by = NULL, reason = ''",
        (conversation, user, inviter, tx.now.0, message),
    )?;
    let Some(id) = waiting(tx, conversation, user, inviter)? else {
        return Ok(());
    };
    for leader in leaders(tx, conversation)? {
        // The profiles first, so that the names are known when the application shows.
        for about in inviter.into_iter().chain([user]) {
            users::introduce(tx, leader, about)?;
        }
        tx.tell(leader, Kind::GroupApplication, id)?;
    }
    Ok(())
}

/// The application of a user that waits, or the invitation by `inviter`.
pub(super) fn waiting(tx: &Tx<'_>, conversation: i64, user: i64, inviter: Option<i64>) -> ServiceResult<Option<i64>> {
    tx.find(
        "SELECT id FROM group_application WHERE conversation = ?1 AND user = ?2 AND inviter IS ?3 AND state = 0",
        (conversation, user, inviter),
    )
}

/// Those who decide.
fn leaders(tx: &Tx<'_>, conversation: i64) -> ServiceResult<Vec<i64>> {
    let leaders = tx
        .prepare("SELECT user FROM member WHERE conversation = ?1 AND role >= ?2 ORDER BY id")?
        .query_map((conversation, GroupRole::Admin as i64), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(leaders)
}

/// Notes what has become of an application, and tells all who could decide.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    conversation: i64,
    application: i64,
    (state, by, reason): (i64, Option<i64>, &str),
) -> ServiceResult<()> {
    tx.execute(
        "UPDATE group_application SET state = ?2, decided_by = ?3, reason = ?4 WHERE id = ?1",
        (application, state, by, reason),
    )?;
    for leader in leaders(tx, conversation)? {
        tx.tell(leader, Kind::GroupApplication, application)?;
    }
    Ok(())
}

/// A user has become a member: nobody has to decide any more.
pub(super) fn on_entered(tx: &mut Tx<'_>, conversation: i64, user: i64) -> ServiceResult<()> {
    let waiting: Vec<i64> = tx
        .prepare("SELECT id FROM group_application WHERE conversation = ?1 AND user = ?2 AND state = 0 ORDER BY id")?
        .query_map((conversation, user), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for application in waiting {
        settle(tx, conversation, application, (ACCEPTED, None, ""))?;
    }
    Ok(())
}

/// A group is dismissed: what waits is void.
pub(super) fn on_dismissed(tx: &mut Tx<'_>, conversation: i64) -> ServiceResult<()> {
    for leader in leaders(tx, conversation)? {
        on_role(tx, conversation, leader)?;
    }
    tx.execute(
        "UPDATE group_application SET state = ?2 WHERE conversation = ?1 AND state = 0",
        (conversation, VOID),
    )?;
    Ok(())
}

/// A user's role in a group changes: what waits is theirs to decide now, or is no more.
pub(super) fn on_role(tx: &mut Tx<'_>, conversation: i64, user: i64) -> ServiceResult<()> {
    let waiting: Vec<(i64, i64, Option<i64>)> = tx
        .prepare("SELECT id, user, inviter FROM group_application WHERE conversation = ?1 AND state = 0 ORDER BY id")?
        .query_map([conversation], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let leads = leaders(tx, conversation)?.contains(&user);
    for (application, applicant, inviter) in waiting {
        if leads {
            for about in inviter.into_iter().chain([applicant]) {
                users::introduce(tx, user, about)?;
            }
        } else if !was_told(tx, user, application)? {
            // To others than those who lead the group it says nothing of who asks.
            continue;
        }
        tx.tell(user, Kind::GroupApplication, application)?;
    }
    Ok(())
}

fn was_told(tx: &Tx<'_>, user: i64, application: i64) -> ServiceResult<bool> {
    let told: Option<i64> = tx.find(
        "SELECT 1 FROM inbox WHERE user = ?1 AND kind = ?2 AND ref = ?3",
        (user, Kind::GroupApplication as i64, application),
    )?;
    Ok(told.is_some())
}

/// `setGroupApplicationRead`.
pub(super) fn read_all(tx: &mut Tx<'_>, me: &Me) -> ServiceResult<()> {
    let marked = tx.execute(
        "UPDATE user SET group_applications_read = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM group_application a \
         JOIN member m ON m.conversation = a.conversation AND m.user = ?1 AND m.role >= 300 \
         WHERE a.state = 0 AND a.time > user.group_applications_read)",
        (me.id, tx.now.0),
    )?;
    if marked > 0 {
        tx.tell(me.id, Kind::GroupApplicationsRead, me.id)?;
    }
    Ok(())
}

/// What a user is told of an application that is theirs to decide, or was.
pub(super) fn told(db: &Connection, me: &Me, application: i64) -> ServiceResult<Option<Change>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, u.user_id, a.time, a.message, a.time <= r.group_applications_read, \
         a.state = 0 AND coalesce(m.role, 0) >= 300, i.user_id FROM group_application a \
         JOIN chat_group g ON g.conversation = a.conversation JOIN user u ON u.id = a.user JOIN user r ON r.id = ?2 \
         LEFT JOIN user i ON i.id = a.inviter \
         LEFT JOIN member m ON m.conversation = a.conversation AND m.user = ?2 WHERE a.id = ?1",
    )?;
    let change = statement.query_row((application, me.id), |row| {
        let is_there: bool = row.get(5)?;
        let application = AppliedToGroup {
            time: row.get::<_, Time>(2)?.0,
            message: row.get::<_, Name>(3)?.0,
            is_read: row.get(4)?,
        };
        Ok(Change::GroupApplication {
            id: id(
                row.get::<_, row::Group>(0)?,
                row.get::<_, User>(1)?.0,
                row.get::<_, Option<User>>(6)?,
            ),
            application: is_there.then_some(application),
        })
    });
    Ok(change.optional()?)
}

/// A request of a user to join, or the invitation of that user.
fn id(row::Group(group_id): row::Group, user: UserId, inviter: Option<User>) -> GroupApplicationId {
    match inviter {
        Some(User(from_user)) => GroupApplicationId {
            group_id,
            kind: GroupApplicationType::InviteApprovedByAdmin,
            from_user,
            to_user: Some(user),
        },
        None => GroupApplicationId::to_join(group_id, user),
    }
}

/// What a user is told of the decision about their own application, or about their invitation; nothing once they ask again.
pub(super) fn told_decision(db: &Connection, application: i64) -> ServiceResult<Option<Change>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, u.user_id, a.state, a.reason FROM group_application a \
         JOIN chat_group g ON g.conversation = a.conversation JOIN user u ON u.id = a.decided_by \
         WHERE a.id = ?1 AND a.state IN (1, 2)",
    )?;
    let change = statement.query_row([application], |row| {
        Ok(Change::GroupApplicationProcessed {
            group_id: row.get::<_, row::Group>(0)?.0,
            by: row.get::<_, User>(1)?.0,
            is_agreed: row.get::<_, i64>(2)? == ACCEPTED,
            reason: row.get::<_, Name>(3)?.0,
        })
    });
    Ok(change.optional()?)
}

/// Up to when the user has seen the applications.
pub(super) fn told_read(db: &Connection, me: &Me) -> ServiceResult<Change> {
    let mut statement = db.prepare_cached("SELECT group_applications_read FROM user WHERE id = ?1")?;
    let up_to = statement.query_row([me.id], |row| Ok(row.get::<_, Time>(0)?.0))?;
    Ok(Change::GroupApplicationsRead { up_to })
}

/// Whether an application is a user's to decide.
pub(super) fn is_there(db: &Connection, me: &Me, id: &GroupApplicationId) -> ServiceResult<bool> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM group_application a JOIN chat_group g ON g.conversation = a.conversation \
         JOIN user u ON u.id = a.user JOIN member m ON m.conversation = a.conversation AND m.user = ?4 \
         LEFT JOIN user i ON i.id = a.inviter \
         WHERE g.group_id = ?1 AND u.user_id = ?2 AND i.user_id IS ?3 AND a.state = 0 AND m.role >= 300",
    )?;
    let (user, inviter) = match &id.to_user {
        Some(user) => (user, Some(id.from_user.as_str())),
        None => (&id.from_user, None),
    };
    Ok(statement.exists((id.group_id.as_str(), user.as_str(), inviter, me.id))?)
}
