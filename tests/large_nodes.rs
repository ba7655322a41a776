//! Private nodes that are too large for one answer, on a scripted server that refuses what is too much: by the items that are
//! asked for at once, by a single item, and by the list of their names.

mod support;

#[path = "stanza_play/server.rs"]
#[allow(dead_code, unreachable_pub)] // the random stanzas use all of it
mod server;

use im::events::Event;
use serde_json::json;
use server::Memory;
use std::sync::{Arc, Mutex};
use support::app::App;
use support::script::{Script, attr};
use support::temp_dir;

const SETTINGS: &str = "urn:libim:conversations:0";
/// More than one part of what is asked for at once (500).
const USERS: usize = 520;
/// How many items the server sends in one answer.
const AT_ONCE: usize = 100;

fn pin(app: &App, user: usize, is_pinned: bool) {
    let id = format!("c2c_user{user}@im.test");
    app.ok(
        "pinConversation",
        json!({ "conversationID": id, "isPinned": is_pinned }),
    );
}

/// The users whose conversations are pinned.
fn pinned(app: &App) -> usize {
    app.list().iter().filter(|row| row["isPinned"] == true).count()
}

fn synced(script: &Script, dir: &std::path::Path) -> App {
    let app = App::open_with(&script.config(dir));
    app.ok("login", json!({}));
    app.wait("the sync has ended", |app| app.heard.count(Event::SyncServerFinish) > 0);
    app
}

/// The items that are asked for by their names.
fn wanted(xml: &str) -> Vec<String> {
    xml.split("<item ")
        .skip(1)
        .map(|item| attr(&format!(" {item}"), "id"))
        .collect()
}

/// A server that refuses to send more items at once, or this one, or the names of all.
fn strict(memory: &Arc<Mutex<Memory>>, condition: &'static str, tells_names: bool, huge: &'static str) -> Script {
    let memory = Arc::clone(memory);
    Script::start_resuming(move |server, xml| {
        let mut memory = memory.lock().unwrap();
        let is_of_node = xml.starts_with("<iq") && attr(xml, "node") == SETTINGS && attr(xml, "type") == "get";
        if !is_of_node || xml.contains("#owner") {
            return server::act(&mut memory, server, xml);
        }
        let names: Vec<String> = memory
            .nodes
            .keys()
            .filter(|key| key.0 == SETTINGS)
            .map(|key| key.1.clone())
            .collect();
        if xml.contains("disco#items") {
            let items: String = names
                .iter()
                .map(|name| format!("<item jid='alice@im.test' name='{name}'/>"))
                .collect();
            if tells_names {
                let query = "http://jabber.org/protocol/disco#items";
                server.reply(
                    xml,
                    &format!("<query xmlns='{query}' node='{SETTINGS}'>{items}</query>"),
                );
            } else {
                server.refuse(xml, condition);
            }
            return true;
        }
        let newest: usize = attr(xml, "max_items").parse().unwrap_or(names.len());
        let wanted = match wanted(xml) {
            wanted if wanted.is_empty() => names[names.len().saturating_sub(newest)..].to_vec(),
            wanted => wanted,
        };
        if wanted.len() > AT_ONCE || wanted.iter().any(|name| name == huge) {
            server.refuse(xml, condition);
            return true;
        }
        let items: String = wanted
            .iter()
            .filter_map(|name| memory.nodes.get_key_value(&(SETTINGS.to_owned(), name.clone())))
            .map(|((_, id), payload)| format!("<item id='{id}'>{payload}</item>"))
            .collect();
        let pubsub = "http://jabber.org/protocol/pubsub";
        server.reply(
            xml,
            &format!("<pubsub xmlns='{pubsub}'><items node='{SETTINGS}'>{items}</items></pubsub>"),
        );
        true
    })
}

#[test]
fn a_node_that_is_too_large_for_one_answer_is_read_in_parts() {
    let memory: Arc<Mutex<Memory>> = Arc::default();
    let dir = temp_dir();
    let first = synced(&server::start(&memory), &dir.path().join("first"));
    (0..USERS).for_each(|user| pin(&first, user, true));
    let published = || {
        let memory = memory.lock().unwrap();
        memory
            .nodes
            .keys()
            .filter(|key| key.0 == SETTINGS && key.1.contains("user"))
            .count()
    };
    first.wait("all is published", |_| published() == USERS);
    drop(first);
    for condition in ["policy-violation", "resource-constraint"] {
        // Everything, in parts.
        let all = synced(
            &strict(&memory, condition, true, "none"),
            &dir.path().join(format!("all-{condition}")),
        );
        assert_eq!(pinned(&all), USERS, "{condition}");
        // One item that the server never sends: all others are there, and that one is not taken back.
        let script = strict(&memory, condition, true, "c2c_user7@im.test");
        let but_one = synced(&script, &dir.path().join(format!("one-{condition}")));
        assert_eq!(pinned(&but_one), USERS - 1, "{condition}");
        assert!(script.heard(&["<retract ", SETTINGS]).is_empty());
        // Not even the names: as many of the newest as one answer holds.
        let newest = synced(
            &strict(&memory, condition, false, "none"),
            &dir.path().join(format!("new-{condition}")),
        );
        let shown = pinned(&newest);
        assert!(shown > AT_ONCE / 2 && shown <= AT_ONCE, "{condition}: {shown}");
        // What such a device changes is all that changes.
        pin(&newest, 98, false);
        let is_unpinned =
            || memory.lock().unwrap().nodes[&(SETTINGS.to_owned(), "c2c_user98@im.test".to_owned())].contains("false");
        newest.wait("it is published", |_| is_unpinned());
        assert_eq!(published(), USERS);
        pin(&newest, 98, true);
        newest.wait("it is pinned again", |_| !is_unpinned());
    }
}
