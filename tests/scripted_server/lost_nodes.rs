//! Servers that lose what the account keeps in private nodes.

use crate::support::app::App;
use crate::support::script::{self, Connection, ME, Script};
use crate::support::temp_dir;
use crate::{BOB, CHAT, from_bob, login};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const SETTINGS: &str = "urn:libim:conversations:0";
const MDS: &str = "urn:xmpp:mds:displayed:0";
const ACCOUNT: &str = "urn:libim:account:0";

/// The items of each node: what is in them, by their ids.
type Nodes = Arc<Mutex<BTreeMap<String, BTreeMap<String, String>>>>;

/// A server that keeps what is published.
fn start(nodes: &Nodes, max_items: Option<&'static str>) -> Script {
    let nodes = Arc::clone(nodes);
    Script::start(false, move |server, xml| {
        let node = script::attr(xml, "node");
        if !xml.starts_with("<iq") || ![SETTINGS, MDS, ACCOUNT].contains(&node.as_str()) {
            return false;
        }
        answer(&nodes, server, xml, node, max_items);
        true
    })
}

fn answer(nodes: &Nodes, server: &mut Connection, xml: &str, node: String, max_items: Option<&str>) {
    let mut nodes = nodes.lock().unwrap();
    if xml.contains("<publish ") {
        let (_, item) = xml.split_once("<item ").unwrap();
        let (_, payload) = item.split_once('>').unwrap();
        let payload = payload.split("</item>").next().unwrap().to_owned();
        nodes
            .entry(node)
            .or_default()
            .insert(script::attr(&format!("<x {item}"), "id"), payload);
        server.reply(xml, "");
    } else if xml.contains("<items") {
        let Some(items) = nodes.get(&node) else {
            return server.refuse(xml, "item-not-found");
        };
        let items: String = items
            .iter()
            .map(|(id, payload)| format!("<item id='{id}'>{payload}</item>"))
            .collect();
        server.reply(
            xml,
            &format!("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{node}'>{items}</items></pubsub>"),
        );
    } else if xml.contains("<configure")
        && xml.contains("'get'")
        && let Some(max_items) = max_items
    {
        server.reply(
            xml,
            &format!(
                "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='{node}'>\
                 <x xmlns='jabber:x:data' type='form'><field var='pubsub#max_items'>{max_items}</field></x>\
                 </configure></pubsub>"
            ),
        );
    } else if xml.contains("<configure") {
        server.refuse(xml, "not-acceptable");
    } else {
        server.reply(xml, "");
    }
}

/// The settings of the conversation with Bob, as they are published.
fn settings(nodes: &Nodes) -> Option<Value> {
    let nodes = nodes.lock().unwrap();
    let payload = nodes.get(SETTINGS)?.get(CHAT)?;
    let text = payload.split_once('>')?.1.split("</conversation>").next()?;
    serde_json::from_str(&text.replace("&quot;", "\"")).ok()
}

fn is_pinned(nodes: &Nodes) -> Option<bool> {
    settings(nodes)?["settings"]["pin"]["value"].as_bool()
}

/// A device that has pinned and read the conversation with Bob, and is away.
fn used(script: &Script, nodes: &Nodes, dir: &std::path::Path) {
    let app = App::open_with(&script.config(dir));
    login(&app);
    let id = format!("<body>s1</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='s1'/>");
    script.say(&from_bob("s1", &id));
    app.wait("it is there", |app| app.texts(CHAT) == ["s1"]);
    let all = json!({ "conversationID": CHAT, "cleanTimestamp": 0, "cleanSequence": 0 });
    app.ok("cleanConversationUnreadMessageCount", all);
    app.ok("pinConversation", json!({ "conversationID": CHAT, "isPinned": true }));
    app.wait("all is published", |_| {
        is_pinned(nodes) == Some(true) && nodes.lock().unwrap().contains_key(MDS)
    });
    // The device knows that too, and will not publish it once more: what waits in a conversation goes out one after the other.
    app.send(CHAT, "later");
    app.wait("the message after that goes out", |_| {
        !script.heard(&["<body>later</body>"]).is_empty()
    });
}

#[test]
fn what_the_server_has_lost_is_published_again() {
    let nodes = Nodes::default();
    let script = start(&nodes, None);
    let dir = temp_dir();
    used(&script, &nodes, dir.path());
    // What concerns no conversation alone is in an item of the account's own.
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.ok(
        "createConversationGroup",
        json!({ "groupName": "Work", "conversationIDList": [CHAT] }),
    );
    app.wait("the group has its name there", |_| {
        nodes.lock().unwrap()[SETTINGS].contains_key(&format!("c2c_{ME}"))
    });
    drop(app);
    let before = std::mem::take(&mut *nodes.lock().unwrap());
    assert!(before.contains_key(ACCOUNT) && before[MDS].contains_key(BOB));
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("it has all again", |_| {
        let nodes = nodes.lock().unwrap();
        [SETTINGS, MDS, ACCOUNT].iter().all(|node| {
            nodes
                .get(*node)
                .is_some_and(|items| items.keys().eq(before[*node].keys()))
        })
    });
    assert_eq!(is_pinned(&nodes), Some(true));
    let nodes = nodes.lock().unwrap();
    // The same time, in whole seconds at least.
    assert_eq!((&nodes[MDS], &nodes[ACCOUNT]), (&before[MDS], &before[ACCOUNT]));
}

#[test]
fn what_another_device_has_changed_since_the_server_lost_it_stays() {
    let nodes = Nodes::default();
    let script = start(&nodes, None);
    let dir = temp_dir();
    used(&script, &nodes, dir.path());
    let mut unpinned = settings(&nodes).unwrap();
    let pin = &mut unpinned["settings"]["pin"];
    pin["value"] = json!(false);
    pin["time"] = json!(pin["time"].as_i64().unwrap() + 1);
    let item = format!("<conversation xmlns='{SETTINGS}'>{unpinned}</conversation>");
    *nodes.lock().unwrap() = BTreeMap::from([(SETTINGS.to_owned(), BTreeMap::from([(CHAT.to_owned(), item)]))]);
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("it is read again", |_| nodes.lock().unwrap().contains_key(MDS));
    assert_eq!(is_pinned(&nodes), Some(false));
    assert_eq!(app.conversation(CHAT)["isPinned"], false);
}

#[test]
fn what_a_small_node_has_thrown_out_does_not_throw_out_something_else() {
    // As a number, and as Prosody says it.
    for max_items in [
        "<value>1</value>",
        "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='pubsub:integer-or-max'><range min='1' max='1'/>\
         </validate><value>max</value>",
    ] {
        let nodes = Nodes::default();
        let script = start(&nodes, Some(max_items));
        let dir = temp_dir();
        used(&script, &nodes, dir.path());
        let other = json!({ "settings": { "pin": { "value": true, "time": 1, "device": "other" } } });
        let item = format!("<conversation xmlns='{SETTINGS}'>{other}</conversation>");
        let id = "c2c_carol@im.test".to_owned();
        *nodes.lock().unwrap() = BTreeMap::from([(SETTINGS.to_owned(), BTreeMap::from([(id, item)]))]);
        let app = App::open_with(&script.config(dir.path()));
        login(&app);
        app.wait("what it has space for is there", |_| {
            nodes.lock().unwrap().contains_key(MDS)
        });
        assert_eq!(settings(&nodes), None);
    }
}
