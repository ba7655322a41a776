//! Whether a cache is damaged. SQLite's word is not enough: it also calls a page damaged that the disk failed to give
//! once, and takes a file that was cut to nothing for a new one.

use super::account_lock::Left;
use super::error::{StoreError, StoreResult};
use super::{connection, files, migrate, wal};
use crate::model::file::{self, Content};
use crate::model::{Error, Result, Status};
use rusqlite::{Connection, ErrorCode};
use std::fs::File;
use std::io;
use std::path::Path;

/// SQLite's primary codes for failures of the file system, which its check reports as damage of a page.
const IO_CODES: [i64; 4] = [
    rusqlite::ffi::SQLITE_IOERR as i64,
    rusqlite::ffi::SQLITE_NOMEM as i64,
    rusqlite::ffi::SQLITE_FULL as i64,
    rusqlite::ffi::SQLITE_CANTOPEN as i64,
];

/// What is wrong with a cache that no SQLite has opened yet, for the log; `None` when nothing shows. The names of its
/// files and their beginnings say enough.
pub(super) fn of_files(path: &Path, left: Left) -> Result<Option<&'static str>> {
    let [log, _] = files::companions(path);
    Ok(match file::content(path)? {
        Content::Missing => None,
        // A process that ended while it made the cache.
        Content::Empty if left == Left::Unsaid => None,
        Content::Empty => Some("it is empty"),
        Content::Other => Some("it is no database"),
        Content::Database if left == Left::Open && !files::exists(&log)? => Some("its write-ahead log is gone"),
        Content::Database => wal::is_damaged(&log)
            .map_err(|error| file::io_error("read the file", &log, &error))?
            .then_some("its write-ahead log is damaged"),
    })
}

/// Whether SQLite's check finds the cache damaged; it has been suspected. An error is one of the file system.
pub(super) fn is_confirmed(path: &Path) -> Result<bool> {
    // Twice, with everything read in between: a disk that fails once, or at one place for good, is not damage.
    let Some(found) = check(path)? else {
        return Ok(false);
    };
    read_all(path)?;
    let again = check(path)?;
    log::warn!("checking the cache: {found}");
    Ok(again.is_some())
}

/// Reads every byte. An error is one of the file system.
pub(super) fn read_all(path: &Path) -> Result<()> {
    let [log, _] = files::companions(path);
    for path in [path, &log] {
        if files::exists(path)? {
            File::open(path)
                .and_then(|mut file| io::copy(&mut file, &mut io::sink()))
                .map_err(|error| file::io_error("read the file", path, &error))?;
        }
    }
    Ok(())
}

/// What SQLite's check finds first.
fn check(path: &Path) -> Result<Option<String>> {
    let found = connection::open_damaged(path)
        .map_err(StoreError::from)
        .and_then(|db| Ok(first_fault(&db)?.or(migrate::changed_object(&db)?)));
    match found {
        Ok(found) => Ok(found),
        Err(error) if error.is_damage() => Ok(Some("not even its beginning can be read".to_owned())),
        Err(error) => Err(error.into_error()),
    }
}

fn first_fault(db: &Connection) -> StoreResult<Option<String>> {
    match fault_of(db, "100") {
        // A search index that FTS5 cannot even open: the others are looked at one by one.
        Err(StoreError::Database(error)) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")?;
            let tables = tables.query_map((), |row| row.get::<_, String>(0))?;
            for table in tables.collect::<rusqlite::Result<Vec<_>>>()? {
                if let Some(fault) = fault_of(db, &table)? {
                    return Ok(Some(fault));
                }
            }
            Ok(None)
        }
        found => found,
    }
}

/// What the check of a table finds first, or that of all, of which it finds so many.
fn fault_of(db: &Connection, what: &str) -> StoreResult<Option<String>> {
    // The check of the indexes too: one that lacks an entry makes SQLite refuse to change that row for good.
    let mut statement = db.prepare(&format!("PRAGMA integrity_check({what})"))?;
    let mut rows = statement.query(())?;
    let mut first = None;
    while let Some(row) = rows.next()? {
        let fault: String = row.get(0)?;
        if let Some((_, code)) = fault.rsplit_once("error code=")
            && code.parse().is_ok_and(|code: i64| IO_CODES.contains(&(code & 0xff)))
        {
            return Err(Error::new(Status::IoFailed, "the local database failed: a page cannot be read").into());
        }
        // The search index is checked too. What is wrong with it alone is mended by making it again, once it is met.
        let is_index = fault.contains("inverted index for FTS5 table");
        if fault != "ok" && !is_index && first.is_none() {
            first = Some(fault);
        }
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::config::DbConfig;
    use std::fs;

    fn cache(dir: &Path) -> std::path::PathBuf {
        let path = dir.join("im.db");
        let (db, _) = connection::open_writer(&path, false).unwrap();
        db.execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
             INSERT INTO deleted (msg_id) SELECT printf('%0100d', i) FROM n",
        )
        .unwrap();
        connection::close(db, || Ok(())).unwrap();
        path
    }

    #[test]
    fn a_sound_cache_is_not_damaged_and_one_with_a_destroyed_page_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = cache(dir.path());
        assert!(!is_confirmed(&path).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 4096 / 2 * 4096;
        bytes[middle..middle + 4096].fill(0xa5);
        fs::write(&path, &bytes).unwrap();
        assert!(is_confirmed(&path).unwrap());
        fs::write(&path, vec![0xa5; 8192]).unwrap();
        assert!(is_confirmed(&path).unwrap());
    }

    #[test]
    fn a_changed_description_of_the_tables_is_damage_that_sqlite_does_not_see() {
        for change in [
            "SET sql = replace(sql, 'activation', 'activatinn')",
            "SET sql = CAST(x'ff' || sql AS TEXT)",
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = cache(dir.path());
            let db = Connection::open(&path).unwrap();
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
            db.execute_batch(&format!(
                "PRAGMA writable_schema = on; UPDATE sqlite_schema {change} WHERE name = 'conversation'"
            ))
            .unwrap();
            drop(db);
            assert!(is_confirmed(&path).unwrap(), "{change}");
        }
    }

    #[test]
    fn a_search_index_that_cannot_be_read_is_no_damage_of_the_cache() {
        let dir = tempfile::tempdir().unwrap();
        let path = cache(dir.path());
        for damage in [
            "UPDATE message_search_config SET v = -1",
            "UPDATE message_search_data SET block = x''",
        ] {
            let db = Connection::open(&path).unwrap();
            db.execute_batch(damage).unwrap();
            connection::close(db, || Ok(())).unwrap();
            assert!(!is_confirmed(&path).unwrap(), "{damage}");
        }
    }

    #[test]
    fn what_the_files_show_by_themselves() {
        let dir = tempfile::tempdir().unwrap();
        let path = cache(dir.path());
        assert_eq!(of_files(&path, Left::Closed).unwrap(), None);
        assert!(of_files(&path, Left::Open).unwrap().unwrap().contains("gone"));
        fs::write(&path, "").unwrap();
        assert_eq!(of_files(&path, Left::Unsaid).unwrap(), None);
        assert!(of_files(&path, Left::Closed).unwrap().is_some());
        fs::write(&path, "x").unwrap();
        assert!(of_files(&path, Left::Unsaid).unwrap().is_some());
        assert!(is_confirmed(&dir.path().join("none/im.db")).is_err(), "6022");
    }
}
