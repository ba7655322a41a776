//! The first sync of an account with a past: more than one page of it, also what the server has kept for the first login.

#[path = "servers/mod.rs"]
mod servers;
mod support;

use im::events::Event;
use serde_json::json;
use servers::Server;
use support::app::App;
use support::temp_dir;

/// More than two pages of an archive.
const MESSAGES: usize = 450;

fn run(server: &dyn Server) {
    let dir = temp_dir();
    let open = |name: &str, jid: &str| {
        let app = App::open_with(&json!({ "dataDir": dir.path().join(name), "backend": server.backend(jid) }));
        app.ok("login", json!({}));
        app
    };
    let alice = server.new_user("alice");
    let with_alice = format!("c2c_{alice}");
    let writers = [server.new_user("bob"), server.new_user("carol")];
    let texts: Vec<String> = (0..MESSAGES / 2).map(|number| number.to_string()).collect();
    for jid in &writers {
        let app = open(jid, jid);
        for text in &texts {
            app.send(&with_alice, text);
        }
        app.wait("all is sent", |app| {
            app.history(&with_alice).iter().all(|message| message["status"] == 2)
        });
    }
    let app = open("alice", &alice);
    app.wait("the sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) == 1
    });
    for jid in &writers {
        assert_eq!(app.texts(&format!("c2c_{jid}")), texts);
    }
    // Carol wrote last.
    let ids: Vec<_> = app.list().iter().map(|row| row["conversationID"].clone()).collect();
    assert_eq!(
        ids,
        [
            json!(format!("c2c_{}", writers[1])),
            json!(format!("c2c_{}", writers[0]))
        ]
    );
    assert_eq!(app.heard.count(Event::RecvNewMessage), 0, "history is not news");
    assert_eq!(app.heard.count(Event::SyncServerStart), 1);
}

#[test]
fn a_long_past_is_in_order_on_prosody() {
    run(servers::prosody());
}

#[test]
fn a_long_past_is_in_order_on_ejabberd() {
    run(servers::ejabberd());
}
