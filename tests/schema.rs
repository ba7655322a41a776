//! docs/schema.sql and docs/service-schema.sql are the schemas that the migrations make.

mod support;

use rusqlite::Connection;
use std::path::Path;
use support::app::App;
use support::temp_dir;

/// Every table and index with its SQL, without comments and white space.
fn schema(db: &Connection) -> Vec<(String, String)> {
    let mut statement = db
        .prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        .unwrap();
    let rows = statement
        .query_map((), |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .unwrap();
    rows.map(|row| {
        let (name, sql) = row.unwrap();
        let code: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap()).collect();
        (name, code.join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
    })
    .collect()
}

/// Compares a file with what is documented of it; `table` must be there, or nothing was compared.
fn check(file: &Path, documented: &str, table: &str) {
    let real = schema(&Connection::open(file).unwrap());
    let memory = Connection::open_in_memory().unwrap();
    memory.execute_batch(documented).unwrap();
    assert!(real.iter().any(|(name, _)| name == table));
    assert_eq!(real, schema(&memory));
}

#[test]
fn the_documented_schemas_are_the_real_ones() {
    let dir = temp_dir();
    App::login(dir.path(), "alice").client.close().unwrap();
    check(
        &dir.path().join("alice/alice/im.db"),
        include_str!("../docs/schema.sql"),
        "conversation",
    );
    check(
        &dir.path().join("service.db"),
        include_str!("../docs/service-schema.sql"),
        "inbox",
    );
}
