//! An ejabberd cluster: alice is on one node and bob on the other, her node goes while both talk, and she goes on through
//! the other: nothing is lost, nothing comes twice, and the order stays.

#[path = "servers/mod.rs"]
mod servers;
mod support;

use im::events::Event;
use serde_json::json;
use servers::cluster::Cluster;
use servers::proxy::Proxy;
use servers::{DOMAIN, Server};
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use support::app::App;

/// How much each says: a third before the node goes, a third while it goes, a third afterwards.
const SAID: usize = 120;

/// A cluster is much for a small machine: one at a time.
static TURN: Mutex<()> = Mutex::new(());

/// A user's device.
struct Device {
    app: App,
    jid: String,
}

impl Device {
    fn login(server: &dyn Server, jid: &str, port: u16, dir: &Path) -> Self {
        let app = App::open_with(&json!({ "dataDir": dir, "backend": server.backend_at(jid, port) }));
        app.ok("login", json!({}));
        app.wait("the first sync has ended", |app| {
            app.heard.count(Event::SyncServerFinish) > 0
        });
        Self {
            app,
            jid: jid.to_owned(),
        }
    }

    /// What one of the two said and the server has, in this device's order.
    fn said_by(&self, conversation: &str, who: &str) -> Vec<String> {
        self.app
            .history(conversation)
            .iter()
            .filter(|message| message["status"] == 2)
            .map(|message| message["textElem"]["text"].as_str().unwrap().to_owned())
            .filter(|text| text.starts_with(who))
            .collect()
    }

    /// Waits until it has the last of both, and looks at what it has.
    fn has_all(&self, conversation: &str, device: &str) {
        for who in ["alice", "bob"] {
            self.app.wait(&format!("{device} has the last of {who}"), |_| {
                self.said_by(conversation, who).contains(texts(who).last().unwrap())
            });
        }
        for who in ["alice", "bob"] {
            assert_eq!(self.said_by(conversation, who), texts(who), "{device}: what {who} said");
        }
        assert_eq!(self.app.history(conversation).len(), 2 * SAID, "{device}");
    }
}

/// All that somebody says.
fn texts(who: &str) -> Vec<String> {
    (0..SAID).map(|number| format!("{who} {number}")).collect()
}

/// How a node goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Going {
    /// Its clients are led to the other node, and then it is stopped.
    Emptied,
    /// It is stopped with its clients: what is on its way to them inside of it, ejabberd drops.
    AtOnce,
}

/// Both talk in the conversation that `meet` makes, and in the middle alice's node goes.
fn when_alices_node_goes(going: Going, meet: impl FnOnce(&Device, &Device) -> [String; 2]) {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let dir = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let [first, second] = &cluster.nodes;
    let switch = Proxy::to(first.port());
    let (alice_id, bob_id) = (first.new_user("alice"), second.new_user("bob"));
    let alice = Device::login(first, &alice_id, switch.port(), &dir.path().join("alice"));
    let bob = Device::login(second, &bob_id, second.port(), &dir.path().join("bob"));
    let [alices, bobs] = meet(&alice, &bob);

    let say = |range: Range<usize>| {
        for number in range {
            alice.app.send(&alices, &texts("alice")[number]);
            bob.app.send(&bobs, &texts("bob")[number]);
        }
    };
    say(0..SAID / 3);
    // They are in the middle of it.
    alice
        .app
        .wait("alice hears bob", |_| alice.said_by(&alices, "bob").len() >= SAID / 12);
    std::thread::scope(|scope| {
        scope.spawn(|| say(SAID / 3..SAID * 2 / 3));
        if going == Going::Emptied {
            switch.lead_to(second.port());
            switch.cut();
            let user = alice_id.split('@').next().unwrap();
            servers::until("alice is on the other node", || {
                second
                    .admin("user_sessions_info", &json!({ "user": user, "host": DOMAIN }))
                    .contains(second.name())
            });
        }
        first.stop();
        switch.lead_to(second.port());
    });
    say(SAID * 2 / 3..SAID);

    bob.has_all(&bobs, "bob's device");
    if going == Going::AtOnce {
        // What a node takes with it no client can bring back: what it passed on is there, once and in order.
        alice.app.wait("alice has the last of both", |_| {
            ["alice", "bob"]
                .iter()
                .all(|who| alice.said_by(&alices, who).contains(texts(who).last().unwrap()))
        });
        let user = alice_id.split('@').next().unwrap();
        let kept = cluster.postgres.ask(&format!(
            "SELECT txt FROM archive WHERE username = '{user}' AND txt LIKE 'bob %' ORDER BY timestamp"
        ));
        assert_eq!(alice.said_by(&alices, "bob"), kept);
        assert_eq!(alice.said_by(&alices, "alice"), texts("alice"));
        return;
    }
    alice.has_all(&alices, "alice's device");
    for (device, conversation) in [(&alice, &alices), (&bob, &bobs)] {
        device.app.wait("what the other said is unread", |app| {
            app.conversation(conversation)["unreadCount"] == SAID
        });
    }
    // Who comes later finds the same.
    let tablet = Device::login(second, &alice_id, second.port(), &dir.path().join("tablet"));
    tablet.has_all(&alices, "alice's new device");
}

/// A room that one makes and both are in.
fn room(maker: &Device, other: &Device) -> [String; 2] {
    let id = format!("team@conference.{DOMAIN}");
    let members = json!([{ "userID": other.jid }]);
    let group = json!({ "groupType": "Work", "groupID": id, "groupName": "Team", "memberList": members });
    maker.app.ok("createGroup", group);
    let conversation = format!("group_{id}");
    other.app.wait("the room is in the list", |app| {
        app.list().iter().any(|row| row["conversationID"] == *conversation)
    });
    [conversation.clone(), conversation]
}

#[test]
fn two_users_go_on() {
    when_alices_node_goes(Going::Emptied, |alice, bob| {
        [format!("c2c_{}", bob.jid), format!("c2c_{}", alice.jid)]
    });
}

#[test]
fn a_room_of_the_other_node_goes_on() {
    when_alices_node_goes(Going::Emptied, |alice, bob| room(bob, alice));
}

#[test]
fn a_room_of_the_node_that_goes_is_entered_again() {
    when_alices_node_goes(Going::Emptied, room);
}

#[test]
fn two_users_go_on_without_a_warning() {
    when_alices_node_goes(Going::AtOnce, |alice, bob| {
        [format!("c2c_{}", bob.jid), format!("c2c_{}", alice.jid)]
    });
}
