//! `schema/openrpc.json`: that what libim takes, answers and tells is what it says. `tests/generated.rs` holds it fresh.

#[path = "../support/mod.rs"]
mod support;

mod check;

use check::Checker;
use im::api::{self, METHODS};
use im::events::Event;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use support::app::App;
use support::temp_dir;

/// The committed document.
fn document() -> Value {
    serde_json::from_str(&support::document::document("schema/openrpc.json")).unwrap()
}

/// The part of a list with that value under that key.
fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|entry| entry[key] == value);
    found.unwrap_or_else(|| panic!("there is no {key} {value}"))
}

fn method<'a>(document: &'a Value, name: &str) -> &'a Value {
    find(&document["methods"], "name", name)
}

/// The params of a method as the schema of one object, which is how a binding reads them.
fn request_schema(method: &Value) -> Value {
    let params = method["params"].as_array().unwrap();
    let fields = params
        .iter()
        .map(|param| (param["name"].as_str().unwrap().to_owned(), param["schema"].clone()));
    let required = params
        .iter()
        .filter(|param| param["required"] == true)
        .map(|param| param["name"].clone());
    json!({
        "type": "object",
        "properties": fields.collect::<Map<_, _>>(),
        "required": required.collect::<Value>(),
        "additionalProperties": false,
    })
}

fn check_events(checker: &Checker<'_>, app: &App) {
    for (event, payload) in app.heard.all() {
        let told = find(&checker.0["x-events"], "name", event.name());
        assert_eq!(told["number"], event.code());
        checker.assert(event.name(), &told["payload"], &payload);
    }
}

#[test]
fn the_examples_are_requests_as_described_and_their_answers_are_results_as_described() {
    let document = document();
    let checker = Checker(&document);
    let dir = temp_dir();
    let _bob = App::login(dir.path(), "bob");
    let config = App::config(dir.path(), "alice", "alice");
    checker.assert("the config", &json!({ "$ref": "#/components/schemas/Config" }), &config);
    let alice = App::open_with(&config);
    for example in METHODS {
        let described = method(&document, example.name);
        let request: Value = serde_json::from_str(example.example).unwrap();
        checker.assert(example.name, &request_schema(described), &request);
        let response = api::call(&alice.client, example.name, example.example);
        assert_eq!(response.status, example.example_status, "{}", response.json);
        let response: Value = serde_json::from_str(&response.json).unwrap();
        checker.assert(
            example.name,
            &json!({ "$ref": "#/components/schemas/Response" }),
            &response,
        );
        if response["code"] == 0 {
            let schema = &described["result"]["schema"];
            checker.assert(example.name, schema, &response["data"]);
            checker.assert("the example", schema, &described["examples"][0]["result"]["value"]);
        } else {
            assert_eq!(response["data"], json!(null));
        }
    }
    check_events(&checker, &alice);
}

#[test]
fn the_answer_of_open_is_as_described() {
    let document = document();
    let dir = temp_dir();
    let (client, response) = api::open(&App::config(dir.path(), "alice", "alice").to_string());
    let response: Value = serde_json::from_str(&response.json).unwrap();
    Checker(&document).assert("open", &document["x-open"]["result"], &response["data"]);
    client.unwrap().close().unwrap();
}

/// Requests that libim refuses for their form do not fit the document either, and the least that it takes does.
#[test]
fn what_is_required_and_what_is_unknown_is_as_described() {
    let document = document();
    let checker = Checker(&document);
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    for example in METHODS.iter().filter(|method| method.name != "logout") {
        let schema = request_schema(method(&document, example.name));
        let mut request: Value = serde_json::from_str(example.example).unwrap();
        for name in schema["required"].as_array().unwrap() {
            let mut less = request.clone();
            less.as_object_mut().unwrap().remove(name.as_str().unwrap()).unwrap();
            assert!(!checker.faults(&schema, &less, "$").is_empty());
            let (code, desc) = alice.call(example.name, &less);
            assert_eq!(code, 6017, "{} {less}: {desc}", example.name);
            assert!(desc.as_str().unwrap().contains(name.as_str().unwrap()), "{desc}");
        }
        for (name, field) in schema["properties"].as_object().unwrap() {
            // No field is an object only and a list, so one of the two is of the wrong type.
            let wrong = [json!({ "no": "such" }), json!([[]])].into_iter().find(|wrong| {
                let fits = checker.faults(field, wrong, "$").is_empty();
                !fits
            });
            let least = field
                .get("minimum")
                .and_then(Value::as_i64)
                .map(|least| json!(least - 1));
            let most = field.get("maximum").and_then(Value::as_i64).map(|most| json!(most + 1));
            for wrong in [wrong, least, most].into_iter().flatten() {
                assert!(!checker.faults(field, &wrong, "$").is_empty());
                let mut odd = request.clone();
                odd[name] = wrong;
                let (code, desc) = alice.call(example.name, &odd);
                assert_eq!(code, 6017, "{} {odd}: {desc}", example.name);
            }
        }
        request["no such field"] = json!(1);
        assert!(!checker.faults(&schema, &request, "$").is_empty());
        assert_eq!(alice.call(example.name, &request).0, 6017, "{}", example.name);
    }
}

/// What the document gives as default is what libim does without the field.
#[test]
fn a_request_with_every_default_written_out_is_the_same_request() {
    let document = document();
    let dir = temp_dir();
    let _bob = App::login(dir.path(), "bob");
    let alice = App::open(dir.path(), "alice");
    for example in METHODS {
        let mut request: Value = serde_json::from_str(example.example).unwrap();
        for param in method(&document, example.name)["params"].as_array().unwrap() {
            let name = param["name"].as_str().unwrap();
            if let Some(default) = param["schema"].get("default")
                && request.get(name).is_none()
            {
                request[name] = default.clone();
            }
        }
        let (code, data) = alice.call(example.name, &request);
        let expected = i64::from(example.example_status.code());
        assert_eq!(code, expected, "{} {request}: {data}", example.name);
    }
}

/// What happens in a group and among friends.
fn happenings(alice: &App, bob: &App) {
    let is_in = |app: &App| {
        let joined = app.ok("getJoinedGroupList", json!({}));
        joined
            .as_array()
            .unwrap()
            .iter()
            .any(|group| group["groupID"] == "crew")
    };
    let bob_of = |field: &str| json!({ "groupID": "crew", field: ["bob"] });
    alice.ok("createGroup", json!({ "groupType": "Community", "groupID": "crew" }));
    bob.ok("joinGroup", json!({ "groupID": "crew" }));
    alice.ok("setGroupInfo", json!({ "groupID": "crew", "groupName": "Crew" }));
    alice.ok("kickGroupMember", bob_of("memberList"));
    bob.wait("the removal", |app| !is_in(app));
    alice.ok("inviteUserToGroup", bob_of("userList"));
    bob.wait("the invitation", is_in);
    for role in [300, 200] {
        alice.ok(
            "setGroupMemberRole",
            json!({ "groupID": "crew", "userID": "bob", "role": role }),
        );
    }
    let card = json!({ "groupID": "crew", "userID": "bob", "nameCard": "Captain" });
    bob.ok("setGroupMemberInfo", card);
    alice.wait("the name", |app| app.heard.count(Event::MemberInfoChanged) > 0);
    let mute = json!({ "groupID": "crew", "userID": "bob", "seconds": 60 });
    alice.ok("muteGroupMember", mute);
    bob.ok("quitGroup", json!({ "groupID": "crew" }));
    alice.wait("all of it", |app| app.heard.count(Event::MemberLeave) > 0);
    alice.ok("setGroupInfo", json!({ "groupID": "crew", "groupAddOpt": 1 }));
    bob.ok("joinGroup", json!({ "groupID": "crew", "message": "Hi" }));
    alice.wait("the request", |app| app.heard.count(Event::ReceiveJoinApplication) > 0);
    alice.ok(
        "refuseGroupApplication",
        json!({ "groupID": "crew", "fromUser": "bob" }),
    );
    alice.wait("its end", |app| app.heard.count(Event::GroupApplicationListChanged) > 0);
    bob.wait("the decision", |app| app.heard.count(Event::ApplicationProcessed) > 0);
    alice.ok("dismissGroup", json!({ "groupID": "crew" }));
    alice.ok("addFriend", json!({ "userID": "bob" }));
    alice.ok("setFriendInfo", json!({ "userID": "bob", "friendRemark": "Bobby" }));
    alice.ok("deleteFromFriendList", json!({ "userIDList": ["bob"] }));
    bob.ok("setSelfInfo", json!({ "allowType": 1 }));
    alice.ok("addFriend", json!({ "userID": "bob" }));
    bob.wait("the application", |app| {
        app.heard.count(Event::FriendApplicationListAdded) > 0
    });
    bob.ok("setFriendApplicationRead", json!({}));
    bob.ok("refuseFriendApplication", json!({ "userID": "alice" }));
    bob.ok("setSelfInfo", json!({ "allowType": 0 }));
    alice.wait("the answer", |app| {
        app.heard.count(Event::FriendApplicationListDeleted) > 0
    });
}

#[test]
fn what_is_told_is_as_described() {
    let document = document();
    let checker = Checker(&document);
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    bob.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": "team", "memberList": [{ "userID": "alice" }] }),
    );
    let at = json!({ "groupID": "team", "textElem": { "text": "@alice" }, "groupAtUserList": ["alice"] });
    alice.wait("the group", |app| {
        !app.ok("getJoinedGroupList", json!({})).as_array().unwrap().is_empty()
    });
    let said = bob.ok("sendMessage", at)["msgID"].clone();
    let recalled = bob.send("c2c_alice", "one");
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "customElem": { "data": "two" } }),
    );
    alice.wait("the messages", |app| app.heard.count(Event::RecvNewMessage) == 3);
    alice.ok("addFriend", json!({ "userID": "bob" }));
    alice.ok("markC2CMessageAsRead", json!({ "userID": "bob" }));
    bob.wait("the receipt", |app| app.heard.count(Event::RecvC2CReadReceipt) > 0);
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "textElem": { "text": "read?" }, "needReadReceipt": true }),
    );
    alice.send("c2c_bob", "hello");
    alice.wait("what asks", |app| app.heard.count(Event::RecvNewMessage) == 4);
    let asks = alice
        .history("c2c_bob")
        .into_iter()
        .find(|message| message["needReadReceipt"] == true);
    let ids = json!({ "messageIDList": [asks.unwrap()["msgID"]] });
    alice.ok("sendMessageReadReceipts", ids.clone());
    bob.wait("the receipts", |app| {
        app.heard.count(Event::RecvMessageReadReceipts) > 0 && app.heard.count(Event::RecvC2CDeliveryReceipt) > 0
    });
    let receipts = bob.ok("getMessageReadReceipts", ids);
    let name = "getMessageReadReceipts";
    checker.assert(name, &method(&document, name)["result"]["schema"], &receipts);
    bob.ok("sendTypingStatus", json!({ "userID": "alice", "isTyping": true }));
    alice.wait("typing", |app| app.heard.count(Event::TypingStatusChanged) > 0);
    bob.ok("revokeMessage", json!({ "msgID": recalled }));
    alice.wait("the recall", |app| {
        app.heard.count(Event::RecvMessageRevokedWithInfo) == 1
    });
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": "c2c_bob", "draftText": "…" }),
    );
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_bob", "isPinned": true }),
    );
    let groups = [
        ("openConversationView", json!({})),
        (
            "setAllReceiveMessageOptWithTimestamp",
            json!({ "opt": 2, "startTimeStamp": 5, "duration": 6 }),
        ),
        ("createConversationGroup", json!({ "groupName": "a" })),
        (
            "addConversationsToGroup",
            json!({ "groupName": "a", "conversationIDList": ["c2c_bob"] }),
        ),
        ("renameConversationGroup", json!({ "oldName": "a", "newName": "b" })),
        (
            "deleteConversationsFromGroup",
            json!({ "groupName": "b", "conversationIDList": ["c2c_bob"] }),
        ),
        ("deleteConversationGroup", json!({ "groupName": "b" })),
        (
            "subscribeUnreadMessageCountByFilter",
            json!({ "filter": { "conversationType": 2 } }),
        ),
        ("cleanConversationUnreadMessageCount", json!({ "conversationID": "" })),
    ];
    for (method, request) in groups {
        alice.ok(method, request);
    }
    let file = json!({ "receiver": "bob", "fileElem": { "dataBase64": "YWJj", "fileName": "a.txt" } });
    let file = alice.ok("sendMessage", file);
    alice.wait("the file", |app| app.heard.count(Event::SendMessageProgress) > 0);
    bob.wait("the message", |app| {
        app.call("downloadMessage", &json!({ "msgID": file["msgID"] })).0 == 0
    });
    bob.wait("the end", |app| app.heard.count(Event::MessageDownloadProgress) > 0);
    for id in ["c2c_bob", "group_team"] {
        let row = alice.conversation(id);
        checker.assert(id, &json!({ "$ref": "#/components/schemas/V2TimConversation" }), &row);
    }
    let react = json!({ "msgID": said, "reactionID": "\u{1f44d}" });
    alice.ok("addMessageReaction", react);
    bob.ok(
        "modifyMessage",
        json!({ "msgID": said, "textElem": { "text": "edited" } }),
    );
    alice.wait("the edit", |app| app.heard.count(Event::RecvMessageModified) == 1);
    bob.wait("the reaction", |app| {
        app.heard.count(Event::RecvMessageReactionsChanged) == 1
    });
    happenings(&alice, &bob);
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "group_none", "isPinned": true }),
    );
    alice.wait("the refusal", |app| app.heard.count(Event::LocalChangeFailed) > 0);
    alice.ok("deleteConversation", json!({ "conversationID": "c2c_bob" }));
    alice.ok("logout", json!({}));
    bob.send("c2c_alice", "three");
    bob.wait("all sent", |app| app.heard.count(Event::MessageStatusChanged) == 5);
    alice.ok("login", json!({}));
    alice.wait("the sync", |app| app.heard.count(Event::SyncServerFinish) == 2);
    // Her cache is searched from now on.
    let mut config = App::config(dir.path(), "carol", "phone");
    config["search"] = json!(false);
    let carol = App::open_with(&config);
    carol.send("c2c_bob", "hello");
    drop(carol);
    config["search"] = json!(true);
    let carol = App::open_with(&config);
    carol.wait("the index", |app| app.heard.count(Event::SearchIndexProgress) > 0);
    check_events(&checker, &carol);
    // The service's file is replaced by none at all.
    std::fs::remove_file(dir.path().join("service.db")).unwrap();
    alice.wait("the loss", |app| app.heard.count(Event::ConnectFailed) > 0);

    let told: BTreeSet<Event> = [&alice, &bob, &carol]
        .iter()
        .flat_map(|app| app.heard.all())
        .map(|(event, _)| event)
        .collect();
    let untold: Vec<Event> = Event::ALL
        .iter()
        .copied()
        .filter(|event| !told.contains(event))
        .collect();
    assert_eq!(
        untold,
        [
            // Told only when a sync breaks off.
            Event::SyncServerFailed,
            // The embedded service does none of these.
            Event::KickedOffline,
            Event::UserSigExpired,
            Event::GroupEntryFailed
        ]
    );
    check_events(&checker, &alice);
    check_events(&checker, &bob);
}

/// Every model and every key of it has its description.
#[test]
fn nothing_is_without_a_description() {
    for (name, model) in document()["components"]["schemas"].as_object().unwrap() {
        assert!(model["description"].is_string(), "{name} has no description");
        for (key, schema) in model.get("properties").and_then(Value::as_object).into_iter().flatten() {
            assert!(schema["description"].is_string(), "{name}.{key} has no description");
        }
    }
}

#[test]
fn a_method_that_waits_for_the_server_waits_for_half_a_minute() {
    let document = document();
    for described in METHODS
        .iter()
        .filter(|method| method.needs_server && method.name != "logout")
    {
        let timeout = find(&method(&document, described.name)["params"], "name", "timeoutMs");
        assert_eq!(timeout["schema"]["default"], 30_000, "{}", described.name);
    }
}
