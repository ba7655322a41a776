//! A service whose files are damaged: the caches stay as they are, and a backup brings everything back.

use crate::play;
use crate::rig::Rounds;
use crate::service::{CODES, ids, status};
use crate::support::app::App;
use crate::support::temp_dir;
use im::events::Event;
use serde_json::{Value, json};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A service file, its log, and the index of that.
const FILES: [&str; 3] = ["service.db", "service.db-wal", "service.db-shm"];

/// Damages a file; says how.
fn damage(path: &Path, random: &mut fastrand::Rng) -> String {
    let mut bytes = std::fs::read(path).unwrap();
    let (start, length) = (random.usize(..bytes.len()), 1 << random.u32(..14));
    let end = (start + length).min(bytes.len());
    let what = match random.u8(..4) {
        0 => {
            bytes.truncate(start);
            format!("cut at {start}")
        }
        1 => {
            bytes[start..end].fill(0);
            format!("zeros from {start} to {end}")
        }
        2 => {
            bytes[start..end].fill_with(|| random.u8(..));
            format!("noise from {start} to {end}")
        }
        _ => {
            bytes[start] ^= 1 << random.u8(..8);
            format!("a bit at {start}")
        }
    };
    std::fs::write(path, bytes).unwrap();
    what
}

#[test]
fn with_a_damaged_service_the_caches_stay_usable_and_a_backup_brings_everything_back() {
    let mut rounds = Rounds::new("damaged service");
    let seeds: Vec<u64> = (0..if rounds.all { 500 } else { 30 })
        .map(|_| rounds.random().u64(..))
        .collect();
    play("damaged service", &seeds, |seed| {
        let dir = temp_dir();
        let path = dir.path().join("service.db");
        let mut random = fastrand::Rng::with_seed(*seed);
        // As it is when all clients were killed: the log has everything, and its index lies there too.
        let are_killed = random.bool();
        let killed = temp_dir();
        {
            let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
            for number in 0..20 {
                let last = alice.send("c2c_bob", &format!("{number} {}", "x".repeat(number * 40)));
                bob.wait("a message", |bob| status(bob, "c2c_alice", &last) == Some(2));
            }
            FILES.iter().for_each(|name| {
                std::fs::copy(dir.path().join(name), killed.path().join(name)).unwrap();
            });
        }
        let copy = dir.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        let mut name = FILES[0];
        if are_killed {
            FILES.iter().for_each(|name| {
                std::fs::copy(killed.path().join(name), dir.path().join(name)).unwrap();
            });
            name = FILES[random.usize(..FILES.len())];
        }
        let what = damage(&dir.path().join(name), &mut random);
        let context = format!("{seed}: {name}, {what}");
        let later = {
            let (alice, bob) = (App::open(dir.path(), "alice"), App::open(dir.path(), "bob"));
            for app in [&alice, &bob] {
                let code = app.call("login", &json!({ "timeoutMs": 500 })).0;
                if code != 0 && !CODES.contains(&code) {
                    return Some(format!("{context}: login {code}"));
                }
            }
            let later = alice.send("c2c_bob", "written later");
            alice.wait(&context, |alice| {
                alice.heard.count(Event::SyncServerFinish) + alice.heard.count(Event::ConnectFailed) > 0
            });
            if alice.history("c2c_bob").len() != 21 || bob.history("c2c_alice").len() < 20 {
                return Some(format!("{context}: a cache has lost messages"));
            }
            later
        };
        for companion in &FILES[1..] {
            let _ = std::fs::remove_file(dir.path().join(companion));
        }
        std::fs::copy(&copy, &path).unwrap();
        let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
        let again = alice.send("c2c_bob", "again");
        bob.wait(&context, |bob| status(bob, "c2c_alice", &again) == Some(2));
        alice.wait(&context, |alice| status(alice, "c2c_bob", &again) == Some(2));
        match (status(&alice, "c2c_bob", &later), ids(&alice, "c2c_bob").len()) {
            (Some(2), 22) => None,
            (state, length) => Some(format!("{context}: {state:?}, {length} messages")),
        }
    });
}

/// A file of a message as it lies beside the service.
fn blob(dir: &Path, message: &Value) -> PathBuf {
    let name = message["fileElem"]["UUID"].as_str().unwrap();
    dir.join("service.db.files").join(name)
}

#[test]
fn a_damaged_file_beside_the_service_is_never_taken_for_the_one_that_was_sent() {
    let mut rounds = Rounds::new("damaged files of the service");
    let seeds: Vec<u64> = (0..if rounds.all { 500 } else { 40 })
        .map(|_| rounds.random().u64(..))
        .collect();
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    for seed in seeds {
        let mut random = fastrand::Rng::with_seed(seed);
        let content: Vec<u8> = (0..random.usize(1..200_000)).map(|_| random.u8(..)).collect();
        let source = dir.path().join("source");
        std::fs::write(&source, &content).unwrap();
        let send = json!({ "receiver": "bob", "fileElem": { "path": source, "fileName": "a" } });
        let sent = alice.ok("sendMessage", send);
        let msg_id = sent["msgID"].as_str().unwrap();
        alice.ok("waitUntilSent", json!({ "msgID": msg_id }));
        bob.wait("the message", |bob| status(bob, "c2c_alice", msg_id) == Some(2));
        let path = blob(dir.path(), &sent);
        let what = match random.u8(..8) {
            0 => {
                std::fs::remove_file(&path).unwrap();
                "removed".to_owned()
            }
            1 => {
                std::fs::remove_file(&path).unwrap();
                std::fs::create_dir(&path).unwrap();
                "a folder".to_owned()
            }
            2 => {
                std::fs::remove_file(&path).unwrap();
                symlink(&source, &path).unwrap();
                "a link".to_owned()
            }
            3 => {
                std::fs::remove_file(&path).unwrap();
                assert!(
                    std::process::Command::new("mkfifo")
                        .arg(&path)
                        .status()
                        .unwrap()
                        .success()
                );
                "a FIFO".to_owned()
            }
            _ => damage(&path, &mut random),
        };
        let is_whole = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file())
            && std::fs::read(&path).unwrap() == content;
        let (code, data) = bob.call("downloadMessage", &json!({ "msgID": msg_id }));
        assert_eq!(code == 0, is_whole, "{seed}: {what}: {code} {data}");
        if code != 0 {
            assert!(
                [6009, 6022, 6008, 7004].contains(&code),
                "{seed}: {what}: {code} {data}"
            );
        }
        assert_eq!(status(&bob, "c2c_alice", msg_id), Some(2), "{seed}: {what}");
        let _ = std::fs::remove_dir(&path);
    }
}
