//! The account's SQLite cache: files, schema and queries. Knows no rules.
//!
//! One [`Store`] holds the account's directory: its lock, the one writing connection and a few read-only ones. The
//! tables have a file each, with free functions over a [`rusqlite::Connection`].

pub mod account;
pub mod conversation;
pub mod directory;
mod fault;
mod files;
pub mod message;
mod migrate;
pub mod name;
pub mod outbox;
mod readers;
mod recover;

pub use fault::{Fallible, Fault};
pub use readers::{Place, Reader, Readers};
pub use recover::Salvaged;

use crate::model::lock::lock;
use crate::model::{Error, Result, UserId};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// How the cache was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// There was none.
    Created,
    /// As it was left.
    Opened,
    /// It was damaged, and a new one was made.
    Rebuilt,
}

/// The open cache of one account.
pub struct Store {
    dir: PathBuf,
    writer: Mutex<Option<Writer>>,
    readers: Readers,
}

/// The writing connection. Whoever holds it is the only writer: the directory is locked.
pub struct Writer {
    /// The connection.
    pub db: Connection,
    /// The account's row, as last committed.
    pub account: account::Account,
    _lock: File,
}

impl Store {
    /// Opens, and makes where missing, the cache of `user` in `dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside; what could be read of its outbox comes back for the engine to keep.
    pub fn open(dir: &Path, user: &UserId, full_durability: bool) -> Result<(Self, Found, Vec<Salvaged>)> {
        let lock = files::lock(dir)?;
        let (db, found, salvaged) = recover::open_or_rebuild(dir, full_durability)?;
        let account = account::load_or_create(&db, user).map_err(|error| fault::explain(&error))?;
        if account.user_id != *user {
            return Err(Error::invalid(format!(
                "dataDir holds the cache of user {:?}, not of {:?}",
                account.user_id.as_str(),
                user.as_str()
            )));
        }
        let readers = Readers::new(files::database(dir));
        let writer = Mutex::new(Some(Writer {
            db,
            account,
            _lock: lock,
        }));
        Ok((
            Self {
                dir: dir.to_path_buf(),
                writer,
                readers,
            },
            found,
            salvaged,
        ))
    }

    /// The writer, for one transaction. 6013 once closed.
    pub fn writer(&self) -> WriterGuard<'_> {
        WriterGuard(lock(&self.writer))
    }

    /// Runs a read on a read-only connection, in one snapshot that no writer disturbs or delays.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Fallible<T>) -> Result<T> {
        self.read_with(|reader| work(&reader.db))
    }

    /// The same, for a read that wants to remember a place.
    pub fn read_with<T>(&self, work: impl FnOnce(&Reader) -> Fallible<T>) -> Result<T> {
        self.readers.with(work).map_err(|fault| self.settle(fault))
    }

    /// Turns a fault into the error a caller sees. A damaged file is remembered, so that the next open rebuilds it.
    pub fn settle(&self, fault: Fault) -> Error {
        if fault.is_damage() {
            files::mark_damaged(&self.dir);
        }
        fault.into_error()
    }

    /// Closes every connection and gives up the lock. Idempotent.
    pub fn close(&self) {
        self.readers.close();
        drop(lock(&self.writer).take());
    }
}

/// Keeps SQLite from planning a prepared statement anew whenever its parameters change, in the hope of a better plan:
/// ours have the same best plan for all values, and planning takes longer than most of them run.
fn plan_once(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The lock on the writer.
pub struct WriterGuard<'a>(MutexGuard<'a, Option<Writer>>);

impl WriterGuard<'_> {
    /// The writer; 6013 when the store is closed.
    pub fn get(&mut self) -> Result<&mut Writer> {
        self.0.as_mut().ok_or_else(fault::closed)
    }
}
