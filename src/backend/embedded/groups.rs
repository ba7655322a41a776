//! Groups: creating, changing and dismissing them, and reading their data. `membership` has their members.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::group_applications;
use super::membership;
use super::mutes;
use super::row::{self, Name, Time, User, readable};
use super::tips::{self, Tip};
use super::users::{self, Me};
use crate::backend::NewGroup;
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsType};
use crate::model::{
    Error, Group, GroupAddOpt, GroupEdit, GroupId, GroupMember, GroupRole, GroupType, Micros, Status, UserId,
};
use rusqlite::{Connection, OptionalExtension};

/// `createGroup`, with the first of its members. A group id can be taken again once its group was dismissed.
pub(super) fn create(
    tx: &mut Tx<'_>,
    me: &Me,
    new: &NewGroup,
    first: &[(UserId, GroupRole)],
) -> ServiceResult<GroupId> {
    for (user, role) in &new.members {
        if *role == GroupRole::Owner && *user != me.user_id {
            return Err(ServiceError::invalid(format!(
                "memberList makes {} the owner, but the caller of createGroup is the owner",
                quoted(user.as_str())
            )));
        }
    }
    let id = match &new.group_id {
        Some(id) => id.clone(),
        // V2TIM's form of an id that the server makes.
        None => GroupId::trusted(format!("@TGS#{}", uuid::Uuid::new_v4().simple())),
    };
    let conversation = take_id(tx, &id)?;
    tx.execute(
        // Replaces the dismissed group that had the id before.
        "INSERT OR REPLACE INTO chat_group (conversation, group_id, type, name, face_url, create_time, approve_opt) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            conversation,
            id.as_str(),
            new.group_type.as_str(),
            &new.group_name,
            &new.face_url,
            tx.now.0,
            new.approve_opt.map(|approve_opt| approve_opt as i64),
        ),
    )?;
    membership::add(tx, conversation, me.id, GroupRole::Owner)?;
    add_members(tx, conversation, first)?;
    tx.tell_members(conversation)?;
    Ok(id)
}

/// Adds others of its members.
pub(super) fn add_founders(
    tx: &mut Tx<'_>,
    me: &Me,
    id: &GroupId,
    members: &[(UserId, GroupRole)],
) -> ServiceResult<()> {
    let mine = membership::require_existing(tx.db, me, id)?;
    add_members(tx, mine.conversation, members)?;
    tx.tell_members(mine.conversation)
}

fn add_members(tx: &mut Tx<'_>, conversation: i64, members: &[(UserId, GroupRole)]) -> ServiceResult<()> {
    for (user, role) in members {
        let user = users::ensure(tx, user)?;
        membership::add(tx, conversation, user, (*role).max(GroupRole::Member))?;
    }
    Ok(())
}

/// The conversation of a new group. That of a dismissed one is used again, so that its sequences never start over in
/// the caches that still have it.
fn take_id(tx: &Tx<'_>, id: &GroupId) -> ServiceResult<i64> {
    let old: Option<(i64, bool)> = tx
        .prepare("SELECT conversation, is_dismissed FROM chat_group WHERE group_id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match old {
        Some((_, false)) => Err(ServiceError::Refused(Error::new(
            Status::Refused,
            format!("groupID {} is already in use", quoted(id.as_str())),
        ))),
        Some((conversation, true)) => Ok(conversation),
        None => {
            tx.execute("INSERT INTO conversation DEFAULT VALUES", ())?;
            Ok(tx.db.last_insert_rowid())
        }
    }
}

/// `setGroupInfo`. In a Work group all members may; in others the owner and the administrators.
pub(super) fn set_info(tx: &mut Tx<'_>, me: &Me, id: &GroupId, edit: &GroupEdit) -> ServiceResult<()> {
    let mine = membership::require_existing(tx.db, me, id)?;
    let is_for_leaders = edit.is_all_muted.is_some() || edit.add_opt.is_some() || edit.approve_opt.is_some();
    let is_for_all = mine.group_type == GroupType::Work && !is_for_leaders;
    if !is_for_all && mine.role < GroupRole::Admin {
        return Err(ServiceError::no_permission(format!(
            "only the owner and the administrators of groupID {} may change that",
            quoted(id.as_str())
        )));
    }
    if mine.group_type == GroupType::Work && edit.add_opt.is_some_and(|add_opt| add_opt != GroupAddOpt::Forbid) {
        return Err(ServiceError::invalid(format!(
            "groupID {} is a Work group, whose groupAddOpt is always 0",
            quoted(id.as_str())
        )));
    }
    if mine.group_type == GroupType::AVChatRoom && edit.approve_opt.is_some_and(|opt| opt != GroupAddOpt::Forbid) {
        return Err(ServiceError::invalid(format!(
            "groupID {} is an AVChatRoom, whose approveOpt is always 0",
            quoted(id.as_str())
        )));
    }
    let Some((before, _)) = group(tx.db, me.id, mine.conversation)? else {
        return Ok(());
    };
    // The same value again is no change, and is told to nobody.
    let changes = changes(&before, edit);
    if changes.is_empty() {
        return Ok(());
    }
    tx.execute(
        "UPDATE chat_group SET name = coalesce(?2, name), face_url = coalesce(?3, face_url), \
         introduction = coalesce(?4, introduction), notification = coalesce(?5, notification), \
         is_all_muted = coalesce(?6, is_all_muted), add_opt = coalesce(?7, add_opt), \
         approve_opt = coalesce(?8, approve_opt) WHERE conversation = ?1",
        (
            mine.conversation,
            &edit.group_name,
            &edit.face_url,
            &edit.introduction,
            &edit.notification,
            edit.is_all_muted,
            edit.add_opt.map(|add_opt| add_opt as i64),
            edit.approve_opt.map(|approve_opt| approve_opt as i64),
        ),
    )?;
    tx.tell_members(mine.conversation)?;
    let tip = Tip {
        group: id,
        conversation: mine.conversation,
        what: GroupTipsType::GroupInfoChange,
        members: &[],
        changes,
    };
    tips::tell(tx, me, tip)
}

/// What an edit makes another about a group.
fn changes(before: &Group, edit: &GroupEdit) -> Vec<GroupChangeInfo> {
    let notification = before.notification.as_ref();
    let texts = [
        (GroupChangeType::Name, Some(&before.group_name), &edit.group_name),
        (
            GroupChangeType::Introduction,
            Some(&before.introduction),
            &edit.introduction,
        ),
        (GroupChangeType::Notification, notification, &edit.notification),
        (GroupChangeType::FaceUrl, Some(&before.face_url), &edit.face_url),
    ];
    let changes = texts.into_iter().filter_map(|(what, before, now)| {
        let now = now.as_ref().filter(|now| Some(*now) != before)?;
        Some(GroupChangeInfo::text(what, now))
    });
    let all_muted = edit.is_all_muted.filter(|now| *now != before.is_all_muted);
    let options = [
        (GroupChangeType::GroupAddOpt, before.add_opt, edit.add_opt),
        (GroupChangeType::GroupApproveOpt, before.approve_opt, edit.approve_opt),
    ];
    let options = options.into_iter().filter_map(|(what, before, now)| {
        let now = now.filter(|now| *now != before)?;
        Some(GroupChangeInfo::number(what, now as i64))
    });
    changes
        .chain(all_muted.map(GroupChangeInfo::all_muted))
        .chain(options)
        .collect()
}

/// `dismissGroup`. The conversations stay with those who have them.
pub(super) fn dismiss(tx: &mut Tx<'_>, me: &Me, id: &GroupId) -> ServiceResult<()> {
    let mine = membership::require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Owner {
        return Err(ServiceError::no_permission(format!(
            "only the owner may dismiss groupID {}",
            quoted(id.as_str())
        )));
    }
    membership::end(tx, me, &mine)
}

/// `getGroupsInfo`: anyone may ask for any group's public data.
pub(super) fn infos(db: &Connection, me: &Me, ids: &[GroupId]) -> ServiceResult<Vec<Result<Group, Error>>> {
    ids.iter()
        .map(|id| match membership::find(db, me, id)? {
            Some(found) => match readable("a group", group(db, me.id, found.conversation))?.flatten() {
                Some((group, _)) => Ok(Ok(group)),
                None => Ok(Err(membership::unknown(id))),
            },
            None => Ok(Err(membership::unknown(id))),
        })
        .collect()
}

/// A group as a user sees it, and when that user joined.
pub(super) fn group(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<(Group, Micros)>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, g.type, g.name, g.face_url, g.create_time, \
         (SELECT u.user_id FROM member o JOIN user u ON u.id = o.user \
          WHERE o.conversation = g.conversation AND o.role = 400), \
         (SELECT count(*) FROM member WHERE conversation = g.conversation), \
         coalesce(m.role, 0), coalesce(m.join_time, 0), g.introduction, g.notification, g.is_all_muted, g.add_opt, \
         g.approve_opt \
         FROM chat_group g LEFT JOIN member m ON m.conversation = g.conversation AND m.user = ?2 \
         WHERE g.conversation = ?1",
    )?;
    let group = statement.query_row((conversation, user), |row| {
        let group_type = GroupType::parse(&row.get::<_, Name>(1)?.0).unwrap_or(GroupType::Public);
        Ok((
            Group {
                group_id: row.get::<_, row::Group>(0)?.0,
                group_type,
                group_name: row.get::<_, Name>(2)?.0,
                face_url: row.get::<_, Name>(3)?.0,
                introduction: row.get::<_, Name>(9)?.0,
                notification: Some(row.get::<_, Name>(10)?.0),
                owner: row.get::<_, Option<User>>(5)?.map(|User(owner)| owner),
                create_time: row.get::<_, Time>(4)?.0.seconds(),
                member_count: row.get(6)?,
                role: GroupRole::from_code(row.get(7)?),
                is_all_muted: row.get(11)?,
                add_opt: group_applications::add_opt(group_type, row.get(12)?),
                approve_opt: group_applications::approve_opt(group_type, row.get(13)?),
            },
            row.get::<_, Time>(8)?.0,
        ))
    });
    Ok(group.optional()?)
}

/// A group as it was when a user ceased to be a member; `None` while they are one, or if they never were.
pub(super) fn last_seen(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<Group>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, f.type, f.name, f.face_url, g.create_time FROM former_member f \
         JOIN chat_group g ON g.conversation = f.conversation WHERE f.user = ?1 AND f.conversation = ?2",
    )?;
    let group = statement.query_row((user, conversation), |row| {
        Ok(Group {
            group_id: row.get::<_, row::Group>(0)?.0,
            group_type: GroupType::parse(&row.get::<_, Name>(1)?.0).unwrap_or(GroupType::Public),
            group_name: row.get::<_, Name>(2)?.0,
            face_url: row.get::<_, Name>(3)?.0,
            introduction: String::new(),
            notification: None,
            owner: None,
            create_time: row.get::<_, Time>(4)?.0.seconds(),
            member_count: 0,
            role: GroupRole::None,
            is_all_muted: false,
            add_opt: GroupAddOpt::Any,
            approve_opt: GroupAddOpt::Forbid,
        })
    });
    Ok(group.optional()?)
}

/// `getGroupMemberList`: for members only, in the order they joined.
pub(super) fn members(db: &Connection, me: &Me, id: &GroupId) -> ServiceResult<Vec<GroupMember>> {
    let mine = membership::require_existing(db, me, id)?;
    let now = Micros::now();
    let mut statement = db.prepare_cached(
        "SELECT u.user_id, m.role, u.nick_name, u.face_url, m.join_time, m.name_card, m.mute_until \
         FROM member m JOIN user u ON u.id = m.user \
         WHERE m.conversation = ?1 ORDER BY m.id",
    )?;
    let rows = statement.query_map([mine.conversation], |row| {
        Ok(GroupMember {
            user_id: row.get::<_, User>(0)?.0,
            role: GroupRole::from_code(row.get(1)?),
            nick_name: row.get::<_, Name>(2)?.0,
            face_url: row.get::<_, Name>(3)?.0,
            name_card: row.get::<_, Name>(5)?.0,
            join_time: row.get::<_, Time>(4)?.0.seconds(),
            mute_until: mutes::until(row.get(6)?, now),
        })
    })?;
    let mut members = Vec::new();
    for row in rows {
        members.extend(readable("a member", row)?);
    }
    Ok(members)
}
