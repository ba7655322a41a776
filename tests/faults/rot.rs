//! Rows that a disk has damaged where SQLite cannot see it.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use std::path::Path;

/// What is read of a column that has rotted: texts that are no UTF-8, no JSON or another text, numbers far off.
fn rotten(value: Value, random: &mut fastrand::Rng) -> Value {
    match value {
        Value::Text(text) => {
            let mut bytes = text.into_bytes();
            if bytes.is_empty() {
                bytes.push(0xff);
            }
            // A number that JavaScript cannot hold, in what is JSON still.
            if let Some(at) = bytes.iter().position(u8::is_ascii_digit)
                && random.bool()
            {
                let end = bytes[at..].iter().position(|byte| !byte.is_ascii_digit());
                let end = end.map_or(bytes.len(), |length| at + length);
                bytes.splice(
                    at..end,
                    random
                        .choice(["9007199254740993", "-9007199254740993"])
                        .unwrap()
                        .bytes(),
                );
                return Value::Blob(bytes);
            }
            for _ in 0..random.usize(1..4) {
                let at = random.usize(..bytes.len());
                bytes[at] = *random.choice(&[0xff, b'{', b'"', b'x', 0, 0xc3]).unwrap();
            }
            Value::Blob(bytes)
        }
        Value::Integer(number) => {
            let near = [number ^ 1, number ^ 64, number.wrapping_neg(), 77, -1];
            let far = [1 << 53, -(1 << 53), (1 << 53) - 1, i64::MAX, i64::MIN];
            let values = if random.bool() { near } else { far };
            Value::Integer(*random.choice(&values).unwrap())
        }
        // A page of the search's index.
        Value::Blob(mut bytes) => {
            for _ in 0..random.usize(1..4).min(bytes.len()) {
                let at = random.usize(..bytes.len());
                bytes[at] ^= 1 << random.u8(..8);
            }
            Value::Blob(bytes)
        }
        other => other,
    }
}

/// Changes up to five values of a closed cache, and says which.
pub fn rot(database: &Path, random: &mut fastrand::Rng) -> String {
    let db = Connection::open(database).unwrap();
    // What a row refers to may be gone too.
    db.pragma_update(None, "foreign_keys", false).unwrap();
    let columns: Vec<(String, String)> = db
        .prepare(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND NOT (c.pk AND c.type = 'INTEGER')",
        )
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut changed = Vec::new();
    for _ in 0..random.usize(1..6) {
        let (table, column) = &columns[random.usize(..columns.len())];
        // Whose cache it is is asked of the app, and a wrong answer is one.
        if (table.as_str(), column.as_str()) == ("account", "user_id") {
            continue;
        }
        let found: Vec<Value> = db
            .prepare(&format!("SELECT {column} FROM {table}"))
            .unwrap()
            .query_map((), |row| row.get(0))
            .unwrap()
            // What has rotted already is left out.
            .filter_map(Result::ok)
            .collect();
        let Some(value) = random.choice(&found).cloned() else {
            continue;
        };
        // A text that is none any more still counts as one for SQLite.
        let new = rotten(value.clone(), random);
        let sql = match (&value, &new) {
            (Value::Text(_), Value::Blob(_)) => {
                format!("UPDATE {table} SET {column} = CAST(?1 AS TEXT) WHERE {column} IS ?2")
            }
            _ => format!("UPDATE {table} SET {column} = ?1 WHERE {column} IS ?2"),
        };
        // Two rows with one key are damage that SQLite's check finds.
        if db.execute(&sql, params![new, value]).is_ok() {
            changed.push(format!("{table}.{column} {new:?}"));
        }
    }
    changed.join(", ").chars().take(600).collect()
}
