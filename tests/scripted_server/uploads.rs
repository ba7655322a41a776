//! Uploads that the app cancels, that are refused and sent again, and upload services that never say yes.

use crate::files::{SIZE, message, send_file, with_uploads};
use crate::support::app::App;
use crate::support::script::{Connection, attr};
use crate::support::temp_dir;
use crate::support::web::Visit;
use crate::{CHAT, login};
use im::events::Event;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

const LARGE: usize = 16 << 20;

fn send_large(app: &App, dir: &std::path::Path) -> Value {
    let path = dir.join("film");
    std::fs::write(&path, vec![7; LARGE]).unwrap();
    let elem = json!({ "path": path });
    app.ok("sendMessage", json!({ "receiver": "bob@im.test", "fileElem": elem }))["msgID"].clone()
}

/// What was told of a message: each end, by status and code, and each percent.
fn told(app: &App, msg_id: &Value) -> (Vec<(i64, i64)>, Vec<i64>) {
    let (mut ends, mut percents) = (Vec::new(), Vec::new());
    for (event, told) in app.heard.all() {
        if event == Event::MessageStatusChanged && told["msgID"] == *msg_id {
            ends.push((told["status"].as_i64().unwrap(), told["errorCode"].as_i64().unwrap()));
        }
        if event == Event::SendMessageProgress && told["message"]["msgID"] == *msg_id {
            percents.push(told["progress"].as_i64().unwrap());
        }
    }
    (ends, percents)
}

#[test]
fn an_upload_that_is_cancelled_ends_once_holds_nothing_up_and_arrives_once_when_it_is_sent_again() {
    let (says, now) = mpsc::channel();
    let (counts, counted) = mpsc::channel();
    let visits = AtomicUsize::new(0);
    let web = move |visit: &mut Visit| {
        if visits.fetch_add(1, Ordering::Relaxed) == 0 {
            let first = visit.read(SIZE).len();
            says.send(()).unwrap();
            counts.send(first + visit.read(visit.length - first).len()).unwrap();
        } else {
            assert_eq!(visit.read(visit.length).len(), LARGE);
            visit.end("201 Created");
            visit.until_gone();
        }
    };
    let script = with_uploads(web, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let film = send_large(&app, dir.path());
    let text = app.send(CHAT, "and this?");
    now.recv_timeout(Duration::from_secs(60))
        .expect("it comes to the middle");
    let cancel = || app.call("cancelSendingMessage", &json!({ "msgID": film })).0;
    // Nobody has answered, however much has gone out.
    assert_eq!(cancel(), 0);
    app.wait("it is told", |app| !told(app, &film).0.is_empty());
    let (ends, percents) = told(&app, &film);
    assert_eq!(ends, [(3, 8021)]);
    assert!(!percents.contains(&100), "{percents:?}");
    assert_eq!(cancel(), 8020);
    app.wait("what follows is sent", |app| message(app, &text)["status"] == 2);
    let got = counted.recv_timeout(Duration::from_secs(60)).expect("it ends");
    assert!(got <= LARGE);
    assert_eq!(script.heard(&["<message", "/film"]).len(), 0);
    app.ok("reSendMessage", json!({ "msgID": film }));
    app.wait("it is sent", |app| message(app, film.as_str().unwrap())["status"] == 2);
    app.wait("the end of its progress", |app| told(app, &film).1.contains(&100));
    let (ends, percents) = told(&app, &film);
    assert_eq!(ends, [(3, 8021), (2, 0)]);
    assert_eq!(percents.iter().filter(|percent| **percent == 100).count(), 1);
    assert_eq!(script.heard(&["<message", "/film"]).len(), 1);
    assert_eq!(cancel(), 8020);
}

#[test]
fn what_the_server_refused_first_and_takes_later_is_sent_again_and_arrives_once() {
    let visits = AtomicUsize::new(0);
    let web = move |visit: &mut Visit| {
        visit.read(visit.length);
        match visits.fetch_add(1, Ordering::Relaxed) {
            0 => visit.end("507 Insufficient Storage"),
            _ => visit.end("201 Created"),
        }
        visit.until_gone();
    };
    let script = with_uploads(web, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let msg_id = send_file(&app, dir.path(), "film");
    app.wait("it is refused", |app| message(app, &msg_id)["status"] == 3);
    let later = app.send(CHAT, "wait");
    app.wait("what follows is sent", |app| message(app, &later)["status"] == 2);
    app.ok("reSendMessage", json!({ "msgID": msg_id }));
    app.wait("it is sent", |app| message(app, &msg_id)["status"] == 2);
    assert_eq!(script.heard(&["<message", "/film"]).len(), 1);
    let shown: Vec<Value> = app.history(CHAT).iter().map(|shown| shown["msgID"].clone()).collect();
    assert_eq!(shown, [json!(later), json!(msg_id)], "it is the newest");
    assert_eq!(told(&app, &json!(msg_id)).0, [(3, 6008), (2, 0)]);
}

/// Refuses a slot for now.
fn not_now(server: &mut Connection, xml: &str) {
    let id = attr(xml, "id");
    server.say(&format!(
        "<iq type='error' id='{id}' from='upload.im.test'><error type='wait'>\
         <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
         <retry xmlns='urn:xmpp:http:upload:0' stamp='2099-01-01T00:00:00Z'/></error></iq>"
    ));
}

#[test]
fn a_service_that_never_gives_a_slot_ends_with_status_3_and_holds_nothing_up() {
    let refuse = |server: &mut Connection, xml: &str| {
        match attr(xml, "filename").as_str() {
            "quota" => not_now(server, xml),
            // It says nothing at all.
            "silent" => {}
            _ => return false,
        }
        true
    };
    let script = with_uploads(
        |visit| {
            visit.read(visit.length);
            visit.end("201 Created");
            visit.until_gone();
        },
        refuse,
    );
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let quota = send_file(&app, dir.path(), "quota");
    let behind = app.send(CHAT, "are you there?");
    // No other conversation waits for it.
    let others = app.send("c2c_carol@im.test", "hi");
    app.wait("the message to somebody else", |app| {
        app.history("c2c_carol@im.test")
            .iter()
            .any(|shown| shown["msgID"] == others && shown["status"] == 2)
    });
    assert_eq!(message(&app, &quota)["status"], 1);
    app.wait_for(Duration::from_secs(120), "it has ended", |app| {
        message(app, &quota)["status"] != 1
    });
    assert_eq!(told(&app, &json!(quota)).0, [(3, 6008)]);
    app.wait("what was behind it", |app| message(app, &behind)["status"] == 2);
    assert_eq!(script.heard(&["<iq", "filename", "quota"]).len(), 6);
    // While nothing is said, and the app can end it at any time: the account stays connected.
    let silent = send_file(&app, dir.path(), "silent");
    let behind = app.send(CHAT, "and now?");
    app.wait("it is asked for", |_| {
        !script.heard(&["<iq", "filename", "silent"]).is_empty()
    });
    assert_eq!(app.call("cancelSendingMessage", &json!({ "msgID": silent })).0, 0);
    app.wait("what was behind it", |app| message(app, &behind)["status"] == 2);
    assert_eq!(told(&app, &json!(silent)).0, [(3, 8021)]);
    assert_eq!(app.heard.count(Event::ConnectSuccess), 1);
}

/// Whether all of it is played: `LIBIM_DRIPS=all` waits until an upload that drips is given up, which takes minutes.
fn is_played_out() -> bool {
    std::env::var("LIBIM_DRIPS").is_ok_and(|played| played == "all")
}

/// A server that reads a byte now and then, and one that has read everything and never says so.
#[test]
fn an_upload_that_drips_holds_up_its_own_conversation_only_and_ends_once() {
    let web = |visit: &mut Visit| match visit.path.as_str() {
        "/film" => {
            while !visit.read(1).is_empty() {
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        "/silent" => {
            visit.read(visit.length);
            visit.until_gone();
        }
        _ => {
            visit.read(visit.length);
            visit.end("201 Created");
            visit.until_gone();
        }
    };
    let script = with_uploads(web, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let drips = send_large(&app, dir.path());
    let behind = app.send(CHAT, "are you there?");
    let elem = json!({ "dataBase64": "YQ==", "fileName": "silent" });
    let request = json!({ "receiver": "dave@im.test", "fileElem": elem });
    let silent = app.ok("sendMessage", request)["msgID"].clone();
    app.wait("both are on their way", |_| {
        script.heard(&["<iq", "filename", "film"]).len() == 1 && script.heard(&["<iq", "filename", "silent"]).len() == 1
    });
    // Other conversations go on meanwhile, with their files.
    for number in 0..3 {
        let elem = json!({ "dataBase64": "YQ==", "fileName": format!("file-{number}") });
        let carols = json!({ "receiver": "carol@im.test", "fileElem": elem });
        let msg_id = app.ok("sendMessage", carols)["msgID"].clone();
        app.wait("the message to somebody else", |app| {
            let history = app.history("c2c_carol@im.test");
            history
                .iter()
                .any(|shown| shown["msgID"] == msg_id && shown["status"] == 2)
        });
    }
    for msg_id in [&drips, &silent] {
        assert!(told(&app, msg_id).0.is_empty());
    }
    let expected = if is_played_out() {
        app.wait_for(Duration::from_secs(900), "both have ended", |app| {
            [&drips, &silent].iter().all(|msg_id| !told(app, msg_id).0.is_empty())
        });
        6008
    } else {
        for msg_id in [&drips, &silent] {
            app.ok("cancelSendingMessage", json!({ "msgID": msg_id }));
        }
        8021
    };
    app.wait("what was behind it", |app| message(app, &behind)["status"] == 2);
    for msg_id in [&drips, &silent] {
        assert_eq!(told(&app, msg_id).0, [(3, expected)]);
        assert!(!told(&app, msg_id).1.contains(&100));
    }
    assert_eq!(script.heard(&["<message", "/film"]).len(), 0);
    assert_eq!(app.heard.count(Event::ConnectSuccess), 1, "the connection stays");
}
