//! Groups: who may do what by type, and what members are told.

use crate::support::*;
use im::backend::{Backend, MemberResult, NewGroup};
use im::model::*;

fn id(group: &str) -> GroupId {
    GroupId::trusted(group)
}

fn status<T: std::fmt::Debug>(result: Result<T>) -> Option<Status> {
    result.err().map(|error| error.status)
}

/// The status of each, 0 being done.
fn statuses(results: &[MemberResult]) -> Vec<i32> {
    let code = |one: &MemberResult| one.result.as_ref().err().map_or(0, |error| error.status.code());
    results.iter().map(code).collect()
}

const NO: Option<Status> = Some(Status::NoPermission);

#[test]
fn the_type_says_who_may_join_invite_rename_and_leave() {
    let (_dir, path) = place();
    let [owner, member, outsider] = ["owner", "member", "outsider"].map(|name| Client::login(&path, name));
    let call = deadline();
    for (group_type, join, invite, rename, leave) in [
        (GroupType::Work, NO, None, None, None),
        (GroupType::Public, None, NO, NO, NO),
        (GroupType::Meeting, None, NO, NO, NO),
        (GroupType::AVChatRoom, None, NO, NO, NO),
        (GroupType::Community, None, None, NO, NO),
    ] {
        let name = group_type.as_str();
        let group = owner.create(group_type, name, &["member"]);
        assert_eq!(
            status(outsider.backend.join_group(&group, "", None, &call)),
            join,
            "{name} join"
        );
        let friend = [user("friend")];
        assert_eq!(
            status(member.backend.invite_to_group(&group, &friend, &call)),
            invite,
            "{name} invite"
        );
        let renamed = member.backend.set_group_info(&group, &GroupEdit::name("new"), &call);
        assert_eq!(status(renamed), rename, "{name} rename");
        assert_eq!(
            status(owner.backend.quit_group(&group, &call)),
            leave,
            "{name} owner leaves"
        );
        assert_eq!(
            status(member.backend.dismiss_group(&group, &call)),
            if leave.is_none() { None } else { NO }
        );
    }
    let public = owner
        .backend
        .invite_to_group(&id("Public"), &[user("x"), user("member")], &call)
        .unwrap();
    assert_eq!(statuses(&public), [0, 0]);
    let meeting = owner.backend.invite_to_group(&id("Meeting"), &[user("x")], &call);
    assert_eq!(status(meeting), NO);
}

#[test]
fn only_members_read_or_write_a_group() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Public, "g", &[]);
    alice.send(&group("g"), "before");
    let from_outside = |id: &str| Outbound::Send(Box::new(message("bob", &group(id), "x")));
    assert_eq!(bob.refused(from_outside("g")), Status::NoPermission);
    assert_eq!(bob.refused(from_outside("none")), Status::NoPermission);
    assert_eq!(status(bob.backend.group_members(&id("g"), &deadline())), NO);
    assert_eq!(
        status(bob.backend.set_group_info(&id("g"), &GroupEdit::name("x"), &deadline())),
        NO
    );

    bob.backend.join_group(&id("g"), "", None, &deadline()).unwrap();
    alice.send(&group("g"), "with bob");
    bob.wait_text(&group("g"), "with bob");
    bob.backend.quit_group(&id("g"), &deadline()).unwrap();
    bob.look(|record| assert_eq!(record.group(&id("g")), Some(None)));
    assert_eq!(bob.refused(from_outside("g")), Status::NoPermission);
    alice.send(&group("g"), "after");
    bob.catch_up();
    bob.look(|record| assert_eq!(record.texts(&group("g")), ["with bob"]));
    alice.wait_text(&group("g"), "after");
    alice.look(|record| assert_eq!(record.texts(&group("g")).len(), 3));
}

#[test]
fn who_comes_in_has_read_what_was_before_and_is_told_the_group() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Public, "g", &[]);
    let last = ["1", "2"].map(|text| alice.send(&group("g"), text))[1].clone();
    bob.backend.join_group(&id("g"), "", None, &deadline()).unwrap();
    bob.look(|record| {
        assert_eq!(record.settings(&group("g")), Some((false, RecvOpt::Receive, 2)));
        let told = record.group(&id("g")).unwrap().unwrap();
        assert_eq!((told.role, told.member_count), (GroupRole::Member, 2));
        assert_eq!(told.owner, Some(user("alice")));
        assert!(
            record
                .changes()
                .any(|change| matches!(change, Change::Group { time, .. } if *time > last.time))
        );
    });
    alice.wait("the count", |record| {
        record
            .group(&id("g"))
            .flatten()
            .is_some_and(|told| told.member_count == 2)
    });
    // Out and in again: he goes on where he stopped, and what was said meanwhile is not for him.
    bob.backend.quit_group(&id("g"), &deadline()).unwrap();
    alice.send(&group("g"), "3");
    bob.backend.join_group(&id("g"), "", None, &deadline()).unwrap();
    bob.look(|record| {
        assert_eq!(record.settings(&group("g")).unwrap().2, 2);
        assert!(record.group(&id("g")).unwrap().is_some());
    });
    alice.send(&group("g"), "4");
    bob.wait_text(&group("g"), "4");
    Client::login(&path, "bob").look(|record| {
        assert_eq!(record.texts(&group("g")), ["4"]);
        assert!(record.group(&id("g")).unwrap().is_some());
    });
}

#[test]
fn higher_ranks_kick_lower_ones() {
    let (_dir, path) = place();
    let [owner, admin, bob] = ["owner", "admin", "bob"].map(|name| Client::login(&path, name));
    let new = NewGroup {
        group_id: None,
        group_type: GroupType::Public,
        group_name: "G".to_owned(),
        face_url: "face".to_owned(),
        members: vec![(user("admin"), GroupRole::Admin), (user("bob"), GroupRole::Member)],
        approve_opt: None,
    };
    let call = deadline();
    let group = owner.backend.create_group(new.clone(), &call).unwrap();
    assert!(group.as_str().starts_with("@TGS#"), "{group}");
    let other = owner.backend.create_group(new, &call).unwrap();
    assert_ne!(group, other);

    assert_eq!(status(bob.backend.kick_from_group(&group, &[user("admin")], &call)), NO);
    let asked = ["owner", "admin", "bob", "none"].map(user);
    let results = admin.backend.kick_from_group(&group, &asked, &call).unwrap();
    assert_eq!(statuses(&results), [10007, 10007, 0, 6017]);
    bob.wait("leaving", |record| record.group(&group) == Some(None));
    let members = owner.backend.group_members(&group, &call).unwrap();
    let members: Vec<_> = members.iter().map(|one| (one.user_id.as_str(), one.role)).collect();
    assert_eq!(members, [("owner", GroupRole::Owner), ("admin", GroupRole::Admin)]);
    // The other group was not touched.
    bob.look(|record| assert!(record.group(&other).unwrap().is_some()));
}

#[test]
fn a_work_group_passes_to_who_joined_first_and_ends_with_the_last() {
    let (_dir, path) = place();
    let [a, b, c] = ["a", "b", "c"].map(|name| Client::login(&path, name));
    a.create(GroupType::Work, "w", &["b", "c"]);
    let call = deadline();
    a.backend.quit_group(&id("w"), &call).unwrap();
    for client in [&b, &c] {
        client.wait("the new owner", |record| {
            let told = record.group(&id("w")).flatten();
            told.is_some_and(|told| told.owner == Some(user("b")) && told.member_count == 2)
        });
    }
    c.backend.quit_group(&id("w"), &call).unwrap();
    b.backend.quit_group(&id("w"), &call).unwrap();
    let info = b.backend.groups_info(&[id("w")], &call).unwrap().remove(0);
    assert_eq!(status(info), Some(Status::InvalidGroupId));
}

#[test]
fn an_id_is_taken_until_its_group_is_dismissed_and_sequences_go_on() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Public, "g", &["bob"]);
    alice.send(&group("g"), "old");
    let again = NewGroup {
        group_id: Some(id("g")),
        group_type: GroupType::Community,
        group_name: "mine".to_owned(),
        face_url: String::new(),
        members: Vec::new(),
        approve_opt: None,
    };
    let call = deadline();
    let taken = bob.backend.create_group(again.clone(), &call).unwrap_err();
    assert_eq!(taken.status, Status::Refused);
    assert!(taken.desc.contains("\"g\""), "{taken}");
    assert_eq!(status(bob.backend.dismiss_group(&id("g"), &call)), NO);
    alice.backend.dismiss_group(&id("g"), &call).unwrap();
    bob.wait("the end", |record| record.group(&id("g")) == Some(None));
    bob.look(|record| assert_eq!(record.texts(&group("g")), ["old"]));

    bob.backend.create_group(again, &call).unwrap();
    assert_eq!(bob.send(&group("g"), "new").seq, 2);
    alice.catch_up();
    alice.look(|record| {
        assert_eq!(record.texts(&group("g")), ["old"]);
        assert_eq!(record.group(&id("g")), Some(None));
    });
}

#[test]
fn anyone_may_ask_for_a_groups_public_data() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Work, "g", &[]);
    let call = deadline();
    alice
        .backend
        .set_group_info(&id("g"), &GroupEdit::name("Team"), &call)
        .unwrap();
    alice.look(|record| assert_eq!(record.group(&id("g")).unwrap().unwrap().group_name, "Team"));
    let infos = bob.backend.groups_info(&[id("none"), id("g")], &call).unwrap();
    assert_eq!(infos[0].as_ref().unwrap_err().status, Status::InvalidGroupId);
    let info = infos[1].as_ref().unwrap();
    assert_eq!((info.group_name.as_str(), info.role), ("Team", GroupRole::None));
    assert_eq!(
        status(bob.backend.join_group(&id("none"), "", None, &call)),
        Some(Status::InvalidGroupId)
    );
}
