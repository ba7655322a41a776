//! The open cache of one account: its lock, its one writer, its readers.

use super::account::{self, Account};
use super::error::{StoreError, StoreResult, closed, explain};
use super::files;
use super::readers::{Reader, Readers};
use super::recover::{self, CacheState, SalvagedCommand};
use crate::model::lock::lock;
use crate::model::{Error, Result, UserId};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// The open cache of one account.
pub(crate) struct Store {
    dir: PathBuf,
    writer: Mutex<Option<Writer>>,
    readers: Readers,
}

/// The writing connection. Whoever holds it is the only writer: the directory is locked.
pub(crate) struct Writer {
    db: Connection,
    /// The account's row, as last committed.
    pub(crate) account: Account,
    // Last, because fields are dropped in order: the lock goes when the database is closed.
    _lock: files::AccountLock,
}

impl Writer {
    /// Starts a transaction over the account's row as last committed.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<(Transaction<'_>, &Account)> {
        // Immediate: a deferred one could find out at its first write that another connection holds the lock.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok((transaction, &self.account))
    }
}

impl Store {
    /// Opens, and makes where missing, the cache of `user` in `dir`. 90001 when another client has it open. A damaged
    /// cache is moved aside; what could be read of its outbox comes back for the engine to keep.
    pub(crate) fn open(
        dir: &Path,
        user: &UserId,
        full_durability: bool,
    ) -> Result<(Self, CacheState, Vec<SalvagedCommand>)> {
        // Before anything is looked at: another process may be making, moving or salvaging the files.
        let file = files::lock(dir)?;
        let (db, state, salvaged) = recover::open_or_rebuild(dir, full_durability)?;
        let account = account::load_or_create(&db, user).map_err(|error| explain(&error))?;
        // The name of a long id's directory ends in a hash, for which somebody could look for another id.
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
            _lock: file,
        }));
        let dir = dir.to_path_buf();
        Ok((Self { dir, writer, readers }, state, salvaged))
    }

    /// The writer, for one transaction. 6013 once closed.
    pub(crate) fn writer(&self) -> WriterGuard<'_> {
        WriterGuard(lock(&self.writer))
    }

    /// Runs a read on a read-only connection, which no writer disturbs or delays. Each statement sees what is committed
    /// when it starts; for several that belong together there is [`Store::snapshot`].
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> StoreResult<T>) -> Result<T> {
        self.read_with(|reader| work(&reader.db))
    }

    /// The same for several statements that must all see the same state.
    pub(crate) fn snapshot<T>(&self, work: impl FnOnce(&Connection) -> StoreResult<T>) -> Result<T> {
        self.read_with(|reader| work(&*reader.snapshot()?))
    }

    /// The same as [`Store::read`], for a read that wants to remember a place in the list.
    pub(crate) fn read_with<T>(&self, work: impl FnOnce(&Reader) -> StoreResult<T>) -> Result<T> {
        self.readers.with(work).map_err(|error| self.failed(error))
    }

    /// The error that a caller gets. A damaged file is remembered, so that the next open rebuilds it.
    pub(crate) fn failed(&self, error: StoreError) -> Error {
        if error.is_damage() {
            files::mark_damaged(&self.dir);
        }
        error.into_error()
    }

    /// Closes every connection and gives up the lock. Idempotent.
    pub(crate) fn close(&self) {
        // The writer last: SQLite moves the log into the database when the last connection closes, if it can write.
        self.readers.close();
        drop(lock(&self.writer).take());
    }
}

/// The lock on the writer.
pub(crate) struct WriterGuard<'a>(MutexGuard<'a, Option<Writer>>);

impl WriterGuard<'_> {
    /// The writer; 6013 when the store is closed.
    pub(crate) fn get(&mut self) -> Result<&mut Writer> {
        self.0.as_mut().ok_or_else(closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    fn open(dir: &Path, user: &str) -> Result<Store> {
        Store::open(dir, &UserId::trusted(user), false).map(|(store, ..)| store)
    }

    #[test]
    fn an_account_has_one_client_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), "alice").unwrap();
        assert_eq!(open(dir.path(), "alice").err().unwrap().status, Status::AccountInUse);
        store.close();
        open(dir.path(), "alice").unwrap();
    }

    #[test]
    fn a_cache_belongs_to_the_user_who_made_it() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), "alice").unwrap().close();
        assert_eq!(open(dir.path(), "bob").err().unwrap().status, Status::InvalidParameters);
    }

    #[test]
    fn a_snapshot_does_not_see_what_is_committed_after_it_began() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), "alice").unwrap();
        let total = store.snapshot(|db| {
            account::total_unread(db)?;
            let mut guard = store.writer();
            let (transaction, account) = guard.get()?.begin()?;
            let changed = Account {
                total_unread: 7,
                ..account.clone()
            };
            account::save(&transaction, &changed)?;
            transaction.commit()?;
            Ok(account::total_unread(db)?)
        });
        assert_eq!(total.unwrap(), 0);
        assert_eq!(store.read(|db| Ok(account::total_unread(db)?)).unwrap(), 7);
    }

    #[test]
    fn a_closed_store_answers_6013() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), "alice").unwrap();
        store.close();
        store.close();
        assert_eq!(store.writer().get().err().unwrap().status, Status::NotInitialized);
        let read = store.read(|db| Ok(account::cursor(db)?));
        assert_eq!(read.unwrap_err().status, Status::NotInitialized);
    }
}
