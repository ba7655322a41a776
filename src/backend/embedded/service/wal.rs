//! The write-ahead log of the service: how large it becomes, and when it is emptied.

use crate::backend::embedded::error::{ServiceError, ServiceResult};
use crate::model::file;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often an operation tries for the lock, a millisecond apart, before it is [`ServiceError::Busy`]. Short, so that a
/// caller that has to stop does so promptly. SQLite's own busy timeout waits up to 100 ms between attempts, which would
/// keep many writers idle.
const BUSY_LOOKS: i32 = 100;
/// What is left of the log when it begins again from its start, in bytes.
pub(super) const LOG_LIMIT: i64 = 4 << 20;
/// On a disk with less room than this the log is emptied after fewer pages.
const SMALL_DISK: u64 = 16 << 20;
/// How many: a quarter of a MiB.
const FEW_PAGES: i64 = 64;
/// How much room is left for emptying the log, which makes the file longer: no more than the log has, and no more than this.
const RESERVE: u64 = 512 << 10;

/// SQLite's busy handler.
pub(super) fn look_again(looks: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    looks < BUSY_LOOKS
}

/// Keeps the log from taking more room than it needs.
pub(super) fn bound(db: &Connection, path: &Path) -> rusqlite::Result<()> {
    // A log that one long transaction has made large does not stay so.
    db.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    if file::room(path).is_some_and(|room| room < SMALL_DISK) {
        db.pragma_update(None, "wal_autocheckpoint", FEW_PAGES)?;
    }
    Ok(())
}

/// Moves the log into the file and empties it, without waiting for anybody. True when others were in the way.
pub(super) fn empty(db: &mut Connection) -> ServiceResult<bool> {
    db.busy_handler(None::<fn(i32) -> bool>)?;
    let is_busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0));
    db.busy_handler(Some(look_again))?;
    match is_busy.map_err(ServiceError::from) {
        Err(ServiceError::Busy) => Ok(true),
        other => other,
    }
}

/// Before a write: while somebody reads what the log holds it cannot be emptied, and must not grow until there is no room
/// for that either.
pub(super) fn keep_room(db: &mut Connection) -> ServiceResult<()> {
    let Some(path) = db.path().map(PathBuf::from) else {
        return Ok(());
    };
    let mut log = path.clone().into_os_string();
    log.push("-wal");
    let length = std::fs::metadata(log).map_or(0, |found| found.len());
    if file::room(&path).is_none_or(|room| room >= length.min(RESERVE)) || !empty(db)? {
        return Ok(());
    }
    Err(ServiceError::Full)
}

/// The disk is full, perhaps of the log: SQLite empties it after a commit only, and there is none. What fails now is tried
/// again by the caller.
pub(super) fn make_room(db: &mut Connection) {
    match empty(db) {
        Ok(false) => log::info!("the disk of the service is full; its log was emptied"),
        Ok(true) => log::info!("the disk of the service is full, and somebody reads what its log holds"),
        Err(error) => log::info!("the disk of the service is full: {}", error.into_error().desc),
    }
}
