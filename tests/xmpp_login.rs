//! Logging in on an XMPP server: the ways to connect, and the ends that a login can come to, each clear to the app.

#[path = "servers/mod.rs"]
mod servers;
mod support;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use im::events::Event;
use serde_json::{Value, json};
use servers::proxy::Proxy;
use servers::{Age, DOMAIN, Server};
use sha2::{Digest, Sha256};
use support::app::App;
use support::temp_dir;

fn open(server: &dyn Server, dir: &std::path::Path, jid: &str, changes: Value) -> App {
    let mut backend = server.backend(jid);
    for (key, value) in changes.as_object().unwrap() {
        backend[key] = value.clone();
    }
    App::open_with(&json!({ "dataDir": dir, "backend": backend }))
}

/// The code and the sentence of a login that fails.
fn refused(app: &App) -> (i64, String) {
    let (code, desc) = app.call("login", &json!({ "timeoutMs": 20_000 }));
    assert_ne!(code, 0);
    (code, desc.as_str().unwrap().to_owned())
}

fn each(run: impl Fn(&dyn Server)) {
    for server in [servers::prosody(), servers::ejabberd()] {
        println!("on {}", server.kind());
        run(server);
    }
}

#[test]
fn starttls_and_direct_tls_both_lead_in() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
        let direct = json!({ "tls": "direct", "port": server.tls_port() });
        let alice = open(server, &dir.path().join("a"), &alice, direct);
        let app = open(server, &dir.path().join("b"), &bob, json!({ "tls": "starttls" }));
        alice.ok("login", json!({}));
        app.ok("login", json!({}));
        assert_eq!(app.ok("getLoginUser", json!({})), *bob);
        alice.send(&format!("c2c_{bob}"), "hi");
        app.wait("the message is there", |app| app.list().len() == 1);
        app.wait("it is told", |app| app.heard.all().len() >= 2);
        let heard: Vec<Event> = app.heard.all().iter().map(|(event, _)| *event).collect();
        assert_eq!(heard[..2], [Event::Connecting, Event::ConnectSuccess]);
    });
}

/// SCRAM has a meaning of its own for these.
#[test]
fn a_name_with_equals_signs_and_commas_logs_in() {
    each(|server| {
        let dir = temp_dir();
        let jid = server.new_user("a=b,c=3d");
        let app = open(server, dir.path(), &jid, json!({}));
        app.ok("login", json!({}));
        assert_eq!(app.ok("getLoginUser", json!({})), *jid);
    });
}

/// A JSON Web Token (RFC 7519) with HMAC and SHA-256, which says who somebody is.
fn token(key: &[u8; 32], jid: &str, until: u64) -> String {
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let claims = json!({ "jid": jid, "exp": until }).to_string();
    let said = format!(
        "{}.{}",
        part(br#"{"alg":"HS256","typ":"JWT"}"#),
        part(claims.as_bytes())
    );
    // RFC 2104: the key is as long as its two pads where it counts.
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(&said).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    format!("{said}.{}", part(&outer))
}

/// As a company's own service gives them out, and ejabberd takes them in place of passwords.
#[test]
fn a_token_in_place_of_the_password_logs_in_where_the_server_takes_tokens() {
    let key = [7; 32];
    let dir = temp_dir();
    let file = dir.path().join("jwt.key");
    let jwk = json!({ "kty": "oct", "k": BASE64_URL_SAFE_NO_PAD.encode(key) });
    std::fs::write(&file, jwk.to_string()).unwrap();
    let config = include_str!("servers/ejabberd.yml");
    let by_token = format!("auth_method: jwt\njwt_key: \"{}\"", file.display());
    let server =
        servers::ejabberd::Ejabberd::start_with(Age::Installed, &config.replace("auth_method: sql", &by_token));
    let jid = format!("alice@{DOMAIN}");
    let open = |jid: &str, token: String| {
        let config = json!({ "password": token });
        open(&server, &dir.path().join(jid), jid, config)
    };
    let app = open(&jid, token(&key, &jid, 4_000_000_000));
    app.ok("login", json!({}));
    assert_eq!(app.ok("getLoginUser", json!({})), *jid);
    for (user, token) in [
        ("bob", token(&key, &jid, 4_000_000_000)),
        ("carol", token(&key, &format!("carol@{DOMAIN}"), 1_000_000_000)),
        ("dave", token(&[8; 32], &format!("dave@{DOMAIN}"), 4_000_000_000)),
    ] {
        let app = open(&format!("{user}@{DOMAIN}"), token.clone());
        let (code, desc) = refused(&app);
        assert_eq!(code, 6014, "{user}: {desc}");
        assert!(!desc.contains(&token), "{desc}");
    }
}

#[test]
fn a_wrong_password_ends_the_login_and_says_so() {
    each(|server| {
        let dir = temp_dir();
        let jid = server.new_user("alice");
        let app = open(server, dir.path(), &jid, json!({ "password": "not it" }));
        let (code, desc) = refused(&app);
        assert_eq!(code, 6014, "{desc}");
        assert!(desc.contains("backend.password") && !desc.contains("not it"), "{desc}");
        app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) == 1);
        assert_eq!(app.heard.count(Event::Connecting), 1, "it is not tried again");
        assert_eq!(app.ok("getLoginStatus", json!({})), 3);
    });
}

#[test]
fn an_account_that_is_let_in_no_more_is_told_and_stays_readable() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
        let proxy = Proxy::to(server.port());
        let app = open(server, &dir.path().join("a"), &alice, json!({ "port": proxy.port() }));
        app.ok("login", json!({}));
        app.wait("it is connected", |app| app.heard.count(Event::SyncServerFinish) == 1);
        proxy.refuse(true);
        proxy.cut();
        server.shut_out(&alice);
        proxy.refuse(false);
        app.ok("networkChanged", json!({}));
        let told = |app: &App| {
            let is_told = |(event, payload): &(Event, Value)| *event == Event::ConnectFailed && payload["code"] == 6014;
            app.heard.all().iter().filter(|heard| is_told(heard)).count()
        };
        app.wait("it is told", |app| told(app) == 1);
        app.wait("it is logged out", |app| app.ok("getLoginStatus", json!({})) == 3);
        // The account is known here, so the login itself does not wait for the server.
        app.ok("login", json!({}));
        app.wait("it is told again", |app| told(app) == 2);
        app.wait("it is logged out again", |app| app.ok("getLoginStatus", json!({})) == 3);
        app.send(&format!("c2c_{bob}"), "still here");
        assert_eq!(app.list().len(), 1);
    });
}

#[test]
fn calls_right_after_the_login_wait_for_what_they_need() {
    each(|server| {
        let dir = temp_dir();
        let alice = server.new_user("alice");
        let app = open(server, &dir.path().join("1"), &alice, json!({}));
        app.ok("login", json!({}));
        let group = app.ok("createGroup", json!({ "groupType": "Public", "groupName": "Tea" }));
        let second = open(server, &dir.path().join("2"), &alice, json!({}));
        second.ok("login", json!({}));
        second.ok("setGroupInfo", json!({ "groupID": group, "groupName": "Coffee" }));
        let id = format!("group_{}", group.as_str().unwrap());
        app.wait("the name", |app| app.conversation(&id)["showName"] == "Coffee");
        second.ok("dismissGroup", json!({ "groupID": group }));
        let (code, _) = second.call("getGroupMemberList", &json!({ "groupID": group }));
        assert_eq!(code, 10007);
    });
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    each(|server| {
        let dir = temp_dir();
        let jid = server.new_user("alice");
        let app = open(server, dir.path(), &jid, json!({ "caFile": null }));
        let (code, desc) = refused(&app);
        assert_eq!(code, 90004, "{desc}");
        assert!(desc.contains("certificate") && desc.contains(DOMAIN), "{desc}");
        app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) == 1);
        assert_eq!(app.heard.count(Event::Connecting), 1, "it is not tried again");
    });
}

#[test]
fn a_certificate_for_another_domain_is_refused() {
    let server = servers::prosody();
    let dir = temp_dir();
    let app = open(server, dir.path(), "alice@other.test", json!({}));
    let (code, desc) = refused(&app);
    assert_eq!(code, 90004, "{desc}");
}

#[test]
fn a_certificate_file_that_holds_none_is_refused_by_name() {
    let dir = temp_dir();
    let file = dir.path().join("empty.pem");
    std::fs::write(&file, "nothing").unwrap();
    let app = open(
        servers::prosody(),
        dir.path(),
        "alice@im.test",
        json!({ "caFile": file }),
    );
    let (code, desc) = refused(&app);
    assert_eq!(code, 90004, "{desc}");
    assert!(desc.contains("empty.pem"), "{desc}");
}

#[test]
fn a_host_that_is_not_there_is_tried_again_and_named() {
    let dir = temp_dir();
    let app = open(
        servers::prosody(),
        dir.path(),
        "alice@im.test",
        json!({ "host": "nowhere.invalid" }),
    );
    let (code, desc) = app.call("login", &json!({ "timeoutMs": 3000 }));
    assert_eq!(code, 9508, "{desc}");
    assert!(desc.as_str().unwrap().contains("nowhere.invalid"), "{desc}");
    app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) >= 1);
}

#[test]
fn configs_that_cannot_be_right_are_refused_by_name() {
    let dir = temp_dir();
    let base = json!({ "kind": "xmpp", "jid": "alice@im.test", "password": "x" });
    for (changes, code, named) in [
        (json!({ "tls": "disabled" }), 6017, "backend.tls"),
        (json!({ "tls": "disabled", "host": "10.0.0.1" }), 6017, "10.0.0.1"),
        (json!({ "port": 5222 }), 6017, "backend.port"),
        (json!({ "jid": "alice" }), 7003, "backend.jid"),
        (json!({ "jid": "alice@im.test/phone" }), 7003, "backend.jid"),
        (json!({ "jid": null }), 6017, "backend.jid"),
        (json!({ "password": null }), 6017, "backend.password"),
        (json!({ "path": "x.db" }), 6017, "backend.path"),
        (json!({ "tls": "none" }), 6017, "tls"),
        (json!({ "pasword": "x" }), 6017, "pasword"),
    ] {
        let mut backend = base.clone();
        for (key, value) in changes.as_object().unwrap() {
            backend[key] = value.clone();
        }
        let config = json!({ "dataDir": dir.path(), "backend": backend });
        let (client, response) = im::api::open(&config.to_string());
        assert!(client.is_none(), "{config}");
        let response: Value = serde_json::from_str(&response.json).unwrap();
        assert_eq!(response["code"], code, "{config}: {response}");
        assert!(
            response["desc"].as_str().unwrap().contains(named),
            "{config}: {response}"
        );
    }
    let other = json!({ "dataDir": dir.path(), "userID": "bob@im.test", "backend": base });
    let (_, response) = im::api::open(&other.to_string());
    assert!(
        response.json.contains("6017") && response.json.contains("bob@im.test"),
        "{}",
        response.json
    );
}

#[test]
fn another_device_with_the_same_resource_takes_the_place() {
    each(|server| {
        let dir = temp_dir();
        let jid = server.new_user("alice");
        let phone = json!({ "resource": "phone" });
        let first = open(server, &dir.path().join("1"), &jid, phone.clone());
        first.ok("login", json!({}));
        let second = open(server, &dir.path().join("2"), &jid, phone);
        second.ok("login", json!({}));
        first.wait("the first is told", |app| app.heard.count(Event::KickedOffline) == 1);
        assert_eq!(first.ok("getLoginStatus", json!({})), 3);
        assert_eq!(second.ok("getLoginStatus", json!({})), 1);
    });
}

#[test]
fn a_server_that_goes_and_comes_back_is_found_again() {
    let dir = temp_dir();
    let server = servers::prosody();
    let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
    let proxy = Proxy::to(server.port());
    let app = open(server, &dir.path().join("a"), &alice, json!({ "port": proxy.port() }));
    app.ok("login", json!({}));
    app.wait("it is connected", |app| app.heard.count(Event::SyncServerFinish) == 1);
    proxy.refuse(true);
    proxy.cut();
    app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) >= 2);
    app.send(&format!("c2c_{bob}"), "written meanwhile");
    assert_eq!(app.history(&format!("c2c_{bob}"))[0]["status"], 1);
    proxy.refuse(false);
    // Without this the next attempt would come later.
    app.ok("networkChanged", json!({}));
    app.wait("it is sent", |app| app.history(&format!("c2c_{bob}"))[0]["status"] == 2);
    let app = open(server, &dir.path().join("b"), &bob, json!({}));
    app.ok("login", json!({}));
    app.wait("it has arrived", |app| app.list().len() == 1);
}

#[test]
fn a_connection_that_is_silent_is_given_up_when_the_network_has_changed() {
    let dir = temp_dir();
    let server = servers::prosody();
    let alice = server.new_user("alice");
    let proxy = Proxy::to(server.port());
    let app = open(server, dir.path(), &alice, json!({ "port": proxy.port() }));
    app.ok("login", json!({}));
    app.wait("it is connected", |app| app.heard.count(Event::SyncServerFinish) == 1);
    proxy.hold(true);
    app.ok("networkChanged", json!({}));
    app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) == 1);
    proxy.cut();
    proxy.hold(false);
    app.ok("networkChanged", json!({}));
    app.wait("it is connected again", |app| {
        app.heard.count(Event::ConnectSuccess) == 2
    });
}

#[test]
fn srv_records_that_do_not_exist_fall_back_to_the_domain() {
    let dir = temp_dir();
    let config = json!({
        "dataDir": dir.path(),
        "backend": { "kind": "xmpp", "jid": "alice@nowhere.invalid", "password": "x" },
    });
    let app = App::open_with(&config);
    let (code, desc) = app.call("login", &json!({ "timeoutMs": 8000 }));
    assert_eq!(code, 9508, "{desc}");
    assert!(desc.as_str().unwrap().contains("nowhere.invalid"), "{desc}");
}

#[test]
fn the_cache_of_another_kind_of_server_is_not_touched() {
    let dir = temp_dir();
    let server = servers::prosody();
    let jid = server.new_user("alice");
    let embedded = json!({
        "dataDir": dir.path(),
        "userID": jid,
        "backend": { "kind": "embedded", "path": dir.path().join("service.db") },
    });
    {
        let app = App::open_with(&embedded);
        app.ok("login", json!({}));
        app.send("c2c_bob", "kept");
        app.wait("it is sent", |app| app.history("c2c_bob")[0]["status"] == 2);
    }
    let app = open(server, dir.path(), &jid, json!({}));
    app.call("login", &json!({}));
    app.wait("it is told", |app| app.heard.count(Event::ConnectFailed) == 1);
    let (_, told) = app
        .heard
        .all()
        .into_iter()
        .find(|(event, _)| *event == Event::ConnectFailed)
        .unwrap();
    assert_eq!(told["code"], 6017, "{told}");
    assert_eq!(app.texts("c2c_bob"), ["kept"]);
    assert_eq!(app.ok("getLoginStatus", json!({})), 3, "it is not tried again");
}
