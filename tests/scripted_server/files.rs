//! Files: upload services and web servers that refuse, lie, crawl and break off.

use crate::support::app::App;
use crate::support::script::{Connection, Script, attr};
use crate::support::temp_dir;
use crate::support::web::{Visit, serve, slots};
use crate::{CHAT, from_bob, login};
use im::events::Event;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

pub(crate) const SIZE: usize = 300_000;

/// A server with an upload service whose files go to `web`.
pub(crate) fn with_uploads(
    web: impl Fn(&mut Visit) + Send + Sync + 'static,
    refuses: impl Fn(&mut Connection, &str) -> bool + Send + Sync + 'static,
) -> Script {
    let base = serve(web);
    Script::start(true, move |server, xml| {
        xml.contains("urn:xmpp:http:upload:0") && refuses(server, xml) || slots(&base, server, xml)
    })
}

pub(crate) fn send_file(app: &App, dir: &Path, name: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, name.repeat(SIZE).get(..SIZE).unwrap()).unwrap();
    let sent = app.ok(
        "sendMessage",
        json!({ "receiver": "bob@im.test", "fileElem": { "path": path } }),
    );
    assert_eq!(sent["errorCode"], 0);
    sent["msgID"].as_str().unwrap().to_owned()
}

pub(crate) fn message(app: &App, msg_id: &str) -> Value {
    let history = app.history(CHAT);
    history.into_iter().find(|message| message["msgID"] == msg_id).unwrap()
}

/// The files in the account's folder, complete or not.
fn kept(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("alice%40im%2etest/media")).map_or(0, Iterator::count)
}

#[test]
fn what_the_server_does_not_take_ends_with_status_3_and_why_and_holds_nothing_up() {
    let refuse = |server: &mut Connection, xml: &str| {
        match attr(xml, "filename").as_str() {
            // XEP-0363, 7: the file is too large.
            "slot-large" => server.refuse(xml, "not-acceptable"),
            "slot-forbidden" => server.refuse(xml, "forbidden"),
            _ => return false,
        }
        true
    };
    let web = |visit: &mut Visit| {
        let status = match visit.path.as_str() {
            "/large" => "413 Content Too Large",
            "/full" => "507 Insufficient Storage",
            "/forbidden" => "403 Forbidden",
            // What is brought to the account's server does not go on to another one.
            "/moved" => "307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/",
            _ => "201 Created",
        };
        // Some servers say so before they have read it, and read on: whoever closes a connection with something unread in it
        // takes back the answer.
        if visit.path != "/large" {
            visit.read(SIZE);
        }
        visit.end(status);
        visit.until_gone();
    };
    let script = with_uploads(web, refuse);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let cases = [
        ("slot-large", 7005),
        ("slot-forbidden", 10007),
        ("large", 7005),
        ("full", 6008),
        ("forbidden", 6008),
        ("moved", 6008),
    ];
    let sent = cases.map(|(name, code)| (send_file(&app, dir.path(), name), code));
    let good = send_file(&app, dir.path(), "good");
    let text = app.send(CHAT, "and now?");
    app.wait("all have ended", |app| {
        app.history(CHAT).iter().all(|message| message["status"] != 1)
    });
    for msg_id in [&good, &text] {
        assert_eq!(message(&app, msg_id)["status"], 2);
    }
    for (msg_id, code) in &sent {
        let shown = message(&app, msg_id);
        let name = &shown["fileElem"]["fileName"];
        assert_eq!(
            (&shown["status"], &shown["errorCode"]),
            (&json!(3), &json!(code)),
            "{name}"
        );
        // It can be sent again.
        assert_ne!(shown["fileElem"]["localUrl"], "", "{name}");
    }
    let told: Vec<Value> = app
        .heard
        .all()
        .into_iter()
        .filter(|(event, _)| *event == Event::MessageStatusChanged)
        .map(|(_, told)| told)
        .collect();
    for (msg_id, code) in &sent {
        let of_it: Vec<&Value> = told.iter().filter(|told| told["msgID"] == **msg_id).collect();
        assert_eq!(of_it.len(), 1);
        assert_eq!(of_it[0]["errorCode"], *code);
    }
    // Why is known after a restart too, until it is sent again.
    drop(app);
    let app = App::open_with(&script.config(dir.path()));
    assert_eq!(message(&app, &sent[0].0)["errorCode"], 7005);
    let again = app.ok("reSendMessage", json!({ "msgID": sent[0].0 }));
    assert_eq!((&again["status"], &again["errorCode"]), (&json!(1), &json!(0)));
}

#[test]
fn an_upload_that_breaks_off_or_comes_too_early_is_made_again_and_the_message_goes_out_once() {
    let slots_given = AtomicUsize::new(0);
    let wait = move |server: &mut Connection, xml: &str| {
        // A quota that is free again in a moment.
        let refuses = !attr(xml, "filename").is_empty() && slots_given.fetch_add(1, Ordering::Relaxed) == 0;
        if refuses {
            let id = attr(xml, "id");
            server.say(&format!(
                "<iq type='error' id='{id}' from='upload.im.test'><error type='wait'>\
                 <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            ));
        }
        refuses
    };
    let (visits, got) = (AtomicUsize::new(0), Arc::new(Mutex::new(Vec::new())));
    let taken = Arc::clone(&got);
    let web = move |visit: &mut Visit| match visits.fetch_add(1, Ordering::Relaxed) {
        0 => visit.end("503 Service Unavailable"),
        // The connection breaks in the middle.
        1 => drop(visit.read(SIZE / 2)),
        _ => {
            *taken.lock().unwrap() = visit.read(visit.length);
            visit.end("201 Created");
        }
    };
    let script = with_uploads(web, wait);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let msg_id = send_file(&app, dir.path(), "film");
    app.wait_for(Duration::from_secs(120), "it is sent", |app| {
        message(app, &msg_id)["status"] == 2
    });
    assert_eq!(*got.lock().unwrap(), std::fs::read(dir.path().join("film")).unwrap());
    assert_eq!(script.heard(&["<message", "/film"]).len(), 1);
}

/// The ends of downloads that were told: (isFinish, errorCode).
fn ends(app: &App) -> Vec<(bool, i64)> {
    let told = app.heard.all().into_iter();
    told.filter(|(event, _)| *event == Event::MessageDownloadProgress)
        .map(|(_, told)| (told["isFinish"] == true, told["errorCode"].as_i64().unwrap()))
        .filter(|(is_finish, code)| *is_finish || *code != 0)
        .collect()
}

/// A file of Bob's. With a hash it is that of `abc`.
fn shared(url: &str, name: &str, has_hash: bool) -> String {
    let hash = if has_hash {
        "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=</hash>"
    } else {
        ""
    };
    format!(
        "<body>{url}</body><x xmlns='jabber:x:oob'><url>{url}</url></x>\
         <file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>{name}</name><size>3</size>{hash}\
         </file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{url}'/></sources></file-sharing>"
    )
}

#[test]
fn a_web_server_that_lies_refuses_or_crawls_ends_the_download_with_its_code_and_leaves_nothing() {
    let base = serve(|visit| match visit.path.as_str() {
        "/short" => visit.answer("200 OK\r\nContent-Length: 100", b"abc"),
        // What comes beyond is not read.
        "/long" => visit.answer("200 OK\r\nContent-Length: 2", b"abc"),
        "/huge" => visit.answer("200 OK\r\nContent-Length: 99999999999", b"abc"),
        "/other" => visit.give(b"abd"),
        "/round" => visit.end("302 Found\r\nLocation: /round"),
        "/inside" => visit.end("302 Found\r\nLocation: https://169.254.169.254/secret"),
        "/file" => visit.end("302 Found\r\nLocation: file:///etc/passwd"),
        // A byte now and then, for ever.
        "/crawls" => {
            visit.answer("200 OK\r\nContent-Length: 1000000", b"");
            while visit.say(b"x") {
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        // Without an end: nobody says how much it is.
        "/endless" => {
            visit.answer("200 OK", b"");
            while visit.say(&[b'x'; 1 << 10]) {
                std::thread::park_timeout(Duration::from_millis(5));
            }
        }
        "/good" => visit.give(b"abc"),
        _ => visit.end("404 Not Found"),
    });
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let cases = [
        ("short", 60_000),
        ("long", 60_000),
        ("huge", 60_000),
        ("other", 60_000),
        ("gone", 60_000),
        ("round", 60_000),
        ("inside", 60_000),
        ("file", 60_000),
        ("crawls", 400),
        ("endless", 400),
    ];
    for (number, (name, timeout)) in cases.iter().enumerate() {
        let stanza = shared(&format!("{base}/{name}"), "../../../evil", true);
        assert!(script.say(&from_bob(name, &stanza)));
        app.wait("the message", |app| app.history(CHAT).len() > number);
        let got = app.history(CHAT).pop().unwrap();
        assert_eq!(got["fileElem"]["fileName"], "evil");
        let request = json!({ "msgID": got["msgID"], "timeoutMs": timeout });
        let (code, desc) = app.call("downloadMessage", &request);
        let expected: &[i64] = if *timeout < 1_000 { &[9510, 6009] } else { &[6009] };
        assert!(expected.contains(&code), "{name}: {code} {desc}");
        assert!(!desc.to_string().contains(&base), "{name}: {desc}");
        app.wait("its end is told", |app| ends(app).len() > number);
        assert_eq!(ends(&app)[number], (false, code), "{name}");
        assert_eq!(kept(dir.path()), 0, "{name}");
    }
    let stanza = shared(&format!("{base}/good"), "..", true);
    assert!(script.say(&from_bob("good", &stanza)));
    app.wait("the message", |app| app.history(CHAT).len() > cases.len());
    let got = app.history(CHAT).pop().unwrap();
    let got = app.ok("downloadMessage", json!({ "msgID": got["msgID"] }));
    let path = Path::new(got["fileElem"]["localUrl"].as_str().unwrap());
    assert_eq!(std::fs::read(path).unwrap(), b"abc");
    assert!(path.starts_with(dir.path().join("alice%40im%2etest/media")), "{path:?}");
    app.wait("its end is told", |app| ends(app).len() == cases.len() + 1);
}

#[test]
fn a_download_that_is_cancelled_ends_at_once_and_can_be_made_again() {
    let visits = AtomicUsize::new(0);
    let base = serve(move |visit| match visits.fetch_add(1, Ordering::Relaxed) {
        0 => {
            visit.answer("200 OK\r\nContent-Length: 3", b"a");
            visit.until_gone();
        }
        _ => visit.give(b"abc"),
    });
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    assert!(script.say(&from_bob("m", &shared(&format!("{base}/a"), "a.pdf", true))));
    app.wait("the message", |app| app.history(CHAT).len() == 1);
    let msg_id = app.history(CHAT)[0]["msgID"].clone();
    let cancel = || app.call("cancelDownloadMessage", &json!({ "msgID": msg_id })).0;
    assert_eq!(cancel(), 8020);
    std::thread::scope(|scope| {
        let download = scope.spawn(|| {
            app.call("downloadMessage", &json!({ "msgID": msg_id, "timeoutMs": 600_000 }))
                .0
        });
        app.wait("some of it is there", |app| {
            app.heard.count(Event::MessageDownloadProgress) > 0
        });
        assert_eq!(cancel(), 0);
        assert_eq!(download.join().unwrap(), 8021);
    });
    app.wait("its end is told", |app| ends(app).len() == 1);
    assert_eq!((ends(&app), kept(dir.path()), cancel()), (vec![(false, 8021)], 0, 8020));
    app.ok("downloadMessage", json!({ "msgID": msg_id }));
    app.wait("the other end is told", |app| ends(app).len() == 2);
    assert_eq!(ends(&app)[1], (true, 0));
}

#[test]
fn deleting_a_message_in_the_middle_of_its_upload_ends_that_and_what_follows_goes_out() {
    const LARGE: usize = 16 << 20;
    let (says, now) = mpsc::channel();
    let (goes_on, go) = mpsc::channel();
    let (counts, counted) = mpsc::channel();
    let go = Mutex::new(go);
    let web = move |visit: &mut Visit| {
        if visit.path == "/unwanted" {
            let first = visit.read(SIZE).len();
            says.send(()).unwrap();
            go.lock().unwrap().recv().unwrap();
            counts.send(first + visit.read(visit.length - first).len()).unwrap();
        } else {
            visit.read(visit.length);
            visit.end("201 Created");
            visit.until_gone();
        }
    };
    let script = with_uploads(web, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let path = dir.path().join("unwanted");
    std::fs::write(&path, vec![7; LARGE]).unwrap();
    let elem = json!({ "path": path });
    let unwanted = app.ok("sendMessage", json!({ "receiver": "bob@im.test", "fileElem": elem }));
    now.recv_timeout(Duration::from_secs(60))
        .expect("it comes to the middle");
    app.ok("deleteMessages", json!({ "msgIDs": [unwanted["msgID"]] }));
    // A single byte is a file too.
    let elem = json!({ "dataBase64": "YQ==", "fileName": "one" });
    let one = app.ok("sendMessage", json!({ "receiver": "bob@im.test", "fileElem": elem }));
    app.wait("what follows is sent", |app| {
        let history = app.history(CHAT);
        history.len() == 1 && history[0]["msgID"] == one["msgID"] && history[0]["status"] == 2
    });
    goes_on.send(()).unwrap();
    let got = counted.recv_timeout(Duration::from_secs(60)).expect("it ends");
    assert!(got < LARGE, "the rest was brought too");
    assert_eq!(script.heard(&["<message", "/unwanted"]).len(), 0);
    assert_eq!(script.heard(&["<message", "/one"]).len(), 1);
}
