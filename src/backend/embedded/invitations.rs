//! Inviting users into groups. The rules by type are V2TIM's: unless `approveOpt` says otherwise, a Work group grows by its members'
//! invitations, a Public one by joining and by its administrators, Meeting and AVChatRoom by joining only, a Community by both.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::group_applications;
use super::membership::{self, Membership};
use super::users::{self, Me};
use crate::backend::{MemberOutcome, MemberResult};
use crate::model::id::quoted;
use crate::model::tips::GroupTipsType;
use crate::model::{GroupAddOpt, GroupId, GroupRole, GroupType, UserId};

/// `inviteUserToGroup`. Inviting a member succeeds and changes nothing.
pub(super) fn invite(tx: &mut Tx<'_>, me: &Me, id: &GroupId, users: &[UserId]) -> ServiceResult<Vec<MemberResult>> {
    let mine = membership::require_existing(tx.db, me, id)?;
    let needs_approval = needs_approval(tx, &mine, id)?;
    let mut results = Vec::new();
    let mut added = Vec::new();
    for user_id in users {
        // Whoever has not logged in yet gets a mailbox, and finds the group at the first login.
        let user = users::ensure(tx, user_id)?;
        let outcome = if !needs_approval {
            if membership::add(tx, mine.conversation, user, GroupRole::Member)? {
                added.push(user);
            }
            MemberOutcome::Done
        } else if is_member(tx, &mine, user)? {
            MemberOutcome::Done
        } else {
            group_applications::send(tx, mine.conversation, (user, Some(me.id)), "")?;
            MemberOutcome::Pending
        };
        results.push(MemberResult {
            user_id: user_id.clone(),
            result: Ok(outcome),
        });
    }
    if !added.is_empty() {
        tx.tell_members(mine.conversation)?;
        membership::tell(tx, me, id, &mine, GroupTipsType::Invite, &added)?;
    }
    Ok(results)
}

/// Whether those who lead the group decide whom the caller brings in; an error when the caller may not.
fn needs_approval(tx: &Tx<'_>, mine: &Membership, id: &GroupId) -> ServiceResult<bool> {
    let approve_opt = group_applications::approve_opt_of(tx, mine.conversation, mine.group_type)?;
    let leads = mine.role >= GroupRole::Admin;
    // Nobody invites into these, not even those who lead them.
    let is_joined_only = matches!(mine.group_type, GroupType::Meeting | GroupType::AVChatRoom);
    match approve_opt {
        GroupAddOpt::Any => Ok(false),
        GroupAddOpt::Auth => Ok(!leads),
        GroupAddOpt::Forbid if leads && !is_joined_only => Ok(false),
        GroupAddOpt::Forbid => Err(ServiceError::no_permission(format!(
            "you may not invite to groupID {}, a {} group whose approveOpt is 0",
            quoted(id.as_str()),
            mine.group_type.as_str()
        ))),
    }
}

fn is_member(tx: &Tx<'_>, group: &Membership, user: i64) -> ServiceResult<bool> {
    let found: Option<i64> = tx.find(
        "SELECT 1 FROM member WHERE conversation = ?1 AND user = ?2",
        (group.conversation, user),
    )?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests;
