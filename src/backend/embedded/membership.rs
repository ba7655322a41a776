//! Who is in a group, and who may change that. The rules by type are V2TIM's: a Work group grows by its members'
//! invitations, a Public one by joining and by its administrators, Meeting and AVChatRoom by joining only, a Community by both.

use super::change::{Kind, Tx};
use super::conversations;
use super::fault::{Fault, Step};
use super::groups;
use super::users::{self, Me};
use crate::backend::MemberResult;
use crate::model::id::quoted;
use crate::model::{Error, GroupId, GroupRole, GroupType, Status, UserId};
use rusqlite::{Connection, OptionalExtension};

/// A group and the asker's place in it.
pub(super) struct Membership {
    pub(super) conversation: i64,
    pub(super) group_type: GroupType,
    /// `None` for who is not a member.
    pub(super) role: GroupRole,
}

/// A group that was not dismissed.
pub(super) fn find(db: &Connection, me: &Me, id: &GroupId) -> Step<Option<Membership>> {
    let mut statement = db.prepare_cached(
        "SELECT g.conversation, g.type, coalesce(m.role, 0) FROM chat_group g \
         LEFT JOIN member m ON m.conversation = g.conversation AND m.user = ?2 \
         WHERE g.group_id = ?1 AND g.is_dismissed = 0",
    )?;
    let found = statement.query_row((id.as_str(), me.id), |row| {
        Ok(Membership {
            conversation: row.get(0)?,
            group_type: GroupType::parse(&row.get::<_, String>(1)?).unwrap_or(GroupType::Public),
            role: GroupRole::from_code(row.get(2)?),
        })
    });
    Ok(found.optional()?)
}

/// What is said of a group that does not exist.
pub(super) fn unknown(id: &GroupId) -> Error {
    Error::new(
        Status::InvalidGroupId,
        format!("groupID {} is not a group", quoted(id.as_str())),
    )
}

fn existing(db: &Connection, me: &Me, id: &GroupId) -> Step<Membership> {
    find(db, me, id)?.ok_or_else(|| Fault::Refused(unknown(id)))
}

/// A group that the user is in. To who is not, it looks like one that does not exist.
pub(super) fn require(db: &Connection, me: &Me, id: &GroupId) -> Step<Membership> {
    find(db, me, id)?
        .filter(|found| found.role > GroupRole::None)
        .ok_or_else(|| not_a_member(id))
}

/// The same for requests, which tell the two apart.
pub(super) fn require_existing(db: &Connection, me: &Me, id: &GroupId) -> Step<Membership> {
    Some(existing(db, me, id)?)
        .filter(|found| found.role > GroupRole::None)
        .ok_or_else(|| not_a_member(id))
}

fn not_a_member(id: &GroupId) -> Fault {
    Fault::no_permission(format!("you are not a member of groupID {}", quoted(id.as_str())))
}

/// Puts somebody into a group; the caller then tells the members. False when they are in it already. What was written
/// before they came is neither theirs nor unread.
pub(super) fn add(tx: &mut Tx<'_>, conversation: i64, user: i64, role: GroupRole) -> Step<bool> {
    let is_new = tx.execute(
        "INSERT OR IGNORE INTO member (conversation, user, role, join_time) VALUES (?1, ?2, ?3, ?4)",
        (conversation, user, role as i64, tx.now.0),
    )? > 0;
    if is_new {
        let came_back = !conversations::enter(tx, user, conversation)?;
        tx.execute(
            "UPDATE setting SET read_seq = c.last_seq, read_time = max(read_time, c.last_time / 1000000) \
             FROM conversation c WHERE user = ?1 AND conversation = ?2 AND c.id = ?2 AND read_seq < c.last_seq",
            (user, conversation),
        )?;
        if came_back {
            tx.tell(user, Kind::Settings, conversation)?;
            // Coming in has to look new to a device that did not see the user leave, or deleted the conversation since.
            tx.tell(user, Kind::GroupLeft, conversation)?;
        }
    }
    Ok(is_new)
}

/// Takes somebody out of a group; the caller then tells the others.
pub(super) fn remove(tx: &mut Tx<'_>, conversation: i64, user: i64) -> Step<()> {
    tx.execute(
        "DELETE FROM member WHERE conversation = ?1 AND user = ?2",
        (conversation, user),
    )?;
    groups::tell_left(tx, user, conversation)
}

/// `joinGroup`. Joining again changes nothing.
pub(super) fn join(tx: &mut Tx<'_>, me: &Me, id: &GroupId) -> Step<()> {
    let mine = existing(tx.db, me, id)?;
    if mine.role > GroupRole::None {
        return Ok(());
    }
    if mine.group_type == GroupType::Work {
        return Err(Fault::no_permission(format!(
            "groupID {} is a Work group: one comes in by invitation only",
            quoted(id.as_str())
        )));
    }
    add(tx, mine.conversation, me.id, GroupRole::Member)?;
    tx.tell_members(mine.conversation)
}

/// `quitGroup`. The owner can leave a Work group only: the member who joined first takes over, and the last one out
/// ends it.
pub(super) fn quit(tx: &mut Tx<'_>, me: &Me, id: &GroupId) -> Step<()> {
    let mine = require_existing(tx.db, me, id)?;
    if mine.role == GroupRole::Owner {
        if mine.group_type != GroupType::Work {
            return Err(Fault::no_permission(format!(
                "you own groupID {}, a {} group: dismiss it instead",
                quoted(id.as_str()),
                mine.group_type.as_str()
            )));
        }
        let heir: Option<i64> = tx.find(
            "SELECT user FROM member WHERE conversation = ?1 AND user <> ?2 ORDER BY id LIMIT 1",
            (mine.conversation, me.id),
        )?;
        let Some(heir) = heir else {
            return groups::end(tx, &mine);
        };
        tx.execute(
            "UPDATE member SET role = ?3 WHERE conversation = ?1 AND user = ?2",
            (mine.conversation, heir, GroupRole::Owner as i64),
        )?;
    }
    remove(tx, mine.conversation, me.id)?;
    tx.tell_members(mine.conversation)
}

/// `inviteUserToGroup`. Who is in it already counts as invited.
pub(super) fn invite(tx: &mut Tx<'_>, me: &Me, id: &GroupId, users: &[UserId]) -> Step<Vec<MemberResult>> {
    let mine = require_existing(tx.db, me, id)?;
    let may = match mine.group_type {
        GroupType::Work | GroupType::Community => true,
        GroupType::Public => mine.role >= GroupRole::Admin,
        GroupType::Meeting | GroupType::AVChatRoom => false,
    };
    if !may {
        return Err(Fault::no_permission(format!(
            "groupID {} is a {} group, into which you cannot invite",
            quoted(id.as_str()),
            mine.group_type.as_str()
        )));
    }
    let mut results = Vec::new();
    let mut is_changed = false;
    for user_id in users {
        let user = users::ensure(tx, user_id)?;
        is_changed |= add(tx, mine.conversation, user, GroupRole::Member)?;
        results.push(MemberResult {
            user_id: user_id.clone(),
            result: Ok(()),
        });
    }
    if is_changed {
        tx.tell_members(mine.conversation)?;
    }
    Ok(results)
}

/// `kickGroupMember`: who runs the group, those of lower rank.
pub(super) fn kick(tx: &mut Tx<'_>, me: &Me, id: &GroupId, users: &[UserId]) -> Step<Vec<MemberResult>> {
    let mine = require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Admin {
        return Err(Fault::no_permission(format!(
            "only the owner and the administrators of groupID {} remove members",
            quoted(id.as_str())
        )));
    }
    let mut results = Vec::new();
    for user_id in users {
        results.push(MemberResult {
            user_id: user_id.clone(),
            result: kick_one(tx, &mine, id, user_id)?,
        });
    }
    if results.iter().any(|one| one.result.is_ok()) {
        tx.tell_members(mine.conversation)?;
    }
    Ok(results)
}

fn kick_one(tx: &mut Tx<'_>, mine: &Membership, id: &GroupId, user_id: &UserId) -> Step<Result<(), Error>> {
    let found: Option<(i64, i64)> = tx
        .prepare("SELECT m.user, m.role FROM member m JOIN user u ON u.id = m.user WHERE m.conversation = ?1 AND u.user_id = ?2")?
        .query_row((mine.conversation, user_id.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((user, role)) = found else {
        return Ok(Err(Error::invalid(format!(
            "userID {} is not a member of groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        ))));
    };
    if GroupRole::from_code(role) >= mine.role {
        return Ok(Err(Error::no_permission(format!(
            "userID {} is not of lower rank than you in groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        ))));
    }
    remove(tx, mine.conversation, user)?;
    Ok(Ok(()))
}
