//! How far the account's devices have read, where one of them hears of the others late.

use crate::support::app::App;
use crate::support::script::{self, ME, Script};
use crate::support::temp_dir;
use crate::{BOB, CHAT, from_bob, login};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const MDS: &str = "urn:xmpp:mds:displayed:0";

/// All of a conversation was read up to a message, by its id in the archive.
fn read_up_to(id: &str) -> String {
    format!(
        "<item id='{BOB}'><displayed xmlns='{MDS}'><stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='{id}'/></displayed></item>"
    )
}

fn said(id: &str) -> String {
    from_bob(
        id,
        &format!("<body>{id}</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='{id}'/>"),
    )
}

fn read(app: &App) {
    let all = json!({ "conversationID": CHAT, "cleanTimestamp": 0, "cleanSequence": 0 });
    app.ok("cleanConversationUnreadMessageCount", all);
}

#[test]
fn what_was_read_here_before_another_device_read_further_does_not_take_that_back() {
    let is_later = Arc::new(AtomicBool::new(false));
    let later = Arc::clone(&is_later);
    let script = Script::start(false, move |server, xml| {
        if !later.load(Ordering::Relaxed) {
            return false;
        }
        if xml.contains("<items") && xml.contains(MDS) {
            let items = read_up_to("s2");
            server.reply(
                xml,
                &format!(
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{MDS}'>{items}</items></pubsub>"
                ),
            );
            return true;
        }
        let is_query = xml.contains("urn:xmpp:mam:2") && xml.contains("<set") && script::attr(xml, "to").is_empty();
        if is_query {
            let query = script::attr(xml, "queryid");
            server.say(&format!(
                "<message from='{ME}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='s2'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:09Z'/>\
                 <message xmlns='jabber:client' type='chat' from='{BOB}/phone' to='{ME}' id='s2'><body>s2</body></message>\
                 </forwarded></result></message>"
            ));
            server.reply(
                xml,
                "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>\
                 <first>s2</first><last>s2</last></set></fin>",
            );
        }
        is_query
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&said("s1"));
    app.wait("it is there", |app| app.texts(CHAT) == ["s1"]);
    app.ok("logout", json!({}));
    read(&app);
    is_later.store(true, Ordering::Relaxed);
    app.ok("login", json!({}));
    app.wait("it is told", |_| !script.heard(&["<publish ", MDS]).is_empty());
    let told = script.heard(&["<publish ", MDS]);
    assert!(told.iter().all(|told| told.contains("s2")), "{told:?}");
    assert_eq!(app.texts(CHAT), ["s1", "s2"]);
}

#[test]
fn what_a_device_tells_that_had_not_heard_of_ours_is_put_right_once() {
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    for id in ["s1", "s2"] {
        script.say(&said(id));
    }
    app.wait("both are there", |app| app.texts(CHAT) == ["s1", "s2"]);
    let tell = |id: &str| {
        script.say(&format!(
            "<message type='headline' from='{ME}' to='{ME}/phone'>\
             <event xmlns='http://jabber.org/protocol/pubsub#event'><items node='{MDS}'>{}</items></event></message>",
            read_up_to(id)
        ));
    };
    let told = || script.heard(&["<publish ", MDS, "s2"]).len();
    read(&app);
    app.wait("it is told", |_| told() == 1);
    tell("s2");
    tell("s1");
    app.wait("it is told again", |_| told() == 2);
    // The other may know another order of the two.
    tell("s1");
    script.say(&said("s3"));
    app.wait("all was heard", |app| app.texts(CHAT).len() == 3);
    read(&app);
    app.wait("the next is told", |_| {
        !script.heard(&["<publish ", MDS, "s3"]).is_empty()
    });
    assert_eq!(told(), 2);
}
