//! Emptying the search index, also one that is damaged.

use super::search_state::{IndexState, is_index_damage, set_state};
use rusqlite::Connection;

/// The virtual tables.
const TABLES: [&str; 2] = ["message_search", "conversation_search"];

/// Empties the index; with a folding it is to be made again of all that is stored. An index that cannot even be emptied is
/// none from then on, so that it is in nobody's way; the next opening or search tries again.
pub(crate) fn empty(db: &Connection, folding: &str) -> rusqlite::Result<()> {
    let mut folding = folding;
    for table in TABLES {
        // No savepoint around it: FTS5 would write what it holds back, and that may be what fails.
        let emptied = match delete_all(db, table) {
            Err(error) if is_index_damage(&error) => make_again(db, table),
            done => done,
        };
        match emptied {
            Err(error) if is_index_damage(&error) => {
                log::warn!("the search index cannot be made again: {error}");
                folding = "";
            }
            done => done?,
        }
    }
    db.execute("DELETE FROM conversation_words", ())?;
    let last = |table: &str| {
        let select = format!("SELECT coalesce(max(id), 0) FROM {table}");
        db.query_row(&select, (), |row| row.get::<_, i64>(0))
    };
    let (message, conversation) = (last("message")?, last("conversation")?);
    let state = IndexState {
        folding: folding.to_owned(),
        floor: message,
        top: message,
        conversation_floor: conversation,
    };
    set_state(db, &state)
}

fn delete_all(db: &Connection, table: &str) -> rusqlite::Result<()> {
    db.execute_batch(&format!("INSERT INTO {table} ({table}) VALUES ('delete-all');"))
}

/// Puts a new table in the place of one that FTS5 cannot read.
fn make_again(db: &Connection, table: &str) -> rusqlite::Result<()> {
    // FTS5 reads its settings before it drops anything; they may be what is damaged.
    db.execute_batch(&format!(
        "DELETE FROM {table}_config;
         INSERT INTO {table}_config VALUES ('version', 4);
         DROP TABLE {table};
         CREATE VIRTUAL TABLE {table}
             USING fts5 (text, content = '', columnsize = 0, prefix = '1', tokenize = 'ascii');
         INSERT INTO {table} ({table}, rank) VALUES ('secure-delete', 1);"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connection;

    fn schema(db: &Connection) -> Vec<(String, String)> {
        db.prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name LIKE '%search%' ORDER BY name")
            .unwrap()
            .query_map((), |row| {
                let sql: String = row.get(1)?;
                Ok((row.get(0)?, sql.split_whitespace().collect::<Vec<_>>().join(" ")))
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    fn settings(db: &Connection) -> Vec<(String, i64)> {
        db.prepare("SELECT k, v FROM message_search_config ORDER BY k")
            .unwrap()
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn a_table_that_is_made_again_is_that_of_the_migration() {
        let dir = tempfile::tempdir().unwrap();
        let (db, _) = connection::open_writer(&dir.path().join("im.db"), false).unwrap();
        let before = (schema(&db), settings(&db));
        for damage in [
            "",
            "UPDATE message_search_config SET v = -1",
            "DROP TABLE message_search_data",
        ] {
            db.execute_batch(damage).unwrap();
            TABLES.iter().for_each(|table| make_again(&db, table).unwrap());
            assert_eq!((schema(&db), settings(&db)), before, "{damage}");
        }
    }
}
