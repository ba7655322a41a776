//! Tests of what is told of groups.

use super::*;
use crate::engine::fixture::{Fixture, message, team, team_with};
use crate::model::{Change, Elem, MessageBody, Status};
use serde_json::{Value, json};

fn member(user: &str) -> GroupMemberInfo {
    GroupMemberInfo {
        user_id: user.to_owned(),
        ..GroupMemberInfo::default()
    }
}

fn tips(what: GroupTipsType, members: &[&str]) -> GroupTipsElem {
    GroupTipsElem {
        group_id: "team".to_owned(),
        r#type: what as i64,
        op_member: member("bob"),
        member_list: members.iter().map(|user| member(user)).collect(),
        group_change_info_list: vec![GroupChangeInfo::text(crate::model::tips::GroupChangeType::Name, "Crew")],
        ..GroupTipsElem::default()
    }
}

fn tip(what: GroupTipsType, members: &[&str], seq: u64) -> Change {
    let mut said = message(&team(), "bob", seq);
    said.body = MessageBody {
        is_excluded_from_unread_count: true,
        ..MessageBody::of(Elem::GroupTips(Box::new(tips(what, members))))
    };
    Change::Message(said)
}

#[test]
fn a_tip_is_the_last_message_moves_the_conversation_and_is_never_unread() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    let key = fixture.row(&team())["orderkey"].as_i64();
    fixture.live(tip(GroupTipsType::Join, &["carol"], 1));
    let row = fixture.row(&team());
    assert_eq!(
        (&row["lastMessage"]["elemType"], &row["unreadCount"]),
        (&9.into(), &0.into())
    );
    assert!(row["orderkey"].as_i64() > key);
}

#[test]
fn a_tip_is_neither_recalled_nor_edited_nor_forwarded_nor_reacted_to() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Owner));
    let Change::Message(mut own) = tip(GroupTipsType::Join, &["carol"], 1) else {
        panic!("no message")
    };
    own.sender = UserId::trusted("alice");
    fixture.live(Change::Message(own));
    let new = crate::model::NewContent {
        cloud_custom_data: Some("other".to_owned()),
        ..crate::model::NewContent::default()
    };
    // As a server has it, and as this device has seen it itself, where servers keep none.
    fixture.live(Change::SeenInGroup {
        msg_id: "seen".to_owned(),
        by: Some(UserId::trusted("alice")),
        tips: Box::new(tips(GroupTipsType::Join, &["dave"])),
        waits: false,
    });
    for msg_id in ["m1", "seen"] {
        let errors = [
            fixture.engine.revoke(msg_id).unwrap_err(),
            fixture.engine.modify(msg_id, &new).unwrap_err(),
            fixture.engine.react(msg_id, "x", true).unwrap_err(),
            fixture.engine.forwarded(msg_id).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.status, Status::InvalidParameters);
            let sentence = format!("msgID \"{msg_id}\" is a group tip");
            assert!(error.desc.starts_with(&sentence), "{error}");
        }
    }
    assert_eq!(fixture.row(&team())["lastMessage"]["elemType"], 9);
}

#[test]
fn each_kind_of_tip_that_is_news_has_its_event() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    for (number, (what, event)) in [
        (GroupTipsType::Join, Event::MemberEnter),
        (GroupTipsType::Invite, Event::MemberInvited),
        (GroupTipsType::Quit, Event::MemberLeave),
        (GroupTipsType::Kicked, Event::MemberKicked),
        (GroupTipsType::SetAdmin, Event::GrantAdministrator),
        (GroupTipsType::CancelAdmin, Event::RevokeAdministrator),
        (GroupTipsType::GroupInfoChange, Event::GroupInfoChanged),
    ]
    .into_iter()
    .enumerate()
    {
        fixture.told();
        fixture.live(tip(what, &["carol"], number as u64 + 1));
        let told = fixture.told_of(event);
        assert_eq!(told["groupID"], "team", "{event:?}: {told}");
        let lists = ["memberList", "member", "groupChangeInfoList"];
        assert!(lists.iter().any(|key| !told[*key].is_null()), "{event:?}: {told}");
    }
    fixture.told();
    fixture.history(tip(GroupTipsType::Join, &["dave"], 99));
    assert!(fixture.told().iter().all(|(event, _)| *event != Event::MemberEnter));
}

#[test]
fn the_end_of_a_membership_is_told_once_with_how_it_ended() {
    let bob = || Some(UserId::trusted("bob"));
    let op = |told: &Value| told["opUser"]["userID"].clone();
    for (end, event) in [
        (GroupEnd::Quit, Event::QuitFromGroup),
        (GroupEnd::Removed(bob()), Event::MemberKicked),
        (GroupEnd::Dismissed(bob()), Event::GroupDismissed),
    ] {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Member));
        fixture.live(tip(GroupTipsType::Kicked, &["alice"], 1));
        fixture.told();
        let group_id = GroupId::trusted("team");
        for _ in 0..2 {
            fixture.live(Change::GroupEnded {
                group_id: group_id.clone(),
                end: end.clone(),
            });
            fixture.live(Change::GroupLeft {
                group_id: group_id.clone(),
            });
        }
        let told: Vec<_> = fixture.told().into_iter().filter(|(told, _)| *told == event).collect();
        assert_eq!(told.len(), 1, "{end:?}");
        let payload = &told[0].1;
        match end {
            GroupEnd::Quit => assert_eq!(*payload, "team"),
            _ => assert_eq!(op(payload), "bob"),
        }
    }
}

#[test]
fn what_only_this_device_saw_is_in_the_history_and_changes_nothing_in_the_list() {
    let fixture = Fixture::new();
    let seen = |what| Change::SeenInGroup {
        msg_id: "seen".to_owned(),
        by: Some(UserId::trusted("bob")),
        tips: Box::new(tips(what, &["carol"])),
        waits: false,
    };
    fixture.live(seen(GroupTipsType::Kicked));
    assert!(fixture.list().is_empty(), "a group that is not ours tells nothing");
    fixture.live(team_with(GroupRole::Member));
    let before = fixture.row(&team());
    fixture.told();
    for _ in 0..2 {
        fixture.live(seen(GroupTipsType::Kicked));
    }
    assert_eq!(fixture.row(&team()), before);
    assert_eq!(fixture.messages(&team()).len(), 1);
    let told = fixture.told();
    let kicks = told.iter().filter(|(event, _)| *event == Event::MemberKicked);
    assert_eq!(kicks.count(), 1, "{told:?}");
}

#[test]
fn a_group_that_is_made_is_told_and_one_that_is_joined_is_not() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Owner));
    assert_eq!(fixture.told_of(Event::GroupCreated), json!("team"));
    fixture.live(Change::GroupLeft {
        group_id: GroupId::trusted("team"),
    });
    fixture.live(team_with(GroupRole::Member));
    assert!(fixture.told().iter().all(|(event, _)| *event != Event::GroupCreated));
}

#[test]
fn another_name_in_a_group_is_told_to_its_members_and_changes_nothing_else() {
    let fixture = Fixture::new();
    let renamed = || Change::MemberRenamed {
        group_id: GroupId::trusted("team"),
        user_id: UserId::trusted("bob"),
        name_card: "Captain".to_owned(),
        mute_time: 0,
    };
    fixture.live(renamed());
    assert_eq!(fixture.told(), [], "a group that is not ours tells nothing");
    fixture.live(team_with(GroupRole::Member));
    let before = fixture.row(&team());
    fixture.told();
    fixture.live(renamed());
    let told = fixture.told();
    let [(Event::MemberInfoChanged, payload)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(payload["memberChangeInfoList"][0]["nameCard"], "Captain");
    assert_eq!(fixture.row(&team()), before);
    fixture.history(renamed());
    assert_eq!(fixture.told(), []);
}

#[test]
fn a_message_shows_the_name_its_sender_had_in_the_group() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    let mut said = message(&team(), "bob", 1);
    said.body.name_card = "Captain".to_owned();
    fixture.live(Change::Message(said));
    assert_eq!(fixture.row(&team())["lastMessage"]["nameCard"], "Captain");
}
