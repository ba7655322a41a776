//! A cache with something of everything that libim keeps, of which some is not sent yet.

use crate::support::app::App;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What only servers that do not number their messages leave in a cache.
const ARCHIVES: &str = "
    INSERT INTO archive VALUES ('alice', '{\"id\":\"x1\"}');
    INSERT INTO message_name SELECT id, conversation, 'server' || id, 'origin' || id FROM message;
    INSERT INTO message_edit (message, conversation, server_id, origin_id, time)
        SELECT id, conversation, 'edit' || id, 'made' || id, time FROM message LIMIT 5;
    INSERT INTO gap SELECT id, max_seq + 1 FROM conversation WHERE conversation_id = 'c2c_bob';
    INSERT INTO awaited_mark (conversation_id, mark, sender, kind, name, not_after)
        VALUES ('c2c_bob', 'read', '', 'server', 'none1', NULL), ('c2c_bob', 'revoked', 'bob', 'origin', 'none2', 1),
            ('group_team', 'deleted', '', 'msgId', 'none3', NULL), ('group_team', 'cleared', '', 'server', 'none4', 5);
    INSERT INTO awaited_change (conversation_id, change, sender, kind, name, value)
        VALUES ('c2c_bob', 'modified', 'bob', 'origin', 'none5', '{}'),
            ('group_team', 'reacted', 'bob', 'server', 'none6', '{}');
    INSERT INTO waiting_tip (msg_id, group_id, by, tips) VALUES
        ('tips-1', 'team', 'dave',
            '{\"groupID\":\"team\",\"type\":3,\
             \"opMember\":{\"userID\":\"dave\",\"nickName\":\"\",\"friendRemark\":\"\",\"faceUrl\":\"\",\"nameCard\":\"\"},\
             \"memberList\":[],\"groupChangeInfoList\":[],\"memberChangeInfoList\":[],\"memberCount\":0}'),
        ('tips-2', 'team', NULL, '{}');
    INSERT INTO refused_change (time, device) VALUES (1, 'd'), (9007199254740991, 'e');";

/// Makes it in `dir`: alice's cache beside the service's file. Everybody is gone when it ends.
pub fn make(dir: &Path) {
    let others = ["bob", "carol", "dave"].map(|user| App::login(dir, user));
    let [bob, carol, dave] = &others;
    let alice = App::login(dir, "alice");
    people(&alice, bob, carol, dave);
    said(&alice, bob);
    settings(&alice, bob);
    alice.ok("logout", json!({}));
    not_sent(&alice);
    // What a search reads is made by the first one.
    alice.wait("the index", |alice| {
        let found = alice.ok(
            "searchLocalMessages",
            json!({ "searchParam": { "keywordList": ["waits"] } }),
        );
        found["totalCount"].as_i64() > Some(0)
    });
    drop(alice);
    drop(others);
    let db = Connection::open(dir.join("alice/alice/im.db")).unwrap();
    db.execute_batch(ARCHIVES).unwrap();
    demand_rows(&db);
}

/// So that a table that comes later is not forgotten here.
fn demand_rows(db: &Connection) {
    let names: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite*' AND name NOT GLOB '*_search*'")
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in names {
        let rows: i64 = db
            .query_row(&format!("SELECT count(*) FROM {name}"), (), |row| row.get(0))
            .unwrap();
        assert!(rows > 0, "{name} has no row that can rot");
    }
}

/// A copy of it, for one round.
pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn people(alice: &App, bob: &App, carol: &App, dave: &App) {
    bob.ok(
        "setSelfInfo",
        json!({ "nickName": "Bob", "faceUrl": "https://example.com/bob" }),
    );
    alice.ok("addFriend", json!({ "userID": "bob", "remark": "Bobby" }));
    // An application in each direction, and one for each of her groups.
    for user in [alice, carol] {
        user.ok("setSelfInfo", json!({ "allowType": 1 }));
    }
    dave.ok(
        "addFriend",
        json!({ "userID": "alice", "addWording": "It is me", "addSource": "card" }),
    );
    alice.ok(
        "addFriend",
        json!({ "userID": "carol", "addWording": "Hello", "addType": 2 }),
    );
    let team =
        json!({ "groupType": "Public", "groupID": "team", "groupName": "Team", "memberList": [{ "userID": "bob" }] });
    alice.ok("createGroup", team);
    let about = json!({ "groupID": "team", "groupAddOpt": 1, "introduction": "Who we are", "notification": "Notice" });
    alice.ok("setGroupInfo", about);
    carol.ok("joinGroup", json!({ "groupID": "team", "message": "Let me in" }));
    alice.wait("the applications", |alice| {
        ["getFriendApplicationList", "getGroupApplicationList"]
            .iter()
            .all(|list| alice.ok(list, json!({})).to_string().contains("\"carol\""))
    });
}

fn said(alice: &App, bob: &App) {
    let asks = json!({ "groupID": "team", "textElem": { "text": "read this" }, "needReadReceipt": true });
    let asks = alice.ok("sendMessage", asks)["msgID"].clone();
    let edited = alice.send_and_wait("c2c_bob", "words");
    let file = json!({ "receiver": "bob", "fileElem": { "dataBase64": "YWJj", "fileName": "a.txt" } });
    alice.ok("sendMessage", file);
    bob.wait("the group's message", |bob| {
        bob.texts("group_team").contains(&"read this".to_owned())
    });
    bob.ok("sendMessageReadReceipts", json!({ "messageIDList": [asks] }));
    bob.ok(
        "addMessageReaction",
        json!({ "msgID": asks, "reactionID": "\u{1f44d}" }),
    );
    alice.ok(
        "modifyMessage",
        json!({ "msgID": edited, "textElem": { "text": "other words" } }),
    );
    let at = json!({ "groupID": "team", "textElem": { "text": "@alice" }, "groupAtUserList": ["alice"] });
    bob.ok("sendMessage", at);
    let theirs = bob.send("c2c_alice", "for you");
    let taken_back = bob.send("c2c_alice", "taken back");
    bob.ok("revokeMessage", json!({ "msgID": taken_back }));
    let picture = json!({ "receiver": "alice", "fileElem": { "dataBase64": "ZGVm", "fileName": "b.txt" } });
    let picture = bob.ok("sendMessage", picture)["msgID"].clone();
    alice.wait("what bob says", |alice| {
        alice
            .history("c2c_bob")
            .iter()
            .any(|message| message["msgID"] == picture)
    });
    alice.ok("downloadMessage", json!({ "msgID": picture }));
    alice.ok("addMessageReaction", json!({ "msgID": theirs, "reactionID": "heart" }));
    alice.ok(
        "setLocalCustomData",
        json!({ "msgID": theirs, "localCustomData": "mine" }),
    );
    alice.ok("setLocalCustomInt", json!({ "msgID": theirs, "localCustomInt": 7 }));
    let deleted = alice.send_and_wait("c2c_bob", "deleted");
    alice.ok("deleteMessages", json!({ "msgIDs": [deleted] }));
    alice.wait("the receipt and the reaction", |alice| {
        let receipts = alice.ok("getMessageReadReceipts", json!({ "messageIDList": [asks] }));
        let reactions = alice.ok(
            "getMessageReactions",
            json!({ "msgIDList": [asks], "maxUserCountPerReaction": 10 }),
        );
        receipts[0]["readCount"] == 1 && reactions.to_string().contains("bob")
    });
}

fn settings(alice: &App, bob: &App) {
    let ids = json!(["c2c_bob", "group_team"]);
    let calls = [
        (
            "pinConversation",
            json!({ "conversationID": "c2c_bob", "isPinned": true }),
        ),
        (
            "markConversation",
            json!({ "conversationIDList": ids, "markType": 5, "enableMark": true }),
        ),
        (
            "setConversationCustomData",
            json!({ "conversationIDList": ids, "customData": "custom" }),
        ),
        (
            "createConversationGroup",
            json!({ "groupName": "work", "conversationIDList": ids }),
        ),
        (
            "setConversationDraft",
            json!({ "conversationID": "c2c_dave", "draftText": "a draft" }),
        ),
        ("setC2CReceiveMessageOpt", json!({ "userIDList": ["bob"], "opt": 1 })),
        (
            "setAllReceiveMessageOptWithTimestamp",
            json!({ "opt": 2, "startTimeStamp": 5, "duration": 6 }),
        ),
    ];
    for (method, request) in calls {
        alice.ok(method, request);
    }
    // Hidden, and then what is shown again.
    alice.send_and_wait("c2c_bob", "here it begins");
    bob.send_and_wait("c2c_alice", "hidden");
    alice.ok("setC2CReceiveMessageOpt", json!({ "userIDList": ["bob"], "opt": 0 }));
    alice.send_and_wait("c2c_bob", "here it ends");
    let shown = bob.send("c2c_alice", "shown");
    alice.wait("what is shown again", |alice| {
        alice.history("c2c_bob").iter().any(|message| message["msgID"] == shown)
    });
}

/// Each kind of command that waits.
fn not_sent(alice: &App) {
    let history = alice.history("c2c_bob");
    let of = |text: &str| -> Value {
        let is = |message: &&Value| message["textElem"]["text"] == text;
        history.iter().find(is).unwrap()["msgID"].clone()
    };
    for peer in ["bob", "carol", "erin"] {
        alice.send(&format!("c2c_{peer}"), "it waits");
        let pin = json!({ "conversationID": format!("c2c_{peer}"), "isPinned": peer != "bob" });
        alice.ok("pinConversation", pin);
    }
    alice.send("group_team", "it waits too");
    let calls = [
        ("revokeMessage", json!({ "msgID": of("here it ends") })),
        (
            "modifyMessage",
            json!({ "msgID": of("here it begins"), "textElem": { "text": "edited later" } }),
        ),
        (
            "addMessageReaction",
            json!({ "msgID": of("for you"), "reactionID": "later" }),
        ),
        ("deleteMessages", json!({ "msgIDs": [of("other words")] })),
        ("setGroupReceiveMessageOpt", json!({ "groupID": "team", "opt": 2 })),
        (
            "markConversation",
            json!({ "conversationIDList": ["c2c_erin"], "markType": 9, "enableMark": true }),
        ),
        (
            "renameConversationGroup",
            json!({ "oldName": "work", "newName": "play" }),
        ),
        ("clearC2CHistoryMessage", json!({ "userID": "dave" })),
        ("deleteConversation", json!({ "conversationID": "c2c_carol" })),
        (
            "cleanConversationUnreadMessageCount",
            json!({ "conversationID": "group_team" }),
        ),
    ];
    for (method, request) in calls {
        alice.ok(method, request);
    }
}
