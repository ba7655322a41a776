//! The methods, end to end on the embedded service, as apps in one process see them.

mod support;

use im::api::METHODS;
use im::events::Event;
use serde_json::json;
use support::app::App;
use support::temp_dir;

/// Every method has an example that runs and ends as the table says.
#[test]
fn every_methods_example_runs() {
    let dir = temp_dir();
    let _bob = App::login(dir.path(), "bob");
    let alice = App::open(dir.path(), "alice");
    for method in METHODS {
        let request = serde_json::from_str(method.example).unwrap();
        let (code, data) = alice.call(method.name, &request);
        let expected = i64::from(method.example_status.code());
        assert_eq!(code, expected, "{} {request}: {data}", method.name);
    }
}

#[test]
fn methods_that_need_the_server_say_so_when_nobody_is_logged_in() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    for method in METHODS
        .iter()
        // Those about a message look whether there is such a one first.
        .filter(|method| method.needs_server && !method.name.contains("log") && method.example_status.code() == 0)
    {
        let request = serde_json::from_str(method.example).unwrap();
        assert_eq!(alice.call(method.name, &request).0, 6014, "{}", method.name);
    }
    assert_eq!(alice.ok("getLoginStatus", json!({})), 3);
    assert_eq!(alice.ok("getLoginUser", json!({})), json!(null));
    alice.ok("login", json!({ "userID": "alice" }));
    assert_eq!(alice.ok("getLoginStatus", json!({})), 1);
    assert_eq!(alice.ok("getLoginUser", json!({})), "alice");
    alice.ok("logout", json!({}));
    assert_eq!(alice.ok("getLoginStatus", json!({})), 3);
    assert_eq!(alice.call("login", &json!({ "userID": "bob" })).0, 6017);
}

#[test]
fn what_is_written_before_the_first_login_is_shown_at_once_and_delivered_later_in_order() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    for number in 0..50 {
        alice.send("c2c_bob", &format!("number {number}"));
    }
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_bob", "isPinned": true }),
    );
    let row = alice.conversation("c2c_bob");
    assert_eq!(
        (&row["lastMessage"]["status"], &row["isPinned"]),
        (&json!(1), &json!(true))
    );

    let bob = App::login(dir.path(), "bob");
    alice.ok("login", json!({}));
    bob.wait("all 50", |bob| bob.history("c2c_alice").len() == 50);
    let expected: Vec<String> = (0..50).map(|number| format!("number {number}")).collect();
    assert_eq!(bob.texts("c2c_alice"), expected);
    assert_eq!(bob.conversation("c2c_alice")["unreadCount"], 50);
    alice.wait("all delivered", |alice| {
        alice.history("c2c_bob").iter().all(|message| message["status"] == 2)
    });
    let seqs: Vec<i64> = alice
        .history("c2c_bob")
        .iter()
        .map(|it| it["seq"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(seqs.is_sorted() && seqs[0] > 0);
}

#[test]
fn devices_of_one_user_converge_also_after_one_was_offline() {
    let dir = temp_dir();
    let phone = App::open_with(&App::config(dir.path(), "alice", "phone"));
    let laptop = App::open_with(&App::config(dir.path(), "alice", "laptop"));
    let bob = App::login(dir.path(), "bob");
    phone.ok("login", json!({}));
    laptop.ok("login", json!({}));
    bob.send("c2c_alice", "one");
    bob.send("c2c_alice", "two");
    phone.send("c2c_carol", "from the phone");
    for device in [&phone, &laptop] {
        device.wait("both conversations", |app| {
            app.list().len() == 2 && app.conversation("c2c_bob")["unreadCount"] == 2
        });
    }

    laptop.ok("logout", json!({}));
    phone.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": "c2c_bob" }),
    );
    phone.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_bob", "isPinned": true }),
    );
    phone.ok("setC2CReceiveMessageOpt", json!({ "userIDList": ["carol"], "opt": 2 }));
    bob.send("c2c_alice", "three");
    phone.wait("three", |app| app.conversation("c2c_bob")["unreadCount"] == 1);
    laptop.ok("login", json!({}));

    let same = |laptop: &App| {
        let strip = |app: &App| {
            app.list()
                .into_iter()
                .map(|row| {
                    let fields = [
                        "conversationID",
                        "unreadCount",
                        "isPinned",
                        "recvOpt",
                        "showName",
                        "c2cReadTimestamp",
                    ];
                    (
                        fields.map(|field| row[field].clone()),
                        row["lastMessage"]["msgID"].clone(),
                    )
                })
                .collect::<Vec<_>>()
        };
        strip(laptop) == strip(&phone)
    };
    laptop.wait("the same list", same);
    assert_eq!(laptop.ok("getTotalUnreadMessageCount", json!({})), 1);

    phone.ok("deleteConversation", json!({ "conversationID": "c2c_bob" }));
    laptop.wait("the deletion", |app| app.list().len() == 1);
    laptop.wait("its event", |app| app.heard.count(Event::ConversationDeleted) == 1);

    // A device that is new to it all sees the same.
    let tablet = App::open_with(&App::config(dir.path(), "alice", "tablet"));
    tablet.ok("login", json!({}));
    tablet.wait("the same list", same);
    tablet.wait("the end of the sync", |app| {
        app.heard.count(Event::SyncServerFinish) == 1
    });
    assert_eq!(tablet.heard.count(Event::ConversationDeleted), 0);
}

#[test]
fn every_sync_has_one_start_and_one_end_and_tells_its_changes_in_between() {
    let dir = temp_dir();
    let bob = App::login(dir.path(), "bob");
    for number in 0..2000 {
        bob.send("c2c_alice", &number.to_string());
    }
    bob.wait("all delivered", |app| {
        app.history("c2c_alice").iter().all(|message| message["status"] == 2)
    });
    let alice = App::login(dir.path(), "alice");
    alice.wait("the end of the sync", |app| {
        app.heard.count(Event::SyncServerFinish) == 1
    });
    alice.ok("logout", json!({}));
    alice.ok("login", json!({}));
    alice.wait("the end of the second sync", |app| {
        app.heard.count(Event::SyncServerFinish) == 2
    });
    let events: Vec<Event> = alice.heard.all().into_iter().map(|(event, _)| event).collect();
    let mut is_syncing = false;
    for event in &events {
        match event {
            Event::SyncServerStart => assert!(!std::mem::replace(&mut is_syncing, true), "{events:?}"),
            Event::SyncServerFinish => assert!(std::mem::replace(&mut is_syncing, false), "{events:?}"),
            Event::NewConversation | Event::ConversationChanged => assert!(is_syncing, "{events:?}"),
            _ => {}
        }
    }
    let row = alice.conversation("c2c_bob");
    assert_eq!(
        (&row["unreadCount"], &row["lastMessage"]["textElem"]["text"]),
        (&json!(2000), &json!("1999"))
    );
    assert_eq!(
        events.iter().filter(|event| **event == Event::NewConversation).count(),
        1
    );
}

#[test]
fn a_refused_message_is_marked_and_told() {
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    alice.send("group_nowhere", "hello?");
    alice.wait("the refusal", |app| {
        app.conversation("group_nowhere")["lastMessage"]["status"] == 3
    });
    alice.wait("the event", |app| {
        app.heard
            .all()
            .iter()
            .any(|(event, message)| *event == Event::MessageStatusChanged && message["status"] == 3)
    });
}

#[test]
fn groups_names_and_ats_reach_the_list() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    bob.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": "g", "memberList": [{ "userID": "alice" }] }),
    );
    alice.wait("the group", |app| app.list().len() == 1);
    assert_eq!(alice.list()[0]["showName"], "g");
    bob.ok(
        "setGroupInfo",
        json!({ "groupID": "g", "groupName": "The group", "faceUrl": "https://example.org/g" }),
    );
    alice.wait("the name", |app| app.list()[0]["showName"] == "The group");
    for (text, at) in [
        ("you", json!(["alice"])),
        ("all", json!([im::model::conversation::AT_ALL])),
    ] {
        let text = json!({ "text": text });
        bob.ok(
            "sendMessage",
            json!({ "groupID": "g", "textElem": text, "groupAtUserList": at }),
        );
    }
    alice.wait("both", |app| app.list()[0]["unreadCount"] == 2);
    let row = &alice.list()[0];
    // The first is the tip of the new name.
    assert_eq!(
        row["groupAtInfoList"],
        json!([{ "seq": "2", "atType": 1 }, { "seq": "3", "atType": 2 }])
    );
    assert_eq!(row["groupType"], "Work");
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": "group_g", "cleanSequence": 2 }),
    );
    let row = &alice.list()[0];
    assert_eq!(
        (row["unreadCount"].as_i64(), row["groupReadSequence"].as_i64()),
        (Some(1), Some(2))
    );
    assert_eq!(row["groupAtInfoList"], json!([{ "seq": "3", "atType": 2 }]));

    bob.send("c2c_alice", "hi");
    alice.wait("bob", |app| app.list().len() == 2);
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    alice.wait("the nickname", |app| app.conversation("c2c_bob")["showName"] == "Bob");
    alice.ok("addFriend", json!({ "userID": "bob", "remark": "Bobby" }));
    let row = alice.conversation("c2c_bob");
    assert_eq!(
        (&row["showName"], &row["lastMessage"]["friendRemark"]),
        (&json!("Bobby"), &json!("Bobby"))
    );
}

#[test]
fn reading_and_recalling_reach_the_other_side() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    alice.send("c2c_bob", "hello");
    bob.wait("hello", |app| app.ok("getTotalUnreadMessageCount", json!({})) == 1);
    let first = bob.send("c2c_alice", "first");
    bob.send("c2c_alice", "second");
    alice.wait("both", |app| app.ok("getTotalUnreadMessageCount", json!({})) == 2);
    bob.ok("revokeMessage", json!({ "msgID": first }));
    alice.wait("the recall", |app| app.ok("getTotalUnreadMessageCount", json!({})) == 1);
    assert_eq!(alice.history("c2c_bob")[1]["textElem"], json!(null));
    alice.wait("the event", |app| {
        app.heard.all().contains(&(Event::RecvMessageRevoked, json!(first)))
    });
    alice.ok("cleanConversationUnreadMessageCount", json!({ "conversationID": "" }));
    bob.wait("the receipt", |app| {
        app.conversation("c2c_alice")["lastMessage"]["isPeerRead"] == true
    });
    bob.wait("the event", |app| app.heard.count(Event::RecvC2CReadReceipt) >= 1);
    assert_eq!(alice.call("revokeMessage", &json!({ "msgID": first })).0, 10007);
}

#[test]
fn a_service_file_that_was_moved_away_is_waited_for() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    alice.send("c2c_bob", "before");
    bob.wait("before", |app| app.texts("c2c_alice") == ["before"]);
    let (here, away) = (dir.path().join("service.db"), dir.path().join("away.db"));
    std::fs::rename(&here, &away).unwrap();
    alice.wait("the loss", |app| app.heard.count(Event::ConnectFailed) == 1);
    bob.wait("the loss", |app| app.heard.count(Event::ConnectFailed) == 1);
    alice.send("c2c_bob", "meanwhile");
    alice.send("c2c_bob", "and again");
    assert_eq!(alice.call("joinGroup", &json!({ "groupID": "g" })).0, 9508);
    assert_eq!(alice.list()[0]["lastMessage"]["status"], 1);
    std::fs::rename(&away, &here).unwrap();
    bob.wait("the rest", |app| {
        app.texts("c2c_alice") == ["before", "meanwhile", "and again"]
    });
    alice.wait("the delivery", |app| {
        app.history("c2c_bob").iter().all(|message| message["status"] == 2)
    });
}

#[test]
fn a_first_login_waits_for_the_service_and_says_what_it_waited_for() {
    let dir = temp_dir();
    let bob = App::login(dir.path(), "bob");
    bob.client.close().unwrap();
    let other = rusqlite::Connection::open(dir.path().join("service.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let alice = App::open(dir.path(), "alice");
    let (code, desc) = alice.call("login", &json!({ "timeoutMs": 300 }));
    assert!(code == 9508 || code == 9510, "{code} {desc}");
    assert_eq!(alice.ok("getLoginStatus", json!({})), 2, "it goes on");
    other.execute_batch("ROLLBACK").unwrap();
    alice.ok("login", json!({}));

    // A place where there can be no service is refused at once, by name.
    let mut config = App::config(dir.path(), "carol", "carol");
    config["backend"]["path"] = json!(dir.path().join("missing/service.db"));
    let (code, desc) = App::open_with(&config).call("login", &json!({}));
    assert!(
        code == 6022 && desc.as_str().unwrap().contains("missing"),
        "{code} {desc}"
    );
}

#[test]
fn the_next_login_fills_in_what_a_damaged_cache_has_lost() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    bob.send("c2c_alice", "one");
    bob.send("c2c_alice", "two");
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": "team", "groupName": "Team" }),
    );
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "group_team", "isPinned": true }),
    );
    let watch = App::login_on(dir.path(), "alice", "watch");
    watch.wait("the pin, which comes last", |watch| {
        watch.conversation("group_team")["isPinned"] == true
    });
    alice.wait("both", |alice| alice.conversation("c2c_bob")["unreadCount"] == 2);
    alice.wait("his name", |alice| alice.conversation("c2c_bob")["showName"] == "Bob");
    let shown = |alice: &App| {
        let fields = ["conversationID", "showName", "unreadCount", "isPinned", "lastMessage"];
        let rows = alice
            .list()
            .into_iter()
            .map(|row| fields.map(|field| row[field].clone()));
        (rows.collect::<Vec<_>>(), alice.history("c2c_bob"))
    };
    let before = shown(&alice);
    alice.client.close().unwrap();
    let cache = std::fs::read_dir(dir.path().join("alice"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(cache.join("im.db"), "").unwrap();
    let (client, response) = im::api::open(&App::config(dir.path(), "alice", "alice").to_string());
    assert!(response.json.contains(r#""cache":"rebuilt""#), "{}", response.json);
    client.unwrap().close().unwrap();
    let alice = App::login(dir.path(), "alice");
    alice.wait("the same again", |alice| shown(alice) == before);
}
