//! What happens in a group, as messages of its history and as events.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

/// The kinds of the tips of a history, oldest first.
fn tips(device: &Device, id: &str) -> Vec<Value> {
    let history = device.history(id);
    let tips = history.iter().filter(|message| message["elemType"] == 9);
    tips.map(|message| message["groupTipsElem"].clone()).collect()
}

fn names(event: &Value, user: &str) -> bool {
    let members = event["memberList"].as_array();
    members.is_some_and(|members| members.iter().any(|member| member["userID"] == user))
}

/// Waits until a device was told that a user has come in.
fn until_in(device: &Device, user: &str) {
    device.until("it was told who came in", |device| {
        let told = [Event::MemberInvited, Event::MemberEnter].map(|event| device.told(event));
        told.iter().flatten().any(|event| names(event, user))
    });
}

pub(super) fn what_happens_in_a_group_is_told_and_kept(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let (group, other) = (
        stage.group("Work", &[&alice, &bob]),
        stage.group("Public", &[&alice, &bob, &carol]),
    );
    alice.until_told(Event::GroupCreated, |told| *told == *group);
    assert!(!bob.told(Event::GroupCreated).iter().any(|told| *told == *group));
    let id = format!("group_{group}");
    // Invited, removed, left.
    let me = json!({ "groupID": group, "userList": [carol.user.id] });
    alice.ok("inviteUserToGroup", me);
    for device in [&alice, &bob] {
        until_in(device, &carol.user.id);
    }
    carol.until("she is in", |carol| carol.is_in(&group));
    let kick = json!({ "groupID": other, "memberList": [carol.user.id] });
    alice.ok("kickGroupMember", kick);
    for device in [&alice, &bob, &carol] {
        device.until_told(Event::MemberKicked, |told| {
            told["groupID"] == *other && names(told, &carol.user.id)
        });
    }
    bob.until("the group's history says so", |bob| {
        tips(bob, &format!("group_{other}"))
            .iter()
            .any(|tip| tip["type"] == 4 && tip["memberList"][0]["userID"] == carol.user.id)
    });
    carol.ok("quitGroup", json!({ "groupID": group }));
    carol.until_told(Event::QuitFromGroup, |told| *told == *group);
    for device in [&alice, &bob] {
        device.until_told(Event::MemberLeave, |told| {
            told["groupID"] == *group && told["member"]["userID"] == carol.user.id
        });
    }
    // Renamed.
    alice.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Crew" }));
    for device in [&alice, &bob] {
        device.until_told(Event::GroupInfoChanged, |told| {
            let change = &told["groupChangeInfoList"][0];
            told["groupID"] == *group && change["type"] == 1 && change["value"] == "Crew"
        });
        let kinds: Vec<Value> = tips(device, &id).iter().map(|tip| tip["type"].clone()).collect();
        assert_eq!(kinds, [json!(2), json!(3), json!(7)]);
        assert_eq!(device.unread(&id), 0);
    }
    alice.ok("dismissGroup", json!({ "groupID": group }));
    for device in [&alice, &bob] {
        device.until_told(Event::GroupDismissed, |told| told["groupID"] == *group);
    }
}

pub(super) fn what_happened_in_a_group_is_in_the_history_of_a_new_device(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = stage.group("Public", &[&alice, &bob]);
    let id = format!("group_{group}");
    let is_last = |devices: &[&Device], kind: i64| {
        for device in devices {
            device.until(&format!("the last message is a tip of type {kind}"), |device| {
                device.row(&id)["lastMessage"]["groupTipsElem"]["type"] == kind
            });
        }
    };
    carol.ok("joinGroup", json!({ "groupID": group }));
    is_last(&[&alice, &bob, &carol], 1);
    for device in [&alice, &bob] {
        device.until_told(Event::MemberEnter, |told| {
            told["groupID"] == *group && names(told, &carol.user.id)
        });
    }
    let role = |role: i64| json!({ "groupID": group, "userID": bob.user.id, "role": role });
    alice.ok("setGroupMemberRole", role(300));
    is_last(&[&alice, &bob, &carol], 5);
    carol.ok("quitGroup", json!({ "groupID": group }));
    is_last(&[&alice, &bob], 3);
    alice.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Crew" }));
    is_last(&[&alice, &bob], 7);
    let later = stage.other(&bob, "later");
    is_last(&[&later], 7);
    for device in [&alice, &bob, &later] {
        let shown = |tip: &Value| {
            let member = tip["memberList"][0]["userID"].as_str().unwrap_or_default().to_owned();
            (
                tip["type"].as_i64().unwrap(),
                tip["opMember"]["userID"].as_str().unwrap().to_owned(),
                member,
            )
        };
        let told: Vec<_> = tips(device, &id).iter().map(shown).collect();
        let [me, second, third] = [&alice, &bob, &carol].map(|device| device.user.id.to_string());
        let expected = [
            (1, third.clone(), third.clone()),
            (5, me.clone(), second),
            (3, third, String::new()),
            (7, me, String::new()),
        ];
        assert_eq!(told, expected);
        assert_eq!(device.unread(&id), 0);
    }
    later.until_like(&bob);
}

pub(super) fn a_tip_is_the_last_message_on_every_device(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    alice.sent(&id, "hello");
    bob.until_texts(&id, &["hello"]);
    alice.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Crew" }));
    for device in [&alice, &bob] {
        device.until_told(Event::GroupInfoChanged, |told| told["groupID"] == *group);
    }
    let later = stage.other(&bob, "later");
    for device in [&alice, &bob, &later] {
        device.until("the last message is there", |device| {
            device.row(&id)["lastMessage"]["elemType"] == 9
        });
    }
    later.until_like(&bob);
}

pub(super) fn what_a_new_group_is_made_with_is_no_change(stage: &Stage<'_>) {
    let alice = stage.login("alice");
    for group_type in ["Work", "Public"] {
        let group = stage.group(group_type, &[&alice]);
        // What comes after it was told after all that the group's making could have caused.
        alice.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Crew" }));
        alice.until_told(Event::GroupInfoChanged, |told| {
            told["groupID"] == *group && told["groupChangeInfoList"][0]["value"] == "Crew"
        });
        let again = stage.other(&alice, &group.replace('@', " "));
        alice.sent(&format!("group_{group}"), "hello");
        again.until_texts(&format!("group_{group}"), &["hello"]);
        for device in [&alice, &again] {
            let changes: Vec<Value> = tips(device, &format!("group_{group}"))
                .into_iter()
                .filter(|tip| tip["type"] == 7)
                .flat_map(|tip| tip["groupChangeInfoList"].as_array().unwrap().clone())
                .map(|change| change["type"].clone())
                .collect();
            assert!(changes.iter().all(|change| *change == 1), "{group_type}: {changes:?}");
        }
    }
}

/// The group as a device is told when it asks.
fn info(device: &Device, group: &str) -> Value {
    device.ok("getGroupsInfo", json!({ "groupIDList": [group] }))[0]["groupInfo"].clone()
}

pub(super) fn an_introduction_and_a_notification_are_told_and_kept(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Public", &[&alice, &bob]);
    let id = format!("group_{group}");
    alice.sent(&id, "hello");
    bob.until_texts(&id, &["hello"]);
    let texts = json!({ "groupID": group, "introduction": "Who we are", "notification": "Read this" });
    bob.refused(&[10007], "setGroupInfo", &texts);
    alice.ok("setGroupInfo", texts.clone());
    let is = |told: &Value, kind: i64, value: &str| {
        let changes = told["groupChangeInfoList"].as_array();
        let mut changes = changes.into_iter().flatten();
        told["groupID"] == *group && changes.any(|change| change["type"] == kind && change["value"] == value)
    };
    let has = |info: &Value| info["introduction"] == "Who we are" && info["notification"] == "Read this";
    let later = stage.other(&bob, "later");
    for device in [&alice, &bob, &later] {
        device.until("it knows both", |device| has(&info(device, &group)));
        device.until("the list of groups has both", |device| {
            let groups = device.ok("getJoinedGroupList", json!({}));
            groups.as_array().unwrap().iter().any(has)
        });
    }
    later.until_like(&bob);
    assert_eq!(
        (alice.unread(&id), bob.unread(&id)),
        (0, 1),
        "it is the message that is unread"
    );
    for device in [&alice, &bob] {
        device.until_told(Event::GroupInfoChanged, |told| is(told, 2, "Who we are"));
        device.until_told(Event::GroupInfoChanged, |told| is(told, 3, "Read this"));
    }
    // The same again is no change.
    alice.ok("setGroupInfo", texts);
    alice.ok("setGroupInfo", json!({ "groupID": group, "notification": "" }));
    for device in [&alice, &bob, &later] {
        device.until_told(Event::GroupInfoChanged, |told| is(told, 3, ""));
        device.until("it is gone", |device| info(device, &group)["notification"] == "");
        assert_eq!(info(device, &group)["introduction"], "Who we are");
    }
    let told = alice.told(Event::GroupInfoChanged);
    assert_eq!(told.iter().filter(|told| is(told, 3, "Read this")).count(), 1);
}

pub(super) fn a_name_in_a_group_is_told_and_shown(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Public", &[&alice, &bob]);
    let id = format!("group_{group}");
    let tablet = stage.other(&bob, "tablet");
    tablet.until("it is in the group", |tablet| tablet.is_in(&group));
    let name = |name: &str| json!({ "groupID": group, "userID": bob.user.id, "nameCard": name });
    let card = |device: &Device, of: &Device| {
        let request = json!({ "groupID": group, "memberList": [of.user.id] });
        device.ok("getGroupMembersInfo", request)[0]["nameCard"].clone()
    };
    let devices = [&alice, &bob, &tablet];
    for device in devices {
        device.until("all are there", |device| card(device, &bob) == "");
    }
    bob.ok("setGroupMemberInfo", name("Captain Bob"));
    for device in devices {
        device.until_told(Event::MemberInfoChanged, |told| {
            let change = &told["memberChangeInfoList"][0];
            told["groupID"] == *group && change["userID"] == *bob.user.id && change["nameCard"] == "Captain Bob"
        });
        device.until("the list of members has it", |device| {
            card(device, &bob) == "Captain Bob"
        });
    }
    // The same again is no change.
    bob.ok("setGroupMemberInfo", name("Captain Bob"));
    bob.sent(&id, "ahoy");
    for device in devices {
        device.until("the message shows it", |device| {
            device.row(&id)["lastMessage"]["nameCard"] == "Captain Bob"
        });
    }
    let others = json!({ "groupID": group, "userID": alice.user.id, "nameCard": "Cook" });
    bob.refused(&[10007, 7013], "setGroupMemberInfo", &others);
    // A device that comes later has it too, and it can be given up.
    let later = stage.other(&bob, "later");
    later.until("it shows it", |later| card(later, &bob) == "Captain Bob");
    bob.ok("setGroupMemberInfo", name(""));
    alice.until("it is gone", |alice| card(alice, &bob) == "");
    bob.sent(&id, "aye");
    alice.until("the message has none", |alice| {
        let last = &alice.row(&id)["lastMessage"];
        last["textElem"]["text"] == "aye" && last["nameCard"] == ""
    });
}

pub(super) fn friends_are_told_as_they_come_change_and_go(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let (user, devices) = (bob.user.id.clone(), [&alice, &tablet]);
    let is_bob = |told: &Value, remark: &str| told[0]["userID"] == *user && told[0]["friendRemark"] == remark;
    alice.ok("addFriend", json!({ "userID": user, "remark": "Bobby" }));
    for device in devices {
        device.until_told(Event::FriendListAdded, |told| is_bob(told, "Bobby"));
    }
    alice.ok("setFriendInfo", json!({ "userID": user, "friendRemark": "Robert" }));
    for device in devices {
        device.until_told(Event::FriendInfoChanged, |told| is_bob(told, "Robert"));
    }
    alice.ok("deleteFromFriendList", json!({ "userIDList": [user] }));
    for device in devices {
        device.until_told(Event::FriendListDeleted, |told| told[0] == *user);
        assert_eq!(device.told(Event::FriendListAdded).len(), 1);
    }
}

pub(super) fn the_owner_gives_roles_and_gives_the_group_away(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = stage.group("Public", &[&alice, &bob]);
    let role = |role: i64| json!({ "groupID": group, "userID": bob.user.id, "role": role });
    bob.refused(&[10007], "setGroupMemberRole", &role(300));
    alice.refused(&[6017], "setGroupMemberRole", &role(400));
    let stranger = json!({ "groupID": group, "userID": carol.user.id, "role": 300 });
    alice.refused(&[6017], "setGroupMemberRole", &stranger);
    let is_about_bob = |told: &Value| told["groupID"] == *group && names(told, &bob.user.id);
    alice.ok("setGroupMemberRole", role(300));
    for device in [&alice, &bob] {
        device.until_told(Event::GrantAdministrator, is_about_bob);
    }
    alice.ok("setGroupMemberRole", role(300));
    alice.ok("setGroupMemberRole", role(200));
    for device in [&alice, &bob] {
        device.until_told(Event::RevokeAdministrator, is_about_bob);
        let granted = device.told(Event::GrantAdministrator);
        assert_eq!(granted.iter().filter(|told| is_about_bob(told)).count(), 1);
    }
    alice.ok("transferGroupOwner", json!({ "groupID": group, "userID": bob.user.id }));
    for device in [&alice, &bob] {
        device.until_told(Event::GroupInfoChanged, |told| {
            let change = &told["groupChangeInfoList"][0];
            told["groupID"] == *group && change["type"] == 5 && change["value"] == *bob.user.id
        });
    }
    for (device, role) in [(&alice, 200), (&bob, 400)] {
        device.until("the roles are these", |device| {
            let info = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }));
            info[0]["groupInfo"]["role"] == role
        });
    }
    alice.refused(&[10007], "dismissGroup", &json!({ "groupID": group }));
    bob.ok("dismissGroup", json!({ "groupID": group }));
}

pub(super) fn what_the_service_refuses_is_no_tip(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = stage.group("Public", &[&alice, &bob, &carol]);
    let id = format!("group_{group}");
    alice.ok(
        "setGroupMemberRole",
        json!({ "groupID": group, "userID": bob.user.id, "role": 300 }),
    );
    bob.until_told(Event::GrantAdministrator, |told| names(told, &bob.user.id));
    // An administrator may remove a member, and not the owner.
    let both = json!({ "groupID": group, "memberList": [alice.user.id, carol.user.id] });
    let results = bob.ok("kickGroupMember", both);
    let failed: Vec<bool> = results.as_array().unwrap().iter().map(|it| it["result"] == 0).collect();
    assert_eq!(failed, [true, false], "{results}");
    for device in [&alice, &bob] {
        device.until("the member was removed", |device| {
            tips(device, &id).iter().any(|tip| tip["type"] == 4)
        });
        let removed = tips(device, &id).into_iter().filter(|tip| tip["type"] == 4);
        let named: Vec<Value> = removed
            .flat_map(|tip| tip["memberList"].as_array().unwrap().clone())
            .collect();
        assert!(
            named.iter().all(|member| member["userID"] == *carol.user.id),
            "{named:?}"
        );
        assert!(device.is_in(&group));
    }
}

pub(super) fn the_first_members_are_no_news_on_another_device(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&alice, "tablet");
    let group = stage.group("Work", &[&alice, &bob, &carol]);
    let id = format!("group_{group}");
    let devices = [&alice, &tablet, &bob, &carol];
    for device in devices {
        device.until("it is in the group", |device| device.is_in(&group));
    }
    // What comes after it was told after all that the making of the group has caused.
    alice.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Crew" }));
    for device in devices {
        device.until("the new name is told", |device| {
            tips(device, &id).iter().any(|tip| tip["type"] == 7)
        });
        let kinds: Vec<Value> = tips(device, &id).iter().map(|tip| tip["type"].clone()).collect();
        assert_eq!(kinds, [json!(7)]);
    }
}
