//! Read-only connections. Each read takes one for itself, so that readers wait neither for the writer nor for each other.

use super::connection::open_reader;
use super::error::{StoreError, StoreResult, closed};
use super::list::ListKey;
use crate::model::lock::lock;
use crate::model::sync::Mutex;
use rusqlite::{Connection, Transaction};
use std::cell::Cell;
use std::path::PathBuf;

/// Idle connections kept; more are opened when more threads read at once, and closed again.
const KEPT: usize = 4;

/// A read-only connection.
pub(crate) struct Reader {
    /// The connection.
    pub(crate) db: Connection,
    /// A key found in an earlier snapshot, with that snapshot's version.
    found: Cell<Option<(i64, Option<ListKey>)>>,
}

impl Reader {
    /// Starts a transaction, in which every statement sees the same state.
    pub(crate) fn snapshot(&self) -> rusqlite::Result<Transaction<'_>> {
        // Unchecked: the checked one wants the connection mutable to rule out nesting, and reads do not nest.
        self.db.unchecked_transaction()
    }

    /// A key that is costly to find, the same one on every call. It is looked for again only when something was
    /// committed since. Inside a transaction it belongs to the snapshot that the rest of the transaction reads.
    pub(crate) fn remembered(
        &self,
        find: impl FnOnce(&Connection) -> StoreResult<Option<ListKey>>,
    ) -> StoreResult<Option<ListKey>> {
        // It changes when another connection commits, and that is the writer.
        let version = self
            .db
            .prepare_cached("PRAGMA data_version")?
            .query_row((), |row| row.get(0))?;
        match self.found.get() {
            Some((known, key)) if known == version => Ok(key),
            _ => {
                let key = find(&self.db)?;
                self.found.set(Some((version, key)));
                Ok(key)
            }
        }
    }
}

/// The pool.
pub(super) struct Readers {
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

    pub(super) fn with<T>(&self, work: impl FnOnce(&Reader) -> StoreResult<T>) -> StoreResult<T> {
        let kept = {
            let mut idle = lock(&self.idle);
            idle.as_mut().ok_or_else(|| StoreError::Rule(closed()))?.pop()
        };
        let reader = match kept {
            Some(reader) => reader,
            None => Reader {
                db: open_reader(&self.path)?,
                found: Cell::new(None),
            },
        };
        let result = work(&reader);
        // There is no list any more once closed: the connection of a read that was under way ends with it.
        if let Some(idle) = lock(&self.idle).as_mut()
            && idle.len() < KEPT
        {
            idle.push(reader);
        }
        result
    }

    pub(super) fn close(&self) {
        drop(lock(&self.idle).take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connection::open_writer;

    #[test]
    fn a_remembered_key_is_looked_for_again_only_after_a_commit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("im.db");
        let (writer, _) = open_writer(&path, false).unwrap();
        let readers = Readers::new(path);
        let looks = Cell::new(0);
        let look = || {
            readers.with(|reader| {
                reader.remembered(|_| {
                    looks.set(looks.get() + 1);
                    Ok(Some((0, looks.get())))
                })
            })
        };
        assert_eq!((look().unwrap(), look().unwrap()), (Some((0, 1)), Some((0, 1))));
        writer.execute("INSERT INTO deleted (msg_id) VALUES ('m')", ()).unwrap();
        assert_eq!(look().unwrap(), Some((0, 2)));
    }
}
