//! A service file with a rotten cell, for an account that knows it and for a new device: whatever it holds, every response
//! is JSON with a documented status, and the clients can be closed.

use rusqlite::types::Value as Cell;
use std::path::Path;
use std::sync::OnceLock;

/// A folder with a service and alice's cache, made once and copied for each input.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<tempfile::TempDir> = OnceLock::new();
    TEMPLATE
        .get_or_init(|| {
            let dir = tempfile::tempdir().expect("there is a place for temporary files");
            super::filled(dir.path()).close().expect("alice can be closed");
            dir
        })
        .path()
}

/// Which table, which column, which row, and the value's bytes.
pub fn run(data: &[u8]) {
    let [table, column, row, value @ ..] = data else { return };
    let dir = tempfile::tempdir().expect("there is a place for temporary files");
    copy(template(), dir.path());
    // What the schema does not let in changes nothing; the devices then play on a healthy file.
    let _ = spoil(&dir.path().join("service.db"), (*table, *column, *row), value);
    for device in ["alice", "new"] {
        let client = super::open(dir.path(), "alice", device);
        super::call_checked(&client, "login", r#"{"timeoutMs":200}"#);
        super::call_checked(&client, "getConversationList", "{}");
        super::call_checked(&client, "getHistoryMessageList", r#"{"groupID":"team"}"#);
        super::call_checked(&client, "getTotalUnreadMessageCount", "{}");
        client.close().expect("an open client can be closed");
    }
}

/// Writes the bytes as a value of the column's type: the tables are STRICT, but a TEXT need not be UTF-8.
fn spoil(file: &Path, (table, column, row): (u8, u8, u8), value: &[u8]) -> rusqlite::Result<usize> {
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")?;
    let pairs = |sql: &str| -> rusqlite::Result<Vec<(String, String)>> {
        db.prepare(sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    };
    let tables =
        pairs("SELECT name, type FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")?;
    let (table, _) = &tables[usize::from(table) % tables.len()];
    let columns = pairs(&format!(
        "SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid"
    ))?;
    let (column, kind) = &columns[usize::from(column) % columns.len()];
    let number = value.iter().fold(0_i64, |number, byte| {
        number.wrapping_mul(256).wrapping_add(i64::from(*byte))
    });
    let bytes = Cell::Blob(value.to_vec());
    let (expression, cell) = match kind.as_str() {
        "INTEGER" => ("?1", Cell::Integer(number)),
        "TEXT" => ("CAST(?1 AS TEXT)", bytes),
        _ => ("?1", bytes),
    };
    // Some tables have no rowid, but each has a key.
    let keys: Vec<String> = pairs(&format!(
        "SELECT name, type FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"
    ))?
    .into_iter()
    .map(|(name, _)| name)
    .collect();
    let keys = keys.join(", ");
    db.execute(
        &format!(
            "UPDATE {table} SET {column} = {expression} WHERE ({keys}) = \
             (SELECT {keys} FROM {table} ORDER BY {keys} LIMIT 1 OFFSET ?2 % (SELECT max(1, count(*)) FROM {table}))"
        ),
        rusqlite::params![cell, row],
    )
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the template is there") {
        let entry = entry.expect("the template can be read");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&place).expect("there is room");
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).expect("there is room");
        }
    }
}

/// Each cell of the service's first rows, with values that mean something.
pub fn seeds() -> Vec<Vec<u8>> {
    let values: [&[u8]; 5] = [
        b"",
        b"alice",
        b"\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xff\xfe",
        b"{\"text\":\"hi\"}",
    ];
    (0..16_u8)
        .map(|number| {
            [
                &[number, number * 5, number * 3],
                values[usize::from(number) % values.len()],
            ]
            .concat()
        })
        .collect()
}
