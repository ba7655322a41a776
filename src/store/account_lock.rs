//! The lock on an account's directory, and one byte in the locked file: how the cache was left.
//!
//! SQLite cannot tell a cache whose companion file was lost, or which was cut to nothing, from a smaller one. The byte can.

use super::files;
use crate::model::path::shown;
use crate::model::{Error, Result, Status, file};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How the cache was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// There is none yet, or it was made by a version that did not say.
    Unsaid,
    /// In use: its write-ahead log has to be there.
    Open,
    /// Closed: everything is in the database file.
    Closed,
    /// Rebuilt, and the app has not been told yet.
    Rebuilt,
}

/// The lock. It is held as long as this lives.
pub(super) struct AccountLock {
    file: File,
    path: PathBuf,
    /// Whether it only holds the lock, for a cache that is not the account's yet.
    is_silent: bool,
}

impl Drop for AccountLock {
    fn drop(&mut self) {
        // Closing the file would do, but for a forked child: it has the file open too, and the lock would be its own.
        if !self.is_silent
            && let Err(error) = self.file.unlock()
        {
            log::warn!("cannot unlock the account's directory: {error}");
        }
    }
}

impl AccountLock {
    /// Makes the directory (mode 0700) and takes its lock. 90001 when it is taken.
    pub(super) fn take(dir: &Path) -> Result<Self> {
        file::private_dir(dir)?;
        // A file of its own, because a damaged database is moved aside while the lock is held.
        let path = files::lock(dir);
        let file = file::private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                file,
                path,
                is_silent: false,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                Status::AccountInUse,
                format!("another client has the account in {} open", shown(dir)),
            )),
            Err(TryLockError::Error(error)) => Err(file::io_error("lock the file", &path, &error)),
        }
    }

    /// A second handle, to be dropped before the first. It says nothing of how the cache is left.
    pub(super) fn share(&self) -> Result<Self> {
        match self.file.try_clone() {
            Ok(file) => Ok(Self {
                file,
                path: self.path.clone(),
                is_silent: true,
            }),
            Err(error) => Err(file::io_error("open the file", &self.path, &error)),
        }
    }

    /// How the cache was left.
    pub(super) fn left(&self) -> Result<Left> {
        let mut byte = [0];
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read(&mut byte));
        match read {
            Ok(0) => Ok(Left::Unsaid),
            Ok(_) => Ok(match &byte {
                b"o" => Left::Open,
                b"c" => Left::Closed,
                b"r" => Left::Rebuilt,
                _ => Left::Unsaid,
            }),
            Err(error) => Err(file::io_error("read the file", &self.path, &error)),
        }
    }

    /// Says how the cache is left. What follows relies on it, so it is on the disk when this returns; only that the cache
    /// is in use may be forgotten.
    pub(super) fn leave(&self, left: Left) -> Result<()> {
        if self.is_silent {
            return Ok(());
        }
        let byte: &[u8] = match left {
            Left::Unsaid => return Ok(()),
            Left::Open => b"o",
            Left::Closed => b"c",
            Left::Rebuilt => b"r",
        };
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(byte))
            .and_then(|()| if left == Left::Open { Ok(()) } else { file.sync_data() })
            .map_err(|error| file::io_error("write the file", &self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_held_by_one_and_remembers_how_the_cache_was_left() {
        let dir = tempfile::tempdir().unwrap();
        let lock = AccountLock::take(dir.path()).unwrap();
        assert_eq!(lock.left().unwrap(), Left::Unsaid);
        let copy = lock.share().unwrap();
        let taken = AccountLock::take(dir.path()).err().unwrap();
        assert_eq!(taken.status, Status::AccountInUse);
        copy.leave(Left::Closed).unwrap();
        assert_eq!(copy.left().unwrap(), Left::Unsaid);
        drop(copy);
        assert!(AccountLock::take(dir.path()).is_err(), "the first still holds it");
        drop(lock);
        for left in [Left::Open, Left::Closed, Left::Rebuilt] {
            AccountLock::take(dir.path()).unwrap().leave(left).unwrap();
            assert_eq!(AccountLock::take(dir.path()).unwrap().left().unwrap(), left);
        }
    }
}
