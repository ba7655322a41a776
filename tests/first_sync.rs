//! The first sync of an account with a past: more than one page of it, also what the server has kept for the first login.

#[path = "servers/mod.rs"]
mod servers;
mod support;

use im::events::Event;
use serde_json::json;
use servers::Server;
use servers::proxy::Proxy;
use support::app::App;
use support::temp_dir;

/// More than two pages of an archive.
const MESSAGES: usize = 450;
/// How often the connection of one device breaks during its first sync.
const CUTS: usize = 20;

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

    // A device whose connection breaks again and again comes to the same.
    let proxy = Proxy::to(server.port());
    let config = json!({ "dataDir": dir.path().join("tablet"), "backend": server.backend_at(&alice, proxy.port()) });
    let tablet = App::open_with(&config);
    let has_finished = |tablet: &App| tablet.heard.count(Event::SyncServerFinish) > 0;
    let mut rng = fastrand::Rng::with_seed(7);
    tablet.ok("login", json!({}));
    while proxy.cuts() < CUTS && !has_finished(&tablet) {
        // A login is some 6,000 bytes, a page some 100,000.
        let before = proxy.cuts();
        proxy.cut_after(rng.i64(5_000..150_000));
        tablet.wait("the next cut", |tablet| proxy.cuts() > before || has_finished(tablet));
        tablet.ok("networkChanged", json!({}));
    }
    tablet.wait("its sync has ended", has_finished);
    assert!(proxy.cuts() > 2, "it was disturbed");
    for jid in &writers {
        assert_eq!(
            tablet.texts(&format!("c2c_{jid}")),
            texts,
            "after {} cuts",
            proxy.cuts()
        );
    }
    let unread = |app: &App| {
        app.list()
            .iter()
            .map(|row| row["unreadCount"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(unread(&tablet), unread(&app));
}

#[test]
fn a_long_past_is_in_order_on_prosody() {
    run(servers::prosody());
}

#[test]
fn a_long_past_is_in_order_on_ejabberd() {
    run(servers::ejabberd());
}
