//! Sessions that the server ends.

use super::listeners::hears;
use super::support::script::Script;
use super::support::temp_dir;
use super::tim::Tim;
use serde_json::json;
use std::ffi::c_int;
use std::io::{Read, Write};
use std::net::TcpListener;

unsafe extern "C" {
    fn TIMGetLoginStatus() -> c_int;
}

/// A server that refuses every login, because the password has expired.
fn expired() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Each answers what the client says: its header, its password.
            for answer in [
                "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
                 id='1' version='1.0' from='im.test'><stream:features><mechanisms \
                 xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
                "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><credentials-expired/></failure>",
            ] {
                let heard = stream.read(&mut [0; 4096]).unwrap_or_default();
                if heard == 0 || stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
            // Until the client goes.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    port
}

#[test]
fn the_end_of_a_session_is_told() {
    let dir = temp_dir();
    let script = Script::start(false, |_, _| false);
    let config = |port: u16, name: &str| {
        json!({
            "dataDir": dir.path().join(name),
            "backend": { "kind": "xmpp", "domain": "im.test", "host": "127.0.0.1", "port": port, "tls": "disabled" },
        })
    };
    let tim = Tim::login_with(&config(script.port, "kicked"), "alice", "secret");
    script.say("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    hears(&tim, "TIMSetKickedOfflineCallback", |_| true);
    // SAFETY: it has no parameters.
    tim.wait("the login has ended", |_| unsafe { TIMGetLoginStatus() } == 3);
    drop(tim);

    let (tim, answer) = Tim::log_in(&config(expired(), "expired"), "alice", "secret");
    assert_ne!(answer.code, 0);
    hears(&tim, "TIMSetUserSigExpiredCallback", |_| true);
}
