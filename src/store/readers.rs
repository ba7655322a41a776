//! Read-only connections. Each read takes one for itself, so that readers wait neither for the writer nor for each other.

use super::fault::{Fallible, Fault, closed};
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Idle connections kept; more are opened when more threads read at once, and closed again.
const KEPT: usize = 4;

/// The pool.
pub struct Readers {
    path: PathBuf,
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&Connection) -> Fallible<T>) -> Fallible<T> {
        let kept = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.as_mut().ok_or_else(|| Fault::Rule(closed()))?.pop()
        };
        let db = match kept {
            Some(db) => db,
            None => self.connect()?,
        };
        let result = work(&db);
        if let Some(idle) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && idle.len() < KEPT
        {
            idle.push(db);
        }
        result
    }

    fn connect(&self) -> Fallible<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.path, flags)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(db)
    }

    pub(super) fn close(&self) {
        drop(self.idle.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
