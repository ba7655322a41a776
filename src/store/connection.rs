//! Connections to a cache file, set up as the cache needs them.

use super::error::StoreResult;
use super::files;
use super::migrate::migrate;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for another connection's checkpoint.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the file for writing, made where missing, with its schema up to date. Says whether it was new.
pub(super) fn open_writer(path: &Path, full_durability: bool) -> StoreResult<(Connection, bool)> {
    // SQLite would make it readable to others.
    files::private_file(path).map_err(|error| files::io_error("open the file", path, &error))?;
    let mut db = Connection::open_with_flags(
        path,
        // No mutex: the writer's lock and the pool of readers give a connection to one thread at a time.
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&db, 128)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // With a WAL, NORMAL syncs at checkpoints only: a commit survives the process but perhaps not a power cut.
    db.pragma_update(None, "synchronous", if full_durability { "FULL" } else { "NORMAL" })?;
    // Off in each new connection, whatever the file was used with: ids would outlive their messages.
    db.pragma_update(None, "foreign_keys", true)?;
    // Recalled and deleted messages should not linger in free pages.
    db.pragma_update(None, "secure_delete", "FAST")?;
    let created = migrate(&mut db)?;
    Ok((db, created))
}

/// Opens the file for reading.
pub(super) fn open_reader(path: &Path) -> StoreResult<Connection> {
    // The other settings are for writing, or in the file, as the journal mode is.
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    set_up(&db, 32)?;
    Ok(db)
}

// `statements` is more than a connection has use for, so that each is prepared once; rusqlite keeps 16 by itself.
fn set_up(db: &Connection, statements: usize) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(statements);
    // Without this SQLite plans a prepared statement again whenever its parameters change, in the hope of a better plan.
    // Ours have the same best plan for all values, and planning takes longer than most of them run.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}
