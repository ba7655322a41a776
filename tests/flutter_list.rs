//! The list as Tencent's Flutter conversation screen keeps it, from libim's JSON alone: it pages with `nextSeq` and takes a
//! short page for the last, replaces what it has when it asks for `"0"`, drops twins by `conversationID`, puts what an event
//! names at the top and sorts by `orderkey` with no look at pins, and has its folders and stars from `conversationGroupList`
//! and `markList`. At rest it must show what libim's list is.

mod support;

use im::events::Event;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::app::App;
use support::temp_dir;

const PAGE: usize = 3;
const STAR: u64 = 1;

/// The screen.
#[derive(Default)]
struct Screen {
    rows: Vec<Value>,
    next_seq: String,
    has_more: bool,
    folders: BTreeSet<String>,
    total: i64,
    /// How many events it has taken.
    taken: usize,
}

fn id(row: &Value) -> &str {
    row["conversationID"].as_str().unwrap()
}

impl Screen {
    fn settle(&mut self) {
        let mut known = BTreeSet::new();
        self.rows.retain(|row| known.insert(id(row).to_owned()));
        self.rows
            .sort_by_key(|row| std::cmp::Reverse(row["orderkey"].as_i64().unwrap()));
    }

    fn load(&mut self, app: &App, next_seq: &str) {
        let page = app.ok("getConversationList", json!({ "nextSeq": next_seq, "count": PAGE }));
        let rows = page["conversationList"].as_array().unwrap();
        if next_seq == "0" {
            self.rows.clear();
        }
        // What an event has brought already is as new as the page, or older.
        let shown: BTreeSet<String> = rows.iter().map(|row| id(row).to_owned()).collect();
        self.rows.retain(|row| !shown.contains(id(row)));
        self.rows.extend(rows.iter().cloned());
        self.has_more = rows.len() >= PAGE;
        self.next_seq = page["nextSeq"].as_str().unwrap().to_owned();
        self.settle();
    }

    fn load_more(&mut self, app: &App) {
        if self.has_more {
            let next_seq = self.next_seq.clone();
            self.load(app, &next_seq);
        }
    }

    fn take_events(&mut self, app: &App) {
        let heard = app.heard.all();
        for (event, payload) in &heard[self.taken..] {
            match event {
                Event::NewConversation | Event::ConversationChanged => {
                    for row in payload.as_array().unwrap() {
                        self.rows.retain(|other| id(other) != id(row));
                        self.rows.insert(0, row.clone());
                    }
                    self.settle();
                }
                Event::ConversationDeleted => {
                    for gone in payload.as_array().unwrap() {
                        self.rows.retain(|row| row["conversationID"] != *gone);
                    }
                }
                Event::TotalUnreadMessageCountChanged => self.total = payload.as_i64().unwrap(),
                Event::ConversationGroupCreated => {
                    self.folders.insert(payload["groupName"].as_str().unwrap().to_owned());
                }
                Event::ConversationGroupDeleted => {
                    self.folders.remove(payload.as_str().unwrap());
                }
                Event::ConversationGroupNameChanged => {
                    self.folders.remove(payload["oldName"].as_str().unwrap());
                    self.folders.insert(payload["newName"].as_str().unwrap().to_owned());
                }
                _ => {}
            }
        }
        self.taken = heard.len();
    }

    /// The rows that a tab of the screen shows.
    fn tab(&self, is_shown: impl Fn(&Value) -> bool) -> Vec<&str> {
        self.rows.iter().filter(|row| is_shown(row)).map(id).collect()
    }
}

fn has(row: &Value, key: &str, entry: &Value) -> bool {
    row[key].as_array().unwrap().contains(entry)
}

fn ids(list: &Value) -> Vec<&str> {
    list["conversationList"].as_array().unwrap().iter().map(id).collect()
}

/// One thing that the user or a peer does.
fn act(rng: &mut fastrand::Rng, alice: &App, peers: &[App]) {
    let peer = &peers[rng.usize(0..peers.len())];
    let target = format!("c2c_p{}", rng.usize(0..peers.len()));
    let folder = *rng.choice(&["Work", "Home"]).unwrap();
    let list = json!([target]);
    let (method, request) = match rng.u8(0..14) {
        0..=3 => {
            peer.send("c2c_alice", "hi");
            return;
        }
        4 => (
            "pinConversation",
            json!({ "conversationID": target, "isPinned": rng.bool() }),
        ),
        5 => (
            "setConversationDraft",
            json!({ "conversationID": target, "draftText": rng.u8(..).to_string() }),
        ),
        6 => (
            "cleanConversationUnreadMessageCount",
            json!({ "conversationID": target }),
        ),
        7 => ("deleteConversation", json!({ "conversationID": target })),
        8 => (
            "deleteConversationList",
            json!({ "conversationIDList": list, "clearMessage": false }),
        ),
        9 | 10 => (
            "markConversation",
            json!({ "conversationIDList": list, "markType": STAR, "enableMark": rng.bool() }),
        ),
        11 => (
            "createConversationGroup",
            json!({ "groupName": folder, "conversationIDList": list }),
        ),
        12 => (
            "addConversationsToGroup",
            json!({ "groupName": folder, "conversationIDList": list }),
        ),
        _ => ("deleteConversationGroup", json!({ "groupName": folder })),
    };
    // There may be such a folder already, or none.
    let (code, answer) = alice.call(method, &request);
    assert!([0, 6017, 51009].contains(&code), "{method} {request}: {code} {answer}");
}

#[test]
fn the_screen_shows_the_list() {
    let rng = &mut fastrand::Rng::with_seed(12);
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    let peers: Vec<App> = (0..8)
        .map(|number| App::login(dir.path(), &format!("p{number}")))
        .collect();
    for peer in &peers {
        peer.send("c2c_alice", "hello");
    }
    alice.wait("everybody has written", |app| app.list().len() == peers.len());
    let mut screen = Screen::default();
    screen.take_events(&alice);
    screen.load(&alice, "0");
    for step in 0..400 {
        act(rng, &alice, &peers);
        match rng.u8(0..6) {
            0 => screen.load_more(&alice),
            1 => screen.take_events(&alice),
            // Pulled down: the first page again, which replaces the rest.
            2 if step % 7 == 0 => {
                screen.take_events(&alice);
                screen.load(&alice, "0");
            }
            _ => {}
        }
    }
    for peer in &peers {
        peer.wait("all is sent", |app| {
            app.history("c2c_alice").iter().all(|message| message["status"] == 2)
        });
        let sent = peer.history("c2c_alice").len();
        assert!(sent > 0);
    }
    // The last words of each peer come after all others.
    for peer in &peers {
        peer.send("c2c_alice", "bye");
    }
    alice.wait("all have said bye", |app| {
        let list = app.list();
        let last = |row: &Value| row["lastMessage"]["textElem"]["text"] == "bye";
        list.len() == peers.len() && list.iter().all(last)
    });
    // Its events are told before the answer of a call that is made after them.
    alice.wait("the events are there", |app| {
        let heard = app.heard.all();
        let told = |row: &Value| {
            heard.iter().any(|(event, payload)| {
                matches!(event, Event::NewConversation | Event::ConversationChanged)
                    && payload.as_array().unwrap().contains(row)
            })
        };
        app.list().iter().all(told)
    });
    screen.take_events(&alice);
    while screen.has_more {
        screen.load_more(&alice);
    }
    screen.take_events(&alice);

    assert_eq!(screen.rows, alice.list());
    assert_eq!(
        screen.total,
        alice.ok("getTotalUnreadMessageCount", json!({})).as_i64().unwrap()
    );
    let folders: Vec<String> = serde_json::from_value(alice.ok("getConversationGroupList", json!({}))).unwrap();
    assert_eq!(screen.folders, folders.iter().cloned().collect());
    let by = |filter: Value| alice.ok("getConversationListByFilter", json!({ "filter": filter, "count": 100 }));
    assert_eq!(
        screen.tab(|row| has(row, "markList", &json!(STAR))),
        ids(&by(json!({ "markType": STAR })))
    );
    for folder in folders {
        assert_eq!(
            screen.tab(|row| has(row, "conversationGroupList", &json!(folder))),
            ids(&by(json!({ "conversationGroup": folder })))
        );
    }
}
