//! Marks, custom data and conversation groups, and conversations that leave the list with their messages kept.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn mark(device: &Device, ids: &[&str], marks: u64, is_set: bool) {
    let request = json!({ "conversationIDList": ids, "markType": marks, "enableMark": is_set });
    done(&device.ok("markConversation", request));
}

fn set_data(device: &Device, id: &str, data: &str) {
    let request = json!({ "conversationIDList": [id], "customData": data });
    done(&device.ok("setConversationCustomData", request));
}

fn folder(device: &Device, method: &str, name: &str, ids: &[&str]) {
    done(&device.ok(method, json!({ "groupName": name, "conversationIDList": ids })));
}

fn take_out(device: &Device, id: &str) {
    let request = json!({ "conversationIDList": [id], "clearMessage": false });
    done(&device.ok("deleteConversationList", request));
}

/// Every conversation of the call was in the list.
fn done(results: &Value) {
    for result in results.as_array().unwrap() {
        assert_eq!(result["resultCode"], 0, "{result}");
    }
}

fn folders(device: &Device) -> Value {
    device.ok("getConversationGroupList", json!({}))
}

fn until_folders(device: &Device, names: &[&str]) {
    device.until(&format!("the groups are {names:?}"), |device| {
        folders(device) == json!(names)
    });
}

pub(super) fn labels_reach_the_other_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let team = format!("group_{}", stage.group("Work", &[&bob, &phone]));
    bob.sent(&phone.c2c(), "hi");
    bob.sent(&team, "hi all");
    for device in [&phone, &tablet] {
        device.until("two are unread", |device| device.total() == 2);
    }
    let ids = phone.ids();
    mark(&phone, &[&bob.c2c(), &team], 1 | 1 << 40, true);
    set_data(&phone, &team, "{\"colour\":\"grün\"}");
    folder(&phone, "createConversationGroup", "Work", &[&team]);
    folder(&phone, "createConversationGroup", "Empty", &[]);
    tablet.until_told(Event::ConversationGroupCreated, |change| change["groupName"] == "Empty");
    tablet.until_like(&phone);
    let row = tablet.row(&team);
    assert_eq!(row["markList"], json!([1, 1_u64 << 40]));
    assert_eq!(row["customData"], "{\"colour\":\"grün\"}");
    assert_eq!(row["conversationGroupList"], json!(["Work"]));
    assert_eq!(folders(&tablet), json!(["Work", "Empty"]));
    assert_eq!(
        (tablet.ids(), tablet.total()),
        (ids, 2),
        "labels change no place and no count"
    );

    mark(&tablet, &[&team], 1, false);
    set_data(&tablet, &team, "");
    folder(&tablet, "addConversationsToGroup", "Work", &[&bob.c2c()]);
    tablet.ok(
        "renameConversationGroup",
        json!({ "oldName": "Work", "newName": "Büro" }),
    );
    phone.until_told(Event::ConversationGroupNameChanged, |change| {
        *change == json!({ "oldName": "Work", "newName": "Büro" })
    });
    phone.until_like(&tablet);
    assert_eq!(phone.row(&bob.c2c())["conversationGroupList"], json!(["Büro"]));
    let unread = json!({ "filter": { "conversationGroup": "Büro", "markType": 1 } });
    assert_eq!(phone.ok("getUnreadMessageCountByFilter", unread), 1);

    folder(&phone, "deleteConversationsFromGroup", "Büro", &[&team]);
    phone.ok("deleteConversationGroup", json!({ "groupName": "Empty" }));
    tablet.until_told(Event::ConversationGroupDeleted, |name| name == "Empty");
    tablet.until_like(&phone);
    // The same on a device that comes later.
    let later = stage.other(&phone, "later");
    later.until_like(&phone);
    until_folders(&later, &["Büro"]);
}

pub(super) fn labels_of_two_devices_at_once_are_all_there(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let carol = stage.login("carol");
    let tablet = stage.other(&phone, "tablet");
    for peer in [&bob, &carol] {
        peer.sent(&phone.c2c(), "hi");
    }
    folder(&phone, "createConversationGroup", "Friends", &[]);
    until_folders(&tablet, &["Friends"]);
    tablet.until("both are there", |tablet| tablet.total() == 2);
    tablet.logout();

    mark(&tablet, &[&bob.c2c()], 1, true);
    mark(&tablet, &[&carol.c2c()], 8, true);
    folder(&tablet, "addConversationsToGroup", "Friends", &[&bob.c2c()]);
    folder(&tablet, "createConversationGroup", "Both", &[&carol.c2c()]);
    set_data(&tablet, &bob.c2c(), "older");

    mark(&phone, &[&bob.c2c()], 2 | 4, true);
    phone.ok(
        "renameConversationGroup",
        json!({ "oldName": "Friends", "newName": "Mates" }),
    );
    folder(&phone, "createConversationGroup", "Both", &[&bob.c2c()]);
    set_data(&phone, &bob.c2c(), "newer");
    tablet.login();
    for device in [&phone, &tablet] {
        device.until("all is there", |device| {
            let (bob, carol) = (device.row(&bob.c2c()), device.row(&carol.c2c()));
            bob["markList"] == json!([1, 2, 4])
                && bob["customData"] == "newer"
                && bob["conversationGroupList"] == json!(["Mates", "Both"])
                && carol["markList"] == json!([8])
                && carol["conversationGroupList"] == json!(["Both"])
                && folders(device) == json!(["Mates", "Both"])
        });
    }
    // Groups of one name are one.
    phone.ok("deleteConversationGroup", json!({ "groupName": "Both" }));
    for device in [&phone, &tablet] {
        until_folders(device, &["Mates"]);
    }
    tablet.until_like(&phone);
}

pub(super) fn a_conversation_leaves_the_list_and_keeps_its_messages(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let id = bob.c2c();
    bob.sent(&phone.c2c(), "one");
    for device in [&phone, &tablet] {
        device.until_texts(&id, &["one"]);
    }
    mark(&phone, &[&id], 1, true);
    tablet.until_like(&phone);
    take_out(&phone, &id);
    assert_eq!((phone.ids(), phone.total()), (Vec::<String>::new(), 0));
    tablet.until_told(Event::ConversationDeleted, |ids| *ids == json!([id]));
    for device in [&phone, &tablet] {
        assert_eq!(device.texts(&id), ["one"]);
        assert!(device.ids().is_empty());
    }
    // Neither a login nor a new device brings it back; the next message does, with the history.
    phone.logout();
    phone.login();
    let later = stage.other(&phone, "later");
    for device in [&phone, &later] {
        assert!(device.ids().is_empty());
    }
    bob.sent(&phone.c2c(), "two");
    for device in [&phone, &tablet, &later] {
        device.until_told(Event::NewConversation, |rows| rows[0]["conversationID"] == id);
        device.until_texts(&id, &["one", "two"]);
        assert_eq!(device.row(&id)["markList"], json!([]));
    }
    tablet.until_like(&phone);

    // A device that has a newer message keeps the conversation.
    tablet.logout();
    take_out(&tablet, &id);
    bob.sent(&phone.c2c(), "three");
    phone.until_texts(&id, &["one", "two", "three"]);
    tablet.login();
    for device in [&phone, &tablet] {
        device.until("it is listed", |device| device.ids() == [id.clone()]);
    }
    tablet.until_like(&phone);
}

pub(super) fn a_deleted_conversation_loses_its_labels_on_every_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    let id = bob.c2c();
    bob.sent(&phone.c2c(), "one");
    for device in [&phone, &tablet] {
        device.until_texts(&id, &["one"]);
    }
    mark(&phone, &[&id], 1, true);
    set_data(&phone, &id, "data");
    folder(&phone, "createConversationGroup", "Work", &[&id]);
    tablet.until_like(&phone);
    phone.ok("deleteConversation", json!({ "conversationID": id }));
    tablet.until_told(Event::ConversationDeleted, |ids| *ids == json!([id]));
    bob.sent(&phone.c2c(), "two");
    let later = stage.other(&phone, "later");
    for device in [&phone, &tablet, &later] {
        device.until_texts(&id, &["two"]);
        let row = device.row(&id);
        assert_eq!(
            (&row["markList"], &row["customData"], &row["conversationGroupList"]),
            (&json!([]), &json!(""), &json!([]))
        );
        until_folders(device, &["Work"]);
    }
}
