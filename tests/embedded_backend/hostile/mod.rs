//! Rows that libim did not write: by another program, or by a sick disk. Whatever one row holds, alice's devices receive
//! and send what everybody else's rows hold, and what they show is sound.

mod newer;
mod rows;

use crate::app::App;
use crate::exact::{parse, too_great};
use im::events::Event;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

fn write(dir: &Path, sql: &str) {
    let db = Connection::open(dir.join("service.db")).unwrap();
    db.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let script =
        format!("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN IMMEDIATE; {sql} COMMIT;");
    db.execute_batch(&script)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// What mallory says from now on arrives, is listed and counts, whatever rows of that conversation hold.
fn hears(what: &str, alice: &App, mallory: &App) {
    let said = mallory.send("c2c_alice", "more");
    alice.wait(&format!("{what}: mallory's next message"), |alice| {
        let list = alice.list();
        let row = list.iter().find(|row| row["conversationID"] == "c2c_mallory");
        row.is_some_and(|row| row["lastMessage"]["msgID"] == said && row["unreadCount"].as_i64() > Some(0))
    });
}

/// Asks for everything there is: JSON with exact numbers comes, and what is about no row in particular succeeds.
fn ask(what: &str, alice: &App) {
    let ask = |method: &str, request: &Value| -> Value {
        let response = im::api::call(&alice.client, method, &request.to_string());
        parse(method, &response.json).unwrap_or_else(|error| panic!("{what}: {error}"))
    };
    let ok = |method: &str, request: Value| -> Value {
        let mut answer = ask(method, &request);
        assert_eq!(answer["code"], 0, "{what}: {method} {request}: {answer}");
        answer["data"].take()
    };
    ok("getUsersInfo", json!({ "userIDList": ["mallory"] }));
    for method in [
        "getFriendList",
        "getJoinedGroupList",
        "getFriendApplicationList",
        "getGroupApplicationList",
        "getConversationGroupList",
        "getAllReceiveMessageOpt",
        "setFriendApplicationRead",
        "setGroupApplicationRead",
    ] {
        ok(method, json!({}));
    }
    let words = json!({ "keywordList": ["m"] });
    ok("searchConversations", words.clone());
    ok("searchLocalMessages", json!({ "searchParam": words }));
    for filter in [
        json!({ "hasUnreadCount": true }),
        json!({ "markType": 2, "conversationGroup": "" }),
    ] {
        ok("getConversationListByFilter", json!({ "filter": filter, "count": 100 }));
        ok("getUnreadMessageCountByFilter", json!({ "filter": filter }));
        ok("subscribeUnreadMessageCountByFilter", json!({ "filter": filter }));
        ok("openConversationView", json!({ "filter": filter }));
    }
    let ids: Vec<Value> = ["c2c_mallory", "group_odd"]
        .iter()
        .flat_map(|id| alice.history(id))
        .map(|message| message["msgID"].clone())
        .collect();
    let some: Vec<&Value> = ids.iter().take(20).collect();
    let about = [
        ("findMessages", json!({ "messageIDList": some })),
        (
            "getMessageReactions",
            json!({ "msgIDList": some, "maxUserCountPerReaction": 10 }),
        ),
        ("getMessageReadReceipts", json!({ "messageIDList": some })),
        ("getGroupsInfo", json!({ "groupIDList": ["odd"] })),
        ("getGroupMemberList", json!({ "groupID": "odd" })),
        (
            "getGroupMembersInfo",
            json!({ "groupID": "odd", "memberList": ["alice", "mallory"] }),
        ),
        (
            "getConversationListByConversationIds",
            json!({ "conversationIDList": ["c2c_mallory", "group_odd"] }),
        ),
    ];
    for (method, request) in about {
        let code = ask(method, &request)["code"].as_i64();
        assert!(!matches!(code, Some(6019 | 6022 | 7012)), "{what}: {method} {code:?}");
    }
}

fn check(what: &str, alice: &App, bob: &App) {
    alice.wait("the sync", |alice| alice.heard.count(Event::SyncServerFinish) > 0);
    let to_alice = bob.send("c2c_alice", what);
    alice.wait(&format!("{what}: bob's message"), |alice| {
        alice
            .history("c2c_bob")
            .iter()
            .any(|message| message["msgID"] == to_alice)
    });
    let to_bob = alice.send("c2c_bob", what);
    bob.wait(&format!("{what}: alice's message"), |bob| {
        bob.history("c2c_alice")
            .iter()
            .any(|message| message["msgID"] == to_bob)
    });
    ask(what, alice);
    let heard: Vec<Value> = alice.heard.all().into_iter().map(|(_, payload)| payload).collect();
    assert!(!too_great(&json!(heard)), "{what}");
    for row in alice.list() {
        let id = row["conversationID"].as_str().unwrap();
        let history = json!(alice.history(id));
        assert!(!too_great(&row) && !too_great(&history), "{what}: {row} {history}");
        if id != "c2c_bob" {
            alice.ok("pinConversation", json!({ "conversationID": id, "isPinned": true }));
            alice.ok("deleteConversation", json!({ "conversationID": id }));
        }
    }
    let left = alice.list();
    assert!(
        left.iter().all(|row| row["conversationID"] == "c2c_bob"),
        "{what}: {left:?}"
    );
}

#[test]
fn one_bad_row_stops_nobody() {
    let mut rows = rows::rows();
    let mut newer = newer::rows();
    // A play of all takes minutes: `make torture`.
    if std::env::var_os("LIBIM_HOSTILE").is_none_or(|wanted| wanted != "all") {
        let seed = std::env::var("LIBIM_SEED").map_or(1, |seed| seed.parse().unwrap());
        fastrand::Rng::with_seed(seed).shuffle(&mut newer);
        newer.truncate(50);
    }
    println!("{} rows and {} of what came later", rows.len(), newer.len());
    rows.append(&mut newer);
    // Each row waits for clients most of the time.
    std::thread::scope(|scope| {
        for rows in rows.chunks(rows.len().div_ceil(8)) {
            scope.spawn(|| rows.iter().for_each(|(what, sql)| play(what, sql)));
        }
    });
}

fn play(what: &str, sql: &str) {
    let dir = crate::temp_dir();
    let alice = App::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let mallory = App::login(dir.path(), "mallory");
    let hello = mallory.send("c2c_alice", "hello");
    alice.wait("mallory's message", |alice| {
        let list = alice.list();
        list.iter().any(|row| row["lastMessage"]["msgID"] == hello)
    });
    let asks = json!({ "receiver": "mallory", "textElem": { "text": "asks" }, "needReadReceipt": true });
    let asks = alice.ok("sendMessage", asks)["msgID"].clone();
    alice.ok("waitUntilSent", json!({ "msgID": asks }));
    write(dir.path(), sql);
    hears(what, &alice, &mallory);
    check(what, &alice, &bob);
    let said = mallory.send("c2c_alice", "again");
    let fresh = App::login_on(dir.path(), "alice", "a new device");
    let has = |app: &App| {
        app.history("c2c_mallory")
            .iter()
            .any(|message| message["msgID"] == said)
    };
    fresh.wait(&format!("{what}: what a new device reads"), has);
    assert!(
        fresh.conversation("c2c_mallory")["unreadCount"].as_i64() > Some(0),
        "{what}"
    );
    hears(&format!("{what}, on a new device"), &fresh, &mallory);
    check(&format!("{what}, on a new device"), &fresh, &bob);
}

#[test]
fn a_trigger_of_somebody_elses_does_not_run() {
    let dir = crate::temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let for_ever = "CREATE TRIGGER endless AFTER INSERT ON inbox BEGIN SELECT count(*) FROM (WITH RECURSIVE n (x) AS \
        (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n); END;";
    write(dir.path(), for_ever);
    check("a trigger", &alice, &bob);
}

#[test]
fn a_service_that_has_lost_its_own_row_keeps_the_outbox_waiting() {
    for damage in [
        "DELETE FROM service;",
        "UPDATE service SET last_change = 9223372036854775807;",
    ] {
        let dir = crate::temp_dir();
        let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
        write(
            dir.path(),
            &format!("CREATE TABLE kept AS SELECT * FROM service; {damage}"),
        );
        let waits = alice.send("c2c_bob", "waits");
        alice.wait("the failure", |alice| alice.heard.count(Event::ConnectFailed) > 0);
        assert_eq!(alice.history("c2c_bob")[0]["status"], 1, "{damage}");
        write(
            dir.path(),
            "DELETE FROM service; INSERT INTO service SELECT * FROM kept;",
        );
        bob.wait("what waited", |bob| {
            bob.history("c2c_alice").iter().any(|message| message["msgID"] == waits)
        });
    }
}
