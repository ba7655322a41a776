//! V2TIM's Flutter models against what libim gives: decodes conversations, pages and messages as the models' `fromJson` would,
//! key by key, with Dart's types and libim's rules about null.

#[path = "dart_contract/decoder.rs"]
mod decoder;
#[path = "dart_contract/models.rs"]
mod models;
mod support;

use decoder::Dart::{Int, List, Text};
use decoder::Decoder;
use im::events::Event;
use models::{CONVERSATION, CONVERSATION_RESULT, MESSAGE, REVOCATION};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::app::App;
use support::temp_dir;

/// A list in which each kind of conversation stands, and histories with each kind of message.
fn fill(alice: &App, bob: &App) {
    let is_at = |app: &App, count: i64| {
        let row = app.conversation("group_team");
        row["unreadCount"] == count
    };
    bob.ok(
        "setSelfInfo",
        json!({ "nickName": "Bob \u{1f642}", "faceUrl": "https://example.org/bob.png" }),
    );
    bob.ok(
        "createGroup",
        json!({ "groupType": "Public", "groupID": "team", "groupName": "فريق", "memberList": [{ "userID": "alice" }] }),
    );
    alice.wait("the group", |app| {
        let groups = app.ok("getJoinedGroupList", json!({}));
        !groups.as_array().unwrap().is_empty()
    });
    for at in [vec![], vec!["alice"], vec!["__kImSDK_MesssageAtALL__"]] {
        bob.ok(
            "sendMessage",
            json!({ "groupID": "team", "textElem": { "text": "hi" }, "groupAtUserList": at }),
        );
    }
    alice.wait("the messages of the group", |app| is_at(app, 3));
    let recalled = bob.send("c2c_alice", "recalled");
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "elemType": 2, "customElem": { "data": "{}" }, "cloudCustomData": "x", "priority": 1 }),
    );
    alice.wait("both messages", |app| app.heard.count(Event::RecvNewMessage) == 5);
    let place = json!({ "desc": "", "longitude": 116, "latitude": -1 });
    bob.ok("sendMessage", json!({ "receiver": "alice", "locationElem": place }));
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "faceElem": { "index": 3 } }),
    );
    for (key, elem) in [
        ("imageElem", json!({ "url": "https://up.example/a" })),
        ("soundElem", json!({ "url": "https://up.example/a" })),
        ("videoElem", json!({ "videoUrl": "https://up.example/a" })),
        ("fileElem", json!({ "url": "https://up.example/a" })),
    ] {
        bob.ok("sendMessage", json!({ "receiver": "alice", key: elem }));
    }
    bob.wait("the recalled one is sent", |app| {
        app.history("c2c_alice").iter().all(|message| message["status"] == 2)
    });
    let merger = json!({ "msgIDList": [recalled], "title": "Forwarded", "abstractList": ["Bob: recalled"] });
    bob.ok("sendMessage", json!({ "receiver": "alice", "mergerElem": merger }));
    alice.wait("all kinds", |app| app.heard.count(Event::RecvNewMessage) == 12);
    bob.ok("revokeMessage", json!({ "msgID": recalled }));
    alice.wait("the recall", |app| app.heard.count(Event::RecvMessageRevoked) == 1);
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": "c2c_bob" }),
    );
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_bob", "isPinned": true }),
    );
    alice.ok("setGroupReceiveMessageOpt", json!({ "groupID": "team", "opt": 2 }));
    // Refused by the server, as there is no such group.
    alice.send("group_nowhere", "hello?");
    alice.wait("the refusal", |app| {
        app.conversation("group_nowhere")["lastMessage"]["status"] == 3
    });
    // A conversation without a message.
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": "c2c_carol", "draftText": "Dear Carol" }),
    );
}

#[test]
fn flutter_models_decode_what_libim_gives() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let dart = Decoder::default();

    let empty = alice.ok("getConversationList", json!({}));
    dart.model(CONVERSATION_RESULT, &empty, "empty");

    fill(&alice, &bob);
    let mut next = json!("0");
    let mut ids = Vec::new();
    loop {
        let page = alice.ok("getConversationList", json!({ "nextSeq": next, "count": 3 }));
        dart.model(CONVERSATION_RESULT, &page, "page");
        let rows = page["conversationList"].as_array().unwrap().iter();
        ids.extend(rows.map(|row| row["conversationID"].clone()));
        next = page["nextSeq"].clone();
        if page["isFinished"] == true {
            break;
        }
    }
    assert_eq!(ids, ["c2c_bob", "c2c_carol", "group_nowhere", "group_team"]);

    let several = alice.ok(
        "getConversationListByConversationIds",
        json!({ "conversationIDList": ids }),
    );
    assert_eq!(several.as_array().unwrap().len(), 4);
    dart.list(CONVERSATION, &several, "several");
    // Those that are not in the list are transient.
    for id in ["c2c_nobody", "group_nobody"] {
        dart.model(CONVERSATION, &alice.conversation(id), id);
    }
    for app in [&alice, &bob] {
        for row in app.list() {
            let id = row["conversationID"].as_str().unwrap();
            dart.list(MESSAGE, &json!(app.history(id)), id);
        }
    }
    dart.assert_has_seen_all(CONVERSATION);
    dart.assert_has_seen_all(MESSAGE);
}

#[test]
fn flutter_listeners_decode_what_is_told() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    fill(&alice, &bob);
    let dart = Decoder::default();
    let mut decoded = BTreeSet::new();
    for (event, payload) in [&alice, &bob].into_iter().flat_map(|app| app.heard.all()) {
        match event {
            Event::NewConversation | Event::ConversationChanged => dart.list(CONVERSATION, &payload, event.name()),
            Event::RecvNewMessage | Event::MessageStatusChanged => dart.model(MESSAGE, &payload, event.name()),
            Event::ConversationDeleted => dart.value(List(&Text), &payload, event.name()),
            Event::TotalUnreadMessageCountChanged => dart.value(Int, &payload, event.name()),
            Event::RecvMessageRevoked => dart.value(Text, &payload, event.name()),
            Event::RecvMessageRevokedWithInfo => dart.model(REVOCATION, &payload, event.name()),
            _ => continue,
        }
        decoded.insert(event);
    }
    assert!(decoded.len() >= 7, "{decoded:?}");
}

/// What each value means to the app, beside its type.
#[test]
fn the_null_rules_are_those_of_the_two_kinds_of_conversations() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    fill(&alice, &bob);
    let fields = |id: &str, fields: &[&str]| -> Vec<Value> {
        let row = alice.conversation(id);
        fields.iter().map(|field| row[field].clone()).collect()
    };
    let kind = ["type", "userID", "groupID", "groupType"];
    assert_eq!(
        fields("c2c_bob", &kind),
        [json!(1), json!("bob"), json!(null), json!(null)]
    );
    assert_eq!(
        fields("group_team", &kind),
        [json!(2), json!(null), json!("team"), json!("Public")]
    );
    // Of a group that is not known nobody can tell the type.
    assert_eq!(
        fields("group_nowhere", &kind),
        [json!(2), json!(null), json!("nowhere"), json!(null)]
    );

    let draft = ["draftText", "draftTimestamp", "lastMessage"];
    let [text, time, last] = fields("c2c_carol", &draft).try_into().unwrap();
    assert_eq!((text, last), (json!("Dear Carol"), json!(null)));
    assert!(time.as_i64().unwrap() > 1_600_000_000, "seconds: {time}");
    assert_eq!(fields("c2c_bob", &draft)[..2], [json!(null), json!(0)]);

    let at = alice.conversation("group_team")["groupAtInfoList"].clone();
    assert_eq!(at, json!([{ "seq": "2", "atType": 1 }, { "seq": "3", "atType": 2 }]));
    let pinned = alice.conversation("c2c_bob")["orderkey"].as_i64().unwrap();
    assert!((1 << 52..1 << 53).contains(&pinned), "{pinned}");
}
