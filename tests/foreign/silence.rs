//! A message for which Prosody 0.12 with its archive in SQL never answers. Waiting for it takes minutes, so this is not part
//! of the normal run: `cargo test --test foreign -- --ignored`.

use crate::App;
use crate::client::Foreign;
use crate::login;
use crate::servers::Server;
use crate::support::second::next_second;
use im::events::Event;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(600);

pub fn is_passed_over(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let with_bob = format!("c2c_{bob_id}");
    let mut bob = Foreign::login(server, &bob_id);
    let (alice, away) = login(server, &alice_id);
    bob.say("chat", &alice_id, "first", "first");
    alice.wait("the first", |alice| alice.texts(&with_bob) == ["first"]);
    drop(alice);
    let mut said = vec!["first".to_owned()];
    for round in ["early", "late"] {
        for number in 0..3 {
            let text = format!("{round} {number}");
            bob.say("chat", &alice_id, &text, &text);
            said.push(text);
        }
        bob.raw(&format!(
            "<message type='chat' to='{alice_id}' id='{round}'><body>unreadable</body><x xmlns='urn:x' xml:y='1'/></message>"
        ));
        bob.say("chat", &alice_id, round, round);
        said.push(round.to_owned());
        // Nothing can be asked about what lies between two of one second.
        next_second();
    }
    bob.flush();
    let new = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for dir in [away.path(), new.path()] {
            let (said, alice_id, with_bob) = (&said, &alice_id, &with_bob);
            scope.spawn(move || reads_the_others(server, dir, alice_id, with_bob, said));
        }
    });
}

fn reads_the_others(server: &dyn Server, dir: &Path, jid: &str, with_bob: &str, said: &[String]) {
    let app = App::open_with(&json!({ "dataDir": dir, "backend": server.backend(jid) }));
    app.ok("login", json!({}));
    app.wait_for(PATIENCE, "the sync ends", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
    assert_eq!(app.heard.count(Event::SyncServerFailed), 0);
    // Other servers can read it.
    let mut texts = app.texts(with_bob);
    texts.retain(|text| text != "unreadable");
    assert_eq!(texts, said);
}
