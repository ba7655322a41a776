//! What is recalled or deleted is gone from the files too, and only their owner may read them.

use crate::app::App;
use serde_json::json;
use std::path::Path;

/// How many of the texts are readable in the service file or the files beside it.
fn readable(dir: &Path) -> Vec<usize> {
    let mut bytes = Vec::new();
    for file in ["service.db", "service.db-wal", "service.db-shm", "service.db-journal"] {
        bytes.extend(std::fs::read(dir.join(file)).unwrap_or_default());
    }
    let bytes = String::from_utf8_lossy(&bytes);
    (0..TEXTS)
        .filter(|number| bytes.contains(text(*number).get(..24).unwrap()))
        .collect()
}

const TEXTS: usize = 100;

fn text(number: usize) -> String {
    // Some are longer than a page.
    format!("[the secret number {number:04}] {}", "x".repeat(number * 71 % 5000))
}

/// Alice and bob, and what she has written to him; the even texts are recalled, the odd ones deleted by both.
fn written(dir: &Path, before_recalls: impl FnOnce()) -> (App, App) {
    let (alice, bob) = (App::login(dir, "alice"), App::login(dir, "bob"));
    let ids: Vec<String> = (0..TEXTS).map(|number| alice.send("c2c_bob", &text(number))).collect();
    bob.wait("the messages", |bob| bob.history("c2c_alice").len() == TEXTS);
    assert_eq!(readable(dir).len(), TEXTS);
    before_recalls();
    for (number, id) in ids.iter().enumerate() {
        if number % 2 == 0 {
            alice.ok("revokeMessage", json!({ "msgID": id }));
        } else {
            alice.ok("deleteMessages", json!({ "msgIDs": [id] }));
            bob.ok("deleteMessages", json!({ "msgIDs": [id] }));
        }
    }
    let is_recalled = |app: &App, chat: &str| {
        let history = app.history(chat);
        history.len() == TEXTS / 2 && history.iter().all(|message| message["status"] == 6)
    };
    alice.wait("the recalls", |alice| is_recalled(alice, "c2c_bob"));
    bob.wait("the recalls", |bob| is_recalled(bob, "c2c_alice"));
    (alice, bob)
}

#[test]
fn what_was_recalled_or_deleted_leaves_the_files_while_clients_are_open() {
    let dir = crate::temp_dir();
    let (alice, _bob) = written(dir.path(), || {});
    alice.wait("the texts are gone", |_| readable(dir.path()).is_empty());
}

#[test]
fn it_is_gone_after_a_kill_once_the_next_client_is_there() {
    let dir = crate::temp_dir();
    let path = dir.path().join("service.db");
    let mut reader = None;
    let (alice, bob) = written(dir.path(), || {
        // Whoever reads keeps the log as it is.
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch("BEGIN; SELECT count(*) FROM message;").unwrap();
        reader = Some(db);
    });
    // Handed over twice by way of the service, so that it has all that was written before.
    alice.send("c2c_bob", "the end");
    bob.wait("the end", |bob| bob.history("c2c_alice").len() == TEXTS / 2 + 1);
    bob.send("c2c_alice", "the end");
    alice.wait("the end", |alice| alice.history("c2c_bob").len() == TEXTS / 2 + 2);
    // What a process that is killed leaves: the file and its log.
    let after = crate::temp_dir();
    for file in ["service.db", "service.db-wal"] {
        std::fs::copy(dir.path().join(file), after.path().join(file)).unwrap();
    }
    drop(reader);
    assert!(!readable(after.path()).is_empty());
    let next = App::login(after.path(), "carol");
    next.wait("the texts are gone", |_| readable(after.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_unless_somebody_shares_it() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let dir = crate::temp_dir();
    let _alice = App::login(dir.path(), "alice");
    for file in ["service.db", "service.db-wal", "service.db-shm"] {
        assert_eq!(mode(dir.path().join(file)), 0o600, "{file}");
    }
    // An administrator shares it by making the file first.
    let shared = crate::temp_dir();
    let path = shared.path().join("service.db");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o660)).unwrap();
    let _bob = App::login(shared.path(), "bob");
    for file in ["service.db", "service.db-wal", "service.db-shm"] {
        assert_eq!(mode(shared.path().join(file)), 0o660, "{file}");
    }
}
