//! Reactions: everybody who has the message sees them, and nothing else changes.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

const THUMB: &str = "\u{1f44d}";
const HEART: &str = "\u{2764}\u{fe0f}";

fn react(device: &Device, method: &str, msg_id: &Value, reaction: &str) {
    device.ok(method, json!({ "msgID": msg_id, "reactionID": reaction }));
}

fn add(device: &Device, msg_id: &Value, reaction: &str) {
    react(device, "addMessageReaction", msg_id, reaction);
}

fn remove(device: &Device, msg_id: &Value, reaction: &str) {
    react(device, "removeMessageReaction", msg_id, reaction);
}

/// The reactions to a message, sorted: of each the id and the users, sorted.
fn shown(device: &Device, msg_id: &Value) -> Vec<(String, Vec<String>)> {
    let request = json!({ "msgIDList": [msg_id], "maxUserCountPerReaction": 10 });
    let results = device.ok("getMessageReactions", request);
    let list = results[0]["reactionList"].as_array().unwrap().clone();
    let mut shown: Vec<_> = list
        .iter()
        .map(|reaction| {
            let users = reaction["partialUserList"].as_array().unwrap();
            let mut users: Vec<String> = users
                .iter()
                .map(|user| user["userID"].as_str().unwrap().to_owned())
                .collect();
            users.sort();
            (reaction["reactionID"].as_str().unwrap().to_owned(), users)
        })
        .collect();
    shown.sort();
    shown
}

fn until(device: &Device, msg_id: &Value, expected: &[(&str, &[&Device])]) {
    let mut expected: Vec<_> = expected
        .iter()
        .map(|(reaction, users)| {
            let mut users: Vec<String> = users.iter().map(|user| user.user.id.clone()).collect();
            users.sort();
            ((*reaction).to_owned(), users)
        })
        .collect();
    expected.sort();
    device.until(&format!("the reactions {expected:?}"), |device| {
        shown(device, msg_id) == expected
    });
}

pub(super) fn reactions_are_seen_by_everybody_and_move_nothing(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let first = alice.sent(&bob.c2c(), "first")["msgID"].clone();
    let last = bob_answers(&alice, &bob);
    // Delivery is told when it comes, which may be after a reaction.
    let rows = |device: &Device, peer: &Device| {
        let (mut row, mut history) = (device.row(&peer.c2c()), device.history(&peer.c2c()));
        for message in history.iter_mut().chain([&mut row["lastMessage"]]) {
            message["isDelivered"] = Value::Null;
        }
        (row, history)
    };
    tablet.until_texts(&bob.c2c(), &["first", "last"]);
    for device in [&alice, &tablet, &bob] {
        device.until("it is settled", |device| {
            device.message(&peer_of(device, &alice, &bob).c2c(), last.as_str().unwrap())["status"] == 2
        });
    }
    let before = [rows(&alice, &bob), rows(&tablet, &bob), rows(&bob, &alice)];
    add(&bob, &first, THUMB);
    add(&bob, &first, HEART);
    add(&alice, &first, THUMB);
    add(&alice, &last, "[TUIEmoji_Smile]");
    for device in [&alice, &tablet, &bob] {
        until(device, &first, &[(THUMB, &[&alice, &bob]), (HEART, &[&bob])]);
        until(device, &last, &[("[TUIEmoji_Smile]", &[&alice])]);
        device.until_told(Event::RecvMessageReactionsChanged, |changes| {
            changes[0]["messageID"] == last && changes[0]["reactionList"][0]["totalUserCount"] == 1
        });
    }
    remove(&bob, &first, THUMB);
    remove(&alice, &last, "[TUIEmoji_Smile]");
    for device in [&alice, &tablet, &bob] {
        until(device, &first, &[(THUMB, &[&alice]), (HEART, &[&bob])]);
        until(device, &last, &[]);
        device.until_told(Event::RecvMessageReactionsChanged, |changes| {
            changes[0]["messageID"] == last && changes[0]["reactionList"][0]["totalUserCount"] == 0
        });
    }
    assert_eq!([rows(&alice, &bob), rows(&tablet, &bob), rows(&bob, &alice)], before);
    for device in [&alice, &bob] {
        let later = stage.other(device, "later");
        later.until_like(device);
        until(&later, &first, &[(THUMB, &[&alice]), (HEART, &[&bob])]);
        until(&later, &last, &[]);
    }
}

fn peer_of<'a>(device: &Device, alice: &'a Device, bob: &'a Device) -> &'a Device {
    if device.user.id == alice.user.id { bob } else { alice }
}

fn bob_answers(alice: &Device, bob: &Device) -> Value {
    bob.until_texts(&alice.c2c(), &["first"]);
    let last = bob.sent(&alice.c2c(), "last")["msgID"].clone();
    alice.until_texts(&bob.c2c(), &["first", "last"]);
    last
}

pub(super) fn a_group_reacts(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let id = format!("group_{}", stage.group("Work", &[&alice, &bob, &carol]));
    let msg_id = alice.sent(&id, "lunch?")["msgID"].clone();
    for device in [&bob, &carol] {
        device.until_texts(&id, &["lunch?"]);
    }
    add(&bob, &msg_id, THUMB);
    add(&carol, &msg_id, THUMB);
    add(&carol, &msg_id, HEART);
    remove(&carol, &msg_id, THUMB);
    add(&alice, &msg_id, THUMB);
    for device in [&alice, &bob, &carol] {
        until(device, &msg_id, &[(THUMB, &[&alice, &bob]), (HEART, &[&carol])]);
        // Group tips may stand beside it: who was in the room early sees the others become members.
        let mut history = device.history(&id);
        history.retain(|message| message["elemType"] != 9);
        assert_eq!(history.len(), 1, "{history:#?}");
    }
    bob.refused(
        &[23009],
        "removeMessageReaction",
        &json!({ "msgID": msg_id, "reactionID": HEART }),
    );
    let page = alice.ok(
        "getAllUserListOfMessageReaction",
        json!({ "msgID": msg_id, "reactionID": THUMB, "nextSeq": 0, "count": 1 }),
    );
    assert_eq!(
        (page["userInfoList"].as_array().unwrap().len(), &page["isFinished"]),
        (1, &json!(false))
    );
    for device in [&alice, &bob] {
        let later = stage.other(device, "later");
        later.until_like(device);
        until(&later, &msg_id, &[(THUMB, &[&alice, &bob]), (HEART, &[&carol])]);
    }
}

pub(super) fn what_is_reacted_with_logged_out_is_seen_later(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = format!("group_{}", stage.group("Work", &[&alice, &bob]));
    let ids = [bob.c2c(), group.clone()].map(|to| alice.sent(&to, "one")["msgID"].clone());
    bob.until_texts(&alice.c2c(), &["one"]);
    bob.until_texts(&group, &["one"]);
    alice.logout();
    bob.logout();
    for msg_id in &ids {
        add(&alice, msg_id, THUMB);
        add(&alice, msg_id, HEART);
        add(&bob, msg_id, HEART);
        remove(&alice, msg_id, THUMB);
    }
    let alice = alice.restart();
    alice.login();
    bob.login();
    for msg_id in &ids {
        for device in [&alice, &bob] {
            until(device, msg_id, &[(HEART, &[&alice, &bob])]);
        }
    }
    assert_eq!(bob.unread(&alice.c2c()), 1);
}

pub(super) fn reactions_of_two_devices_are_both_there(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let group = format!("group_{}", stage.group("Work", &[&alice, &bob]));
    for to in [bob.c2c(), group] {
        let msg_id = alice.sent(&to, "which?")["msgID"].clone();
        tablet.until_texts(&to, &["which?"]);
        tablet.logout();
        add(&tablet, &msg_id, HEART);
        add(&alice, &msg_id, THUMB);
        until(&bob, &msg_id, &[(THUMB, &[&alice])]);
        tablet.login();
        for device in [&alice, &tablet, &bob] {
            until(device, &msg_id, &[(THUMB, &[&alice]), (HEART, &[&alice])]);
        }
    }
}

pub(super) fn a_recalled_message_has_no_reactions(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let msg_id = alice.sent(&bob.c2c(), "one")["msgID"].clone();
    bob.until_texts(&alice.c2c(), &["one"]);
    add(&bob, &msg_id, THUMB);
    until(&alice, &msg_id, &[(THUMB, &[&bob])]);
    alice.ok("revokeMessage", json!({ "msgID": msg_id }));
    bob.until("it is recalled", |bob| {
        bob.message(&alice.c2c(), msg_id.as_str().unwrap())["status"] == 6
    });
    let later = stage.other(&bob, "later");
    later.until_texts(&alice.c2c(), &[""]);
    for device in [&alice, &bob, &later] {
        until(device, &msg_id, &[]);
        device.refused(
            &[6017],
            "addMessageReaction",
            &json!({ "msgID": msg_id, "reactionID": THUMB }),
        );
    }
}

pub(super) fn a_reaction_that_is_refused_later_is_undone_and_told(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    let msg_id = alice.sent(&id, "which?")["msgID"].clone();
    bob.until_texts(&id, &["which?"]);
    bob.logout();
    add(&bob, &msg_id, THUMB);
    alice.ok(
        "kickGroupMember",
        json!({ "groupID": group, "memberList": [bob.user.id] }),
    );
    bob.login();
    bob.until_told(Event::LocalChangeFailed, |failure| {
        failure["method"] == "addMessageReaction" && failure["conversationID"] == *id && failure["msgID"] == msg_id
    });
    until(&bob, &msg_id, &[]);
    let failures = bob.told(Event::LocalChangeFailed);
    assert_eq!(failures.len(), 1, "{failures:?}");
    let (code, desc) = (&failures[0]["code"], failures[0]["desc"].as_str().unwrap());
    assert!(
        [10007, 90004].contains(&code.as_i64().unwrap()) && !desc.is_empty(),
        "{failures:?}"
    );
}
