//! Nicknames, pictures, remarks.

use crate::stage::Stage;
use serde_json::json;

pub(super) fn a_profile_is_shown_to_others(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let info = |user_id: &str| alice.ok("getUsersInfo", json!({ "userIDList": [user_id] }))[0].clone();
    bob.sent(&alice.c2c(), "nameless");
    alice.until_texts(&bob.c2c(), &["nameless"]);
    assert_eq!(alice.row(&bob.c2c())["showName"], *bob.user.id);

    let carol = stage.login("carol");
    let (name, face) = ("Carol <ç> 🐈", "https://example.org/c.png?a=1&b=2");
    carol.ok("setSelfInfo", json!({ "nickName": name, "faceUrl": face }));
    carol.sent(&alice.c2c(), "named");
    alice.until("her name and picture are shown", |alice| {
        let row = alice.row(&carol.c2c());
        row["showName"] == name && row["faceUrl"] == face
    });
    alice.until("she is named in her message", |alice| {
        alice.row(&carol.c2c())["lastMessage"]["nickName"] == name
    });
    // An XMPP server always asks.
    let allow_type = i64::from(!stage.traits().users_choose_who_adds_them);
    assert_eq!(
        info(&carol.user.id),
        json!({ "userID": carol.user.id, "nickName": name, "faceUrl": face, "allowType": allow_type })
    );

    // A later change is seen by who asks, at the latest, and then also in the list.
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    bob.ok("setSelfInfo", json!({ "faceUrl": "https://example.org/b.png" }));
    let asked = info(&bob.user.id);
    assert_eq!(
        (&asked["nickName"], &asked["faceUrl"]),
        (&json!("Bob"), &json!("https://example.org/b.png"))
    );
    alice.until("the list shows it", |alice| {
        let row = alice.row(&bob.c2c());
        row["showName"] == "Bob" && row["faceUrl"] == "https://example.org/b.png"
    });
    carol.ok("setSelfInfo", json!({ "nickName": "" }));
    assert_eq!(info(&carol.user.id)["nickName"], "");
    alice.until("her userID is shown", |alice| {
        alice.row(&carol.c2c())["showName"] == *carol.user.id
    });
}

pub(super) fn a_remark_goes_before_the_nickname(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    bob.sent(&phone.c2c(), "hi");
    let until_shown = |name: &str, remark: &str| {
        for device in [&phone, &tablet] {
            device.until(&format!("{name} is shown"), |device| {
                let row = device.row(&bob.c2c());
                row["showName"] == name && row["lastMessage"]["friendRemark"] == remark
            });
        }
    };
    until_shown("Bob", "");
    let done = phone.ok("addFriend", json!({ "userID": bob.user.id, "remark": "Bobby & co" }));
    assert_eq!((&done["userID"], &done["resultCode"]), (&json!(bob.user.id), &json!(0)));
    until_shown("Bobby & co", "Bobby & co");
    for device in [&phone, &tablet] {
        let friends = device.ok("getFriendList", json!({}));
        assert_eq!(friends.as_array().unwrap().len(), 1);
        assert_eq!(
            (&friends[0]["userID"], &friends[0]["friendRemark"]),
            (&json!(bob.user.id), &json!("Bobby & co"))
        );
    }
    phone.ok("setFriendInfo", json!({ "userID": bob.user.id, "friendRemark": "Rob" }));
    until_shown("Rob", "Rob");
    // Remarks are for oneself: bob sees nothing of it, and new devices see them at once.
    phone.sent(&bob.c2c(), "hello");
    bob.until_texts(&phone.c2c(), &["hi", "hello"]);
    assert_eq!(bob.row(&phone.c2c())["showName"], *phone.user.id);
    stage.other(&phone, "later").until_like(&phone);
    let gone = tablet.ok("deleteFromFriendList", json!({ "userIDList": [bob.user.id] }));
    assert_eq!(gone[0]["resultCode"], 0);
    until_shown("Bob", "");
    assert_eq!(phone.ok("getFriendList", json!({})), json!([]));
    assert_eq!(phone.texts(&bob.c2c()), ["hi", "hello"], "the conversation stays");
}

pub(super) fn a_device_that_was_away_keeps_no_old_name(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    let group = stage.group("Public", &[&bob, &phone]);
    let id = format!("group_{group}");
    bob.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Before" }));
    bob.sent(&phone.c2c(), "hi");
    let tablet = stage.other(&phone, "tablet");
    let until_named = |user: &str, team: &str| {
        tablet.until(&format!("{user} and {team} are shown"), |tablet| {
            tablet.row(&bob.c2c())["showName"] == user && tablet.row(&id)["showName"] == team
        });
    };
    until_named("Bob", "Before");
    tablet.logout();
    bob.ok("setSelfInfo", json!({ "nickName": "Robert" }));
    bob.ok("setGroupInfo", json!({ "groupID": group, "groupName": "After" }));
    bob.sent(&phone.c2c(), "it is me");
    tablet.ok("login", json!({}));
    until_named("Robert", "After");
}

/// Names may have any character; XML has not all of them, and what is sent has to be XML.
pub(super) fn names_that_xml_cannot_carry_stop_nothing(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let name = |of: &str| format!("{of}\u{7}\u{1b}\u{fffe}!");
    alice.ok(
        "setSelfInfo",
        json!({ "nickName": name("Alice"), "faceUrl": name("https://example.org/") }),
    );
    alice.ok(
        "setGroupInfo",
        json!({ "groupID": group, "groupName": name("Team"), "introduction": name("us") }),
    );
    alice.ok(
        "setGroupInfo",
        json!({ "groupID": group, "notification": name("today\r\n") }),
    );
    alice.ok(
        "addFriend",
        json!({ "userID": bob.user.id, "remark": name("Bobby"), "addWording": name("please") }),
    );
    alice.sent(&bob.c2c(), "hi");
    bob.until("she and the group are named", |bob| {
        let shown = |id: &str, begin: &str| {
            let row = bob.row(id);
            let shown = row["showName"].as_str().unwrap_or_default();
            shown.starts_with(begin) && shown.ends_with('!')
        };
        shown(&alice.c2c(), "Alice") && shown(&format!("group_{group}"), "Team")
    });
    // Nothing of it waits, or comes again with each connection.
    let alice = alice.restart();
    alice.login();
    alice.sent(&format!("group_{group}"), "still here");
    bob.until("the message is there", |bob| {
        bob.texts(&format!("group_{group}")).contains(&"still here".to_owned())
    });
}
