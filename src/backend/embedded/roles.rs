//! Roles: the owner makes administrators, and another owner.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::group_applications;
use super::membership::{self, Membership};
use super::tips::{self, Tip};
use super::users::Me;
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsType};
use crate::model::{GroupId, GroupRole, UserId};
use rusqlite::OptionalExtension;

/// `setGroupMemberRole`. The same role again changes nothing.
pub(super) fn set(tx: &mut Tx<'_>, me: &Me, id: &GroupId, user_id: &UserId, role: GroupRole) -> ServiceResult<()> {
    let (mine, member, before) = of_owner(tx, me, id, user_id)?;
    if before == GroupRole::Owner {
        return Err(ServiceError::invalid(format!(
            "userID {} is the owner of groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        )));
    }
    if before == role {
        return Ok(());
    }
    write(tx, &mine, member, role)?;
    tx.tell_members(mine.conversation)?;
    let tip = Tip {
        group: id,
        conversation: mine.conversation,
        what: match role {
            GroupRole::Admin => GroupTipsType::SetAdmin,
            _ => GroupTipsType::CancelAdmin,
        },
        members: &[member],
        changes: Vec::new(),
    };
    tips::tell(tx, me, tip)
}

/// `transferGroupOwner`. To oneself it changes nothing.
pub(super) fn transfer(tx: &mut Tx<'_>, me: &Me, id: &GroupId, user_id: &UserId) -> ServiceResult<()> {
    let (mine, member, _) = of_owner(tx, me, id, user_id)?;
    if member == me.id {
        return Ok(());
    }
    write(tx, &mine, me.id, GroupRole::Member)?;
    write(tx, &mine, member, GroupRole::Owner)?;
    tx.tell_members(mine.conversation)?;
    let tip = Tip {
        group: id,
        conversation: mine.conversation,
        what: GroupTipsType::GroupInfoChange,
        members: &[],
        changes: vec![GroupChangeInfo::text(GroupChangeType::Owner, user_id.as_str())],
    };
    tips::tell(tx, me, tip)
}

/// A group of which the caller is the owner, and a member of it with their role.
fn of_owner(tx: &Tx<'_>, me: &Me, id: &GroupId, user_id: &UserId) -> ServiceResult<(Membership, i64, GroupRole)> {
    let mine = membership::require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Owner {
        return Err(ServiceError::no_permission(format!(
            "only the owner of groupID {} may change roles",
            quoted(id.as_str())
        )));
    }
    let found: Option<(i64, i64)> = tx
        .prepare("SELECT m.user, m.role FROM member m JOIN user u ON u.id = m.user WHERE m.conversation = ?1 AND u.user_id = ?2")?
        .query_row((mine.conversation, user_id.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((member, role)) => Ok((mine, member, GroupRole::from_code(role))),
        None => Err(ServiceError::Refused(membership::no_member(id, user_id))),
    }
}

fn write(tx: &mut Tx<'_>, group: &Membership, member: i64, role: GroupRole) -> ServiceResult<()> {
    tx.execute(
        "UPDATE member SET role = ?3 WHERE conversation = ?1 AND user = ?2",
        (group.conversation, member, role as i64),
    )?;
    group_applications::on_role(tx, group.conversation, member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::groups;
    use crate::backend::embedded::testing::TestService;
    use crate::model::{GroupType, Status};

    #[test]
    fn the_owner_alone_gives_roles_and_gives_the_group_away() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Public,
            group_name: String::new(),
            face_url: String::new(),
            members: vec![(bob.user_id.clone(), GroupRole::Member)],
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &alice, &new, &new.members));
        for _ in 0..2 {
            service.write(|tx| set(tx, &alice, &id, &bob.user_id, GroupRole::Admin));
        }
        let refused = [
            service.refused(|tx| set(tx, &bob, &id, &alice.user_id, GroupRole::Member)),
            service.refused(|tx| set(tx, &bob, &id, &bob.user_id, GroupRole::Member)),
            service.refused(|tx| transfer(tx, &bob, &id, &bob.user_id)),
            service.refused(|tx| set(tx, &carol, &id, &bob.user_id, GroupRole::Member)),
        ];
        assert!(
            refused.iter().all(|error| error.status == Status::NoPermission),
            "{refused:?}"
        );
        let invalid = [
            service.refused(|tx| set(tx, &alice, &id, &alice.user_id, GroupRole::Member)),
            service.refused(|tx| set(tx, &alice, &id, &carol.user_id, GroupRole::Admin)),
            service.refused(|tx| transfer(tx, &alice, &id, &carol.user_id)),
        ];
        assert!(
            invalid.iter().all(|error| error.status == Status::InvalidParameters),
            "{invalid:?}"
        );
        service.write(|tx| transfer(tx, &alice, &id, &alice.user_id));
        service.write(|tx| transfer(tx, &alice, &id, &bob.user_id));
        let roles = service.read(|db| groups::members(db, &bob, &id));
        let roles: Vec<GroupRole> = roles.iter().map(|member| member.role).collect();
        assert_eq!(roles, [GroupRole::Member, GroupRole::Owner]);
        let tips: i64 = service.read(|db| Ok(db.query_row("SELECT count(*) FROM message", (), |row| row.get(0))?));
        assert_eq!(tips, 2, "what changes nothing is not told");
    }
}
