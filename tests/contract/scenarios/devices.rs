//! Several devices of one user.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::json;

fn pin(device: &Device, id: &str, is_pinned: bool) {
    device.ok(
        "pinConversation",
        json!({ "conversationID": id, "isPinned": is_pinned }),
    );
}

pub(super) fn own_messages_and_reads_reach_the_other_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let group = format!("group_{}", stage.group("Work", &[&bob, &phone]));
    for id in [&bob.c2c(), &group] {
        let sent = phone.sent(id, "from the phone");
        tablet.until_texts(id, &["from the phone"]);
        let message = &tablet.history(id)[0];
        assert_eq!(message["msgID"], sent["msgID"]);
        assert_eq!((&message["isSelf"], &message["status"]), (&json!(true), &json!(2)));
        assert_eq!(tablet.unread(id), 0);
    }
    for id in [&phone.c2c(), &group] {
        bob.send(id, "one");
        bob.send(id, "two");
    }
    for device in [&phone, &tablet] {
        device.until("four are unread", |device| device.total() == 4);
    }
    phone.read(&bob.c2c());
    tablet.until("the chat is read", |tablet| tablet.unread(&bob.c2c()) == 0);
    assert_eq!(tablet.total(), 2);
    tablet.read(&group);
    phone.until("the group is read", |phone| phone.total() == 0);
    bob.send(&phone.c2c(), "three");
    phone.until("three", |phone| phone.unread(&bob.c2c()) == 1);
    tablet.until_like(&phone);
}

/// Within one second, which is one time to some archives.
pub(super) fn a_burst_to_several_users_has_one_order_on_every_device(stage: &Stage<'_>) {
    let phone = stage.login("alice");
    let chats = ["bob", "carol", "dave", "erin", "frank"].map(|name| format!("c2c_{}", stage.user(name).id));
    chats.iter().for_each(|chat| drop(phone.send(chat, "hello all")));
    phone.until("all are sent", |phone| {
        phone.list().iter().all(|row| row["lastMessage"]["status"] == 2)
    });
    let expected: Vec<String> = chats.iter().rev().cloned().collect();
    assert_eq!(phone.ids(), expected);
    let tablet = stage.other(&phone, "tablet");
    tablet.until("the order is the same", |tablet| tablet.ids() == expected);
}

pub(super) fn pins_and_receive_options_reach_the_other_device(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&phone, "tablet");
    let group = stage.group("Public", &[&bob, &phone]);
    bob.sent(&phone.c2c(), "hi");
    phone.until_texts(&bob.c2c(), &["hi"]);
    phone.sent(&carol.c2c(), "hello");
    pin(&phone, &bob.c2c(), true);
    pin(&phone, &format!("group_{group}"), true);
    phone.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [bob.user.id, carol.user.id], "opt": 2 }),
    );
    phone.ok("setGroupReceiveMessageOpt", json!({ "groupID": group, "opt": 3 }));
    tablet.until_like(&phone);
    assert_eq!(tablet.ids()[2], carol.c2c(), "the pinned ones come first");
    assert_eq!(
        (tablet.row(&bob.c2c())["recvOpt"].as_i64(), tablet.total()),
        (Some(2), 0)
    );
    pin(&tablet, &bob.c2c(), false);
    tablet.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [bob.user.id], "opt": 0 }),
    );
    phone.until("both are undone", |phone| {
        let row = phone.row(&bob.c2c());
        row["isPinned"] == false && row["recvOpt"] == 0
    });
    phone.until_like(&tablet);
    assert_eq!(phone.total(), 1);
}

pub(super) fn the_receive_option_of_all_reaches_the_other_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    phone.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [bob.user.id], "opt": 2 }),
    );
    let hours = json!({ "opt": 2, "startHour": 22, "startMinute": 30, "startSecond": 0, "duration": 28_800 });
    phone.ok("setAllReceiveMessageOpt", hours);
    tablet.until_told(Event::AllReceiveMessageOptChanged, |all| {
        all["allReceiveMessageOpt"] == 2 && all["startHour"] == 22 && all["duration"] == 28_800
    });
    tablet.until("the option of the one is there too", |tablet| {
        let request = json!({ "userIDList": [bob.user.id] });
        let info = &tablet.ok("getC2CReceiveMessageOpt", request)[0];
        info["c2CReceiveMessageOpt"] == 2 && info["startHour"] == 22 && info["startMinute"] == 30
    });
    bob.sent(&phone.c2c(), "hi");
    tablet.until_texts(&bob.c2c(), &["hi"]);
    let once = json!({ "opt": 2, "startTimeStamp": 1_700_000_000, "duration": 60 });
    tablet.ok("setAllReceiveMessageOptWithTimestamp", once);
    let all = |device: &Device| device.ok("getAllReceiveMessageOpt", json!({}));
    phone.until("the later change counts", |phone| {
        all(phone)["startTimeStamp"] == 1_700_000_000
    });
    // The same on a device that comes later.
    let later = stage.other(&phone, "later");
    for device in [&phone, &tablet, &later] {
        device.until("all agree", |device| all(device) == all(&tablet));
        assert_eq!(device.unread(&bob.c2c()), 1, "it changes no count");
    }
}

pub(super) fn deletes_reach_the_other_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let group = stage.group("Work", &[&bob, &phone]);
    let team = format!("group_{group}");
    let texts = ["one", "two", "three"];
    for text in texts {
        bob.send(&phone.c2c(), text);
        bob.send(&team, text);
    }
    for device in [&phone, &tablet] {
        device.until_texts(&bob.c2c(), &texts);
        device.until_texts(&team, &texts);
    }
    let last = phone.row(&bob.c2c())["lastMessage"]["msgID"].clone();
    phone.ok("deleteMessages", json!({ "msgIDs": [last] }));
    tablet.until_texts(&bob.c2c(), &["one", "two"]);
    tablet.until_like(&phone);
    phone.ok("clearGroupHistoryMessage", json!({ "groupID": group }));
    tablet.until_texts(&team, &[]);
    tablet.until_like(&phone);
    assert_eq!(tablet.row(&team)["lastMessage"], json!(null));
    phone.ok("deleteConversation", json!({ "conversationID": bob.c2c() }));
    tablet.until_told(Event::ConversationDeleted, |ids| *ids == json!([bob.c2c()]));
    assert_eq!(tablet.ids(), std::slice::from_ref(&team));
    // The others keep what they have, and a later message makes a new conversation.
    assert_eq!(bob.texts(&phone.c2c()), texts);
    assert_eq!(bob.texts(&team), texts);
    bob.sent(&phone.c2c(), "again");
    for device in [&phone, &tablet] {
        device.until_texts(&bob.c2c(), &["again"]);
        assert_eq!(device.row(&bob.c2c())["isPinned"], false);
    }
    // What is gone stays gone on a device that comes later.
    stage.other(&phone, "later").until_like(&phone);
    phone.ok("clearC2CHistoryMessage", json!({ "userID": bob.user.id }));
    tablet.until_texts(&bob.c2c(), &[]);
    tablet.until_like(&phone);
}

pub(super) fn a_device_that_was_offline_catches_up(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let carol = stage.login("carol");
    let group = format!("group_{}", stage.group("Work", &[&phone, &bob]));
    for peer in [&bob, &carol] {
        peer.send(&phone.c2c(), "one");
        peer.send(&phone.c2c(), "two");
    }
    phone.until("four are unread", |phone| phone.total() == 4);
    tablet.until_like(&phone);
    tablet.logout();

    phone.read(&bob.c2c());
    pin(&phone, &bob.c2c(), true);
    phone.sent(&bob.c2c(), "from the phone");
    phone.sent(&group, "to all");
    let first = phone.history(&carol.c2c())[0]["msgID"].clone();
    phone.ok("deleteMessages", json!({ "msgIDs": [first] }));
    phone.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [carol.user.id], "opt": 2 }),
    );
    bob.sent(&phone.c2c(), "three");
    bob.sent(&group, "to you");
    phone.until("both are unread", |phone| {
        phone.unread(&bob.c2c()) == 1 && phone.unread(&group) == 1
    });
    tablet.login();
    tablet.until_like(&phone);
    tablet.logout();

    phone.ok("deleteConversation", json!({ "conversationID": carol.c2c() }));
    phone.ok("clearC2CHistoryMessage", json!({ "userID": bob.user.id }));
    pin(&phone, &bob.c2c(), false);
    tablet.login();
    tablet.until_like(&phone);
    assert_eq!(tablet.texts(&bob.c2c()), Vec::<String>::new());
    assert_eq!(tablet.row(&carol.c2c()), json!(null));
}

pub(super) fn a_new_device_shows_the_same(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    bob.ok(
        "setSelfInfo",
        json!({ "nickName": "Bob", "faceUrl": "https://example.org/bob.png" }),
    );
    phone.ok(
        "addFriend",
        json!({ "userID": carol.user.id, "remark": "Carol from work" }),
    );
    let group = format!("group_{}", stage.group("Public", &[&phone, &bob]));
    for id in [&phone.c2c(), &group] {
        bob.send(id, "one");
        bob.send(id, "two");
    }
    phone.until("four are unread", |phone| phone.total() == 4);
    phone.read("");
    bob.send(&phone.c2c(), "three");
    bob.ok(
        "sendMessage",
        json!({
            "groupID": group.strip_prefix("group_"), "elemType": 1, "textElem": { "text": "you" },
            "groupAtUserList": [phone.user.id],
        }),
    );
    phone.sent(&carol.c2c(), "own");
    pin(&phone, &group, true);
    phone.until("it is all there", |phone| {
        phone.total() == 2 && phone.row(&bob.c2c())["showName"] == "Bob"
    });

    let tablet = stage.other(&phone, "tablet");
    tablet.until_like(&phone);
    assert_eq!(tablet.ids()[0], group);
    assert_eq!(tablet.row(&carol.c2c())["showName"], "Carol from work");
    assert_eq!(tablet.row(&bob.c2c())["faceUrl"], "https://example.org/bob.png");
    assert_eq!(tablet.row(&group)["groupAtInfoList"][0]["atType"], 1);
    assert!(tablet.told(Event::RecvNewMessage).is_empty());
    assert!(tablet.told(Event::ConversationDeleted).is_empty());
    let found: usize = tablet
        .told(Event::NewConversation)
        .iter()
        .map(|rows| rows.as_array().unwrap().len())
        .sum();
    assert_eq!(found, 3, "each once");
}

pub(super) fn a_conversation_without_messages_stays_listed_on_every_device(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let dave = stage.login("dave");
    let tablet = stage.other(&phone, "tablet");
    let group = stage.group("Work", &[&bob, &phone]);
    let team = format!("group_{group}");
    for id in [&phone.c2c(), &team] {
        bob.send(id, "one");
        bob.sent(id, "two");
    }
    carol.sent(&phone.c2c(), "three");
    for device in [&phone, &tablet] {
        device.until_texts(&bob.c2c(), &["one", "two"]);
        device.until_texts(&team, &["one", "two"]);
        device.until_texts(&carol.c2c(), &["three"]);
    }
    tablet.logout();
    // Emptied message by message, by clearing, and one that never had a message.
    let messages = phone.history(&bob.c2c());
    let ids: Vec<_> = messages.iter().map(|message| message["msgID"].clone()).collect();
    phone.ok("deleteMessages", json!({ "msgIDs": ids }));
    phone.ok("clearC2CHistoryMessage", json!({ "userID": carol.user.id }));
    phone.ok("clearGroupHistoryMessage", json!({ "groupID": group }));
    pin(&phone, &dave.c2c(), true);
    pin(&phone, &dave.c2c(), false);
    assert_eq!(phone.ids().len(), 4);
    let all_is_told = |stage: &Stage<'_>| {
        // The last command: when another device has it, the service has all of them.
        let (watch, mark) = (stage.other(&phone, "watch"), stage.login("mark"));
        pin(&phone, &mark.c2c(), true);
        watch.until("the last pin is there", |watch| {
            watch.row(&mark.c2c())["isPinned"] == true
        });
        phone.ok("deleteConversation", json!({ "conversationID": mark.c2c() }));
        watch.until("it is gone", |watch| watch.row(&mark.c2c()).is_null());
        watch
    };
    all_is_told(stage).until_like(&phone);
    stage.other(&phone, "later").until_like(&phone);
    tablet.login();
    tablet.until_like(&phone);
    // Deleting ends it, everywhere.
    for id in [&bob.c2c(), &dave.c2c()] {
        phone.ok("deleteConversation", json!({ "conversationID": id }));
    }
    tablet.until("both are gone", |tablet| tablet.ids().len() == 2);
    stage.other(&phone, "latest").until_like(&phone);
}

pub(super) fn a_message_shows_the_name_its_sender_had_when_it_was_delivered(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let group = stage.group("Work", &[&bob, &phone]);
    let team = format!("group_{group}");
    phone.ok("setSelfInfo", json!({ "nickName": "Alice" }));
    phone.logout();
    let sent = [&bob.c2c(), &team].map(|id| (id.clone(), phone.send(id, "written offline")));
    tablet.ok("setSelfInfo", json!({ "nickName": "Alice in Paris" }));
    phone.login();
    for (id, msg_id) in &sent {
        let name = phone.until_sent(id, msg_id)["nickName"].clone();
        assert!(name == "Alice" || name == "Alice in Paris", "{name}");
        if !stage.traits().signs_messages {
            continue;
        }
        phone.until("its name is the same everywhere", |phone| {
            let shown = [
                phone.row(id)["lastMessage"]["nickName"].clone(),
                phone.message(id, msg_id)["nickName"].clone(),
            ];
            let others = if *id == team {
                bob.message(id, msg_id)
            } else {
                bob.message(&phone.c2c(), msg_id)
            };
            let names = [&others, &tablet.message(id, msg_id)].map(|message| message["nickName"].clone());
            shown[0] == shown[1] && names.iter().all(|other| *other == shown[0]) && names[0] != ""
        });
    }
    if stage.traits().signs_messages {
        stage.other(&phone, "later").until_like(&phone);
    }
}
