//! Connections to a cache file, set up as the cache needs them.

use super::error::StoreResult;
use super::files;
use crate::model::path::shown;
use crate::model::{Error, Status, file};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for another connection's checkpoint.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The same while the cache is being closed: what another process keeps from being tidied up can wait for the next time.
const CLOSING_TIMEOUT: Duration = Duration::from_millis(200);

/// What is left of the log when it begins again from its start, in bytes.
const LOG_LIMIT: i64 = 4 << 20;

/// On a disk with less room than this the log is emptied after fewer pages.
const SMALL_DISK: u64 = 16 << 20;
/// How many: a quarter of a MiB.
const FEW_PAGES: i64 = 64;

/// Files up to this size are written anew when texts were removed from them: some 100 ms. A larger one would make its
/// client slow to close.
const SCRUBBED: i64 = 32 << 20;

/// Opens the file for writing, made where missing, with its schema up to date. Says whether it was new.
#[cfg(test)]
pub(super) fn open_writer(path: &Path, full_durability: bool) -> StoreResult<(Connection, bool)> {
    let mut db = open_file(path)?;
    set_up_writer(&db, full_durability)?;
    let created = super::migrate::migrate(&mut db)?;
    Ok((db, created))
}

/// Opens the file for writing, made where missing. Nothing is written to it.
pub(super) fn open_file(path: &Path) -> StoreResult<Connection> {
    for companion in files::companions(path) {
        file::make_private(&companion)?;
    }
    // SQLite would make it readable to others.
    file::private(path)?;
    let db = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Where it may not write SQLite is content with reading, and every later call would fail instead of this one.
    if db.is_readonly(MAIN_DB)? {
        return Err(Error::new(
            Status::IoFailed,
            format!("the file {} cannot be opened for writing", shown(path)),
        )
        .into());
    }
    Ok(db)
}

/// Prepares a connection for writing the cache.
pub(super) fn set_up_writer(db: &Connection, full_durability: bool) -> StoreResult<()> {
    set_up(db, 128)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // With a WAL, NORMAL syncs at checkpoints only: a commit survives the process but perhaps not a power cut.
    db.pragma_update(None, "synchronous", if full_durability { "FULL" } else { "NORMAL" })?;
    // A log that one long transaction has made large does not stay so.
    db.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    let room = db.path().and_then(|path| file::room(Path::new(path)));
    if room.is_some_and(|room| room < SMALL_DISK) {
        db.pragma_update(None, "wal_autocheckpoint", FEW_PAGES)?;
    }
    // Off in each new connection, whatever the file was used with: ids would outlive their messages.
    db.pragma_update(None, "foreign_keys", true)?;
    // Recalled and deleted messages should not linger in free pages.
    db.pragma_update(None, "secure_delete", true)?;
    Ok(())
}

/// Opens the file for reading.
pub(super) fn open_reader(path: &Path) -> StoreResult<Connection> {
    // The other settings are for writing, or in the file, as the journal mode is.
    let db = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    set_up(&db, 32)?;
    Ok(db)
}

/// Opens a file that may be damaged, to look at it. It is left as it is.
pub(super) fn open_damaged(path: &Path) -> rusqlite::Result<Connection> {
    // Writable, because the last commits may be in the log, and taking up a log that was left behind writes.
    let db = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    // No mutex: the writer's lock and the pool of readers give a connection to one thread at a time.
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    // The log is emptied and removed by `close` alone, which says so in the locked file before.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(db)
}

/// Removes what is left of deleted rows. SQLite overwrites the rows themselves (`secure_delete`), but not the copies that
/// stay in unused parts of pages when rows are moved between them.
pub(super) fn scrub(db: &Connection) -> StoreResult<()> {
    db.busy_timeout(CLOSING_TIMEOUT)?;
    let bytes: i64 = db.query_row(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        (),
        |row| row.get(0),
    )?;
    if bytes <= SCRUBBED {
        // In memory: a temporary file would be one more with the texts in it.
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.execute_batch("VACUUM")?;
    }
    Ok(())
}

/// The disk is full, perhaps of the log: SQLite empties it after a commit only, and there is none.
pub(super) fn make_room(db: &Connection) -> StoreResult<()> {
    db.busy_timeout(CLOSING_TIMEOUT)?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    Ok(db.busy_timeout(BUSY_TIMEOUT)?)
}

/// Moves everything from the log into the file, and closes. Whatever fails, the log then stays and holds the rest.
/// `is_done` is called when the file has everything, before the log goes.
pub(super) fn close(db: Connection, is_done: impl FnOnce() -> StoreResult<()>) -> StoreResult<()> {
    db.busy_timeout(CLOSING_TIMEOUT)?;
    let is_busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    if is_busy {
        return Err(Error::new(Status::DatabaseFailed, "the local database is in use elsewhere").into());
    }
    is_done()?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    db.close().map_err(|(_, error)| error.into())
}

// `statements` is more than a connection has use for, so that each is prepared once; rusqlite keeps 16 by itself.
fn set_up(db: &Connection, statements: usize) -> rusqlite::Result<()> {
    db.set_prepared_statement_cache_capacity(statements);
    // Without this SQLite plans a prepared statement again whenever its parameters change, in the hope of a better plan.
    // Ours have the same best plan for all values, and planning takes longer than most of them run.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}
