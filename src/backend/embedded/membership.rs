//! The members of groups, and who may change them. The rules by type are V2TIM's. `invitations` has who may invite.

use super::change::{Kind, Tx};
use super::conversations;
use super::error::{ServiceError, ServiceResult};
use super::group_applications;
use super::last_place;
use super::listing;
use super::row::Name;
use super::tips::{self, Tip};
use super::users::{self, Me};
use crate::backend::{MemberOutcome, MemberResult};
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsType};
use crate::model::{Error, GroupAddOpt, GroupId, GroupRole, GroupType, Status, UserId};
use rusqlite::{Connection, OptionalExtension};

/// A group and the caller's place in it.
pub(super) struct Membership {
    pub(super) conversation: i64,
    pub(super) group_type: GroupType,
    /// [`GroupRole::None`] if the caller is not a member.
    pub(super) role: GroupRole,
}

/// A group that was not dismissed.
pub(super) fn find(db: &Connection, me: &Me, id: &GroupId) -> ServiceResult<Option<Membership>> {
    let mut statement = db.prepare_cached(
        "SELECT g.conversation, g.type, coalesce(m.role, 0) FROM chat_group g \
         LEFT JOIN member m ON m.conversation = g.conversation AND m.user = ?2 \
         WHERE g.group_id = ?1 AND g.is_dismissed = 0",
    )?;
    let found = statement.query_row((id.as_str(), me.id), |row| {
        Ok(Membership {
            conversation: row.get(0)?,
            group_type: GroupType::parse(&row.get::<_, Name>(1)?.0).unwrap_or(GroupType::Public),
            role: GroupRole::from_code(row.get(2)?),
        })
    });
    Ok(found.optional()?)
}

/// The error for a group that does not exist.
pub(super) fn unknown(id: &GroupId) -> Error {
    Error::new(
        Status::InvalidGroupId,
        format!("groupID {} is not a group", quoted(id.as_str())),
    )
}

fn existing(db: &Connection, me: &Me, id: &GroupId) -> ServiceResult<Membership> {
    find(db, me, id)?.ok_or_else(|| ServiceError::Refused(unknown(id)))
}

/// A group that the user is a member of. For other users it is as if it did not exist.
pub(super) fn require(db: &Connection, me: &Me, id: &GroupId) -> ServiceResult<Membership> {
    find(db, me, id)?
        .filter(|found| found.role > GroupRole::None)
        .ok_or_else(|| not_a_member(id))
}

/// The same for requests, which distinguish the two.
pub(super) fn require_existing(db: &Connection, me: &Me, id: &GroupId) -> ServiceResult<Membership> {
    Some(existing(db, me, id)?)
        .filter(|found| found.role > GroupRole::None)
        .ok_or_else(|| not_a_member(id))
}

pub(super) fn not_a_member(id: &GroupId) -> ServiceError {
    ServiceError::no_permission(format!("you are not a member of groupID {}", quoted(id.as_str())))
}

/// Adds a user to a group; the caller then tells the members. False if they are a member already. Messages sent before
/// are neither delivered to them nor unread.
pub(super) fn add(tx: &mut Tx<'_>, conversation: i64, user: i64, role: GroupRole) -> ServiceResult<bool> {
    let is_new = tx.execute(
        "INSERT OR IGNORE INTO member (conversation, user, role, join_time) VALUES (?1, ?2, ?3, ?4)",
        (conversation, user, role as i64, tx.now.0),
    )? > 0;
    if is_new {
        if conversations::enter(tx, user, conversation)? {
            let (seq, time) = last_place::of(tx.db, conversation)?;
            tx.execute(
                // What was said before is not for the new member, so it does not count as unread.
                "UPDATE setting SET read_seq = ?3, read_time = ?4 WHERE user = ?1 AND conversation = ?2",
                (user, conversation, seq, time.seconds()),
            )?;
        } else {
            // The user has been a member before, and goes on reading where they stopped. A device that did not see them
            // leave, or has deleted the conversation since, must take this for a new membership.
            tx.execute(
                "DELETE FROM former_member WHERE user = ?1 AND conversation = ?2",
                (user, conversation),
            )?;
            tx.tell(user, Kind::GroupLeft, conversation)?;
        }
        listing::keep(tx, user, conversation, tx.now)?;
        group_applications::on_entered(tx, conversation, user)?;
    }
    Ok(is_new)
}

/// Removes a user from a group; the caller then tells the others.
/// `by` is who did it, unless it was that user.
pub(super) fn remove(tx: &mut Tx<'_>, conversation: i64, user: i64, by: Option<i64>) -> ServiceResult<()> {
    tx.execute(
        "DELETE FROM member WHERE conversation = ?1 AND user = ?2",
        (conversation, user),
    )?;
    group_applications::on_role(tx, conversation, user)?;
    // The group's data as of a membership is out of date.
    tx.execute(
        "DELETE FROM inbox WHERE kind = 10 AND ref = ?2 AND user = ?1",
        (user, conversation),
    )?;
    tx.execute(
        "INSERT OR REPLACE INTO former_member (user, conversation, type, name, face_url, removed_by) \
         SELECT ?1, conversation, type, name, face_url, ?3 FROM chat_group WHERE conversation = ?2",
        (user, conversation, by),
    )?;
    tx.tell(user, Kind::GroupLeft, conversation)?;
    // Being a member kept the conversation in the list: a device that comes later hears of it this way from now on.
    tx.tell(user, Kind::Settings, conversation)
}

/// Ends a group: all members are out. They keep their conversations.
pub(super) fn end(tx: &mut Tx<'_>, me: &Me, group: &Membership) -> ServiceResult<()> {
    tx.execute(
        "UPDATE chat_group SET is_dismissed = 1 WHERE conversation = ?1",
        [group.conversation],
    )?;
    group_applications::on_dismissed(tx, group.conversation)?;
    let members: Vec<i64> = tx
        .prepare("SELECT user FROM member WHERE conversation = ?1")?
        .query_map([group.conversation], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for user in members {
        remove(tx, group.conversation, user, Some(me.id))?;
    }
    Ok(())
}

/// `joinGroup`. Joining again changes nothing, and asking again says something new.
pub(super) fn join(tx: &mut Tx<'_>, me: &Me, id: &GroupId, message: &str) -> ServiceResult<()> {
    let mine = existing(tx.db, me, id)?;
    if mine.role > GroupRole::None {
        return Ok(());
    }
    match group_applications::add_opt_of(tx, mine.conversation, mine.group_type)? {
        GroupAddOpt::Any => {}
        GroupAddOpt::Auth => return group_applications::send(tx, mine.conversation, (me.id, None), message),
        GroupAddOpt::Forbid => {
            let desc = format!("groupID {} can only be joined by invitation", quoted(id.as_str()));
            return Err(ServiceError::no_permission(desc));
        }
    }
    add(tx, mine.conversation, me.id, GroupRole::Member)?;
    tx.tell_members(mine.conversation)?;
    // After the group's data, so that a new member knows the group when its first message comes.
    tell(tx, me, id, &mine, GroupTipsType::Join, &[me.id])
}

/// Tells the members what was done to some of them.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    me: &Me,
    group: &GroupId,
    mine: &Membership,
    what: GroupTipsType,
    members: &[i64],
) -> ServiceResult<()> {
    let (conversation, changes) = (mine.conversation, Vec::new());
    let tip = Tip {
        group,
        conversation,
        what,
        members,
        changes,
    };
    tips::tell(tx, me, tip)
}

/// `quitGroup`. The owner can leave a Work group only: the member who joined first takes over, and the last one out
/// ends it.
pub(super) fn quit(tx: &mut Tx<'_>, me: &Me, id: &GroupId) -> ServiceResult<()> {
    let mine = require_existing(tx.db, me, id)?;
    let mut new_owner = None;
    if mine.role == GroupRole::Owner {
        if mine.group_type != GroupType::Work {
            return Err(ServiceError::no_permission(format!(
                "you own groupID {}, a {} group: dismiss it instead",
                quoted(id.as_str()),
                mine.group_type.as_str()
            )));
        }
        let heir: Option<i64> = tx.find(
            // Row ids are in the order of joining, whatever the clocks did.
            "SELECT user FROM member WHERE conversation = ?1 AND user <> ?2 ORDER BY id LIMIT 1",
            (mine.conversation, me.id),
        )?;
        let Some(heir) = heir else {
            return end(tx, me, &mine);
        };
        tx.execute(
            "UPDATE member SET role = ?3 WHERE conversation = ?1 AND user = ?2",
            (mine.conversation, heir, GroupRole::Owner as i64),
        )?;
        group_applications::on_role(tx, mine.conversation, heir)?;
        new_owner = users::profile(tx.db, heir)?.map(|heir| heir.user_id);
    }
    remove(tx, mine.conversation, me.id, None)?;
    tx.tell_members(mine.conversation)?;
    tell(tx, me, id, &mine, GroupTipsType::Quit, &[])?;
    let Some(owner) = new_owner else { return Ok(()) };
    let tip = Tip {
        group: id,
        conversation: mine.conversation,
        what: GroupTipsType::GroupInfoChange,
        members: &[],
        changes: vec![GroupChangeInfo::text(GroupChangeType::Owner, owner.as_str())],
    };
    tips::tell(tx, me, tip)
}

/// `kickGroupMember`: the owner and the administrators remove members of lower rank.
pub(super) fn kick(tx: &mut Tx<'_>, me: &Me, id: &GroupId, users: &[UserId]) -> ServiceResult<Vec<MemberResult>> {
    let mine = require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Admin {
        return Err(ServiceError::no_permission(format!(
            "only the owner and the administrators of groupID {} may remove members",
            quoted(id.as_str())
        )));
    }
    let (mut results, mut removed) = (Vec::new(), Vec::new());
    for user_id in users {
        let user = may_kick(tx, &mine, id, user_id)?;
        // The same user may be named twice.
        let user = match user {
            Ok(user) if removed.contains(&user) => Err(no_member(id, user_id)),
            user => user,
        };
        removed.extend(user.as_ref().ok());
        results.push(MemberResult {
            user_id: user_id.clone(),
            result: user.map(|_| MemberOutcome::Done),
        });
    }
    // Once for all of them, and not at all if nobody goes.
    if removed.is_empty() {
        return Ok(results);
    }
    // Before they go, so that they learn too who did it.
    tell(tx, me, id, &mine, GroupTipsType::Kicked, &removed)?;
    for user in removed {
        remove(tx, mine.conversation, user, Some(me.id))?;
    }
    tx.tell_members(mine.conversation)?;
    Ok(results)
}

pub(super) fn no_member(id: &GroupId, user_id: &UserId) -> Error {
    Error::invalid(format!(
        "userID {} is not a member of groupID {}",
        quoted(user_id.as_str()),
        quoted(id.as_str())
    ))
}

/// The row of a member who may be removed.
fn may_kick(tx: &Tx<'_>, mine: &Membership, id: &GroupId, user_id: &UserId) -> ServiceResult<Result<i64, Error>> {
    let found: Option<(i64, i64)> = tx
        .prepare("SELECT m.user, m.role FROM member m JOIN user u ON u.id = m.user WHERE m.conversation = ?1 AND u.user_id = ?2")?
        .query_row((mine.conversation, user_id.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((user, role)) = found else {
        return Ok(Err(no_member(id, user_id)));
    };
    if GroupRole::from_code(role) >= mine.role {
        return Ok(Err(Error::no_permission(format!(
            "userID {} does not have a lower role than you in groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        ))));
    }
    Ok(Ok(user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::TestService;
    use crate::backend::embedded::{groups, invitations};
    use crate::model::{Change, Group, GroupEdit};

    #[test]
    fn a_former_member_is_told_the_group_as_it_was_until_they_come_back() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Work,
            group_name: "Team".to_owned(),
            face_url: "face".to_owned(),
            members: vec![(bob.user_id.clone(), GroupRole::Member)],
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &alice, &new, &new.members));
        service.write(|tx| quit(tx, &bob, &id));
        service.write(|tx| groups::set_info(tx, &alice, &id, &GroupEdit::name("Another")));
        let last_group = |service: &TestService| -> Option<Group> {
            let told = service.told(&bob, 0).into_iter().rev();
            told.filter_map(|change| match change {
                Change::Group { group, .. } => Some(group),
                _ => None,
            })
            .next()
        };
        let seen = last_group(&service).unwrap();
        assert_eq!(
            (seen.role, seen.group_name.as_str(), seen.face_url.as_str()),
            (GroupRole::None, "Team", "face")
        );
        let is_listed = |change: &Change| matches!(change, Change::Listed { .. });
        assert!(service.told(&bob, 0).iter().any(is_listed));
        service.write(|tx| invitations::invite(tx, &alice, &id, std::slice::from_ref(&bob.user_id)));
        let seen = last_group(&service).unwrap();
        assert_eq!((seen.role, seen.group_name.as_str()), (GroupRole::Member, "Another"));
    }
}
