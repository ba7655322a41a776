//! The account's directory: who may enter, the lock, and the names in it.

use crate::model::{Error, Result, Status};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The database file.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("im.db")
}

/// SQLite's companions of a database file, and the file itself.
pub(super) fn with_companions(file: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}

/// The mark that a running client leaves when it finds the database damaged; the next open rebuilds it.
pub(super) fn damage_mark(dir: &Path) -> PathBuf {
    dir.join("damaged")
}

/// Leaves the mark. A failure only means that the next open finds the damage by itself.
pub(super) fn mark_damaged(dir: &Path) {
    if let Err(error) = private_file(&damage_mark(dir)) {
        log::warn!("cannot mark the damaged cache: {error}");
    }
}

/// The lock on an account's directory, held for as long as this lives.
pub(super) struct AccountLock(File);

impl Drop for AccountLock {
    fn drop(&mut self) {
        // Closing the file would do, but for a forked child: it has the file open too, and the lock would be its own.
        if let Err(error) = self.0.unlock() {
            log::warn!("cannot unlock the account's directory: {error}");
        }
    }
}

/// Makes the directory (mode 0700) and takes its lock. 90001 when it is taken.
pub(super) fn lock(dir: &Path) -> Result<AccountLock> {
    make_private(dir).map_err(|error| io_error("make the directory", dir, &error))?;
    // A file of its own, because a damaged database is moved aside while the lock is held.
    let path = dir.join("lock");
    let file = private_file(&path).map_err(|error| io_error("open the file", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(AccountLock(file)),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Status::AccountInUse,
            format!("another client has the account in {} open", dir.display()),
        )),
        Err(TryLockError::Error(error)) => Err(io_error("lock the file", &path, &error)),
    }
}

fn make_private(dir: &Path) -> io::Result<()> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        other => other,
    }
}

/// Opens a file for writing, made with mode 0600. SQLite gives its companion files the mode of the database.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// 6022, naming the path.
pub(super) fn io_error(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(Status::IoFailed, format!("cannot {what} {}: {error}", path.display()))
}
