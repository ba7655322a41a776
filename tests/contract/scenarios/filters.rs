//! The list by filters, filtered counts and subscriptions, whatever changes them: a message, another device, a group.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

/// A filter, and what of a row meets it.
type Condition = (Value, fn(&Value) -> bool);

fn has(row: &Value, key: &str, entry: &Value) -> bool {
    row[key].as_array().is_some_and(|list| list.contains(entry))
}

/// One or two for each condition, and several together.
fn filters() -> Vec<Condition> {
    vec![
        (json!({}), |_| true),
        (json!({ "conversationType": 1 }), |row| row["type"] == 1),
        (json!({ "conversationType": 2 }), |row| row["type"] == 2),
        (json!({ "markType": 1 }), |row| has(row, "markList", &json!(1))),
        (json!({ "markType": 0 }), |row| row["markList"] == json!([])),
        (json!({ "markType": 1 | 1_u64 << 40 }), |row| {
            row["markList"] != json!([])
        }),
        (json!({ "conversationGroup": "Work" }), |row| {
            has(row, "conversationGroupList", &json!("Work"))
        }),
        (json!({ "conversationGroup": "" }), |row| {
            row["conversationGroupList"] == json!([])
        }),
        (json!({ "hasUnreadCount": true }), |row| row["unreadCount"] != 0),
        (json!({ "hasUnreadCount": false }), |row| row["unreadCount"] == 0),
        (json!({ "hasGroupAtInfo": true }), |row| {
            row["groupAtInfoList"] != json!([])
        }),
        (json!({ "conversationGroup": "Work", "markType": 1 }), |row| {
            has(row, "conversationGroupList", &json!("Work")) && has(row, "markList", &json!(1))
        }),
        (
            json!({ "conversationType": 2, "conversationGroup": "Work", "markType": 1, "hasUnreadCount": true, "hasGroupAtInfo": true }),
            |row| {
                row["groupAtInfoList"] != json!([])
                    && has(row, "conversationGroupList", &json!("Work"))
                    && has(row, "markList", &json!(1))
            },
        ),
    ]
}

/// The list by a filter, in pages of two.
fn walk(device: &Device, filter: &Value) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), json!("0"));
    loop {
        let request = json!({ "filter": filter, "nextSeq": next, "count": 2 });
        let page = device.ok("getConversationListByFilter", request);
        rows.extend(page["conversationList"].as_array().unwrap().iter().cloned());
        if page["isFinished"] == true {
            return rows;
        }
        next = page["nextSeq"].clone();
    }
}

fn count(device: &Device, filter: &Value) -> i64 {
    let request = json!({ "filter": filter });
    device.ok("getUnreadMessageCountByFilter", request).as_i64().unwrap()
}

/// Whether a filter selects what the list has of it, and its last count that was told is the count.
fn agrees(device: &Device, (filter, meets): &Condition) -> bool {
    let mut list = device.list();
    list.retain(meets);
    let notifying = list.iter().filter(|row| row["recvOpt"] == 0);
    let unread: i64 = notifying.filter_map(|row| row["unreadCount"].as_i64()).sum();
    let told = device.told(Event::UnreadMessageCountChangedByFilter);
    let told = told.iter().rfind(|told| {
        let mut of = told["filter"].clone();
        of.as_object_mut().unwrap().retain(|_, condition| !condition.is_null());
        of == *filter
    });
    let told = told.map_or(Some(0), |told| told["totalUnreadCount"].as_i64());
    walk(device, filter) == list && count(device, filter) == unread && told == Some(unread)
}

pub(super) fn filters_and_subscriptions_follow_the_list(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&phone, "tablet");
    for device in [&phone, &tablet] {
        for (filter, _) in filters() {
            device.ok("subscribeUnreadMessageCountByFilter", json!({ "filter": filter }));
        }
    }
    let both = |what: &str| {
        tablet.until_like(&phone);
        for device in [&phone, &tablet] {
            for condition in filters() {
                let what = format!("after {what} {} selects what the list has of it", condition.0);
                // Not at once: the place of what came within one second may still change.
                device.until(&what, |device| agrees(device, &condition));
            }
        }
    };
    let name = stage.group("Work", &[&bob, &phone]);
    let team = format!("group_{name}");
    bob.sent(&phone.c2c(), "hi");
    carol.sent(&phone.c2c(), "hi");
    bob.ok(
        "sendMessage",
        json!({ "groupID": name, "textElem": { "text": "@" }, "groupAtUserList": [phone.user.id] }),
    );
    phone.until("three are unread", |phone| phone.total() == 3);
    both("messages");
    phone.ok(
        "createConversationGroup",
        json!({ "groupName": "Work", "conversationIDList": [team, bob.c2c()] }),
    );
    phone.ok(
        "markConversation",
        json!({ "conversationIDList": [team, bob.c2c(), carol.c2c()], "markType": 1, "enableMark": true }),
    );
    both("marks and a group");
    tablet.ok(
        "markConversation",
        json!({ "conversationIDList": [bob.c2c()], "markType": 1, "enableMark": false }),
    );
    tablet.ok(
        "markConversation",
        json!({ "conversationIDList": [bob.c2c()], "markType": 1_u64 << 40, "enableMark": true }),
    );
    tablet.read(&carol.c2c());
    phone.until("one is read", |phone| phone.total() == 2);
    both("what the other device did");
    phone.ok("setGroupReceiveMessageOpt", json!({ "groupID": name, "opt": 2 }));
    both("a receive option");
    phone.ok(
        "renameConversationGroup",
        json!({ "oldName": "Work", "newName": "Other" }),
    );
    both("a new name of the group");
    phone.ok(
        "renameConversationGroup",
        json!({ "oldName": "Other", "newName": "Work" }),
    );
    phone.ok("setGroupReceiveMessageOpt", json!({ "groupID": name, "opt": 0 }));
    both("the old name again");
    let gone = tablet.ok(
        "deleteConversationList",
        json!({ "conversationIDList": [team, "c2c_nobody-here"], "clearMessage": true }),
    );
    let codes: Vec<&Value> = gone.as_array().unwrap().iter().map(|one| &one["resultCode"]).collect();
    assert_eq!(codes, [0, 6004]);
    phone.until("the group is gone", |phone| phone.ids().len() == 2);
    both("a delete");
    for (filter, _) in filters() {
        phone.ok("unsubscribeUnreadMessageCountByFilter", json!({ "filter": filter }));
    }
    let told = phone.told(Event::UnreadMessageCountChangedByFilter).len();
    bob.sent(&phone.c2c(), "again");
    phone.until_last_told(Event::TotalUnreadMessageCountChanged, &json!(2));
    assert_eq!(phone.told(Event::UnreadMessageCountChangedByFilter).len(), told);
}
