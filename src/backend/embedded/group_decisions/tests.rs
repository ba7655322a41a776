//! Who asks to join, who decides, and what each is told.

use super::*;
use crate::backend::NewGroup;
use crate::backend::embedded::group_applications::read_all;
use crate::backend::embedded::testing::TestService;
use crate::backend::embedded::{groups, invitations, membership, roles};
use crate::model::{Change, GroupAddOpt, GroupEdit, GroupId, GroupType, Status};

fn edit(add_opt: GroupAddOpt) -> GroupEdit {
    GroupEdit {
        add_opt: Some(add_opt),
        ..GroupEdit::default()
    }
}

/// Alice's group, whose administrator is bob, and carol, who is not in it.
fn team(service: &mut TestService, add_opt: GroupAddOpt) -> (Me, Me, Me, GroupId) {
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
    let first = [(bob.user_id.clone(), GroupRole::Admin)];
    service.write(|tx| groups::create(tx, &alice, &new, &first));
    service.write(|tx| groups::set_info(tx, &alice, &id, &edit(add_opt)));
    (alice, bob, carol, id)
}

fn decision(group: &GroupId, user: &Me, is_agreed: bool) -> GroupApplicationAnswer {
    GroupApplicationAnswer {
        id: GroupApplicationId::to_join(group.clone(), user.user_id.clone()),
        is_agreed,
        reason: "So be it".to_owned(),
    }
}

/// The applications that a user is told of: whether each is there.
fn told_of(service: &TestService, me: &Me, after: i64) -> Vec<bool> {
    let told = service.told(me, after).into_iter().filter_map(|change| match change {
        Change::GroupApplication { application, .. } => Some(application.is_some()),
        _ => None,
    });
    told.collect()
}

fn decided(service: &TestService, me: &Me, after: i64) -> Vec<(bool, String)> {
    let told = service.told(me, after).into_iter().filter_map(|change| match change {
        Change::GroupApplicationProcessed { is_agreed, reason, .. } => Some((is_agreed, reason)),
        _ => None,
    });
    told.collect()
}

fn is_member(service: &TestService, me: &Me, id: &GroupId) -> bool {
    service.read(|db| membership::find(db, me, id)).unwrap().role > GroupRole::None
}

#[test]
fn whoever_leads_a_group_decides_and_each_is_told_once() {
    for is_agreed in [true, false] {
        let mut service = TestService::new();
        let (alice, bob, carol, id) = team(&mut service, GroupAddOpt::Auth);
        service.write(|tx| membership::join(tx, &carol, &id, "Let me in"));
        assert!(!is_member(&service, &carol, &id));
        for leader in [&alice, &bob] {
            assert_eq!(told_of(&service, leader, 0), [true]);
        }
        let error = service.refused(|tx| answer(tx, &carol, &decision(&id, &carol, true)));
        assert_eq!(error.status, Status::NoPermission);
        let head = service.head();
        service.write(|tx| answer(tx, &bob, &decision(&id, &carol, is_agreed)));
        assert_eq!(is_member(&service, &carol, &id), is_agreed);
        for leader in [&alice, &bob] {
            assert_eq!(told_of(&service, leader, head), [false]);
        }
        assert_eq!(decided(&service, &carol, head), [(is_agreed, "So be it".to_owned())]);
        let error = service.refused(|tx| answer(tx, &alice, &decision(&id, &carol, is_agreed)));
        assert!(
            error.status == Status::InvalidParameters && error.desc.contains("carol"),
            "{error}"
        );
    }
}

#[test]
fn who_may_join_is_the_groups_to_say() {
    let mut service = TestService::new();
    let (alice, bob, carol, id) = team(&mut service, GroupAddOpt::Forbid);
    let error = service.refused(|tx| membership::join(tx, &carol, &id, ""));
    assert_eq!(error.status, Status::NoPermission);
    service.write(|tx| groups::set_info(tx, &bob, &id, &edit(GroupAddOpt::Any)));
    service.write(|tx| membership::join(tx, &carol, &id, ""));
    assert!(is_member(&service, &carol, &id));
    let error = service.refused(|tx| groups::set_info(tx, &carol, &id, &edit(GroupAddOpt::Auth)));
    assert_eq!(error.status, Status::NoPermission);
    let work = NewGroup {
        group_id: Some(GroupId::trusted("work")),
        group_type: GroupType::Work,
        group_name: String::new(),
        face_url: String::new(),
        members: Vec::new(),
        approve_opt: None,
    };
    let work = service.write(|tx| groups::create(tx, &alice, &work, &[]));
    let error = service.refused(|tx| groups::set_info(tx, &alice, &work, &edit(GroupAddOpt::Any)));
    assert_eq!(error.status, Status::InvalidParameters);
    let seen = service.read(|db| groups::infos(db, &carol, &[id, work]));
    let seen: Vec<_> = seen.into_iter().map(|group| group.unwrap().add_opt).collect();
    assert_eq!(seen, [GroupAddOpt::Any, GroupAddOpt::Forbid]);
}

#[test]
fn what_waits_is_for_those_who_lead_the_group_by_then() {
    let mut service = TestService::new();
    let (alice, bob, carol, id) = team(&mut service, GroupAddOpt::Auth);
    let dave = service.user("dave");
    service.write(|tx| membership::join(tx, &carol, &id, ""));
    let head = service.head();
    service.write(|tx| roles::set(tx, &alice, &id, &bob.user_id, GroupRole::Member));
    assert_eq!(told_of(&service, &bob, head), [false]);
    let (head, of_dave) = (service.head(), std::slice::from_ref(&dave.user_id));
    service.write(|tx| invitations::invite(tx, &alice, &id, of_dave));
    service.write(|tx| roles::set(tx, &alice, &id, &dave.user_id, GroupRole::Admin));
    assert_eq!(told_of(&service, &dave, head), [true]);
    let head = service.head();
    service.write(|tx| membership::quit(tx, &dave, &id));
    assert_eq!(told_of(&service, &dave, head), [false]);
    let head = service.head();
    service.write(|tx| membership::quit(tx, &bob, &id));
    service.write(|tx| invitations::invite(tx, &alice, &id, std::slice::from_ref(&bob.user_id)));
    let eve = service.user("eve");
    service.write(|tx| invitations::invite(tx, &alice, &id, std::slice::from_ref(&eve.user_id)));
    service.write(|tx| membership::quit(tx, &eve, &id));
    assert!(
        told_of(&service, &eve, head).is_empty(),
        "others than those who decide hear nothing"
    );
    // Whoever is invited needs no decision any more.
    let (head, of_carol) = (service.head(), std::slice::from_ref(&carol.user_id));
    service.write(|tx| invitations::invite(tx, &alice, &id, of_carol));
    assert_eq!(told_of(&service, &alice, head), [false]);
    assert!(decided(&service, &carol, head).is_empty(), "nobody has decided");

    service.write(|tx| membership::join(tx, &dave, &id, ""));
    let head = service.head();
    service.write(|tx| groups::dismiss(tx, &alice, &id));
    assert_eq!(told_of(&service, &alice, head), [false]);
}

#[test]
fn what_was_seen_on_one_device_was_seen_on_a_later_one() {
    let mut service = TestService::new();
    let (alice, _, carol, id) = team(&mut service, GroupAddOpt::Auth);
    service.write(|tx| membership::join(tx, &carol, &id, ""));
    let seen = |service: &TestService| {
        let told = service.told(&alice, 0).into_iter();
        let mut seen = told.filter_map(|change| match change {
            Change::GroupApplication {
                application: Some(application),
                ..
            } => Some(application.is_read),
            _ => None,
        });
        seen.next()
    };
    assert_eq!(seen(&service), Some(false));
    service.write(|tx| read_all(tx, &alice));
    assert_eq!(seen(&service), Some(true));
    let head = service.head();
    service.write(|tx| read_all(tx, &alice));
    assert_eq!(service.head(), head, "nobody is told of nothing");
}
