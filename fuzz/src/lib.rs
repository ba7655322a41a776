//! What is fuzzed: one module a target, each with `run`, which takes any bytes and panics when a promise is broken, and
//! `SEEDS`, from which mutations start.

pub mod call;
pub mod config;
pub mod cursor;
pub mod service_rows;
pub mod stanza;

use im::api;
use im::client::Client;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// A target, for those who play all of them.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Plays one input.
    pub run: fn(&[u8]),
    /// Inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How much slower it is than one call.
    pub cost: usize,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "call",
        run: call::run,
        seeds: call::seeds,
        cost: 1,
    },
    Target {
        name: "config",
        run: config::run,
        seeds: config::seeds,
        cost: 20,
    },
    Target {
        name: "cursor",
        run: cursor::run,
        seeds: cursor::seeds,
        cost: 1,
    },
    Target {
        name: "service_rows",
        run: service_rows::run,
        seeds: service_rows::seeds,
        cost: 250,
    },
    Target {
        name: "stanza",
        run: stanza::run,
        seeds: stanza::seeds,
        cost: 1,
    },
];

/// Calls a method and holds the response to its promise: an envelope whose code is a documented status that the call
/// also returns, with null data and a sentence on failure. Gives the code and the data.
fn call_checked(client: &Arc<Client>, method: &str, request: &str) -> (i64, Value) {
    let response = api::call(client, method, request);
    checked(i64::from(response.status.code()), &response.json)
}

fn checked(status: i64, response: &str) -> (i64, Value) {
    let mut envelope: Value = serde_json::from_str(response).expect("every response is JSON");
    let code = envelope["code"].as_i64().expect("every response has a code");
    assert_eq!(code, status, "the status is the code");
    assert!(
        im::model::Status::ALL
            .iter()
            .any(|known| i64::from(known.code()) == code),
        "{code} is no status"
    );
    // 7012 is a fault of libim's own: no input may lead there.
    assert_ne!(code, 7012, "{response}");
    let desc = envelope["desc"].as_str().expect("every response has a desc");
    assert_eq!(code == 0, desc.is_empty(), "{response}");
    assert!(code == 0 || envelope["data"].is_null(), "{response}");
    (code, envelope["data"].take())
}

/// Opens a user's device on the embedded service in `dir`.
fn open(dir: &Path, user: &str, device: &str) -> Arc<Client> {
    let config = json!({
        "dataDir": dir.join(device),
        "userID": user,
        "backend": { "kind": "embedded", "path": dir.join("service.db") },
    });
    let (client, response) = api::open(&config.to_string());
    client.unwrap_or_else(|| panic!("{}", response.json))
}

/// A few users with conversations, groups, drafts and pins in `dir`; alice's client.
fn filled(dir: &Path) -> Arc<Client> {
    let bob = open(dir, "bob", "bob");
    let alice = open(dir, "alice", "alice");
    let ok = |client: &Arc<Client>, method: &str, request: Value| {
        let (code, data) = call_checked(client, method, &request.to_string());
        assert_eq!(code, 0, "{method} {request}");
        data
    };
    for client in [&bob, &alice] {
        ok(client, "login", json!({}));
    }
    ok(
        &alice,
        "createGroup",
        json!({ "groupType": "Work", "groupID": "team", "groupName": "Team", "memberList": [{ "userID": "bob" }] }),
    );
    for text in ["one", "two", "three"] {
        ok(
            &bob,
            "sendMessage",
            json!({ "receiver": "alice", "textElem": { "text": text } }),
        );
        ok(
            &alice,
            "sendMessage",
            json!({ "groupID": "team", "textElem": { "text": text }, "groupAtUserList": ["bob"] }),
        );
    }
    ok(
        &alice,
        "setConversationDraft",
        json!({ "conversationID": "c2c_carol", "draftText": "see you" }),
    );
    ok(
        &alice,
        "pinConversation",
        json!({ "conversationID": "group_team", "isPinned": true }),
    );
    bob.close().expect("bob can be closed");
    alice
}
