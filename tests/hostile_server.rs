//! A server that sends what no server should: bombs of entities, XML without depth or end, garbage. The app's cache stays as
//! it was, the failure is told, and the next attempt is made.

mod support;

use im::events::Event;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use support::app::App;
use support::temp_dir;

const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
    xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0' from='im.test'>";

/// Says the same to everybody who comes, and goes on saying `endless` until they leave.
fn serve(greeting: String, endless: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut heard = [0; 4096];
            // The client's header.
            if stream.read(&mut heard).is_err() || stream.write_all(greeting.as_bytes()).is_err() {
                continue;
            }
            while !endless.is_empty() && stream.write_all(&endless).is_ok() {}
            // Until the client has had enough.
            while stream.read(&mut heard).is_ok_and(|read| read > 0) {}
        }
    });
    port
}

fn config(dir: &Path, port: u16) -> Value {
    json!({
        "dataDir": dir,
        "backend": {
            "kind": "xmpp", "jid": "alice@im.test", "password": "secret",
            "host": "127.0.0.1", "port": port, "tls": "disabled",
        },
    })
}

fn survives(name: &str, greeting: String, endless: &[u8]) {
    let dir = temp_dir();
    let app = App::open_with(&config(dir.path(), serve(greeting, endless.to_vec())));
    app.send("c2c_bob@im.test", "kept");
    let (code, desc) = app.call("login", &json!({ "timeoutMs": 4000 }));
    assert!(code == 9508 || code == 9510, "{name}: {code} {desc}");
    assert!(!desc.as_str().unwrap().contains("secret"), "{name}: {desc}");
    // A server that only falls silent is given time, and the call ends before that.
    if code == 9508 {
        app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) >= 1);
        assert!(app.heard.count(Event::Connecting) >= 2, "{name}: it is tried again");
    }
    assert_eq!(app.texts("c2c_bob@im.test"), ["kept"], "{name}");
}

#[test]
fn a_disabled_account_ends_the_login_and_says_so() {
    let dir = temp_dir();
    let offer = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>\
        </mechanisms></stream:features>";
    let no = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/></failure>";
    let app = App::open_with(&config(dir.path(), serve(format!("{HEADER}{offer}{no}"), Vec::new())));
    app.send("c2c_bob@im.test", "kept");
    let (code, desc) = app.call("login", &json!({ "timeoutMs": 20_000 }));
    assert_eq!((code, &desc), (6014, &json!("the account is disabled on the server")));
    app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) == 1);
    assert_eq!(app.heard.count(Event::Connecting), 1, "it is not tried again");
    assert_eq!(app.texts("c2c_bob@im.test"), ["kept"]);
}

#[test]
fn entities_are_not_expanded() {
    let mut entities = String::from("<!ENTITY a0 'ha'>");
    for level in 1..30 {
        let below = format!("&a{};", level - 1).repeat(10);
        entities.push_str(&format!("<!ENTITY a{level} '{below}'>"));
    }
    let greeting = HEADER.replace("<stream:stream", &format!("<!DOCTYPE bomb [{entities}]><stream:stream"));
    survives(
        "entities",
        format!("{greeting}<stream:features>&a29;</stream:features>"),
        b"",
    );
}

#[test]
fn xml_without_a_bottom_is_refused() {
    survives(
        "depth",
        format!("{HEADER}<stream:features>"),
        "<a>".repeat(10_000).as_bytes(),
    );
}

#[test]
fn a_stanza_without_an_end_is_refused() {
    survives("size", format!("{HEADER}<stream:features><text>"), &[b'x'; 65_536]);
}

#[test]
fn an_attribute_without_an_end_is_refused() {
    survives("attribute", format!("{HEADER}<stream:features a='"), &[b'x'; 65_536]);
}

#[test]
fn children_without_an_end_are_refused() {
    survives(
        "children",
        format!("{HEADER}<stream:features>"),
        "<a/>".repeat(10_000).as_bytes(),
    );
}

#[test]
fn garbage_is_refused() {
    survives("garbage", "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(), b"");
    survives("bytes", format!("{HEADER}\u{1}\u{2}<<>>"), b"");
    survives("other XML", "<?xml version='1.0'?><html><body/></html>".to_owned(), b"");
}
