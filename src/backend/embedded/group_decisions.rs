//! What the owner and the administrators of a group decide about those who ask to join it. The one place that both settles
//! applications and makes members.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::group_applications::{ACCEPTED, REFUSED, of_user, settle};
use super::membership;
use super::users::{self, Me};
use crate::backend::GroupApplicationAnswer;
use crate::model::GroupRole;
use crate::model::id::quoted;
use crate::model::tips::GroupTipsType;

/// `acceptGroupApplication`, `refuseGroupApplication`.
pub(super) fn answer(tx: &mut Tx<'_>, me: &Me, answer: &GroupApplicationAnswer) -> ServiceResult<()> {
    let id = &answer.group_id;
    let mine = membership::require_existing(tx.db, me, id)?;
    if mine.role < GroupRole::Admin {
        return Err(ServiceError::no_permission(format!(
            "only the owner and the administrators of groupID {} decide who joins",
            quoted(id.as_str())
        )));
    }
    let user = users::find(tx.db, &answer.user_id)?;
    let found = match user {
        Some(user) => of_user(tx, mine.conversation, user)?.map(|application| (user, application)),
        None => None,
    };
    let Some((user, application)) = found else {
        return Err(ServiceError::invalid(format!(
            "fromUser {} does not ask to join groupID {}",
            quoted(answer.user_id.as_str()),
            quoted(id.as_str())
        )));
    };
    let state = if answer.is_agreed { ACCEPTED } else { REFUSED };
    settle(tx, mine.conversation, application, (state, Some(me.id), &answer.reason))?;
    // The profile first, so that it is known who has decided.
    users::introduce(tx, user, me.id)?;
    if answer.is_agreed {
        membership::add(tx, mine.conversation, user, GroupRole::Member)?;
        tx.tell_members(mine.conversation)?;
    }
    tx.tell(user, Kind::GroupApplicationDecided, application)?;
    if answer.is_agreed {
        membership::tell(tx, me, id, &mine, GroupTipsType::Invite, &[user])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
