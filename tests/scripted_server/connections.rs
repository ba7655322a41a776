//! Connections: attempts that lead nowhere, and what is acknowledged on them.

use crate::support::app::App;
use crate::support::script::{self, Script};
use crate::support::temp_dir;
use crate::{CHAT, from_bob, login};
use im::events::Event;
use serde_json::json;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

#[test]
fn an_attempt_that_is_silent_is_given_up_when_the_network_has_changed() {
    const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
    let is_silent = AtomicBool::new(true);
    let script = Script::start(false, move |_, xml| {
        xml.contains(BIND) && is_silent.swap(false, Ordering::Relaxed)
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    std::thread::scope(|scope| {
        let login = scope.spawn(|| app.ok("login", json!({ "timeoutMs": 60_000 })));
        app.wait("it binds", |_| script.heard(&[BIND]).len() == 1);
        app.ok("networkChanged", json!({}));
        app.wait("it begins again", |_| script.heard(&[BIND]).len() == 2);
        login.join().unwrap();
    });
}

#[test]
fn a_server_that_reads_nothing_more_does_not_hold_a_logout_up() {
    let reads_on = Arc::new(AtomicBool::new(false));
    let goes_on = Arc::clone(&reads_on);
    let script = Script::start(true, move |_, xml| {
        while xml.starts_with("<message") && !goes_on.load(Ordering::Relaxed) {
            std::thread::park_timeout(Duration::from_millis(20));
        }
        false
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    app.ok("login", json!({}));
    // More than the two sockets hold.
    let data = "x".repeat(200_000);
    for _ in 0..80 {
        app.ok(
            "sendMessage",
            json!({ "receiver": "bob@im.test", "elemType": 2, "customElem": { "data": data } }),
        );
    }
    app.wait("it sends", |_| !script.heard(&["<message"]).is_empty());
    let (done, logged_out) = mpsc::channel();
    std::thread::scope(|scope| {
        let app = &app;
        scope.spawn(move || {
            app.ok("logout", json!({ "timeoutMs": 1_000 }));
            done.send(()).unwrap();
        });
        let outcome = logged_out.recv_timeout(Duration::from_secs(60));
        reads_on.store(true, Ordering::Relaxed);
        outcome.expect("the logout ends");
    });
    assert_eq!(app.ok("getLoginStatus", json!({})), 3);
}

/// As Prosody 0.12 does with a session whose connection broke at the wrong moment, however often it is resumed.
#[test]
fn a_server_that_takes_nothing_in_any_more_gets_another_session() {
    const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
    let (sessions, is_deaf) = (AtomicUsize::new(0), AtomicBool::new(false));
    let script = Script::start_resuming(move |_, xml| {
        if xml.contains(BIND) {
            sessions.fetch_add(1, Ordering::Relaxed);
            is_deaf.store(false, Ordering::Relaxed);
        } else if xml.starts_with("<message") && sessions.load(Ordering::Relaxed) == 1 {
            is_deaf.store(true, Ordering::Relaxed);
        }
        is_deaf.load(Ordering::Relaxed) && !xml.starts_with("<resume")
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.send(CHAT, "hi");
    app.wait_for(Duration::from_secs(120), "it is sent", |app| {
        app.history(CHAT)[0]["status"] == 2
    });
    assert_eq!(script.heard(&[BIND]).len(), 2);
}

#[test]
fn what_waits_for_the_sync_is_not_acknowledged_on_a_server_without_an_archive() {
    const NO_ARCHIVE: &str = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='account' \
                              type='registered'/></query>";
    let script = Script::start(true, |connection, xml| {
        if xml.contains("disco#info") && !xml.contains("conference") {
            connection.reply(xml, NO_ARCHIVE);
            return true;
        }
        // The roster is not told until the test says so.
        xml.contains("jabber:iq:roster")
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    app.ok("login", json!({}));
    app.wait("it asks", |_| script.heard(&["jabber:iq:roster"]).len() == 1);
    let acknowledged = || {
        let acks = || script.heard(&["<a ", "urn:xmpp:sm:3"]);
        let before = acks().len();
        script.say("<r xmlns='urn:xmpp:sm:3'/>");
        app.wait("it acknowledges", |_| acks().len() > before);
        script::attr(acks().last().unwrap(), "h").parse::<u32>().unwrap()
    };
    // The answers to what it asks beside the roster count too; these two come last.
    for last in ["<presence", "<publish node='urn:libim:account:0'"] {
        app.wait(last, |_| !script.heard(&[last]).is_empty());
    }
    let count = Cell::new(acknowledged());
    app.wait("it waits for the roster alone", |_| {
        let now = acknowledged();
        count.replace(now) == now
    });
    let before = count.get();
    script.say(&from_bob("waits", "<body>hi</body>"));
    assert_eq!(acknowledged(), before);
    let id = script::attr(&script.heard(&["jabber:iq:roster"])[0], "id");
    script.say(&format!(
        "<iq type='result' id='{id}'><query xmlns='jabber:iq:roster'/></iq>"
    ));
    app.wait("it is stored", |app| app.texts(CHAT) == ["hi"]);
    assert!(acknowledged() > before + 1);
}

#[test]
fn a_server_that_is_stopped_has_closed_the_connection() {
    const SHUTDOWN: &str =
        "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    for last_words in [SHUTDOWN, "</stream:stream>", ""] {
        let script = Script::start(false, |_, _| false);
        let dir = temp_dir();
        let app = App::open_with(&script.config(dir.path()));
        app.ok("login", json!({}));
        script.say(last_words);
        script.cut(true);
        let failure = || {
            let heard = app.heard.all();
            let failed = heard.into_iter().find(|(event, _)| *event == Event::ConnectFailed);
            failed.map(|(_, failure)| failure["desc"].clone())
        };
        app.wait("it is told", |_| failure().is_some());
        assert_eq!(
            failure(),
            Some(json!("the server closed the connection")),
            "{last_words}"
        );
    }
}

/// Breaks the connection while a server has something of the client's that it has not answered, once. Gives how often it came, once
/// that is twice.
fn broken_before_the_answer(
    is_forgotten: bool,
    is_it: impl Fn(&str) -> bool + Copy + Send + Sync + 'static,
    act: impl Fn(&App),
) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let script = Script::start_resuming(move |_, xml| is_it(xml) && counted.fetch_add(1, Ordering::Relaxed) == 0);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    act(&app);
    app.wait("the server has it", |_| count.load(Ordering::Relaxed) == 1);
    script.cut(is_forgotten);
    app.wait("it comes again", |_| count.load(Ordering::Relaxed) == 2);
    app.wait("it has come once more, and it is over", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
}

#[test]
fn a_setting_whose_answer_went_with_the_connection_is_shared_again() {
    for is_forgotten in [false, true] {
        let is_pin = |xml: &str| xml.contains("<publish ") && xml.contains("urn:libim:conversations:0");
        broken_before_the_answer(is_forgotten, is_pin, |app| {
            login(app);
            app.ok("pinConversation", json!({ "conversationID": CHAT, "isPinned": true }));
        });
    }
}

#[test]
fn a_room_whose_answer_went_with_the_connection_is_entered_again() {
    for is_forgotten in [false, true] {
        let enters = |xml: &str| xml.starts_with("<presence") && xml.contains("team@conference.im.test/");
        broken_before_the_answer(is_forgotten, enters, |app| {
            app.ok("login", json!({}));
        });
    }
}
