//! Killed at any moment: what was acknowledged is there, nothing is half there, and the outbox is delivered once.

use crate::support::app::App;
use crate::support::temp_dir;
use crate::{program, start};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};
use std::time::Duration;

const ROUNDS: usize = 50;
const PEERS: [&str; 3] = ["bob", "carol", "dave"];

/// What the writer was told is done.
#[derive(Default)]
struct Acknowledged {
    sent: BTreeMap<String, Vec<String>>,
    draft: BTreeMap<String, String>,
    pin: BTreeMap<String, bool>,
}

impl Acknowledged {
    fn add(&mut self, tried: &str) {
        let mut words = tried.splitn(4, ' ');
        let (_, what, peer, rest) = (
            words.next(),
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        match what {
            "send" => self.sent.entry(peer.to_owned()).or_default().push(rest.to_owned()),
            "draft" => {
                self.draft.insert(peer.to_owned(), rest.to_owned());
            }
            _ => {
                self.pin.insert(peer.to_owned(), rest == "true");
            }
        }
    }

    /// Whether this is what the cache holds.
    fn is_in(&self, app: &App) -> bool {
        PEERS.iter().all(|peer| {
            let id = format!("c2c_{peer}");
            let row = app.conversation(&id);
            let draft = self.draft.get(*peer).map(String::as_str);
            app.texts(&id) == *self.sent.get(*peer).unwrap_or(&Vec::new())
                && row["draftText"].as_str() == draft
                && row["isPinned"] == self.pin.get(*peer).copied().unwrap_or(false)
        })
    }
}

/// The rows show what the histories hold.
fn check_whole(app: &App) {
    for row in app.list() {
        let history = app.history(row["conversationID"].as_str().unwrap());
        assert_eq!(history.last().unwrap_or(&Value::Null), &row["lastMessage"]);
        let ids: HashSet<&str> = history
            .iter()
            .map(|message| message["msgID"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), history.len());
    }
}

#[test]
fn killed_at_any_moment() {
    let dir = temp_dir();
    let program = program("writer", dir.path());
    let mut acknowledged = Acknowledged::default();
    let mut rng = fastrand::Rng::with_seed(7);
    for round in 0..ROUNDS {
        let (number, login) = (round.to_string(), (round % 2).to_string());
        let args = [
            dir.path().as_os_str(),
            "alice".as_ref(),
            number.as_ref(),
            login.as_ref(),
        ];
        let mut writer = start(&program, &args);
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let killer = std::thread::spawn({
            let moment = Duration::from_micros(rng.u64(0..40_000));
            move || {
                // The moment of death is what the test is about; no condition is waited for.
                std::thread::park_timeout(moment);
                writer.kill().unwrap();
                writer.wait().unwrap();
            }
        });
        let mut tried = Some(first);
        for line in lines.map_while(Result::ok) {
            if line == "ack" {
                acknowledged.add(&tried.take().unwrap());
            } else {
                tried = Some(line);
            }
        }
        killer.join().unwrap();

        let app = App::open(dir.path(), "alice");
        check_whole(&app);
        if !acknowledged.is_in(&app) {
            // Then it is what was tried last, and all of it.
            acknowledged.add(&tried.unwrap_or_else(|| panic!("round {round}: something acknowledged is missing")));
            assert!(
                acknowledged.is_in(&app),
                "round {round}: neither with nor without the last call"
            );
        }
    }
    let count: usize = acknowledged.sent.values().map(Vec::len).sum();
    assert!(count > ROUNDS, "the writer must have come to write: {count} messages");

    let alice = App::login(dir.path(), "alice");
    alice.wait("the delivery", |app| {
        PEERS.iter().all(|peer| {
            app.history(&format!("c2c_{peer}"))
                .iter()
                .all(|message| message["status"] == 2)
        })
    });
    assert!(acknowledged.is_in(&alice), "delivering changes no order");
    for peer in PEERS {
        let other = App::login(dir.path(), peer);
        let sent = &acknowledged.sent[peer];
        other.wait("everything", |app| app.history("c2c_alice").len() >= sent.len());
        assert!(
            other.texts("c2c_alice") == *sent,
            "{peer} has each message once, in order"
        );
    }
}

#[test]
fn a_full_disk_fails_the_call_and_loses_nothing() {
    let dir = temp_dir();
    let program = program("writer", dir.path());
    // The limit on the size of a file stands in for the disk.
    let script = "trap '' XFSZ; ulimit -f 1024; exec \"$@\"";
    let output = std::process::Command::new("bash")
        .args(["-c", script, "full"])
        .arg(&program)
        .arg(dir.path())
        .args(["alice", "0", "0"])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("\"code\":6022"), "{error}");

    let mut acknowledged = Acknowledged::default();
    let mut tried: Option<String> = None;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        match line {
            "ack" => acknowledged.add(&tried.take().unwrap()),
            other => tried = Some(other.to_owned()),
        }
    }
    let app = App::open(dir.path(), "alice");
    check_whole(&app);
    assert!(acknowledged.is_in(&app), "what failed has changed nothing");
    app.send("c2c_bob", "there is room again");
}
