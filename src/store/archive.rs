//! How far each archive of the server has been read.

use super::sealed::{seal, sealed_text};
use rusqlite::{Connection, OptionalExtension, params};

/// The stored position; `None` while the archive was never read.
pub(crate) fn position(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT position FROM archive WHERE name = ?1")?
        .query_row([name], |row| sealed_text(row, 0))
        .optional()
        // One that cannot be read is none: the archive is read again from its end.
        .map(Option::flatten)
}

/// Stores a position in place of the one before.
pub(crate) fn save_position(db: &Connection, name: &str, position: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO archive (name, position) VALUES (?1, ?2)")?
        .execute(params![name, seal(position)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::database;

    #[test]
    fn each_archive_has_one_position_the_last_that_was_saved() {
        let db = database();
        save_position(&db, "own", "1").unwrap();
        save_position(&db, "room", "7").unwrap();
        save_position(&db, "own", "2").unwrap();
        assert_eq!(position(&db, "own").unwrap().as_deref(), Some("2"));
        assert_eq!(position(&db, "room").unwrap().as_deref(), Some("7"));
        assert_eq!(position(&db, "other").unwrap(), None);
    }
}
