//! Friend applications, and what is decided about them.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn is_of(told: &Value, user: &Device) -> bool {
    told.as_array().is_some_and(|list| {
        list.iter()
            .any(|one| one["userID"] == *user.user.id || one == user.user.id.as_str())
    })
}

/// The applications of a kind.
fn of_type(device: &Device, kind: i64) -> Vec<Value> {
    let list = device.ok("getFriendApplicationList", json!({}));
    let all = list["friendApplicationList"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["type"] == kind).collect()
}

fn came_in(device: &Device) -> Vec<Value> {
    of_type(device, 1)
}

/// What a device shows of the application that it has sent to a user.
fn sent(device: &Device, user: &Device) -> Option<String> {
    let all = of_type(device, 2);
    let found = all.iter().find(|one| one["userID"] == *user.user.id);
    found.map(|one| one["addWording"].as_str().unwrap().to_owned())
}

fn is_friend(device: &Device, user: &Device) -> bool {
    is_of(&device.ok("getFriendList", json!({})), user)
}

/// Has a user be asked: whom everybody may add asks nobody, where a service lets users choose.
fn wants_to_be_asked(stage: &Stage<'_>, device: &Device) {
    if stage.traits().users_choose_who_adds_them {
        device.ok("setSelfInfo", json!({ "allowType": 1 }));
    } else {
        device.refused(&[7013], "setSelfInfo", &json!({ "allowType": 1 }));
    }
}

fn ask(applicant: &Device, user: &Device, wording: &str) {
    let request = json!({ "userID": user.user.id, "addWording": wording, "addType": 2 });
    assert_eq!(applicant.ok("addFriend", request)["resultCode"], 30539);
}

pub(super) fn an_application_is_accepted_and_gone_on_all_devices(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    wants_to_be_asked(stage, &phone);
    ask(&bob, &phone, "We met in the park");
    for device in [&phone, &tablet] {
        device.until_told(Event::FriendApplicationListAdded, |told| is_of(told, &bob));
        let only = came_in(device);
        assert_eq!(only.len(), 1, "{only:?}");
        assert_eq!(
            (&only[0]["userID"], &only[0]["addWording"]),
            (&json!(bob.user.id), &json!("We met in the park"))
        );
        assert_eq!(device.ok("getFriendApplicationList", json!({}))["unreadCount"], 1);
    }
    if stage.traits().users_choose_who_adds_them {
        assert!(!is_friend(&bob, &phone), "nothing was decided yet");
    }
    bob.until_told(Event::FriendApplicationListAdded, |told| is_of(told, &phone));
    let bob = bob.restart();
    bob.login();
    assert_eq!(sent(&bob, &phone).as_deref(), Some("We met in the park"));
    phone.ok("setFriendApplicationRead", json!({}));
    phone.until_told(Event::FriendApplicationListRead, Value::is_null);
    assert_eq!(phone.ok("getFriendApplicationList", json!({}))["unreadCount"], 0);

    // It waits for its decision also where the app was closed meanwhile.
    let phone = phone.restart();
    assert_eq!(came_in(&phone).len(), 1);
    phone.login();
    assert_eq!(came_in(&phone).len(), 1);
    assert_eq!(phone.ok("getFriendApplicationList", json!({}))["unreadCount"], 0);

    let accepted = tablet.ok("acceptFriendApplication", json!({ "userID": bob.user.id }));
    assert_eq!(accepted["resultCode"], 0, "{accepted}");
    for device in [&phone, &tablet] {
        device.until_told(Event::FriendApplicationListDeleted, |told| is_of(told, &bob));
        device.until("both are friends", |device| is_friend(device, &bob));
        assert_eq!(came_in(device), [] as [Value; 0]);
    }
    bob.until("he has his friend", |bob| is_friend(bob, &phone));
    bob.until_told(Event::FriendApplicationListDeleted, |told| is_of(told, &phone));
    assert_eq!(sent(&bob, &phone), None);
    let again = tablet.ok("acceptFriendApplication", json!({ "userID": bob.user.id }));
    assert_eq!(again["resultCode"], 30614);
    let later = stage.other(&phone, "later");
    assert_eq!(came_in(&later), [] as [Value; 0]);
    assert!(is_friend(&later, &bob));
}

pub(super) fn an_application_is_refused_and_gone_on_all_devices(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let (tablet, away) = (stage.other(&phone, "tablet"), stage.other(&phone, "away"));
    wants_to_be_asked(stage, &phone);
    ask(&bob, &phone, "");
    for device in [&phone, &tablet, &away] {
        device.until_told(Event::FriendApplicationListAdded, |told| is_of(told, &bob));
    }
    away.logout();
    let refused = phone.ok("refuseFriendApplication", json!({ "userID": bob.user.id, "type": 1 }));
    assert_eq!(refused["resultCode"], 0, "{refused}");
    for device in [&phone, &tablet] {
        device.until_told(Event::FriendApplicationListDeleted, |told| is_of(told, &bob));
    }
    assert_eq!(came_in(&away).len(), 1, "it has not heard of it");
    bob.until_told(Event::FriendApplicationListDeleted, |told| is_of(told, &phone));
    assert_eq!(sent(&bob, &phone), None);
    away.login();
    for device in [&phone, &tablet, &away] {
        assert_eq!(came_in(device), [] as [Value; 0]);
        assert!(!is_friend(device, &bob));
    }
    phone.refused(
        &[30614],
        "deleteFriendApplication",
        &json!({ "userID": bob.user.id, "type": 3 }),
    );
    phone.refused(
        &[6017],
        "deleteFriendApplication",
        &json!({ "userID": bob.user.id, "type": 4 }),
    );
    phone.refused(
        &[6017],
        "acceptFriendApplication",
        &json!({ "userID": bob.user.id, "type": 2 }),
    );
}

pub(super) fn adding_whoever_asks_accepts_them(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    wants_to_be_asked(stage, &alice);
    ask(&bob, &alice, "");
    alice.until_told(Event::FriendApplicationListAdded, |told| is_of(told, &bob));
    let added = alice.ok("addFriend", json!({ "userID": bob.user.id, "remark": "Bobby" }));
    assert_eq!(added["resultCode"], 0, "{added}");
    alice.until_told(Event::FriendApplicationListDeleted, |told| is_of(told, &bob));
    assert_eq!(came_in(&alice), [] as [Value; 0]);
    assert!(is_friend(&alice, &bob));
    bob.until("he has his friend", |bob| is_friend(bob, &alice));
    // Whom somebody adds only for themselves is not asked, and is told nothing.
    let carol = stage.login("carol");
    assert_eq!(
        alice.ok("addFriend", json!({ "userID": carol.user.id }))["resultCode"],
        0
    );
    alice.sent(&carol.c2c(), "hello");
    carol.until_texts(&alice.c2c(), &["hello"]);
    assert_eq!(came_in(&carol), [] as [Value; 0]);
}

pub(super) fn who_may_add_a_user_is_in_the_profile(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let id = phone.user.id.clone();
    let asked = |device: &Device| device.ok("getUsersInfo", json!({ "userIDList": [id] }))[0]["allowType"].clone();
    let listed = |device: &Device| {
        let friends = device.ok("getFriendList", json!({}));
        let mut friends = friends.as_array().unwrap().iter();
        let found = friends.find(|friend| friend["userID"] == *id);
        found.map(|friend| friend["userProfile"]["allowType"].clone())
    };
    assert_eq!(bob.ok("addFriend", json!({ "userID": id }))["resultCode"], 0);
    let mut devices = [phone, tablet, bob];
    for choice in [2, 1] {
        let request = json!({ "allowType": choice });
        let chosen = if stage.traits().users_choose_who_adds_them {
            devices[0].ok("setSelfInfo", request);
            choice
        } else {
            devices[0].refused(&[7013], "setSelfInfo", &request);
            1
        };
        for device in &devices {
            assert_eq!(asked(device), chosen);
        }
        devices[2].until("the friend list has it", |bob| listed(bob) == Some(json!(chosen)));
        devices = devices.map(Device::restart);
        assert_eq!(listed(&devices[2]), Some(json!(chosen)), "it is in the cache");
        for device in &devices {
            device.login();
            assert_eq!(asked(device), chosen);
        }
    }
}

pub(super) fn what_was_decided_meanwhile_is_seen_after_a_login(stage: &Stage<'_>) {
    for (answer, asked, applicant) in [
        ("acceptFriendApplication", "alice", "bob"),
        ("refuseFriendApplication", "carol", "dave"),
    ] {
        let (alice, bob) = (stage.login(asked), stage.login(applicant));
        wants_to_be_asked(stage, &alice);
        ask(&bob, &alice, "It is me");
        alice.until_told(Event::FriendApplicationListAdded, |told| is_of(told, &bob));
        bob.logout();
        assert_eq!(sent(&bob, &alice).as_deref(), Some("It is me"));
        let answered = alice.ok(answer, json!({ "userID": bob.user.id }));
        assert_eq!(answered["resultCode"], 0, "{answered}");
        alice.sent(&bob.c2c(), "that was it");
        bob.login();
        bob.until("it is decided", |bob| sent(bob, &alice).is_none());
    }
}

pub(super) fn an_own_application_is_taken_off_the_list(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    wants_to_be_asked(stage, &alice);
    ask(&bob, &alice, "");
    assert!(sent(&bob, &alice).is_some());
    let request = |kind: i64| json!({ "userID": alice.user.id, "type": kind });
    bob.refused(&[30614], "deleteFriendApplication", &request(1));
    bob.ok("deleteFriendApplication", request(2));
    assert_eq!(sent(&bob, &alice), None);
    bob.refused(&[30614], "deleteFriendApplication", &request(2));
}
