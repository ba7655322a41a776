//! What XMPP servers and other people's clients do seldom, and no real one can be told to do: a server that is a script.

#[path = "../support/mod.rs"]
mod support;

mod bookmarks;
mod connections;
mod files;
mod groups;
mod lost_nodes;
mod messages;
mod people;
mod reads;
mod tip_batches;
mod tips;
mod uploads;

use im::events::Event;
use serde_json::json;
use support::app::App;
use support::script::ME;

const BOB: &str = "bob@im.test";

const CHAT: &str = "c2c_bob@im.test";

/// Logs in and waits until the first sync has ended.
fn login(app: &App) {
    app.ok("login", json!({}));
    app.wait("the first sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
}

/// A message of Bob's, with these elements.
fn from_bob(id: &str, elements: &str) -> String {
    format!("<message type='chat' from='{BOB}/phone' to='{ME}/phone' id='{id}'>{elements}</message>")
}
