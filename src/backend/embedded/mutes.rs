//! Who may not speak in a group, and until when.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::membership::{self, Membership};
use super::tips;
use super::users::{self, Me};
use crate::model::id::quoted;
use crate::model::tips::{MUTED_FOR_GOOD, MemberChangeInfo};
use crate::model::{Error, GroupId, GroupRole, Micros, Status, UserId};
use rusqlite::OptionalExtension;

const SECOND: i64 = 1_000_000;
/// What the table has for those who are muted until somebody ends it.
const FOR_GOOD: i64 = MUTED_FOR_GOOD * SECOND;

/// Until when somebody is muted, in seconds, of what the table has; 0 when that is over.
pub(super) fn until(mute_until: i64, now: Micros) -> i64 {
    // A second that has begun counts: whoever waits for it is not too early.
    let seconds = mute_until.saturating_add(SECOND - 1) / SECOND;
    if mute_until > now.0 { seconds } else { 0 }
}

/// For how many seconds more somebody is muted.
pub(super) fn left(mute_until: i64, now: Micros) -> i64 {
    match until(mute_until, now) {
        MUTED_FOR_GOOD => MUTED_FOR_GOOD,
        0 => 0,
        _ => mute_until.saturating_sub(now.0).saturating_add(SECOND - 1) / SECOND,
    }
}

/// `muteGroupMember`. The same again changes nothing.
pub(super) fn set(tx: &mut Tx<'_>, me: &Me, id: &GroupId, user_id: &UserId, seconds: i64) -> ServiceResult<()> {
    let mine = membership::require_existing(tx.db, me, id)?;
    let found: Option<(i64, i64, i64)> = tx
        .prepare(
            "SELECT m.user, m.role, m.mute_until FROM member m JOIN user u ON u.id = m.user \
             WHERE m.conversation = ?1 AND u.user_id = ?2",
        )?
        .query_row((mine.conversation, user_id.as_str()), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((member, role, before)) = found else {
        return Err(ServiceError::Refused(membership::no_member(id, user_id)));
    };
    if mine.role < GroupRole::Admin || GroupRole::from_code(role) >= mine.role {
        return Err(ServiceError::no_permission(format!(
            "you may not mute userID {} in groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        )));
    }
    let mute_until = match seconds {
        0 => 0,
        MUTED_FOR_GOOD => FOR_GOOD,
        seconds => tx.now.0.saturating_add(seconds.saturating_mul(SECOND)).min(FOR_GOOD),
    };
    if until(before, tx.now) == until(mute_until, tx.now) {
        return Ok(());
    }
    tx.execute(
        "UPDATE member SET mute_until = ?3 WHERE conversation = ?1 AND user = ?2",
        (mine.conversation, member, mute_until),
    )?;
    let change = MemberChangeInfo {
        user_id: user_id.to_string(),
        mute_time: seconds,
        name_card: users::name_card(tx.db, mine.conversation, member)?,
    };
    tips::tell_changed(tx, me, id, mine.conversation, vec![change])
}

/// Why a member may not speak.
pub(super) enum Why {
    /// Nobody but the owner and the administrators may.
    AllAre,
    /// Somebody has muted the member.
    TheyAre,
}

/// Whether a member may not speak. The owner always may, and what all may not does not count for administrators.
pub(super) fn why_muted(tx: &Tx<'_>, me: &Me, mine: &Membership) -> ServiceResult<Option<Why>> {
    if mine.role == GroupRole::Owner {
        return Ok(None);
    }
    let (mute_until, is_all_muted): (i64, bool) = tx
        .prepare(
            "SELECT m.mute_until, g.is_all_muted FROM member m JOIN chat_group g ON g.conversation = m.conversation \
             WHERE m.conversation = ?1 AND m.user = ?2",
        )?
        .query_row((mine.conversation, me.id), |row| Ok((row.get(0)?, row.get(1)?)))?;
    if until(mute_until, tx.now) > 0 {
        return Ok(Some(Why::TheyAre));
    }
    Ok((is_all_muted && mine.role < GroupRole::Admin).then_some(Why::AllAre))
}

/// Refuses (10017) what a member says who may not speak.
pub(super) fn check(tx: &Tx<'_>, me: &Me, id: &GroupId, mine: &Membership) -> ServiceResult<()> {
    let group = quoted(id.as_str());
    let desc = match why_muted(tx, me, mine)? {
        None => return Ok(()),
        Some(Why::TheyAre) => format!("you are muted in groupID {group}"),
        Some(Why::AllAre) => format!("all members of groupID {group} are muted"),
    };
    Err(ServiceError::Refused(Error::new(Status::Muted, desc)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::{TestService, text_to_group};
    use crate::backend::embedded::{groups, messages, roles};
    use crate::model::{Change, Elem, GroupEdit, GroupType};

    /// Alice's group, with bob and carol as members.
    fn team(service: &mut TestService) -> (Me, Me, Me, GroupId) {
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Public,
            group_name: String::new(),
            face_url: String::new(),
            members: Vec::new(),
            approve_opt: None,
        };
        let first = [&bob, &carol].map(|user| (user.user_id.clone(), GroupRole::Member));
        service.write(|tx| groups::create(tx, &alice, &new, &first));
        (alice, bob, carol, id)
    }

    fn mute_times(told: &[Change]) -> Vec<(String, i64)> {
        let changes = told.iter().filter_map(|change| match change {
            Change::Message(message) => match &message.body.elem {
                Elem::GroupTips(tips) => Some(tips.member_change_info_list.clone()),
                _ => None,
            },
            _ => None,
        });
        changes
            .flatten()
            .map(|change| (change.user_id, change.mute_time))
            .collect()
    }

    #[test]
    fn who_is_muted_is_refused_until_somebody_ends_it_and_all_are_told_once() {
        let mut service = TestService::new();
        let (alice, bob, carol, id) = team(&mut service);
        for _ in 0..2 {
            service.write(|tx| set(tx, &alice, &id, &bob.user_id, MUTED_FOR_GOOD));
        }
        let error = service.refused(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m1")));
        assert_eq!(error.status, Status::Muted);
        assert!(error.desc.contains("team"), "{error}");
        service.write(|tx| messages::send(tx, &carol, &text_to_group(&carol, "team", "m2")));
        let until: Vec<i64> = service
            .read(|db| groups::members(db, &carol, &id))
            .iter()
            .map(|one| one.mute_until)
            .collect();
        assert_eq!(until, [0, MUTED_FOR_GOOD, 0]);
        for _ in 0..2 {
            service.write(|tx| set(tx, &alice, &id, &bob.user_id, 0));
        }
        service.write(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m1")));
        let told = |seconds| ("bob".to_owned(), seconds);
        assert_eq!(mute_times(&service.told(&carol, 0)), [told(MUTED_FOR_GOOD), told(0)]);
    }

    #[test]
    fn a_time_that_is_over_mutes_nobody() {
        let mut service = TestService::new();
        let (alice, bob, _, id) = team(&mut service);
        service.write(|tx| set(tx, &alice, &id, &bob.user_id, 600));
        service.refused(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m1")));
        service.write(|tx| {
            tx.execute("UPDATE member SET mute_until = ?1 WHERE mute_until > 0", [tx.now.0 - 1])?;
            Ok(())
        });
        service.write(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m1")));
        let now = Micros(10 * SECOND);
        assert_eq!((until(now.0, now), left(now.0, now)), (0, 0));
        assert_eq!((until(now.0 + 1, now), left(now.0 + 1, now)), (11, 1));
        assert_eq!(
            (until(FOR_GOOD, now), left(FOR_GOOD, now)),
            (MUTED_FOR_GOOD, MUTED_FOR_GOOD)
        );
    }

    #[test]
    fn only_members_of_lower_rank_are_muted_and_a_muted_group_is_for_those_who_lead_it() {
        let mut service = TestService::new();
        let (alice, bob, carol, id) = team(&mut service);
        service.write(|tx| roles::set(tx, &alice, &id, &bob.user_id, GroupRole::Admin));
        for (me, user) in [(&bob, &alice), (&bob, &bob), (&carol, &bob)] {
            let error = service.refused(|tx| set(tx, me, &id, &user.user_id, 60));
            assert_eq!(error.status, Status::NoPermission);
        }
        let stranger = service.user("dave");
        let error = service.refused(|tx| set(tx, &alice, &id, &stranger.user_id, 60));
        assert_eq!(error.status, Status::InvalidParameters);
        let muted = |is_all_muted| GroupEdit {
            is_all_muted: Some(is_all_muted),
            ..GroupEdit::default()
        };
        let error = service.refused(|tx| groups::set_info(tx, &carol, &id, &muted(true)));
        assert_eq!(error.status, Status::NoPermission);
        service.write(|tx| groups::set_info(tx, &bob, &id, &muted(true)));
        let error = service.refused(|tx| messages::send(tx, &carol, &text_to_group(&carol, "team", "m1")));
        assert_eq!(error.status, Status::Muted);
        service.write(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m2")));
        service.write(|tx| set(tx, &alice, &id, &bob.user_id, 60));
        let error = service.refused(|tx| messages::send(tx, &bob, &text_to_group(&bob, "team", "m3")));
        assert_eq!(error.status, Status::Muted);
        service.write(|tx| groups::set_info(tx, &alice, &id, &muted(false)));
        service.write(|tx| messages::send(tx, &carol, &text_to_group(&carol, "team", "m1")));
    }
}
