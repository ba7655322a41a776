//! Receipts: what has reached the peer's device, and who has read messages that ask for it. They move and count nothing.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

/// Sends a text that asks for receipts, and waits until the service has it; its `msgID`.
fn ask(device: &Device, conversation: &str, text: &str) -> String {
    let request = json!({ "conversationID": conversation, "textElem": { "text": text }, "needReadReceipt": true });
    let msg_id = device.ok("sendMessage", request)["msgID"].as_str().unwrap().to_owned();
    device.until_sent(conversation, &msg_id);
    msg_id
}

fn confirm(device: &Device, ids: &[&str]) {
    device.ok("sendMessageReadReceipts", json!({ "messageIDList": ids }));
}

fn receipts(device: &Device, ids: &[&str]) -> Vec<Value> {
    let receipts = device.ok("getMessageReadReceipts", json!({ "messageIDList": ids }));
    receipts.as_array().unwrap().clone()
}

/// The receipts that were told of a message.
fn told(device: &Device, msg_id: &str) -> Vec<Value> {
    let told = device.told(Event::RecvMessageReadReceipts);
    let told = told.iter().flat_map(|list| list.as_array().unwrap().clone());
    told.filter(|receipt| receipt["msgID"] == msg_id).collect()
}

fn befriend(one: &Device, other: &Device) {
    one.ok("addFriend", json!({ "userID": other.user.id }));
    other.ok("addFriend", json!({ "userID": one.user.id }));
    for (device, friend) in [(one, other), (other, one)] {
        device.until("they are friends", |device| {
            let friends = device.ok("getFriendList", json!({}));
            friends
                .as_array()
                .unwrap()
                .iter()
                .any(|it| it["userID"] == *friend.user.id)
        });
    }
}

pub(super) fn what_has_reached_the_peer_is_delivered(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    befriend(&alice, &bob);
    let first = alice.sent(&bob.c2c(), "first")["msgID"].as_str().unwrap().to_owned();
    for device in [&alice, &tablet] {
        device.until("it is delivered", |device| {
            device.message(&bob.c2c(), &first)["isDelivered"] == true
        });
        let row = device.row(&bob.c2c());
        assert_eq!(row["lastMessage"]["isDelivered"], true);
        assert_eq!(row["lastMessage"]["isPeerRead"], false);
        device.until_told(Event::RecvC2CDeliveryReceipt, |receipts| {
            receipts[0]["userID"] == *bob.user.id && receipts[0]["msgID"] == *first
        });
    }
    bob.logout();
    let second = alice.sent(&bob.c2c(), "second")["msgID"].as_str().unwrap().to_owned();
    assert_eq!(alice.message(&bob.c2c(), &second)["isDelivered"], false);
    bob.login();
    let third = alice.sent(&bob.c2c(), "third")["msgID"].as_str().unwrap().to_owned();
    alice.until("all is delivered", |alice| {
        [&second, &third]
            .iter()
            .all(|id| alice.message(&bob.c2c(), id)["isDelivered"] == true)
    });
    assert_eq!(bob.unread(&alice.c2c()), 3);
    let alice = alice.restart();
    assert_eq!(alice.message(&bob.c2c(), &third)["isDelivered"], true);
}

pub(super) fn a_receipt_is_of_one_message_and_leaves_what_is_unread(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let (tablet, other) = (stage.other(&alice, "tablet"), stage.other(&bob, "tablet"));
    bob.sent(&alice.c2c(), "hello");
    alice.until_texts(&bob.c2c(), &["hello"]);
    let [one, two, three] = ["one", "two", "three"].map(|text| ask(&alice, &bob.c2c(), text));
    bob.until_texts(&alice.c2c(), &["hello", "one", "two", "three"]);
    let before = bob.row(&alice.c2c());
    assert_eq!(bob.message(&alice.c2c(), &three)["needReadReceipt"], true);
    let is_read = |device: &Device| -> Vec<bool> {
        let receipts = receipts(device, &[&one, &two, &three]);
        receipts.iter().map(|receipt| receipt["isPeerRead"] == true).collect()
    };
    assert_eq!(is_read(&alice), [false; 3]);
    confirm(&bob, &[&one, &three]);
    confirm(&bob, &[&one]);
    for device in [&alice, &tablet] {
        device.until("both are read", |device| is_read(device) == [true, false, true]);
        assert_eq!(device.row(&bob.c2c())["lastMessage"]["isPeerRead"], true);
        assert_eq!(device.message(&bob.c2c(), &two)["isPeerRead"], false);
        for msg_id in [&one, &three] {
            device.until("it is told", |device| !told(device, msg_id).is_empty());
            let receipt = &told(device, msg_id)[0];
            assert_eq!(
                (&receipt["userID"], &receipt["isPeerRead"]),
                (&json!(bob.user.id), &json!(true))
            );
            assert!(receipt["timestamp"].as_i64().unwrap() > 0);
        }
    }
    confirm(&bob, &[&two]);
    alice.until("all are read", |alice| is_read(alice) == [true; 3]);
    // Bob's word comes after all that his receipts could cause.
    bob.sent(&alice.c2c(), "done");
    alice.until_texts(&bob.c2c(), &["hello", "one", "two", "three", "done"]);
    other.until_texts(&alice.c2c(), &["hello", "one", "two", "three", "done"]);
    for msg_id in [&one, &two, &three] {
        alice.until("that is told", |alice| !told(alice, msg_id).is_empty());
        assert_eq!(told(&alice, msg_id).len(), 1);
    }
    for device in [&bob, &other] {
        assert_eq!(device.unread(&alice.c2c()), 3);
        assert_eq!(device.told(Event::RecvMessageReadReceipts), Vec::<Value>::new());
    }
    assert_eq!(before["unreadCount"], 3);
    let alice = alice.restart();
    assert_eq!(is_read(&alice), [true; 3]);
}

pub(super) fn receipts_that_cannot_be_are_refused(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let own = ask(&alice, &bob.c2c(), "own");
    let plain = alice.sent(&bob.c2c(), "plain")["msgID"].as_str().unwrap().to_owned();
    bob.until_texts(&alice.c2c(), &["own", "plain"]);
    let many: Vec<String> = (0..31).map(|number| format!("m{number}")).collect();
    for (device, method, ids) in [
        (&alice, "sendMessageReadReceipts", json!([own])),
        (&bob, "getMessageReadReceipts", json!([own])),
        (&alice, "getMessageReadReceipts", json!([plain])),
        (&alice, "getMessageReadReceipts", json!([])),
        (&alice, "getMessageReadReceipts", json!(many)),
        (&bob, "sendMessageReadReceipts", json!(many)),
        (&bob, "sendMessageReadReceipts", json!(["unknown"])),
    ] {
        device.refused(&[6017], method, &json!({ "messageIDList": ids }));
    }
    alice.refused(&[6017], "getGroupMessageReadMemberList", &json!({ "messageID": own }));
    // Bob has never written to alice, and is no friend of hers.
    confirm(&bob, &[&own, &plain]);
    bob.sent(&alice.c2c(), "hello");
    alice.until_texts(&bob.c2c(), &["own", "plain", "hello"]);
    assert_eq!(receipts(&alice, &[&own])[0]["isPeerRead"], false);
}

pub(super) fn what_is_confirmed_logged_out_is_told_later(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    bob.sent(&alice.c2c(), "hello");
    let msg_id = ask(&alice, &bob.c2c(), "read?");
    bob.until_texts(&alice.c2c(), &["hello", "read?"]);
    bob.logout();
    confirm(&bob, &[&msg_id]);
    alice.logout();
    let bob = bob.restart();
    bob.login();
    // When bob's word is sent, his receipt was.
    bob.sent(&alice.c2c(), "done");
    alice.login();
    alice.until("it is read", |alice| {
        receipts(alice, &[&msg_id])[0]["isPeerRead"] == true
    });
    let later = stage.other(&alice, "later");
    later.until("it is read there too", |later| {
        later.message(&bob.c2c(), &msg_id)["isPeerRead"] == true
    });
}

pub(super) fn in_a_group_it_is_known_who_has_read(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = stage.group("Work", &[&alice, &bob, &carol]);
    let id = format!("group_{group}");
    let one = ask(&alice, &id, "one");
    let two = ask(&alice, &id, "two");
    for device in [&bob, &carol] {
        device.until_texts(&id, &["one", "two"]);
    }
    let counts = |receipt: &Value| {
        let count = |key: &str| receipt[key].as_i64().unwrap();
        (count("readCount"), count("unreadCount"))
    };
    let now = |ids: &[&str]| receipts(&alice, ids).iter().map(counts).collect::<Vec<_>>();
    assert_eq!(now(&[&one, &two]), [(0, 2), (0, 2)]);
    confirm(&bob, &[&two]);
    confirm(&carol, &[&one, &two]);
    alice.until("all that was confirmed is known", |_| {
        now(&[&one, &two]) == [(1, 1), (2, 0)]
    });
    // The app is told after it is stored.
    let is_last = |told: &Value| told["readCount"] == 2;
    alice.until("that is told", |alice| told(alice, &two).last().is_some_and(is_last));
    let last = told(&alice, &two).last().unwrap().clone();
    assert_eq!(
        (&last["userID"], &last["groupID"], &last["readCount"]),
        (&json!(""), &json!(group), &json!(2))
    );
    let list = |msg_id: &str, filter: i64, seq: &str| {
        let request = json!({ "messageID": msg_id, "filter": filter, "nextSeq": seq, "count": 1 });
        let page = alice.ok("getGroupMessageReadMemberList", request);
        let ids = page["memberInfoList"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["userID"].clone());
        (
            ids.collect::<Vec<_>>(),
            page["isFinished"] == true,
            page["nextSeq"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(list(&one, 0, "0"), (vec![json!(carol.user.id)], true, "0".to_owned()));
    assert_eq!(list(&one, 1, "0"), (vec![json!(bob.user.id)], true, "0".to_owned()));
    let (first, is_finished, next) = list(&two, 0, "0");
    assert!(!is_finished);
    let (second, is_finished, _) = list(&two, 0, &next);
    assert!(is_finished);
    let mut both = [first, second].concat();
    both.sort_by_key(Value::to_string);
    let mut members = [&bob, &carol].map(|device| json!(device.user.id));
    members.sort_by_key(Value::to_string);
    assert_eq!(both, members);
    for device in [&bob, &carol] {
        assert_eq!(device.unread(&id), 2);
        device.refused(&[6017], "getMessageReadReceipts", &json!({ "messageIDList": [one] }));
    }
}

pub(super) fn whoever_was_written_to_is_no_stranger_after_the_history_was_cleared(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    bob.sent(&alice.c2c(), "hello");
    alice.until_texts(&bob.c2c(), &["hello"]);
    alice.sent(&bob.c2c(), "who are you?");
    bob.until_texts(&alice.c2c(), &["hello", "who are you?"]);
    alice.ok("clearC2CHistoryMessage", json!({ "userID": bob.user.id }));
    alice.until_texts(&bob.c2c(), &[]);
    let is_read = |text: &str| {
        let history = bob.history(&alice.c2c());
        let said = history.iter().find(|message| message["textElem"]["text"] == text);
        said.is_some_and(|said| said["isPeerRead"] == true)
    };
    bob.sent(&alice.c2c(), "one");
    alice.until("it is unread", |alice| alice.unread(&bob.c2c()) == 1);
    alice.read(&bob.c2c());
    bob.until("alice has read it", |_| is_read("one"));
    // A device that never had what alice wrote.
    let later = stage.other(&alice, "later");
    bob.sent(&alice.c2c(), "two");
    later.until("it is unread", |later| later.unread(&bob.c2c()) == 1);
    later.read(&bob.c2c());
    bob.until("the later device has read it", |_| is_read("two"));
}
