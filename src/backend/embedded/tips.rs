//! Group tips: what happens in a group, as messages of its history. Each is written in the transaction of the act, so it has
//! one place for all members. The service alone writes them.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::newest;
use super::users::{self, Me};
use crate::model::tips::{GroupChangeInfo, GroupMemberInfo, GroupTipsElem, GroupTipsType, MemberChangeInfo};
use crate::model::{Elem, GroupId, MessageBody};

/// How many members a tip names at most: a message has a limit.
const MAX_NAMED: usize = 100;

/// What happened in a group.
pub(super) struct Tip<'a> {
    pub(super) group: &'a GroupId,
    pub(super) conversation: i64,
    pub(super) what: GroupTipsType,
    /// The members that it was done to.
    pub(super) members: &'a [i64],
    pub(super) changes: Vec<GroupChangeInfo>,
}

/// Tells the members of a group what somebody has done in it.
pub(super) fn tell(tx: &mut Tx<'_>, me: &Me, tip: Tip<'_>) -> ServiceResult<()> {
    let mut member_list = Vec::new();
    for member in tip.members.iter().take(MAX_NAMED) {
        member_list.push(member_info(tx, tip.conversation, *member)?);
    }
    let elem = GroupTipsElem {
        r#type: tip.what as i64,
        member_list,
        group_change_info_list: tip.changes,
        ..GroupTipsElem::default()
    };
    store(tx, me, tip.group, tip.conversation, elem)
}

/// Tells the members of a group what somebody has changed about some of them.
pub(super) fn tell_changed(
    tx: &mut Tx<'_>,
    me: &Me,
    group: &GroupId,
    conversation: i64,
    changes: Vec<MemberChangeInfo>,
) -> ServiceResult<()> {
    let elem = GroupTipsElem {
        r#type: GroupTipsType::MemberInfoChange as i64,
        member_change_info_list: changes,
        ..GroupTipsElem::default()
    };
    store(tx, me, group, conversation, elem)
}

fn store(tx: &mut Tx<'_>, me: &Me, group: &GroupId, conversation: i64, elem: GroupTipsElem) -> ServiceResult<()> {
    let count = tx.find("SELECT count(*) FROM member WHERE conversation = ?1", [conversation])?;
    let elem = GroupTipsElem {
        group_id: group.to_string(),
        op_member: member_info(tx, conversation, me.id)?,
        member_count: count.unwrap_or_default(),
        ..elem
    };
    let body = MessageBody {
        is_excluded_from_unread_count: true,
        ..MessageBody::of(Elem::GroupTips(Box::new(elem)))
    };
    let body = serde_json::to_string(&body).map_err(|error| ServiceError::Broken(error.to_string()))?;
    let msg_id = uuid::Uuid::new_v4().to_string();
    newest::store(tx, me, conversation, &msg_id, &body).map(drop)
}

fn member_info(tx: &Tx<'_>, conversation: i64, user: i64) -> ServiceResult<GroupMemberInfo> {
    let name_card = users::name_card(tx.db, conversation, user)?;
    let profile = users::profile(tx.db, user)?;
    Ok(
        profile.map_or_else(GroupMemberInfo::default, |profile| GroupMemberInfo {
            user_id: profile.user_id.to_string(),
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            name_card,
            ..GroupMemberInfo::default()
        }),
    )
}

#[cfg(test)]
mod tests {
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::backend::embedded::{groups, invitations, membership, messages};
    use crate::model::tips::{GroupTipsElem, GroupTipsType};
    use crate::model::{Change, Elem, GroupEdit, GroupId, GroupRole, GroupType, MessageBody, Status};

    fn new_group(id: &GroupId, group_type: GroupType) -> NewGroup {
        NewGroup {
            group_id: Some(id.clone()),
            group_type,
            group_name: "Team".to_owned(),
            face_url: String::new(),
            members: Vec::new(),
            approve_opt: None,
        }
    }

    fn tips(told: &[Change]) -> Vec<(u64, GroupTipsElem)> {
        let tips = told.iter().filter_map(|change| match change {
            Change::Message(message) => match &message.body.elem {
                Elem::GroupTips(tips) => Some((message.seq, (**tips).clone())),
                _ => None,
            },
            _ => None,
        });
        tips.collect()
    }

    #[test]
    fn each_act_is_told_once_and_what_changes_nothing_not_at_all() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let members = [(bob.user_id.clone(), GroupRole::Member)];
        service.write(|tx| groups::create(tx, &alice, &new_group(&id, GroupType::Public), &members));
        let of_carol = std::slice::from_ref(&carol.user_id);
        for _ in 0..2 {
            service.write(|tx| invitations::invite(tx, &alice, &id, of_carol));
            service.write(|tx| groups::set_info(tx, &alice, &id, &GroupEdit::name("Crew")));
            service.write(|tx| membership::join(tx, &bob, &id, ""));
        }
        service.write(|tx| membership::kick(tx, &alice, &id, of_carol));
        service.write(|tx| membership::quit(tx, &bob, &id));
        let kinds =
            |told: &[Change]| -> Vec<(u64, i64)> { tips(told).iter().map(|(seq, tip)| (*seq, tip.r#type)).collect() };
        let (invite, info) = (GroupTipsType::Invite as i64, GroupTipsType::GroupInfoChange as i64);
        let (kicked, quit) = (GroupTipsType::Kicked as i64, GroupTipsType::Quit as i64);
        let told = service.told(&alice, 0);
        assert_eq!(kinds(&told), [(1, invite), (2, info), (3, kicked), (4, quit)]);
        let (_, tip) = &tips(&told)[0];
        assert_eq!((tip.op_member.user_id.as_str(), tip.member_count), ("alice", 3));
        assert_eq!(tip.member_list[0].user_id, "carol");
        // Who was removed learns by whom; who has left needs no word of it.
        assert_eq!(kinds(&service.told(&carol, 0)), [(1, invite), (2, info), (3, kicked)]);
        assert_eq!(kinds(&service.told(&bob, 0)), [(1, invite), (2, info), (3, kicked)]);
    }

    #[test]
    fn the_first_members_are_told_to_nobody_and_a_new_owner_to_all() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let members = [&bob, &carol].map(|user| (user.user_id.clone(), GroupRole::Member));
        service.write(|tx| groups::create(tx, &alice, &new_group(&id, GroupType::Work), &members));
        assert_eq!(tips(&service.told(&bob, 0)), []);
        service.write(|tx| membership::quit(tx, &alice, &id));
        let told = tips(&service.told(&carol, 0));
        let [(1, quit), (2, owner)] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(
            (quit.r#type, quit.op_member.user_id.as_str()),
            (GroupTipsType::Quit as i64, "alice")
        );
        let change = &owner.group_change_info_list[0];
        assert_eq!((change.r#type, change.value.as_str()), (5, "bob"));
        let count = told.len();
        service.write(|tx| {
            groups::create(
                tx,
                &alice,
                &new_group(&GroupId::trusted("b"), GroupType::Public),
                &members,
            )
        });
        service.write(|tx| groups::dismiss(tx, &alice, &GroupId::trusted("b")));
        assert_eq!(tips(&service.told(&carol, 0)).len(), count);
    }

    #[test]
    fn nobody_but_the_service_writes_tips() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let mut message = text(&alice, "bob", "m1");
        message.body = MessageBody::of(Elem::GroupTips(Box::default()));
        let error = service.refused(|tx| messages::send(tx, &alice, &message));
        assert_eq!(error.status, Status::InvalidParameters);
    }

    #[test]
    fn a_tip_is_nobodys_to_recall() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let id = GroupId::trusted("team");
        service.write(|tx| groups::create(tx, &alice, &new_group(&id, GroupType::Work), &[]));
        service.write(|tx| groups::set_info(tx, &alice, &id, &GroupEdit::name("Crew")));
        let msg_id: String = service.read(|db| Ok(db.query_row("SELECT msg_id FROM message", (), |row| row.get(0))?));
        let team = crate::model::ConversationId::group(&id);
        let error = service.refused(|tx| messages::revoke(tx, &alice, &team, &msg_id));
        assert_eq!(error.status, Status::InvalidParameters);
    }
}
