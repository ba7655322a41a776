//! Who may bring users into a group, and what those who lead it decide about them.

use super::*;
use crate::backend::embedded::testing::TestService;
use crate::backend::embedded::{group_decisions, groups, roles};
use crate::backend::{GroupApplicationAnswer, NewGroup};
use crate::model::{Change, Error, Group, GroupApplicationId, GroupApplicationType, GroupEdit, Status};

/// Alice's group of that type, with bob in it, and carol, who is not.
fn team(service: &mut TestService, group_type: GroupType, approve_opt: Option<GroupAddOpt>) -> (Me, Me, Me, GroupId) {
    let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
    let id = GroupId::trusted("team");
    let new = NewGroup {
        group_id: Some(id.clone()),
        group_type,
        group_name: String::new(),
        face_url: String::new(),
        members: vec![(bob.user_id.clone(), GroupRole::Member)],
        approve_opt,
    };
    service.write(|tx| groups::create(tx, &alice, &new, &new.members));
    (alice, bob, carol, id)
}

fn set(approve_opt: GroupAddOpt) -> GroupEdit {
    GroupEdit {
        approve_opt: Some(approve_opt),
        ..GroupEdit::default()
    }
}

fn seen(service: &TestService, me: &Me, id: &GroupId) -> Group {
    service
        .read(|db| groups::infos(db, me, std::slice::from_ref(id)))
        .remove(0)
        .unwrap()
}

fn role(service: &TestService, me: &Me, id: &GroupId) -> GroupRole {
    seen(service, me, id).role
}

/// The applications that a user is told of: which, and whether each is there.
fn told(service: &TestService, me: &Me, after: i64) -> Vec<(GroupApplicationId, bool)> {
    let told = service.told(me, after).into_iter().filter_map(|change| match change {
        Change::GroupApplication { id, application } => Some((id, application.is_some())),
        _ => None,
    });
    told.collect()
}

fn decided(service: &TestService, me: &Me, after: i64) -> Vec<bool> {
    let told = service.told(me, after).into_iter().filter_map(|change| match change {
        Change::GroupApplicationProcessed { is_agreed, .. } => Some(is_agreed),
        _ => None,
    });
    told.collect()
}

fn invitation(id: &GroupId, by: &Me, of: &Me) -> GroupApplicationId {
    GroupApplicationId {
        group_id: id.clone(),
        kind: GroupApplicationType::InviteApprovedByAdmin,
        from_user: by.user_id.clone(),
        to_user: Some(of.user_id.clone()),
    }
}

fn decision(id: GroupApplicationId, is_agreed: bool) -> GroupApplicationAnswer {
    GroupApplicationAnswer {
        id,
        is_agreed,
        reason: String::new(),
    }
}

fn outcomes(results: &[MemberResult]) -> Vec<Result<MemberOutcome, Error>> {
    results.iter().map(|result| result.result.clone()).collect()
}

#[test]
fn whom_members_may_bring_in_is_the_types_to_say_until_somebody_else_does() {
    let (any, none) = (GroupAddOpt::Any, GroupAddOpt::Forbid);
    for (group_type, usual) in [
        (GroupType::Work, any),
        (GroupType::Public, none),
        (GroupType::Meeting, none),
        (GroupType::AVChatRoom, none),
        (GroupType::Community, any),
    ] {
        let mut service = TestService::new();
        let (alice, bob, carol, id) = team(&mut service, group_type, None);
        assert_eq!(seen(&service, &bob, &id).approve_opt, usual, "{group_type:?}");
        // The type of those who are told the group is no other.
        if group_type == GroupType::AVChatRoom {
            let error = service.refused(|tx| groups::set_info(tx, &alice, &id, &set(any)));
            assert_eq!(error.status, Status::InvalidParameters);
            continue;
        }
        let other = if usual == any { none } else { any };
        let error = service.refused(|tx| groups::set_info(tx, &bob, &id, &set(other)));
        assert_eq!(error.status, Status::NoPermission, "{group_type:?}");
        service.write(|tx| groups::set_info(tx, &alice, &id, &set(other)));
        assert_eq!(seen(&service, &bob, &id).approve_opt, other);
        let of_carol = std::slice::from_ref(&carol.user_id);
        if other == none {
            let error = service.refused(|tx| invite(tx, &bob, &id, of_carol));
            assert!(
                error.status == Status::NoPermission && error.desc.contains("approveOpt is 0"),
                "{error}"
            );
        } else {
            service.write(|tx| invite(tx, &bob, &id, of_carol).map(drop));
            assert_eq!(role(&service, &carol, &id), GroupRole::Member);
        }
    }
    let mut service = TestService::new();
    let (.., bob, _, id) = team(&mut service, GroupType::Public, Some(GroupAddOpt::Auth));
    assert_eq!(seen(&service, &bob, &id).approve_opt, GroupAddOpt::Auth);
}

#[test]
fn an_invitation_that_needs_approval_waits_for_those_who_lead_the_group() {
    for is_agreed in [true, false] {
        let mut service = TestService::new();
        let (alice, bob, carol, id) = team(&mut service, GroupType::Work, Some(GroupAddOpt::Auth));
        let dave = service.user("dave");
        let users = [carol.user_id.clone(), bob.user_id.clone()];
        let mut results = Vec::new();
        service.write(|tx| {
            results = invite(tx, &bob, &id, &users)?;
            Ok(())
        });
        // Who is a member already needs no decision.
        let expected = [Ok(MemberOutcome::Pending), Ok(MemberOutcome::Done)];
        assert_eq!(outcomes(&results), expected);
        assert_eq!(role(&service, &carol, &id), GroupRole::None);
        let asked = invitation(&id, &bob, &carol);
        assert_eq!(told(&service, &alice, 0), [(asked.clone(), true)]);
        for other in [&bob, &carol] {
            assert_eq!(told(&service, other, 0), [], "it is not theirs to decide");
        }
        // Whoever becomes an administrator has it too.
        service.write(|tx| invite(tx, &alice, &id, std::slice::from_ref(&dave.user_id)).map(drop));
        service.write(|tx| roles::set(tx, &alice, &id, &dave.user_id, GroupRole::Admin));
        assert_eq!(told(&service, &dave, 0), [(asked.clone(), true)]);

        let error = service.refused(|tx| group_decisions::answer(tx, &bob, &decision(asked.clone(), true)));
        assert_eq!(error.status, Status::NoPermission);
        let to_join = GroupApplicationId::to_join(id.clone(), carol.user_id.clone());
        let error = service.refused(|tx| group_decisions::answer(tx, &alice, &decision(to_join, true)));
        assert_eq!(error.status, Status::InvalidParameters, "she has not asked herself");
        let head = service.head();
        service.write(|tx| group_decisions::answer(tx, &dave, &decision(asked.clone(), is_agreed)));
        assert_eq!(role(&service, &carol, &id) > GroupRole::None, is_agreed);
        for leader in [&alice, &dave] {
            assert_eq!(told(&service, leader, head), [(asked.clone(), false)]);
        }
        assert_eq!(decided(&service, &bob, head), [is_agreed]);
        assert!(decided(&service, &carol, head).is_empty(), "she has not asked");
        let error = service.refused(|tx| group_decisions::answer(tx, &alice, &decision(asked, is_agreed)));
        assert!(
            error.status == Status::InvalidParameters && error.desc.contains("carol"),
            "{error}"
        );
    }
}

#[test]
fn invitations_of_one_user_by_several_and_the_request_of_that_user_end_together() {
    let mut service = TestService::new();
    let (alice, bob, carol, id) = team(&mut service, GroupType::Public, Some(GroupAddOpt::Auth));
    let dave = service.user("dave");
    service.write(|tx| invite(tx, &alice, &id, std::slice::from_ref(&dave.user_id)).map(drop));
    let auth = GroupEdit {
        add_opt: Some(GroupAddOpt::Auth),
        ..GroupEdit::default()
    };
    service.write(|tx| groups::set_info(tx, &alice, &id, &auth));
    let of_carol = std::slice::from_ref(&carol.user_id);
    for inviter in [&bob, &dave, &bob] {
        service.write(|tx| invite(tx, inviter, &id, of_carol).map(drop));
    }
    service.write(|tx| membership::join(tx, &carol, &id, "Let me in"));
    let to_join = GroupApplicationId::to_join(id.clone(), carol.user_id.clone());
    let [by_bob, by_dave] = [&bob, &dave].map(|by| invitation(&id, by, &carol));
    let waiting = told(&service, &alice, 0);
    for one in [&to_join, &by_bob, &by_dave] {
        assert!(waiting.contains(&(one.clone(), true)), "{waiting:?}");
    }
    let head = service.head();
    service.write(|tx| group_decisions::answer(tx, &alice, &decision(by_dave.clone(), true)));
    let gone = told(&service, &alice, head);
    for one in [to_join, by_bob, by_dave] {
        assert!(gone.contains(&(one, false)), "{gone:?}");
    }
    assert_eq!(role(&service, &carol, &id), GroupRole::Member);
}

#[test]
fn a_request_to_join_of_before_can_be_decided_after_a_migration() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let migrations = crate::backend::embedded::migrations::MIGRATIONS;
    let place = migrations
        .iter()
        .position(|sql| sql.contains("group_application_of_user"));
    let (before, after) = migrations.split_at(place.unwrap());
    db.execute_batch(&before.concat()).unwrap();
    db.execute_batch(
        "INSERT INTO user (id, user_id) VALUES (1, 'alice'), (2, 'carol');
         INSERT INTO conversation (id) VALUES (5);
         INSERT INTO group_application (id, conversation, user, time, message) VALUES (9, 5, 2, 7, 'Let me in');",
    )
    .unwrap();
    db.execute_batch(&after.concat()).unwrap();
    let row: (i64, i64, Option<i64>, i64) = db
        .query_row("SELECT id, user, inviter, state FROM group_application", (), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(row, (9, 2, None, 0));
}
