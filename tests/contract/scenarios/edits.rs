//! Edits of messages: everybody who has one sees its new content, and nothing else changes.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn edit(device: &Device, msg_id: &Value, text: &str) {
    let message = json!({ "msgID": msg_id, "textElem": { "text": text } });
    let info = device.ok("modifyMessage", json!({ "message": message }));
    assert_eq!(
        (&info["code"], &info["message"]["textElem"]["text"]),
        (&json!(0), &json!(text))
    );
}

fn until_edited(device: &Device, msg_id: &Value, text: &str) {
    device.until_told(Event::RecvMessageModified, |message| {
        message["msgID"] == *msg_id && message["textElem"]["text"] == text && message["isEdited"] == true
    });
}

pub(super) fn an_edit_is_seen_wherever_the_message_is(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let first = alice.sent(&bob.c2c(), "frist")["msgID"].clone();
    let last = alice.sent(&bob.c2c(), "last")["msgID"].clone();
    for device in [&tablet, &alice] {
        device.until_texts(&bob.c2c(), &["frist", "last"]);
    }
    bob.until_texts(&alice.c2c(), &["frist", "last"]);
    let before = bob.row(&alice.c2c());
    bob.refused(
        &[10007],
        "modifyMessage",
        &json!({ "msgID": first, "textElem": { "text": "no" } }),
    );
    edit(&alice, &first, "first");
    edit(&alice, &last, "the lst");
    edit(&alice, &last, "the last");
    for (device, peer) in [(&alice, &bob), (&tablet, &bob), (&bob, &alice)] {
        device.until_texts(&peer.c2c(), &["first", "the last"]);
        until_edited(device, &first, "first");
        until_edited(device, &last, "the last");
        let row = device.row(&peer.c2c());
        assert_eq!(row["lastMessage"]["textElem"]["text"], "the last");
        device.until_told(Event::ConversationChanged, |rows| {
            rows[0]["lastMessage"]["textElem"]["text"] == "the last"
        });
    }
    // It moves nothing and counts as nothing.
    let row = bob.row(&alice.c2c());
    assert_eq!(
        (&row["orderkey"], &row["unreadCount"]),
        (&before["orderkey"], &json!(2))
    );
    assert_eq!(bob.received(&alice.c2c()), ["frist", "last"]);
    for (device, name) in [(&alice, "later"), (&bob, "later")] {
        stage.other(device, name).until_like(device);
    }
}

pub(super) fn an_edit_in_a_group_leaves_ats_and_unread_as_they_are(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    let sent = alice.ok(
        "sendMessage",
        json!({ "groupID": group, "textElem": { "text": "at bob" }, "groupAtUserList": [bob.user.id] }),
    );
    let msg_id = &sent["msgID"];
    alice.until_sent(&id, msg_id.as_str().unwrap());
    bob.until_texts(&id, &["at bob"]);
    let ats = bob.row(&id)["groupAtInfoList"].clone();
    assert_eq!(ats.as_array().unwrap().len(), 1);
    edit(&alice, msg_id, "not at bob");
    bob.until_texts(&id, &["not at bob"]);
    until_edited(&bob, msg_id, "not at bob");
    let row = bob.row(&id);
    assert_eq!((&row["groupAtInfoList"], &row["unreadCount"]), (&ats, &json!(1)));
    assert_eq!(row["lastMessage"]["textElem"]["text"], "not at bob");
    // Bob's answer comes after everything that the edit could cause.
    bob.sent(&id, "fine");
    alice.until_texts(&id, &["not at bob", "fine"]);
    for device in [&alice, &bob] {
        stage.other(device, "later").until_like(device);
    }
}

pub(super) fn custom_data_is_edited_field_by_field(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let elem = json!({ "data": "{\"open\":false}", "desc": "a red packet", "extension": "x" });
    let request = json!({ "receiver": bob.user.id, "customElem": elem, "cloudCustomData": "kept" });
    let sent = alice.ok("sendMessage", request);
    alice.until_sent(&bob.c2c(), sent["msgID"].as_str().unwrap());
    bob.until("the message", |bob| bob.history(&alice.c2c()).len() == 1);
    let open = json!({ "msgID": sent["msgID"], "customElem": { "data": "{\"open\":true}" } });
    alice.ok("modifyMessage", open);
    bob.until("it is open", |bob| {
        bob.history(&alice.c2c())[0]["customElem"]["data"] == "{\"open\":true}"
    });
    let message = &bob.history(&alice.c2c())[0];
    assert_eq!(message["customElem"]["desc"], "a red packet");
    assert_eq!(message["cloudCustomData"], "kept");
    alice.ok(
        "modifyMessage",
        json!({ "msgID": sent["msgID"], "cloudCustomData": "" }),
    );
    bob.until("that is gone", |bob| {
        bob.history(&alice.c2c())[0]["cloudCustomData"] == ""
    });
    assert_eq!(bob.history(&alice.c2c()).len(), 1);
}

pub(super) fn what_is_edited_logged_out_is_seen_later(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let msg_id = alice.sent(&bob.c2c(), "one")["msgID"].clone();
    bob.until_texts(&alice.c2c(), &["one"]);
    alice.logout();
    bob.logout();
    let unsent = json!(alice.send(&bob.c2c(), "tow"));
    edit(&alice, &unsent, "two");
    edit(&alice, &msg_id, "on");
    edit(&alice, &msg_id, "once");
    let alice = alice.restart();
    assert_eq!(alice.texts(&bob.c2c()), ["once", "two"]);
    alice.login();
    alice.until_sent(&bob.c2c(), unsent.as_str().unwrap());
    bob.login();
    bob.until_texts(&alice.c2c(), &["once", "two"]);
    assert_eq!(bob.unread(&alice.c2c()), 2);
    until_edited(&bob, &msg_id, "once");
    // What was sent after its edit was never anything else.
    assert!(
        !bob.told(Event::RecvMessageModified)
            .iter()
            .any(|told| told["msgID"] == unsent)
    );
}

pub(super) fn edits_of_two_devices_at_once_end_alike_everywhere(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let id = format!("group_{}", stage.group("Work", &[&alice, &bob]));
    for (to, from) in [(bob.c2c(), alice.c2c()), (id.clone(), id.clone())] {
        let msg_id = alice.sent(&to, "which?")["msgID"].clone();
        tablet.until_texts(&to, &["which?"]);
        for round in 0..3 {
            edit(&alice, &msg_id, &format!("the phone's {round}"));
            edit(&tablet, &msg_id, &format!("the tablet's {round}"));
        }
        // It was stamped last.
        let wanted = ["the tablet's 2"];
        alice.until_texts(&to, &wanted);
        tablet.until_texts(&to, &wanted);
        bob.until_texts(&from, &wanted);
    }
    let later = stage.other(&alice, "later");
    later.until_texts(&bob.c2c(), &["the tablet's 2"]);
    later.until_texts(&id, &["the tablet's 2"]);
}

pub(super) fn a_recall_ends_all_edits(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let msg_id = alice.sent(&bob.c2c(), "one")["msgID"].clone();
    bob.until_texts(&alice.c2c(), &["one"]);
    edit(&alice, &msg_id, "two");
    alice.ok("revokeMessage", json!({ "msgID": msg_id }));
    alice.refused(
        &[6017],
        "modifyMessage",
        &json!({ "msgID": msg_id, "textElem": { "text": "x" } }),
    );
    for (device, peer) in [(&alice, &bob), (&bob, &alice)] {
        device.until("it is recalled", |device| {
            device.message(&peer.c2c(), msg_id.as_str().unwrap())["status"] == 6
        });
    }
    alice.sent(&bob.c2c(), "after");
    bob.until_texts(&alice.c2c(), &["", "after"]);
    stage.other(&bob, "later").until_texts(&alice.c2c(), &["", "after"]);
}
