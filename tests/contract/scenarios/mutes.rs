//! Members and groups that are muted.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn mute_until(device: &Device, group: &str, user: &Device) -> i64 {
    let request = json!({ "groupID": group, "memberList": [user.user.id] });
    let (_, members) = device.call("getGroupMembersInfo", &request);
    members[0]["muteUntil"].as_i64().unwrap_or(-1)
}

/// Somebody is muted (true), or muted no more, as a device is told.
fn until_told(device: &Device, group: &str, user: &Device, is_muted: bool) {
    device.until_told(Event::MemberInfoChanged, |told| {
        let change = &told["memberChangeInfoList"][0];
        let is_about = told["groupID"] == *group && change["userID"] == *user.user.id;
        is_about && (change["muteTime"].as_i64().unwrap_or_default() > 0) == is_muted
    });
}

fn refused_as_muted(device: &Device, group: &str, text: &str) {
    let id = format!("group_{group}");
    let msg_id = device.send(&id, text);
    device.until("the message is refused", |device| {
        let message = device.message(&id, &msg_id);
        message["status"] == 3 && message["errorCode"] == 10017
    });
}

/// A muted member recalls a message of theirs. Some services refuse that, as they do with what is said.
fn all_know_the_same_of_a_recall(by: &Device, other: &Device, id: &str, msg_id: &str) {
    by.ok("revokeMessage", json!({ "msgID": msg_id }));
    let statuses = || [by, other].map(|device| device.message(id, msg_id)["status"].clone());
    by.until("all know the same", |_| statuses() == [6, 6] || statuses() == [2, 2]);
    if statuses() == [2, 2] {
        by.until_told(Event::LocalChangeFailed, |told| {
            told["method"] == "revokeMessage" && told["msgID"] == *msg_id && told["code"] == 10017
        });
    }
}

pub(super) fn a_muted_member_is_refused_until_somebody_ends_it(stage: &Stage<'_>) {
    for group_type in ["Public", "Work"] {
        let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
        let group = stage.group(group_type, &[&alice, &bob, &carol]);
        let id = format!("group_{group}");
        let mute =
            |user: &Device, seconds: i64| json!({ "groupID": group, "userID": user.user.id, "seconds": seconds });
        let said = bob.sent(&id, "before")["msgID"].as_str().unwrap_or_default().to_owned();
        for device in [&alice, &carol] {
            device.until_texts(&id, &["before"]);
            device.until("nobody is muted", |device| mute_until(device, &group, &bob) == 0);
        }
        if !stage.traits().mutes_members {
            alice.refused(&[7013], "muteGroupMember", &mute(&bob, 60));
            bob.sent(&id, "heard");
            carol.until_texts(&id, &["before", "heard"]);
            assert_eq!(mute_until(&alice, &group, &bob), 0);
            continue;
        }
        // Rooms mute only whom they have in them.
        alice.until("bob is muted", |alice| {
            alice.call("muteGroupMember", &mute(&bob, 4_000_000_000)).0 == 0
        });
        for device in [&alice, &bob, &carol] {
            until_told(device, &group, &bob, true);
            device.until("the members say so", |device| {
                mute_until(device, &group, &bob) > 1_000_000_000
            });
        }
        refused_as_muted(&bob, &group, "not heard");
        all_know_the_same_of_a_recall(&bob, &carol, &id, &said);
        carol.sent(&id, "heard");
        bob.until("others are heard", |bob| {
            bob.row(&id)["lastMessage"]["textElem"]["text"] == "heard" || bob.texts(&id).contains(&"heard".to_owned())
        });

        carol.refused(&[10007], "muteGroupMember", &mute(&bob, 0));
        carol.refused(&[10007], "muteGroupMember", &mute(&alice, 60));
        alice.refused(&[6017], "muteGroupMember", &mute(&bob, -1));
        let stranger = json!({ "groupID": group, "userID": stage.login("dave").user.id, "seconds": 60 });
        alice.refused(&[6017], "muteGroupMember", &stranger);

        alice.ok("muteGroupMember", mute(&bob, 0));
        for device in [&alice, &bob, &carol] {
            until_told(device, &group, &bob, false);
            device.until("nobody is muted any more", |device| {
                mute_until(device, &group, &bob) == 0
            });
        }
        bob.sent(&id, "after");
        carol.until("it is heard", |carol| carol.texts(&id).contains(&"after".to_owned()));
        assert!(!carol.texts(&id).contains(&"not heard".to_owned()));
    }
}

pub(super) fn a_muted_group_is_for_those_who_lead_it(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Public", &[&alice, &bob]);
    let id = format!("group_{group}");
    let muted = |is_muted: bool| json!({ "groupID": group, "isAllMuted": is_muted });
    let is_muted = |device: &Device| {
        let infos = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }));
        infos[0]["groupInfo"]["isAllMuted"].clone()
    };
    if !stage.traits().mutes_whole_groups {
        alice.refused(&[7013], "setGroupInfo", &muted(true));
        assert_eq!(is_muted(&alice), false);
        bob.sent(&id, "heard");
        return;
    }
    bob.refused(&[10007], "setGroupInfo", &muted(true));
    alice.ok("setGroupInfo", muted(true));
    let is_told = |told: &Value, is_muted: bool| {
        let change = &told["groupChangeInfoList"][0];
        told["groupID"] == *group && change["type"] == 8 && change["boolValue"] == is_muted
    };
    for device in [&alice, &bob] {
        device.until_told(Event::GroupInfoChanged, |told| is_told(told, true));
        assert_eq!(is_muted(device), true);
        device.until("the list of groups says so", |device| {
            device.ok("getJoinedGroupList", json!({}))[0]["isAllMuted"] == true
        });
    }
    refused_as_muted(&bob, &group, "not heard");
    alice.sent(&id, "from above");
    alice.ok("setGroupInfo", muted(false));
    bob.until_told(Event::GroupInfoChanged, |told| is_told(told, false));
    bob.sent(&id, "heard");
}
