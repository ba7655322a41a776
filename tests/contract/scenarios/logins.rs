//! Logging in: who waits for what, and what is known of the connection meanwhile.

use crate::stage::Stage;
use im::events::Event;
use serde_json::{Value, json};

fn status(connection: &str, sync: &str) -> Value {
    json!({ "connection": connection, "connectionFailure": null, "sync": sync, "syncFailure": null })
}

pub(super) fn logins_at_the_same_time_are_one(stage: &Stage<'_>) {
    let alice = stage.device(&stage.user("alice"), "phone");
    let mallory = stage.user("mallory");
    assert_eq!(
        alice.ok("getConnectionStatus", json!({})),
        status("disconnected", "notStarted")
    );
    std::thread::scope(|scope| {
        let logins: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| alice.call("login", &json!({}))))
            .collect();
        let (code, answer) = alice.call("login", &json!({ "userID": mallory.id }));
        assert_eq!(code, 6017, "{answer}");
        for login in logins {
            let (code, answer) = login.join().unwrap();
            assert_eq!(code, 0, "{answer}");
        }
    });
    alice.until("the sync is finished", |alice| {
        alice.heard.count(Event::SyncServerFinish) > 0
    });
    // Logging in again is no second login either.
    alice.ok("login", json!({}));
    assert_eq!(
        alice.ok("getConnectionStatus", json!({})),
        status("connected", "finished")
    );
    for event in [Event::ConnectSuccess, Event::SyncServerStart, Event::SyncServerFinish] {
        assert_eq!(alice.heard.count(event), 1, "{}", event.name());
    }
    alice.logout();
    assert_eq!(
        alice.ok("getConnectionStatus", json!({})),
        status("disconnected", "finished")
    );
}
