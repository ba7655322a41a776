//! Rows that libim did not write: by another program, or by a sick disk. Whatever one row holds, alice's devices receive
//! and send what everybody else's rows hold, and what they show is sound.

use crate::app::App;
use im::events::Event;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

const MAX: &str = "9223372036854775807";
const MIN: &str = "(-9223372036854775807-1)";
const NOT_UTF8: &str = "CAST(x'ff41fe' AS TEXT)";
const NUL: &str = "CAST(x'610062' AS TEXT)";
const ALICE: &str = "(SELECT id FROM user WHERE user_id = 'alice')";
const MALLORY: &str = "(SELECT id FROM user WHERE user_id = 'mallory')";
const CHAT: &str = "(SELECT id FROM conversation WHERE user_low = min((SELECT id FROM user WHERE user_id = 'alice'), \
    (SELECT id FROM user WHERE user_id = 'mallory')) AND user_high = max((SELECT id FROM user WHERE user_id = 'alice'), \
    (SELECT id FROM user WHERE user_id = 'mallory')))";
const BODY: &str = "(SELECT body FROM message LIMIT 1)";

/// Tells alice of a row.
fn tell(kind: &str, about: &str) -> String {
    format!(
        "UPDATE service SET last_change = last_change + 1; \
         INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) SELECT {ALICE}, last_change, {kind}, {about} FROM service;"
    )
}

/// A message of mallory's, with one column as given.
fn message(column: &str, value: &str) -> String {
    let conversation = if column == "conversation" { value } else { CHAT };
    message_in(conversation, column, value)
}

fn message_in(conversation: &str, column: &str, value: &str) -> String {
    let of = |name: &str, plain: &str| {
        if name == column {
            value.to_owned()
        } else {
            plain.to_owned()
        }
    };
    format!(
        "UPDATE conversation SET last_seq = last_seq + 1 WHERE id = {conversation}; \
         INSERT INTO message (conversation, seq, msg_id, sender, time, nick_name, face_url, is_revoked, body) \
         VALUES ({conversation}, {}, {}, {}, {}, {}, {}, {}, {}); ",
        of(
            "seq",
            &format!("(SELECT last_seq FROM conversation WHERE id = {conversation})")
        ),
        of("msg_id", "hex(randomblob(16))"),
        of("sender", MALLORY),
        of("time", "1700000000000000"),
        of("nick_name", "'n'"),
        of("face_url", "''"),
        of("is_revoked", "0"),
        of("body", BODY),
    ) + &tell("1", "(SELECT max(id) FROM message)")
}

/// A user with this id who has written to alice.
fn stranger(id: &str) -> String {
    format!(
        "INSERT INTO user (id, user_id, is_active) VALUES (900, {id}, 1); \
         INSERT INTO conversation (id, user_low, user_high) VALUES (900, min(900, {ALICE}), max(900, {ALICE})); \
         INSERT INTO setting (user, conversation) VALUES ({ALICE}, 900);"
    ) + &tell("12", "900")
        + &message_in("900", "sender", "900")
        + &tell("8", "900")
        + &tell("9", "900")
}

/// A group of alice's, with one column as given.
fn group(column: &str, value: &str) -> String {
    let of = |name: &str, plain: &str| {
        if name == column {
            value.to_owned()
        } else {
            plain.to_owned()
        }
    };
    format!(
        "INSERT INTO conversation (id) VALUES (901); \
         INSERT INTO chat_group (conversation, group_id, type, name, face_url, create_time) \
         VALUES (901, {}, {}, {}, '', {}); \
         INSERT INTO member (conversation, user, role, join_time) VALUES (901, {ALICE}, {}, {}); \
         INSERT INTO setting (user, conversation) VALUES ({ALICE}, 901);",
        of("group_id", "'odd'"),
        of("type", "'Work'"),
        of("name", "'name'"),
        of("create_time", "1700000000000000"),
        of("role", "200"),
        of("join_time", "1700000000000000"),
    ) + &tell("12", "901")
        + &tell("10", "901")
        + &message_in("901", "", "")
        + &tell("11", "901")
}

/// All the rows, by what is wrong with them.
fn rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |name: &str, value: &str, sql: String| rows.push((format!("{name} {value}"), sql));
    let huge = "hex(zeroblob(1000000))";
    for value in [MAX, MIN, "0", "-5", "9007199254740991", "9007199254740992"] {
        add("seq", value, message("seq", value));
    }
    for value in [MAX, MIN, "0", "-1"] {
        add("time", value, message("time", value));
    }
    let numbers = "replace('{\"elem\":{\"text\":{\"text\":\"x\"}},\"priority\":P}', 'P', '9007199254740993')";
    let deep = "replace(hex(zeroblob(100000)), '00', '[')";
    for value in ["''", "'null'", "'{'", "'[]'", deep, huge, NOT_UTF8, NUL, numbers] {
        add("body", value, message("body", value));
    }
    for value in ["''", "char(1, 27)", huge, NOT_UTF8, NUL] {
        add("msgID", value, message("msg_id", value));
        add("user", value, stranger(value));
        add("group", value, group("group_id", value));
    }
    for value in ["' alice '", "'a\"b\\'"] {
        add("user", value, stranger(value));
    }
    for column in ["nick_name", "face_url"] {
        for value in [huge, NOT_UTF8, NUL] {
            add(column, value, message(column, value));
            let profile = format!("UPDATE user SET {column} = {value} WHERE user_id = 'mallory';");
            add("profile", value, profile + &tell("8", MALLORY));
        }
    }
    for value in [NOT_UTF8, NUL, huge] {
        let friend = format!("INSERT INTO friend VALUES ({ALICE}, {MALLORY}, {value});");
        add("friend", value, friend + &tell("9", MALLORY));
    }
    add("type", NOT_UTF8, group("type", NOT_UTF8));
    add("type", "'Nonsense'", group("type", "'Nonsense'"));
    add("name", NOT_UTF8, group("name", NOT_UTF8));
    for column in ["create_time", "role", "join_time"] {
        for value in [MAX, MIN, "12345"] {
            add(column, value, group(column, value));
        }
    }
    let columns = [
        "recv_opt",
        "is_pinned",
        "read_seq",
        "read_time",
        "cleared_seq",
        "deleted_seq",
    ];
    for column in columns {
        for value in [MAX, MIN, "-1", "99"] {
            let set = format!("UPDATE setting SET {column} = {value} WHERE user = {ALICE} AND conversation = {CHAT};");
            let told: String = ["6", "5", "4"].iter().map(|kind| tell(kind, CHAT)).collect();
            add(column, value, set + &told);
        }
    }
    for value in [MAX, MIN, "0", "-5", "99", "9007199254740990", "9007199254740991"] {
        for column in ["last_seq", "last_time"] {
            let set = format!("UPDATE conversation SET {column} = {value} WHERE id = {CHAT};");
            add(column, value, set + &tell("6", CHAT));
        }
        for column in ["time", "gone_seq", "gone_time"] {
            let set = format!(
                "INSERT OR IGNORE INTO listed (user, conversation, time) VALUES ({ALICE}, {CHAT}, 1); \
                 UPDATE listed SET {column} = {value} WHERE user = {ALICE} AND conversation = {CHAT};"
            );
            add(column, value, set + &tell("6", CHAT));
        }
        let out = format!(
            "INSERT INTO shared_setting (user, conversation, kind, value) VALUES ({ALICE}, {CHAT}, 'outOfList', \
             '{{\"time\":{value},\"id\":\"\"}}');"
        );
        add("out", value, out + &tell("6", CHAT));
    }
    for (time, device) in [(MAX, "'d'"), (MIN, "'d'"), ("1", "CAST(x'ff' AS TEXT)"), ("1", "''")] {
        for kind in ["pin", "recvOpt", "deleted", "odd"] {
            let set = format!(
                "INSERT OR REPLACE INTO setting_stamp (user, conversation, kind, time, device) \
                 VALUES ({ALICE}, {CHAT}, '{kind}', {time}, {device});"
            );
            let told: String = ["6", "5"].iter().map(|kind| tell(kind, CHAT)).collect();
            add("stamp", time, set + &told);
        }
    }
    for kind in 1..=12 {
        for about in ["987654", MAX] {
            add("nothing of kind", &kind.to_string(), tell(&kind.to_string(), about));
        }
    }
    for change in [MAX, "-5", "9007199254740993"] {
        let row = format!(
            "INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) VALUES ({ALICE}, {change}, 8, {MALLORY});"
        );
        add("change", change, row);
    }
    rows
}

/// Integers that JavaScript cannot hold exactly.
fn too_great(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_none_or(|number| number.unsigned_abs() >= 1 << 53),
        Value::Array(list) => list.iter().any(too_great),
        Value::Object(map) => map.values().any(too_great),
        _ => false,
    }
}

fn write(dir: &Path, sql: &str) {
    let db = Connection::open(dir.join("service.db")).unwrap();
    db.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let script = format!("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {sql} COMMIT;");
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
    alice.ok("getUsersInfo", json!({ "userIDList": ["mallory"] }));
    alice.ok("getFriendList", json!({}));
    alice.ok("getJoinedGroupList", json!({}));
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
    let rows = rows();
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
