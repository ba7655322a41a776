//! A service file of an earlier version of libim, with something of what that version knew.

use crate::support::root;
use rusqlite::Connection;
use std::fs;
use std::path::Path;

/// What alice and bob had said to each other.
pub const SAID: [&str; 3] = ["old-1", "old-2", "old-3"];

/// Rows that the first schema has, and that every later one takes over.
const ROWS: &str = "
    INSERT INTO user (id, user_id, nick_name, is_active) VALUES (1, 'alice', 'Alice', 1), (2, 'bob', 'Bob', 1);
    INSERT INTO conversation (id, user_low, user_high, last_seq, last_time) VALUES (1, 1, 2, 3, 1700000003000000);
    INSERT INTO conversation (id, last_seq, last_time) VALUES (2, 0, 0);
    INSERT INTO chat_group (conversation, group_id, type, name, face_url, create_time) VALUES (2, 'old', 'Work', 'Old', '', 1700000000000000);
    INSERT INTO member (conversation, user, role, join_time) VALUES (2, 1, 400, 1700000000000000), (2, 2, 200, 1700000000000000);
    INSERT INTO setting (user, conversation, is_pinned, pin_time) VALUES (1, 1, 1, 5), (2, 1, 0, 0), (1, 2, 0, 0), (2, 2, 0, 0);
    INSERT INTO friend VALUES (1, 2, 'Bobby');
    INSERT INTO watch VALUES (1, 2), (2, 1);";

/// The migrations, in their order.
pub fn migrations() -> Vec<String> {
    let folder = root().join("src/backend/embedded/migrations");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Makes the file with the schema of this number.
pub fn make(path: &Path, schema: usize) {
    let db = Connection::open(path).unwrap();
    let migrations = migrations();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch(&migrations[0]).unwrap();
    db.execute_batch(ROWS).unwrap();
    let mut change = 0;
    for (number, id) in (1_i64..).zip(SAID) {
        let body = r#"{"elem":{"text":{"text":"said long ago"}},"random":1}"#;
        db.execute(
            "INSERT INTO message (id, conversation, seq, msg_id, sender, time, nick_name, face_url, body) \
             VALUES (?1, 1, ?1, ?2, ?3, 1700000000000000 + ?1 * 1000000, 'n', '', ?4)",
            (number, id, number % 2 + 1, body),
        )
        .unwrap();
    }
    for user in [1, 2] {
        for (kind, about) in [(12, 1), (12, 2), (1, 1), (1, 2), (1, 3), (8, 3 - user), (10, 2)] {
            change += 1;
            let row = (user, change, kind, about);
            db.execute(
                "INSERT INTO inbox (user, change_id, kind, ref) VALUES (?1, ?2, ?3, ?4)",
                row,
            )
            .unwrap();
        }
    }
    db.execute(
        "INSERT INTO service (id, service_id, last_change) VALUES (1, 'abc', ?1)",
        [change],
    )
    .unwrap();
    migrations[1..schema]
        .iter()
        .for_each(|sql| db.execute_batch(sql).unwrap());
    db.pragma_update(None, "application_id", 0x6C69_626D).unwrap();
    db.pragma_update(None, "user_version", u32::try_from(schema).unwrap())
        .unwrap();
}
