//! The open cache of one account: its lock, its one writer, its readers.

use super::account::{self, Account};
use super::account_lock::{AccountLock, Left};
use super::checked::CheckedRows;
use super::error::{StoreError, StoreResult, closed, explain};
use super::readers::{Reader, Readers};
use super::{connection, damage, files};
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::sync::{Mutex, MutexGuard};
use crate::model::{Error, Result, Status, UserId};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};

/// The open cache of one account.
pub(crate) struct Store {
    dir: PathBuf,
    path: PathBuf,
    writer: Mutex<Option<Writer>>,
    readers: Readers,
    /// The rows whose rendered JSON was found to be JSON since the cache was opened.
    pub(crate) checked: CheckedRows,
}

/// The writing connection. Whoever holds it is the only writer: the directory is locked.
pub(crate) struct Writer {
    db: Connection,
    /// The account's row, as last committed.
    pub(crate) account: Account,
    /// Whether something was recalled or deleted since the cache was opened.
    pub(crate) has_removed_text: bool,
    // Last, because fields are dropped in order: the lock goes when the database is closed.
    lock: AccountLock,
}

impl Writer {
    /// Starts a transaction over the account's row as last committed.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<(Transaction<'_>, &Account)> {
        // Immediate: a deferred one could find out at its first write that another connection holds the lock.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok((transaction, &self.account))
    }

    /// The connection, for reads between two transactions.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }
}

impl Store {
    /// The store over an open database of the directory.
    pub(super) fn new(dir: &Path, path: PathBuf, user: &UserId, db: Connection, lock: AccountLock) -> Result<Self> {
        let account = account::load_or_create(&db, user).map_err(|error| explain(&error))?;
        // The name of a long id's directory ends in a hash, for which somebody could look for another id.
        if account.user_id != *user {
            return Err(Error::invalid(format!(
                "dataDir holds the cache of user {}, not of {}",
                quoted(account.user_id.as_str()),
                quoted(user.as_str())
            )));
        }
        // By now SQLite has made the log, which must be there from here on. Where it cannot be said, nobody will miss the log.
        if let Err(error) = lock.leave(Left::Open) {
            log::warn!("{}", error.desc);
        }
        Ok(Self {
            dir: dir.to_owned(),
            readers: Readers::new(path.clone()),
            path,
            writer: Mutex::new(Some(Writer {
                db,
                account,
                has_removed_text: false,
                lock,
            })),
            checked: CheckedRows::default(),
        })
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

    /// The error that a caller gets. A file that is damaged indeed is marked, so that the next open rebuilds it.
    pub(crate) fn failed(&self, error: StoreError) -> Error {
        // A missing table or column is damage of what describes the tables, when it is not a fault of ours.
        let is_schema = error.is_schema();
        if !(error.is_damage() || is_schema) || files::damage_mark(&self.dir).exists() {
            return error.into_error();
        }
        match damage::is_confirmed(&self.path) {
            Ok(true) => {
                files::mark_damaged(&self.dir);
                error.into_error()
            }
            Ok(false) if is_schema => error.into_error(),
            // SQLite calls a page that the disk did not give once damaged too.
            Ok(false) => Error::new(Status::IoFailed, "the local database failed: a page could not be read"),
            Err(error) => error,
        }
    }

    /// After a failure: when the disk is full, what can be is moved out of the log.
    pub(crate) fn make_room_after(&self, error: &StoreError) {
        if !error.is_full() {
            return;
        }
        if let Ok(writer) = self.writer().get()
            && let Err(error) = connection::make_room(writer.db())
        {
            log::info!("the log of the cache stays as it is: {}", error.into_error().desc);
        }
    }

    /// Closes every connection and gives up the lock. Idempotent.
    pub(crate) fn close(&self) {
        if let Err(error) = self.close_checked() {
            log::warn!("the cache is not closed cleanly: {}", error.desc);
        }
    }

    /// The same; says whether everything is in the database file.
    pub(super) fn close_checked(&self) -> Result<()> {
        // The writer last: it moves the log into the database, and then removes it.
        self.readers.close();
        match lock(&self.writer).take() {
            Some(Writer {
                db,
                lock,
                has_removed_text,
                ..
            }) => {
                if has_removed_text && let Err(error) = connection::scrub(&db) {
                    log::warn!("traces of removed texts stay in the file: {}", error.into_error().desc);
                }
                connection::close(db, || Ok(lock.leave(Left::Closed)?)).map_err(StoreError::into_error)
            }
            None => Ok(()),
        }
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
    use crate::store::Opening;

    fn open(dir: &Path, user: &str) -> Result<Store> {
        match Store::open(dir, &UserId::trusted(user), false)? {
            Opening::Ready(store, _) => Ok(*store),
            Opening::Damaged(_) => panic!("damaged"),
        }
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
