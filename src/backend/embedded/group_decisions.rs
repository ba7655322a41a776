//! What the owner and the administrators of a group decide about those who ask to join it or are invited by members. The one place that both settles
//! applications and makes members.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::group_applications::{ACCEPTED, REFUSED, settle, waiting};
use super::membership;
use super::users::{self, Me};
use crate::backend::GroupApplicationAnswer;
use crate::model::id::quoted;
use crate::model::tips::GroupTipsType;
use crate::model::{GroupApplicationId, GroupApplicationType, GroupRole};

/// `acceptGroupApplication`, `refuseGroupApplication`.
pub(super) fn answer(tx: &mut Tx<'_>, me: &Me, answer: &GroupApplicationAnswer) -> ServiceResult<()> {
    let id = &answer.id.group_id;
    let mine = membership::require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Admin {
        return Err(ServiceError::no_permission(format!(
            "only the owner and the administrators of groupID {} decide who joins",
            quoted(id.as_str())
        )));
    }
    let Some(found) = find(tx, mine.conversation, &answer.id)? else {
        return Err(none(&answer.id));
    };
    let state = if answer.is_agreed { ACCEPTED } else { REFUSED };
    settle(
        tx,
        mine.conversation,
        found.application,
        (state, Some(me.id), &answer.reason),
    )?;
    // The profile first, so that it is known who has decided.
    users::introduce(tx, found.from, me.id)?;
    if answer.is_agreed {
        membership::add(tx, mine.conversation, found.user, GroupRole::Member)?;
        tx.tell_members(mine.conversation)?;
    }
    tx.tell(found.from, Kind::GroupApplicationDecided, found.application)?;
    if answer.is_agreed {
        membership::tell(tx, me, id, &mine, GroupTipsType::Invite, &[found.user])?;
    }
    Ok(())
}

/// An application that waits.
struct Found {
    application: i64,
    /// Who is to become a member.
    user: i64,
    /// Who asks, or invites.
    from: i64,
}

fn find(tx: &Tx<'_>, conversation: i64, id: &GroupApplicationId) -> ServiceResult<Option<Found>> {
    let Some(from) = users::find(tx.db, &id.from_user)? else {
        return Ok(None);
    };
    let (user, inviter) = match (id.kind, &id.to_user) {
        (GroupApplicationType::JoinApprovedByAdmin, _) => (Some(from), None),
        (GroupApplicationType::InviteApprovedByAdmin, Some(invited)) => (users::find(tx.db, invited)?, Some(from)),
        _ => return Ok(None),
    };
    let Some(user) = user else { return Ok(None) };
    let waiting = waiting(tx, conversation, user, inviter)?;
    Ok(waiting.map(|application| Found {
        application,
        user,
        from,
    }))
}

/// 6017: there is no such application.
fn none(id: &GroupApplicationId) -> ServiceError {
    let (from, group) = (quoted(id.from_user.as_str()), quoted(id.group_id.as_str()));
    ServiceError::invalid(match (id.kind, &id.to_user) {
        (GroupApplicationType::JoinApprovedByAdmin, _) => {
            format!("fromUser {from} does not ask to join groupID {group}")
        }
        (_, Some(to)) => format!(
            "there is no invitation of toUser {} to groupID {group} by fromUser {from} that waits for a decision",
            quoted(to.as_str())
        ),
        (_, None) => {
            format!(
                "fromUser {from} has not invited you to groupID {group}: invitations here need no decision of yours"
            )
        }
    })
}

#[cfg(test)]
mod tests;
