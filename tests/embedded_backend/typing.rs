//! Typing, and the message that was typed.

use crate::app::App;
use crate::temp_dir;
use serde_json::{Value, json};

/// An app never shows somebody as typing whose message has arrived: what they said of typing it is told before it or not at all.
#[test]
fn nobody_types_a_message_that_has_arrived() {
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    let peers: Vec<(String, App)> = (0..12)
        .map(|number| {
            let user = format!("user{number}");
            let app = App::login(dir.path(), &user);
            (user, app)
        })
        .collect();
    for (_, peer) in &peers {
        peer.send_and_wait("c2c_alice", "hi");
    }
    for (user, peer) in &peers {
        let id = format!("c2c_{user}");
        alice.wait("he has written", |alice| !alice.texts(&id).is_empty());
        alice.send_and_wait(&id, "hello");
        alice.ok("sendTypingStatus", json!({ "userID": user, "isTyping": true }));
        alice.send(&id, "typed");
        // What went out behind the message is heard with one of these at the latest.
        for text in ["since", "later", "last"] {
            alice.send_and_wait(&id, text);
            peer.wait(text, |peer| {
                peer.texts("c2c_alice").last().is_some_and(|last| last == text)
            });
        }
        let heard = peer.heard.all();
        let place = |is_it: &dyn Fn(&Value) -> bool| heard.iter().position(|(_, told)| is_it(told));
        let typed = place(&|told| told["msgID"].is_string() && told["textElem"]["text"] == "typed");
        let typing = place(&|told| told["isTyping"] == true);
        assert!(
            typed.is_some() && (typing.is_none() || typing < typed),
            "{user}: {heard:?}"
        );
    }
}
