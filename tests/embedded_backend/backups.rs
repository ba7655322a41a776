//! A backup of the service file that is put back: whoever comes first, and whatever was seen or written since the copy,
//! every device learns all that is in the service, and keeps what only it has.

use crate::app::App;
use fastrand::Rng;
use im::events::Event;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;

const USERS: [&str; 3] = ["alice", "bob", "carol"];

fn copy(dir: &Path) {
    let copy = dir.join("copy.db");
    let db = Connection::open(dir.join("service.db")).unwrap();
    db.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
}

/// Puts the copy back while no client is open.
fn put_back(dir: &Path) {
    for companion in ["service.db-wal", "service.db-shm"] {
        let _ = std::fs::remove_file(dir.join(companion));
    }
    std::fs::copy(dir.join("copy.db"), dir.join("service.db")).unwrap();
}

/// Puts it back under open clients, in one transaction, as SQLite's `.restore` does.
fn put_back_live(dir: &Path) {
    let db = Connection::open(dir.join("service.db")).unwrap();
    db.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    db.execute("ATTACH ?1 AS copy", [dir.join("copy.db").to_str().unwrap()])
        .unwrap();
    let mut tables = db
        .prepare("SELECT name FROM copy.sqlite_master WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = tables.query_map((), |row| row.get(0)).unwrap().flatten().collect();
    let mut script = "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE;".to_owned();
    for table in tables {
        script += &format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM copy.{table};");
    }
    db.execute_batch(&(script + "COMMIT;")).unwrap();
}

fn ids(app: &App, conversation: &str) -> Vec<String> {
    let history = app.history(conversation);
    history
        .iter()
        .map(|message| message["msgID"].as_str().unwrap().to_owned())
        .collect()
}

fn is_sent(app: &App, conversation: &str, msg_id: &str) -> bool {
    let history = app.history(conversation);
    history
        .iter()
        .any(|message| message["msgID"] == msg_id && message["status"] == 2)
}

fn send(app: &App, to: &str, text: &str) -> String {
    let id = app.send(to, text);
    app.wait("the message is sent", |app| is_sent(app, to, &id));
    id
}

#[test]
fn a_client_whose_cursor_others_have_passed_misses_nothing() {
    for is_live in [false, true] {
        let dir = crate::temp_dir();
        let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
        send(&alice, "c2c_bob", "in the copy");
        copy(dir.path());
        for number in 0..3 {
            send(&alice, "c2c_bob", &format!("lost {number}"));
        }
        bob.wait("bob has them", |bob| bob.texts("c2c_alice").len() == 4);
        bob.ok(
            "cleanConversationUnreadMessageCount",
            json!({ "conversationID": "c2c_alice" }),
        );
        bob.ok(
            "setConversationDraft",
            json!({ "conversationID": "c2c_alice", "draftText": "a draft" }),
        );
        bob.ok("logout", json!({}));
        bob.send("c2c_alice", "written offline");
        let alice = if is_live {
            put_back_live(dir.path());
            alice
        } else {
            drop(alice);
            put_back(dir.path());
            App::login(dir.path(), "alice")
        };
        for number in 0..6 {
            send(&alice, "c2c_bob", &format!("new {number}"));
        }
        bob.ok("login", json!({}));
        bob.wait("the sync", |bob| bob.texts("c2c_alice").len() == 11);
        alice.wait("what was written offline", |alice| {
            alice
                .texts("c2c_bob")
                .last()
                .is_some_and(|text| text == "written offline")
        });
        let mut expected = vec!["in the copy".to_owned()];
        expected.extend((0..3).map(|number| format!("lost {number}")));
        expected.extend((0..6).map(|number| format!("new {number}")));
        expected.push("written offline".to_owned());
        assert_eq!(bob.texts("c2c_alice"), expected);
        assert_eq!(alice.texts("c2c_bob"), expected);
        let row = bob.conversation("c2c_alice");
        assert_eq!((&row["unreadCount"], &row["draftText"]), (&json!(6), &json!("a draft")));
        assert!(
            bob.heard.count(Event::MessagesMissed) > 0,
            "new messages came with a sync"
        );
        assert_eq!(
            bob.heard.count(Event::ConversationDeleted),
            0,
            "nothing left the list meanwhile"
        );
        let newcomer = App::login_on(dir.path(), "bob", "bob's second");
        newcomer.wait("the sync", |newcomer| newcomer.texts("c2c_alice").len() == 8);
    }
}

#[test]
fn groups_and_friends_are_those_of_the_copy_and_newer_settings_are_shared_again() {
    let dir = crate::temp_dir();
    let alice = App::login(dir.path(), "alice");
    let group = |id: &str| json!({ "groupType": "Work", "groupID": id, "memberList": [{ "userID": "bob" }] });
    alice.ok("createGroup", group("kept"));
    alice.ok("addFriend", json!({ "userID": "bob", "remark": "Bobby" }));
    copy(dir.path());
    alice.ok("createGroup", group("lost"));
    send(&alice, "group_lost", "to a lost group");
    alice.ok("addFriend", json!({ "userID": "carol" }));
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "group_kept", "isPinned": true }),
    );
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_carol", "isPinned": true }),
    );
    send(&alice, "c2c_carol", "last");
    drop(alice);
    put_back(dir.path());
    let alice = App::login(dir.path(), "alice");
    alice.wait("the sync", |alice| alice.heard.count(Event::SyncServerFinish) == 1);
    let of = |list: Value, key: &str| -> Vec<String> {
        let list = list.as_array().unwrap();
        list.iter()
            .map(|entry| entry[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(of(alice.ok("getJoinedGroupList", json!({})), "groupID"), ["kept"]);
    assert_eq!(of(alice.ok("getFriendList", json!({})), "userID"), ["bob"]);
    let newcomer = App::login_on(dir.path(), "alice", "alice's second");
    newcomer.wait("the pins", |newcomer| {
        ["group_kept", "c2c_carol"]
            .iter()
            .all(|id| newcomer.conversation(id)["isPinned"] == true)
    });
    assert_eq!(alice.conversation("group_kept")["isPinned"], true);
    assert_eq!(
        alice.texts("group_lost"),
        ["to a lost group"],
        "what only the cache has stays"
    );
    let again = alice.send("group_kept", "hello");
    alice.wait("the group works", |alice| is_sent(alice, "group_kept", &again));
}

/// What is in the service for a user, as a new device finds it, is in the old device in the same order, with the same
/// counts; in between is only what was lost.
fn compare(seed: u64, old: &App, new: &App, lost: &HashSet<String>) {
    for row in new.list() {
        let id = row["conversationID"].as_str().unwrap();
        let service = ids(new, id);
        let mut device = ids(old, id);
        device.retain(|msg_id| !lost.contains(msg_id) || service.contains(msg_id));
        assert_eq!(device, service, "seed {seed}: {id}");
        let unread = |app: &App| app.conversation(id)["unreadCount"].clone();
        assert_eq!(unread(old), unread(new), "seed {seed}: {id}");
    }
}

fn play(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let dir = crate::temp_dir();
    let mut apps: Vec<Option<App>> = USERS.iter().map(|user| Some(App::login(dir.path(), user))).collect();
    let members = json!([{ "userID": "bob" }, { "userID": "carol" }]);
    let group = json!({ "groupType": "Work", "groupID": "team", "memberList": members });
    apps[0].as_ref().unwrap().ok("createGroup", group);
    let mut lost = HashSet::new();
    let act = |apps: &mut Vec<Option<App>>, rng: &mut Rng, steps: usize, log: &mut dyn FnMut(&str, &str)| {
        for step in 0..steps {
            let user = rng.usize(..3);
            let Some(app) = &apps[user] else {
                // Somebody who was away comes back, or stays away.
                if rng.bool() {
                    apps[user] = Some(App::login(dir.path(), USERS[user]));
                }
                continue;
            };
            let peer = USERS[(user + 1 + rng.usize(..2)) % 3];
            let to = if rng.bool() {
                format!("c2c_{peer}")
            } else {
                "group_team".to_owned()
            };
            match rng.usize(..8) {
                0 => apps[user] = None,
                1 => {
                    app.call("cleanConversationUnreadMessageCount", &json!({ "conversationID": to }));
                }
                _ => {
                    let id = send(app, &to, &format!("{step} by {}", USERS[user]));
                    log(&to, &id);
                }
            }
        }
    };
    act(&mut apps, &mut rng, 12, &mut |_, _| {});
    copy(dir.path());
    act(&mut apps, &mut rng, 12, &mut |_, id| {
        lost.insert(id.to_owned());
    });
    if rng.bool() {
        put_back_live(dir.path());
    } else {
        apps.iter_mut().for_each(|app| *app = None);
        put_back(dir.path());
    }
    let mut life = Vec::new();
    act(&mut apps, &mut rng, 30, &mut |to, id| {
        if to == "group_team" {
            life.push(id.to_owned());
        }
    });
    for (place, user) in USERS.iter().enumerate() {
        let old = apps[place].take().unwrap_or_else(|| App::login(dir.path(), user));
        let new = App::login_on(dir.path(), user, &format!("{user}'s new device"));
        let mark = send(&old, &format!("c2c_{user}"), "the end");
        for app in [&old, &new] {
            app.wait("all is there", |app| ids(app, &format!("c2c_{user}")).contains(&mark));
        }
        compare(seed, &old, &new, &lost);
        let team = ids(&new, "group_team");
        assert!(
            life.iter().all(|id| team.contains(id)),
            "seed {seed}: {user} lacks what was written since"
        );
    }
}

#[test]
fn at_the_end_every_device_has_what_a_new_device_finds() {
    match std::env::var("LIBIM_BACKUP_SEED").map(|seed| seed.parse().unwrap()) {
        Ok(seed) => play(seed),
        Err(_) => (1..=8).for_each(play),
    }
}
