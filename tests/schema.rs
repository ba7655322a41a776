//! docs/schema.sql is the schema that the migrations make.

use im::engine::{ConversationOrder, Durability, Engine, EngineOptions};
use im::events::EventQueue;
use im::model::{Micros, UserId};
use rusqlite::Connection;
use std::sync::Arc;

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

#[test]
fn the_documented_schema_is_the_real_one() {
    let dir = tempfile::tempdir().unwrap();
    let options = EngineOptions {
        dir: dir.path().join("alice"),
        user_id: UserId::trusted("alice"),
        order: ConversationOrder::OrderKey,
        conversation_limit: 5000,
        durability: Durability::Normal,
        clock: Arc::new(Micros::now),
    };
    let (engine, _) = Engine::open(options, EventQueue::new()).unwrap();
    let real = schema(&Connection::open(dir.path().join("alice/im.db")).unwrap());
    engine.close();

    let documented = Connection::open_in_memory().unwrap();
    documented.execute_batch(include_str!("../docs/schema.sql")).unwrap();
    let documented = schema(&documented);

    assert!(real.iter().any(|(name, _)| name == "conversation"));
    assert_eq!(real, documented);
}
