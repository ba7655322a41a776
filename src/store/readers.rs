//! Read-only connections. Each read takes one for itself, so that readers wait neither for the writer nor for each other.

use super::fault::{Fallible, Fault, closed};
use super::plan_once;
use crate::model::lock::lock;
use rusqlite::{Connection, OpenFlags};
use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

/// Idle connections kept; more are opened when more threads read at once, and closed again.
const KEPT: usize = 4;

/// A place in the list, in the terms of whoever asks to remember it; `None` when there is no such place.
pub type Place = Option<(i64, i64)>;

/// A read-only connection.
pub struct Reader {
    /// The connection.
    pub db: Connection,
    /// A place found in an earlier snapshot, with that snapshot's version.
    found: Cell<Option<(i64, Place)>>,
}

impl Reader {
    /// A place that is costly to find, the same one on every call. It is looked for again only when something was
    /// committed since. Inside a transaction it belongs to the snapshot that the rest of the transaction reads.
    pub fn remembered(&self, find: impl FnOnce(&Connection) -> Fallible<Place>) -> Fallible<Place> {
        let version = self
            .db
            .prepare_cached("PRAGMA data_version")?
            .query_row((), |row| row.get(0))?;
        match self.found.get() {
            Some((known, place)) if known == version => Ok(place),
            _ => {
                let place = find(&self.db)?;
                self.found.set(Some((version, place)));
                Ok(place)
            }
        }
    }
}

/// The pool.
pub struct Readers {
    path: PathBuf,
    idle: Mutex<Option<Vec<Reader>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&Reader) -> Fallible<T>) -> Fallible<T> {
        let kept = {
            let mut idle = lock(&self.idle);
            idle.as_mut().ok_or_else(|| Fault::Rule(closed()))?.pop()
        };
        let reader = match kept {
            Some(reader) => reader,
            None => self.connect()?,
        };
        let result = work(&reader);
        if let Some(idle) = lock(&self.idle).as_mut()
            && idle.len() < KEPT
        {
            idle.push(reader);
        }
        result
    }

    fn connect(&self) -> Fallible<Reader> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.path, flags)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.set_prepared_statement_cache_capacity(32);
        plan_once(&db)?;
        Ok(Reader {
            db,
            found: Cell::new(None),
        })
    }

    pub(super) fn close(&self) {
        drop(lock(&self.idle).take());
    }
}
