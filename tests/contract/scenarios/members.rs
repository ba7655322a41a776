//! Who is in a group: roles, joining, inviting, removing, leaving, the end.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The members of a group and their roles, as a member sees them.
fn roles(device: &Device, group: &str) -> BTreeMap<String, i64> {
    let request = json!({ "groupID": group, "filter": 0, "nextSeq": "0", "count": 100 });
    let page = device.ok("getGroupMemberList", request);
    assert_eq!(page["nextSeq"], "0");
    page["memberInfoList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| {
            let user = member["userID"].as_str().unwrap().to_owned();
            (user, member["role"].as_i64().unwrap())
        })
        .collect()
}

fn are_roles(expected: &[(&Device, i64)]) -> BTreeMap<String, i64> {
    expected
        .iter()
        .map(|(device, role)| (device.user.id.clone(), *role))
        .collect()
}

/// Holds that a message to the group is refused.
fn is_shut_out(device: &Device, group: &str) {
    let msg_id = device.send(&format!("group_{group}"), "am I still here?");
    device.until_told(Event::MessageStatusChanged, |message| {
        message["msgID"] == *msg_id && message["status"] == 3
    });
    device.ok("deleteMessages", json!({ "msgIDs": [msg_id] }));
}

pub(super) fn members_have_roles(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = stage.group_id("team");
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    let members = json!([{ "userID": bob.user.id, "role": 300 }, { "userID": carol.user.id, "role": 200 }]);
    alice.ok(
        "createGroup",
        json!({ "groupType": "Meeting", "groupID": group, "memberList": members }),
    );
    let expected = are_roles(&[(&alice, 400), (&bob, 300), (&carol, 200)]);
    for (device, role) in [(&alice, 400), (&bob, 300), (&carol, 200)] {
        // A group without a name shows its id.
        device.until("the group is there", |device| {
            device.is_in(&group) && device.row(&format!("group_{group}"))["showName"] == *group
        });
        assert_eq!(roles(device, &group), expected);
        let info = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }))[0]["groupInfo"].clone();
        assert_eq!((&info["role"], &info["memberCount"]), (&json!(role), &json!(3)));
    }
    // A groupID that is taken is refused.
    bob.refused(
        &[90004],
        "createGroup",
        &json!({ "groupType": "Work", "groupID": group }),
    );
}

pub(super) fn only_open_groups_can_be_joined(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let carol = stage.login("carol");
    for group_type in ["Public", "Meeting", "AVChatRoom", "Community"] {
        let group = stage.group(group_type, &[&alice, &bob]);
        let id = format!("group_{group}");
        carol.ok("joinGroup", json!({ "groupID": group, "message": "hello" }));
        carol.until("she is in", |carol| {
            carol.is_in(&group) && carol.row(&id)["showName"] == "The team"
        });
        carol.ok("joinGroup", json!({ "groupID": group }));
        carol.sent(&id, "here I am");
        bob.until_texts(&id, &["here I am"]);
        bob.sent(&id, "welcome");
        carol.until_texts(&id, &["here I am", "welcome"]);
        assert_eq!(
            roles(&carol, &group),
            are_roles(&[(&alice, 400), (&bob, 200), (&carol, 200)])
        );
    }
    let closed = stage.group("Work", &[&alice, &bob]);
    carol.refused(&[10007], "joinGroup", &json!({ "groupID": closed }));
    carol.refused(&[8501], "joinGroup", &json!({ "groupID": stage.group_id("none") }));
    assert_eq!(carol.ok("getJoinedGroupList", json!({})).as_array().unwrap().len(), 4);
}

pub(super) fn who_is_invited_comes_in(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let dave = stage.user("dave");
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    // In a Work group any member may invite; who is offline is in too.
    let done = bob.ok(
        "inviteUserToGroup",
        json!({ "groupID": group, "userList": [carol.user.id, dave.id] }),
    );
    for (number, user) in [&carol.user.id, &dave.id].into_iter().enumerate() {
        assert_eq!(
            (&done[number]["memberID"], &done[number]["result"]),
            (&json!(user), &json!(1))
        );
    }
    carol.until("she is in", |carol| {
        carol.row(&id)["showName"] == "The team" && carol.is_in(&group)
    });
    alice.sent(&id, "welcome");
    for device in [&bob, &carol] {
        device.until_texts(&id, &["welcome"]);
    }
    carol.sent(&id, "thanks");
    alice.until_texts(&id, &["welcome", "thanks"]);
    let dave = stage.device(&dave, "phone");
    dave.login();
    dave.until_texts(&id, &["welcome", "thanks"]);
    assert_eq!(
        roles(&dave, &group),
        are_roles(&[(&alice, 400), (&bob, 200), (&carol, 200), (&dave, 200)])
    );
    // In a Public group members may not.
    let public = stage.group("Public", &[&alice, &bob]);
    bob.refused(
        &[10007],
        "inviteUserToGroup",
        &json!({ "groupID": public, "userList": [carol.user.id] }),
    );
}

pub(super) fn who_is_invited_again_stays_what_they_are(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Public", &[&alice, &bob]);
    let role = json!({ "groupID": group, "userID": bob.user.id, "role": 300 });
    alice.ok("setGroupMemberRole", role);
    alice.ok(
        "inviteUserToGroup",
        json!({ "groupID": group, "userList": [bob.user.id] }),
    );
    assert_eq!(roles(&alice, &group), are_roles(&[(&alice, 400), (&bob, 300)]));
    let invited = alice.told(Event::MemberInvited);
    assert!(!invited.iter().any(|told| told["groupID"] == *group), "{invited:?}");
}

pub(super) fn who_is_removed_is_out(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&carol, "tablet");
    let group = stage.group("Public", &[&alice, &bob, &carol]);
    let id = format!("group_{group}");
    alice.sent(&id, "before");
    for device in [&carol, &tablet] {
        device.until_texts(&id, &["before"]);
    }
    let kick = json!({ "groupID": group, "memberList": [carol.user.id], "reason": "why not" });
    bob.refused(&[10007], "kickGroupMember", &kick);
    let done = alice.ok("kickGroupMember", kick);
    assert_eq!(
        (&done[0]["memberID"], &done[0]["result"]),
        (&json!(carol.user.id), &json!(1))
    );
    for device in [&carol, &tablet] {
        device.until("she is out", |device| !device.is_in(&group));
    }
    alice.sent(&id, "after");
    bob.until_texts(&id, &["before", "after"]);
    assert_eq!(roles(&bob, &group), are_roles(&[(&alice, 400), (&bob, 200)]));
    is_shut_out(&carol, &group);
    // She keeps what she had.
    for device in [&carol, &tablet] {
        device.until_texts(&id, &["before"]);
        assert_eq!(device.ids(), std::slice::from_ref(&id));
    }
}

pub(super) fn who_quits_keeps_the_history(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    for group_type in ["Work", "Public", "Community"] {
        let group = stage.group(group_type, &[&alice, &bob]);
        let id = format!("group_{group}");
        alice.sent(&id, "before");
        bob.until_texts(&id, &["before"]);
        bob.ok("quitGroup", json!({ "groupID": group }));
        bob.until("he is out", |bob| !bob.is_in(&group));
        alice.sent(&id, "after");
        is_shut_out(&bob, &group);
        assert_eq!(bob.texts(&id), ["before"]);
        assert_eq!(roles(&alice, &group), are_roles(&[(&alice, 400)]));
    }
    // He hears nothing more of them on a device that comes later, either.
    let later = stage.other(&bob, "later");
    assert_eq!(later.ok("getJoinedGroupList", json!({})), json!([]));
}

pub(super) fn a_dismissed_group_ends_for_all(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let group = stage.group("Public", &[&alice, &bob]);
    let id = format!("group_{group}");
    alice.sent(&id, "the last word");
    for device in [&bob, &tablet] {
        device.until_texts(&id, &["the last word"]);
    }
    bob.refused(&[10007], "dismissGroup", &json!({ "groupID": group }));
    alice.ok("dismissGroup", json!({ "groupID": group }));
    for device in [&alice, &bob, &tablet] {
        device.until("the group is gone", |device| !device.is_in(&group));
        assert_eq!(device.texts(&id), ["the last word"]);
        let info = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }))[0].clone();
        assert_eq!((&info["resultCode"], &info["groupInfo"]), (&json!(8501), &Value::Null));
    }
    is_shut_out(&bob, &group);
    is_shut_out(&alice, &group);
    bob.refused(&[8501, 10007], "joinGroup", &json!({ "groupID": group }));
}

pub(super) fn the_last_words_come_before_the_leaving(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let words: Vec<String> = (0..5).map(|number| format!("bye {number}")).collect();
    let say = |device: &Device, group: &str| -> Vec<String> {
        let id = format!("group_{group}");
        words.iter().map(|text| device.send(&id, text)).collect()
    };
    // Who quits has said it, and knows that it was sent.
    let group = stage.group("Public", &[&alice, &bob, &carol]);
    let id = format!("group_{group}");
    let said = say(&bob, &group);
    bob.ok("quitGroup", json!({ "groupID": group }));
    for msg_id in &said {
        assert_eq!(bob.message(&id, msg_id)["status"], 2);
    }
    alice.until_texts(&id, &words.iter().map(String::as_str).collect::<Vec<_>>());
    // Who is removed has been told before.
    carol.until("she has read it", |carol| carol.texts(&id) == words);
    let said = say(&alice, &group);
    alice.ok(
        "kickGroupMember",
        json!({ "groupID": group, "memberList": [carol.user.id] }),
    );
    carol.until("she is out", |carol| !carol.is_in(&group));
    assert_eq!(carol.texts(&id).len(), 10, "{:?}", carol.texts(&id));
    // The owner's last words go before the end.
    let said_last = say(&alice, &group);
    alice.ok("dismissGroup", json!({ "groupID": group }));
    for msg_id in said.iter().chain(&said_last) {
        assert_eq!(alice.message(&id, msg_id)["status"], 2);
    }
}

pub(super) fn what_was_said_before_an_invitation_is_not_for_the_newcomer(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    for number in 0..3 {
        let group = stage.group("Work", &[&alice, &bob]);
        let id = format!("group_{group}");
        let secret = format!("shall we take her in? {number}");
        alice.send(&id, &secret);
        let request = json!({ "groupID": group, "userList": [carol.user.id] });
        alice.ok("inviteUserToGroup", request);
        carol.until("she is in", |carol| carol.is_in(&group));
        alice.send(&id, "welcome");
        bob.until_texts(&id, &[&secret, "welcome"]);
        carol.until_texts(&id, &["welcome"]);
    }
    stage.other(&carol, "later").until_like(&carol);
}

pub(super) fn who_comes_back_goes_on_reading_where_they_stopped(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&bob, "tablet");
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    alice.sent(&id, "read");
    bob.until_texts(&id, &["read"]);
    bob.read(&id);
    for text in ["one", "two"] {
        alice.ok(
            "sendMessage",
            json!({ "groupID": group, "elemType": 1, "textElem": { "text": text }, "groupAtUserList": [bob.user.id] }),
        );
    }
    let (me, others) = (
        bob.user.id.clone(),
        json!({ "groupID": group, "memberList": [bob.user.id] }),
    );
    for device in [&bob, &tablet] {
        device.until("two are unread", |device| device.unread(&id) == 2);
    }
    alice.ok("kickGroupMember", others);
    bob.until("he is out", |bob| !bob.is_in(&group));
    alice.sent(&id, "behind his back");
    alice.ok("inviteUserToGroup", json!({ "groupID": group, "userList": [me] }));
    for device in [&bob, &tablet] {
        device.until("he is in again", |device| device.is_in(&group));
    }
    alice.sent(&id, "welcome back");
    let later = stage.other(&bob, "later");
    later.until("he is welcome", |later| {
        later.texts(&id).last().map(String::as_str) == Some("welcome back")
    });
    assert!(!later.texts(&id).iter().any(|text| text == "behind his back"));
    let mut devices = vec![&bob, &tablet];
    if stage.traits().histories_survive_leaving {
        devices.push(&later);
    }
    for device in devices {
        device.until_texts(&id, &["read", "one", "two", "welcome back"]);
        device.until("he reads on", |device| {
            device.unread(&id) == 3 && device.row(&id)["groupAtInfoList"].as_array().map(Vec::len) == Some(2)
        });
    }
}

pub(super) fn a_group_one_is_out_of_keeps_its_name(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&bob, "tablet");
    let (left, ended) = (
        stage.group("Public", &[&alice, &bob]),
        stage.group("Community", &[&alice, &bob]),
    );
    let face = "https://example.org/team.png";
    for group in [&left, &ended] {
        alice.ok("setGroupInfo", json!({ "groupID": group, "faceUrl": face }));
        alice.sent(&format!("group_{group}"), "hello");
    }
    let shows = |device: &Device, group: &str, group_type: &str| {
        let row = device.row(&format!("group_{group}"));
        row["showName"] == "The team" && row["faceUrl"] == face && row["groupType"] == group_type
    };
    for device in [&bob, &tablet] {
        device.until("the picture is there", |device| {
            shows(device, &left, "Public") && shows(device, &ended, "Community")
        });
    }
    tablet.logout();
    bob.ok("quitGroup", json!({ "groupID": left }));
    alice.ok("dismissGroup", json!({ "groupID": ended }));
    bob.until("he is out of both", |bob| !bob.is_in(&left) && !bob.is_in(&ended));
    alice.ok("setGroupInfo", json!({ "groupID": left, "groupName": "Without Bob" }));
    let later = stage.other(&bob, "later");
    tablet.login();
    for device in [&bob, &tablet, &later] {
        device.until("both are as he saw them last", |device| {
            shows(device, &left, "Public") && shows(device, &ended, "Community")
        });
        assert_eq!(device.ok("getJoinedGroupList", json!({})), json!([]));
    }
}
