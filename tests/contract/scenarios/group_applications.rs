//! Requests to join groups, and what is decided about them.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn applications(device: &Device) -> Value {
    device.ok("getGroupApplicationList", json!({}))
}

fn count(device: &Device) -> usize {
    applications(device)["groupApplicationList"].as_array().unwrap().len()
}

fn add_opt(device: &Device, group: &str) -> Value {
    let infos = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }));
    infos[0]["groupInfo"]["groupAddOpt"].clone()
}

/// A group whose leaders decide who joins; `None` where the service has no such groups.
fn deciding(stage: &Stage<'_>, devices: &[&Device]) -> Option<String> {
    let group = stage.group("Public", devices);
    assert_eq!(add_opt(devices[0], &group), 2);
    let auth = json!({ "groupID": group, "groupAddOpt": 1 });
    if !stage.traits().leaders_decide_who_joins {
        devices[0].refused(&[7013], "setGroupInfo", &auth);
        let nobody = json!({ "groupID": group, "fromUser": devices[0].user.id });
        devices[0].refused(&[7013], "acceptGroupApplication", &nobody);
        devices[0].ok("setGroupApplicationRead", json!({}));
        assert_eq!(count(devices[0]), 0);
        return None;
    }
    devices[0].ok("setGroupInfo", auth);
    Some(group)
}

pub(super) fn a_request_to_join_is_accepted_and_gone_on_all_devices(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&phone, "tablet");
    let Some(group) = deciding(stage, &[&phone, &bob]) else {
        return;
    };
    bob.until_told(Event::GroupInfoChanged, |told| {
        let change = &told["groupChangeInfoList"][0];
        (&change["type"], &change["intValue"]) == (&json!(11), &json!(1))
    });
    assert_eq!(add_opt(&bob, &group), 1);
    carol.ok("joinGroup", json!({ "groupID": group, "message": "Let me in" }));
    assert!(!carol.is_in(&group), "nothing was decided yet");
    for device in [&phone, &tablet] {
        device.until_told(Event::ReceiveJoinApplication, |told| {
            told["groupID"] == *group && told["member"]["userID"] == *carol.user.id && told["opReason"] == "Let me in"
        });
        let list = applications(device);
        assert_eq!(list["unreadCount"], 1);
        let only = &list["groupApplicationList"][0];
        assert_eq!(
            (&only["groupID"], &only["fromUser"], &only["requestMsg"], &only["type"]),
            (&json!(group), &json!(carol.user.id), &json!("Let me in"), &json!(0))
        );
    }
    phone.ok("setGroupApplicationRead", json!({}));
    for device in [&phone, &tablet] {
        device.until("it was seen", |device| applications(device)["unreadCount"] == 0);
    }
    // It waits for its decision also where the app was closed meanwhile.
    let phone = phone.restart();
    assert_eq!(count(&phone), 1);
    phone.login();
    assert_eq!(
        (count(&phone), applications(&phone)["unreadCount"].clone()),
        (1, json!(0))
    );

    let decision = json!({ "groupID": group, "fromUser": carol.user.id, "reason": "Welcome" });
    bob.refused(&[10007], "acceptGroupApplication", &decision);
    tablet.ok("acceptGroupApplication", decision.clone());
    carol.until_told(Event::ApplicationProcessed, |told| {
        told["groupID"] == *group && told["isAgreeJoin"] == true && told["opReason"] == "Welcome"
    });
    carol.until("she is in the group", |carol| carol.is_in(&group));
    for device in [&phone, &tablet] {
        device.until_told(Event::GroupApplicationListChanged, Value::is_null);
        device.until("it is decided", |device| count(device) == 0);
    }
    tablet.refused(&[6017], "acceptGroupApplication", &decision);
    assert_eq!(count(&stage.other(&phone, "later")), 0);
}

pub(super) fn a_request_to_join_is_refused_and_can_be_made_again(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let Some(group) = deciding(stage, &[&alice, &bob]) else {
        return;
    };
    let (join, of_carol) = (
        json!({ "groupID": group }),
        json!({ "groupID": group, "fromUser": carol.user.id }),
    );
    carol.ok("joinGroup", join.clone());
    alice.until("she asks", |alice| count(alice) == 1);
    alice.ok("refuseGroupApplication", of_carol.clone());
    carol.until_told(Event::ApplicationProcessed, |told| told["isAgreeJoin"] == false);
    assert!(!carol.is_in(&group));
    assert_eq!(count(&alice), 0);
    carol.ok("joinGroup", join);
    alice.until("she asks again", |alice| count(alice) == 1);
    // Another who leads the group has it from then on, and decides.
    alice.ok(
        "setGroupMemberRole",
        json!({ "groupID": group, "userID": bob.user.id, "role": 300 }),
    );
    bob.until("he can decide", |bob| count(bob) == 1);
    bob.ok("acceptGroupApplication", of_carol);
    carol.until("she is in the group", |carol| carol.is_in(&group));
    alice.until("it is decided", |alice| count(alice) == 0);
    let nobody = json!({ "groupID": group, "groupAddOpt": 0 });
    bob.ok("setGroupInfo", nobody);
    stage
        .login("dave")
        .refused(&[10007], "joinGroup", &json!({ "groupID": group }));
    alice.refused(&[6017], "setGroupInfo", &json!({ "groupID": group, "groupAddOpt": 3 }));
}
