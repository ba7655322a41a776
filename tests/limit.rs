//! Bounds: `conversationLimit`, which is how far a walk goes, also when the list changes under it; how long drafts, custom data
//! and lists of ids may be; what is an address.

mod support;

use im::events::Event;
use serde_json::{Value, json};
use support::app::App;
use support::temp_dir;

/// Drafts list conversations without a server; the newest is first.
fn open(dir: &std::path::Path, order: &str) -> App {
    let mut config = App::config(dir, "alice", order);
    config["conversationLimit"] = json!(4);
    config["conversationOrder"] = json!(order);
    let app = App::open_with(&config);
    for number in 1..=8 {
        draft(&app, number);
    }
    app
}

fn draft(app: &App, number: u32) {
    let id = format!("c2c_{number}");
    let text = format!("draft at the length of the list {}", app.list().len());
    app.ok(
        "setConversationDraft",
        json!({ "conversationID": id, "draftText": text }),
    );
}

/// One page: the ids' numbers, where it ends, and whether it is the last.
fn page(app: &App, next_seq: &Value, count: u32) -> (String, Value, bool) {
    let page = app.ok("getConversationList", json!({ "nextSeq": next_seq, "count": count }));
    let numbers = page["conversationList"].as_array().unwrap().iter();
    let numbers = numbers.map(|row| row["userID"].as_str().unwrap()).collect::<String>();
    (numbers, page["nextSeq"].clone(), page["isFinished"].as_bool().unwrap())
}

#[test]
fn a_walk_ends_at_the_limit_however_the_list_changes_between_its_pages() {
    for order in ["orderkey", "lastMessageTimestamp"] {
        let dir = temp_dir();
        let app = open(dir.path(), order);
        let (first, cursor, is_finished) = page(&app, &json!("0"), 2);
        assert_eq!((first.as_str(), is_finished), ("87", false), "{order}");
        for _ in 0..2 {
            let (rest, _, is_finished) = page(&app, &cursor, 9);
            assert_eq!((rest.as_str(), is_finished), ("65", true), "{order}");
        }
        // One above the cursor goes: one more below it is among the four.
        app.ok("deleteConversation", json!({ "conversationID": "c2c_8" }));
        assert_eq!(page(&app, &cursor, 9).0, "654", "{order}");
        // Two come on top: two fewer are.
        draft(&app, 9);
        draft(&app, 8);
        let (rest, next, is_finished) = page(&app, &cursor, 9);
        assert_eq!((rest.as_str(), is_finished), ("6", true), "{order}");
        assert_eq!(page(&app, &next, 9), (String::new(), next, true), "{order}");
        // Fewer than the limit are left: all are walked.
        for number in [9, 8, 7, 5, 4] {
            app.ok(
                "deleteConversation",
                json!({ "conversationID": format!("c2c_{number}") }),
            );
        }
        assert_eq!(page(&app, &cursor, 9).0, "6321", "{order}");
    }
}

#[test]
fn what_is_beyond_the_limit_is_read_told_and_counted() {
    let dir = temp_dir();
    let bob = App::login(dir.path(), "bob");
    let mut config = App::config(dir.path(), "alice", "alice");
    config["conversationLimit"] = json!(1);
    let alice = App::open_with(&config);
    alice.ok("login", json!({}));
    bob.send("c2c_alice", "hi");
    alice.wait("the message", |alice| alice.list().len() == 1);
    draft(&alice, 1);
    assert_eq!(alice.list()[0]["conversationID"], "c2c_1", "bob is beyond the limit");
    bob.ok("setSelfInfo", json!({ "nickName": "Bob" }));
    alice.wait("the change is told", |alice| {
        let told = alice.heard.all();
        let named = |rows: &Value| rows.as_array().unwrap().iter().any(|row| row["showName"] == "Bob");
        told.iter()
            .any(|(event, rows)| *event == Event::ConversationChanged && named(rows))
    });
    assert_eq!(alice.list().len(), 1);
    assert_eq!(alice.conversation("c2c_bob")["unreadCount"], 1);
    assert_eq!(alice.ok("getTotalUnreadMessageCount", json!({})), 1);
}

#[test]
fn what_is_beyond_the_limit_is_on_no_filtered_page() {
    let dir = temp_dir();
    let app = open(dir.path(), "orderkey");
    let marked: Vec<String> = (1..=8).map(|number| format!("c2c_{number}")).collect();
    let mark = json!({ "conversationIDList": marked, "markType": 1, "enableMark": true });
    app.ok("markConversation", mark);
    let page = app.ok(
        "getConversationListByFilter",
        json!({ "filter": { "markType": 1 }, "nextSeq": "0", "count": 100 }),
    );
    let numbers = page["conversationList"].as_array().unwrap().iter();
    let numbers: String = numbers.map(|row| row["userID"].as_str().unwrap()).collect();
    assert_eq!((numbers.as_str(), &page["isFinished"]), ("8765", &json!(true)));
}

#[test]
fn a_draft_has_at_most_64_kib() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    let draft = |text: &str| json!({ "conversationID": "c2c_bob", "draftText": text });
    let longest = "x".repeat(64 * 1024);
    let (code, desc) = alice.call("setConversationDraft", &draft(&format!("{longest}x")));
    assert!(
        code == 6017 && desc.as_str().unwrap().contains("draftText"),
        "{code} {desc}"
    );
    assert!(alice.list().is_empty());
    alice.ok("setConversationDraft", draft(&longest));
    assert_eq!(alice.list()[0]["draftText"], longest);
}

/// Nobody has to be logged in: what cannot be an address needs no server to be refused.
#[cfg(feature = "xmpp")]
#[test]
fn a_user_id_that_is_no_address_is_refused_on_xmpp_before_anything_is_stored() {
    let dir = temp_dir();
    let backend = json!({ "kind": "xmpp", "jid": "alice@example.org", "password": "secret" });
    let alice = App::open_with(&json!({ "dataDir": dir.path(), "backend": backend }));
    for wrong in ["bo b@example.org", "bob@", "@example.org", "a@b@c", "bob@example.org/"] {
        let requests = [
            (
                "sendMessage",
                json!({ "receiver": wrong, "textElem": { "text": "hi" } }),
            ),
            ("addFriend", json!({ "userID": wrong })),
            ("getHistoryMessageList", json!({ "userID": wrong, "count": 1 })),
        ];
        for (method, request) in requests {
            let (code, desc) = alice.call(method, &request);
            assert!(
                code == 7003 && desc.as_str().unwrap().contains(wrong),
                "{method} {desc}"
            );
        }
    }
    assert!(alice.list().is_empty());
    for right in [
        "bob@example.org",
        "Bob@EXAMPLE.org",
        "bob@example.org.",
        "bob@example.org/phone",
    ] {
        alice.send(&format!("c2c_{right}"), right);
        alice.ok(
            "sendMessage",
            json!({ "receiver": right, "textElem": { "text": "hi" } }),
        );
    }
    let ids: Vec<_> = alice.list().iter().map(|row| row["conversationID"].clone()).collect();
    assert_eq!(ids, ["c2c_bob@example.org"]);
}

#[test]
fn labels_are_bounded() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    alice.send("c2c_bob", "hi");
    let data = |text: &str| json!({ "conversationIDList": ["c2c_bob"], "customData": text });
    let longest = "x".repeat(256);
    let (code, desc) = alice.call("setConversationCustomData", &data(&format!("{longest}x")));
    assert!(
        code != 0 && desc.as_str().unwrap().contains("customData"),
        "{code} {desc}"
    );
    alice.ok("setConversationCustomData", data(&longest));
    assert_eq!(alice.conversation("c2c_bob")["customData"], longest);
    let ids = |count: usize| (0..count).map(|number| format!("c2c_{number}")).collect::<Vec<_>>();
    let mark = |count| json!({ "conversationIDList": ids(count), "markType": 1, "enableMark": true });
    assert_eq!(alice.call("markConversation", &mark(101)).0, 51006);
    let results = alice.ok("markConversation", mark(100));
    let codes: Vec<_> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["resultCode"])
        .collect();
    assert_eq!(codes, vec![&json!(6004); 100]);
}
