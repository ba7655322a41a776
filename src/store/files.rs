//! The names in an account's directory.

use crate::model::{Result, file};
use std::io;
use std::path::{Path, PathBuf};

/// The database file.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("im.db")
}

/// A database that is being built in place of a damaged one. It counts for nothing yet.
pub(super) fn scratch(dir: &Path) -> PathBuf {
    dir.join("im.db.rebuilding")
}

/// The same, complete: from here on it is the account's cache, and takes the database's place at the next chance.
pub(super) fn successor(dir: &Path) -> PathBuf {
    dir.join("im.db.rebuilt")
}

/// The file that is locked while the account is open.
pub(super) fn lock(dir: &Path) -> PathBuf {
    dir.join("lock")
}

/// The mark that a running client leaves when it finds the database damaged; the next open examines it.
pub(super) fn damage_mark(dir: &Path) -> PathBuf {
    dir.join("damaged")
}

/// SQLite's companions of a database file.
pub(super) fn companions(database: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|suffix| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}

/// Leaves the mark. A failure only means that the next open finds the damage by itself.
pub(super) fn mark_damaged(dir: &Path) {
    if let Err(error) = file::private(&damage_mark(dir)) {
        log::warn!("cannot mark the damaged cache: {}", error.desc);
    }
}

/// Whether there is anything at a path, a link that leads nowhere too.
pub(super) fn exists(path: &Path) -> Result<bool> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file::io_error("look at", path, &error)),
    }
}

/// Removes a file if it is there.
pub(super) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file::io_error("remove", path, &error)),
        _ => Ok(()),
    }
}

/// Renames a file if it is there.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    if !exists(from)? {
        return Ok(());
    }
    std::fs::rename(from, to).map_err(|error| file::io_error("rename", from, &error))
}
