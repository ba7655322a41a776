//! Invitations by members, and who decides about them: those who lead the group, or whoever is invited.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn approve_opt(device: &Device, group: &str) -> Value {
    let infos = device.ok("getGroupsInfo", json!({ "groupIDList": [group] }));
    infos[0]["groupInfo"]["approveOpt"].clone()
}

fn count(device: &Device) -> usize {
    let list = device.ok("getGroupApplicationList", json!({}));
    list["groupApplicationList"].as_array().unwrap().len()
}

fn set(device: &Device, group: &str, approve_opt: i64) {
    let request = json!({ "groupID": group, "approveOpt": approve_opt });
    device.ok("setGroupInfo", request);
}

fn invite(by: &Device, group: &str, user: &Device) -> Value {
    let done = by.ok(
        "inviteUserToGroup",
        json!({ "groupID": group, "userList": [user.user.id] }),
    );
    done[0]["result"].clone()
}

pub(super) fn whom_members_may_bring_in_is_the_groups_to_say(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let work = stage.group("Work", &[&alice, &bob]);
    let public = stage.group("Public", &[&alice, &bob]);
    assert_eq!(
        (approve_opt(&bob, &work), approve_opt(&bob, &public)),
        (json!(2), json!(0))
    );
    let of_carol = |group: &str| json!({ "groupID": group, "userList": [carol.user.id] });
    bob.refused(&[10007], "inviteUserToGroup", &of_carol(&public));
    bob.refused(&[10007], "setGroupInfo", &json!({ "groupID": public, "approveOpt": 2 }));
    alice.refused(&[6017], "setGroupInfo", &json!({ "groupID": public, "approveOpt": 3 }));
    set(&alice, &work, 0);
    bob.until_told(Event::GroupInfoChanged, |told| {
        let change = &told["groupChangeInfoList"][0];
        told["groupID"] == *work && (&change["type"], &change["intValue"]) == (&json!(12), &json!(0))
    });
    bob.refused(&[10007], "inviteUserToGroup", &of_carol(&work));
    // Those who lead it need nobody's approval.
    assert_eq!(invite(&alice, &work, &carol), 1);
    carol.until("she is in the group", |carol| carol.is_in(&work));
    let joined = carol.ok("getJoinedGroupList", json!({}));
    assert_eq!(joined[0]["approveOpt"], 0);
    // A new group can have it from the start.
    let auth = json!({ "groupType": "Public", "groupID": stage.group_id("auth"), "approveOpt": 1 });
    if stage.traits().leaders_decide_who_joins {
        let group = alice.ok("createGroup", auth);
        assert_eq!(approve_opt(&alice, group.as_str().unwrap()), 1);
    } else {
        alice.refused(&[7013], "createGroup", &auth);
        alice.refused(&[7013], "setGroupInfo", &json!({ "groupID": public, "approveOpt": 1 }));
    }
    let any = json!({ "groupType": "Meeting", "groupID": stage.group_id("any"), "approveOpt": 2 });
    let group = alice.ok("createGroup", any);
    assert_eq!(approve_opt(&alice, group.as_str().unwrap()), 2);
}

/// A group into which bob has invited carol, which somebody has to decide about: who does, and what names the invitation.
fn waiting<'a>(stage: &Stage<'_>, [alice, bob, carol]: [&'a Device; 3]) -> (String, &'a Device, Value) {
    let group = stage.group("Public", &[alice, bob]);
    // Over XMPP nobody asks an administrator.
    let (approve_opt, decides, kind) = if stage.traits().leaders_decide_who_joins {
        (1, alice, 2)
    } else {
        (2, carol, 1)
    };
    set(alice, &group, approve_opt);
    assert_eq!(invite(bob, &group, carol), 3);
    let which = json!({ "groupID": group, "fromUser": bob.user.id, "toUser": carol.user.id, "type": kind });
    (group, decides, which)
}

pub(super) fn an_invitation_waits_for_whoever_has_to_decide(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let (group, decides, which) = waiting(stage, [&alice, &bob, &carol]);
    let tablet = stage.other(decides, "tablet");
    for device in [decides, &tablet] {
        device.until("it waits", |device| count(device) == 1);
        let list = device.ok("getGroupApplicationList", json!({}));
        let only = &list["groupApplicationList"][0];
        for key in ["groupID", "fromUser", "toUser", "type"] {
            assert_eq!(only[key], which[key], "{key} of {only}");
        }
        assert_eq!(list["unreadCount"], 1);
    }
    decides.until_told(Event::ReceiveJoinApplication, |told| {
        told["groupID"] == *group && told["member"]["userID"] == *bob.user.id
    });
    assert!(!carol.is_in(&group), "nobody has decided");
    decides.ok("setGroupApplicationRead", json!({}));
    decides.until("it was seen", |device| {
        device.ok("getGroupApplicationList", json!({}))["unreadCount"] == 0
    });
    // It waits also where the app was closed meanwhile, and is there once.
    let tablet = tablet.restart();
    assert_eq!(count(&tablet), 1);
    tablet.login();
    assert_eq!(count(&tablet), 1);
    decides.ok("acceptGroupApplication", which.clone());
    carol.until("she is in the group", |carol| carol.is_in(&group));
    for device in [decides, &tablet] {
        device.until("it is decided", |device| count(device) == 0);
    }
    if stage.traits().leaders_decide_who_joins {
        bob.until_told(Event::ApplicationProcessed, |told| told["isAgreeJoin"] == true);
        bob.until_told(Event::MemberInvited, |told| {
            told["groupID"] == *group && told["memberList"][0]["userID"] == *carol.user.id
        });
    }
    decides.refused(&[6017], "acceptGroupApplication", &which);
    let id = format!("group_{group}");
    alice.sent(&id, "welcome");
    carol.until("she hears it", |carol| {
        carol.received(&id).contains(&"welcome".to_owned())
    });
    assert_eq!(count(&stage.other(decides, "later")), 0);
}

pub(super) fn an_invitation_is_refused_and_can_be_made_again(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let (group, decides, which) = waiting(stage, [&alice, &bob, &carol]);
    decides.until("it waits", |device| count(device) == 1);
    let tablet = stage.other(decides, "tablet");
    tablet.until("it waits", |device| count(device) == 1);
    let mut refusal = which.clone();
    refusal["reason"] = json!("No time");
    decides.ok("refuseGroupApplication", refusal);
    bob.until_told(Event::ApplicationProcessed, |told| {
        told["groupID"] == *group && told["isAgreeJoin"] == false && told["opReason"] == "No time"
    });
    for device in [decides, &tablet] {
        device.until("it is decided", |device| count(device) == 0);
    }
    assert!(!carol.is_in(&group));
    assert_eq!(count(&stage.other(decides, "later")), 0);
    assert_eq!(invite(&bob, &group, &carol), 3);
    decides.until("it waits again", |device| count(device) == 1);
    decides.ok("acceptGroupApplication", which);
    carol.until("she is in the group", |carol| carol.is_in(&group));
}
