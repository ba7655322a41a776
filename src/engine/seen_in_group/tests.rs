//! Tests of what was seen in a group and what was said of it.

use super::*;
use crate::engine::fixture::{Fixture, START, message, team, team_with};
use crate::model::Change;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupMemberInfo};
use serde_json::Value;

fn tips(what: GroupTipsType, by: &str, users: &[&str]) -> GroupTipsElem {
    let named = |user: &str| GroupMemberInfo {
        user_id: user.to_owned(),
        ..GroupMemberInfo::default()
    };
    GroupTipsElem {
        group_id: team().target().to_owned(),
        r#type: what as i64,
        op_member: named(by),
        member_list: users.iter().map(|user| named(user)).collect(),
        ..GroupTipsElem::default()
    }
}

fn renamed(name: &str) -> GroupTipsElem {
    GroupTipsElem {
        group_change_info_list: vec![GroupChangeInfo::text(GroupChangeType::Name, name)],
        ..tips(GroupTipsType::GroupInfoChange, "", &[])
    }
}

fn seen(msg_id: &str, tips: GroupTipsElem, waits: bool) -> Change {
    Change::SeenInGroup {
        msg_id: msg_id.to_owned(),
        by: None,
        tips: Box::new(tips),
        waits,
    }
}

fn unsaid(msg_id: Option<&str>) -> Change {
    Change::UnsaidInGroup {
        group_id: team().group_id().unwrap(),
        msg_id: msg_id.map(str::to_owned),
    }
}

/// Olga says it, so many seconds after the start.
fn said(seq: u64, tips: GroupTipsElem) -> Change {
    let mut said = message(&team(), "olga", seq);
    said.body = MessageBody::of(Elem::GroupTips(Box::new(tips)));
    Change::Message(said)
}

fn in_group() -> Fixture {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    fixture.told();
    fixture
}

fn ids(fixture: &Fixture) -> Vec<String> {
    fixture.messages(&team()).into_iter().map(|(id, _)| id).collect()
}

fn kicked(users: &[&str]) -> GroupTipsElem {
    tips(GroupTipsType::Kicked, "olga", users)
}

/// The members of the events of this kind that were told since the last time.
fn told(fixture: &Fixture, event: Event) -> Vec<Vec<Value>> {
    let told = fixture.told().into_iter().filter(|(told, _)| *told == event);
    let members = told.map(|(_, payload)| payload["memberList"].as_array().unwrap().clone());
    members
        .map(|members| members.into_iter().map(|member| member["userID"].clone()).collect())
        .collect()
}

#[test]
fn what_somebody_says_is_told_once_whether_the_server_tells_it_before_or_after() {
    let fixture = in_group();
    fixture.live(seen("t1", kicked(&["carol"]), true));
    assert!(fixture.told().is_empty(), "it waits");
    fixture.live(said(1, kicked(&["carol"])));
    fixture.live(unsaid(Some("t1")));
    assert_eq!(ids(&fixture), ["m1"]);
    fixture.live(said(2, kicked(&["dave"])));
    fixture.live(seen("t2", kicked(&["dave"]), true));
    fixture.live(unsaid(Some("t2")));
    assert_eq!(ids(&fixture), ["m1", "m2"]);
    assert_eq!(told(&fixture, Event::MemberKicked), [["carol"], ["dave"]]);
}

#[test]
fn what_was_seen_gives_way_to_what_is_said_of_it_later_and_the_app_is_told_to_look() {
    let fixture = in_group();
    fixture.live(seen("t1", kicked(&["carol"]), false));
    fixture.live(seen("t2", kicked(&["dave", "erin"]), false));
    assert_eq!(told(&fixture, Event::MemberKicked).len(), 2);
    // It was said an hour later, because a connection was broken, of three at once.
    fixture.live(said(3600, kicked(&["carol", "dave", "frank"])));
    assert_eq!(ids(&fixture), ["t2", "m3600"]);
    let all = fixture.told();
    assert!(all.iter().any(|(event, _)| *event == Event::MessagesMissed), "{all:?}");
    let kicks: Vec<_> = all.iter().filter(|(event, _)| *event == Event::MemberKicked).collect();
    assert_eq!(kicks.len(), 1);
    assert_eq!(
        kicks[0].1["memberList"][0]["userID"], "frank",
        "of the others the app knows"
    );
    let row = fixture
        .engine
        .store
        .read(|db| Ok(message::by_msg_id(db, "t2")?))
        .unwrap();
    let left = said_by(&row.unwrap()).unwrap().member_list;
    assert_eq!(
        left.iter().map(|member| member.user_id.as_str()).collect::<Vec<_>>(),
        ["erin"]
    );
}

#[test]
fn what_the_archive_brings_takes_the_place_of_what_was_seen_too() {
    let fixture = in_group();
    fixture.set_clock(START + 100);
    fixture.live(seen("t1", renamed("Crew"), false));
    fixture.history(said(99, renamed("Crew")));
    assert_eq!(ids(&fixture), ["m99"]);
}

#[test]
fn what_was_undone_in_between_is_told_again() {
    let fixture = in_group();
    let joined = tips(GroupTipsType::Join, "carol", &["carol"]);
    for (msg_id, what, second) in [
        ("t1", kicked(&["carol"]), 1),
        ("t2", joined, 2),
        ("t3", kicked(&["carol"]), 3),
    ] {
        fixture.set_clock(START + second);
        fixture.live(seen(msg_id, what, true));
        fixture.live(unsaid(Some(msg_id)));
    }
    assert_eq!(ids(&fixture), ["t1", "t2", "t3"]);
    fixture.live(said(4, kicked(&["carol"])));
    assert_eq!(ids(&fixture), ["t1", "t2", "m4"], "the last of them was said");
}

#[test]
fn whoever_is_taken_off_the_lists_long_after_they_left_has_left_once() {
    let fixture = in_group();
    let left = || tips(GroupTipsType::Quit, "carol", &[]);
    fixture.live(said(1, left()));
    fixture.set_clock(START + 7 * 24 * 3600);
    fixture.live(seen("t1", left(), false));
    assert_eq!(ids(&fixture), ["m1"]);
    // Removed again, after all this time, it is another act.
    fixture.live(seen("t2", kicked(&["carol"]), false));
    assert_eq!(ids(&fixture).len(), 2);
}

#[test]
fn what_waits_is_told_after_the_app_was_closed() {
    let fixture = in_group();
    fixture.live(seen("t1", renamed("Crew"), true));
    fixture.live(seen("t2", renamed("Us"), true));
    let fixture = fixture.reopen();
    fixture.live(said(1, renamed("Crew")));
    fixture.live(unsaid(None));
    assert_eq!(ids(&fixture), ["m1", "t2"]);
    let told = fixture
        .told()
        .into_iter()
        .filter(|(event, _)| *event == Event::GroupInfoChanged);
    let names: Vec<Value> = told
        .map(|(_, payload)| payload["groupChangeInfoList"][0]["value"].clone())
        .collect();
    assert_eq!(names, ["Crew", "Us"]);
    fixture.live(unsaid(None));
    assert_eq!(ids(&fixture).len(), 2, "once");
}

#[test]
fn what_waits_in_a_group_that_the_user_is_out_of_is_not_told() {
    let fixture = in_group();
    fixture.live(seen("t1", renamed("Crew"), true));
    fixture.live(team_with(GroupRole::None));
    fixture.live(unsaid(None));
    fixture.live(team_with(GroupRole::Member));
    fixture.live(unsaid(None));
    assert_eq!(ids(&fixture), [""; 0]);
}

#[test]
fn what_the_user_does_is_told_once_too() {
    let fixture = in_group();
    let done = |whom: &str| Change::DoneInGroup {
        tips: Box::new(kicked(&[whom])),
    };
    fixture.live(seen("t1", kicked(&["carol"]), true));
    fixture.live(done("carol"));
    fixture.live(unsaid(None));
    fixture.live(seen("t2", kicked(&["dave"]), false));
    fixture.live(done("dave"));
    fixture.live(seen("t3", kicked(&["dave"]), false));
    let kinds: Vec<i64> = fixture
        .messages(&team())
        .into_iter()
        .map(|(_, status)| status)
        .collect();
    assert_eq!(kinds, [1, 1]);
    assert_eq!(told(&fixture, Event::MemberKicked), [["carol"], ["dave"]]);
}
