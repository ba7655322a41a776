//! The service file: opening, making and recognising it, and transactions on it.

use crate::model::{Error, Result, Status};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SCHEMA: &str = include_str!("schema.sql");
/// `PRAGMA application_id` of a service file: "imSV".
const APPLICATION_ID: i32 = 0x696d_5356;
/// `PRAGMA user_version` of the schema above.
const VERSION: i32 = 1;
/// How long one statement waits for another process. Longer waits are made of these, so that they can be broken off.
const BUSY_SLICE: Duration = Duration::from_millis(200);

/// An open service file.
pub(super) struct Service {
    pub(super) db: Connection,
    /// Made at random with the file: tells one service from another.
    pub(super) service_id: String,
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

/// Why the file could not be opened.
pub(super) enum OpenFault {
    /// Not now; it may work later.
    Unreachable(Error),
    /// Never.
    Refused(Error),
}

impl Service {
    /// Opens the file. `expected` is the service that the account already belongs to: then the file must exist and be
    /// that one, because another one knows nothing of the account. Otherwise a missing file is made.
    pub(super) fn open(path: &Path, expected: Option<&str>) -> std::result::Result<Self, OpenFault> {
        let unreachable = |desc: String| OpenFault::Unreachable(Error::disconnected(desc));
        let shown = path.display();
        if expected.is_some() && !path.exists() {
            return Err(unreachable(format!("the service file {shown} is missing")));
        }
        if !path.exists()
            && !path
                .parent()
                .is_some_and(|parent| parent.as_os_str().is_empty() || parent.is_dir())
        {
            let desc = format!("backend.path {shown} is in a directory that does not exist");
            return Err(OpenFault::Refused(Error::new(Status::IoFailed, desc)));
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if expected.is_none() {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let identity = || identity(path);
        let opened = Connection::open_with_flags(path, flags).and_then(|mut db| {
            prepare(&mut db)?;
            let service_id = db.query_row("SELECT service_id FROM service WHERE id = 1", (), |row| row.get(0))?;
            Ok((db, service_id))
        });
        let (db, service_id): (_, String) = opened.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::ApiMisuse) => OpenFault::Refused(Error::invalid(format!(
                "backend.path {shown} is a file that is not a libim service"
            ))),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                OpenFault::Refused(Error::new(
                    Status::IoFailed,
                    format!("backend.path {shown} cannot be opened: {error}"),
                ))
            }
            _ => unreachable(format!("the service file {shown} cannot be opened now: {error}")),
        })?;
        if let Some(expected) = expected
            && expected != service_id
        {
            return Err(unreachable(format!(
                "the service file {shown} is not the one that this account was synced with"
            )));
        }
        Ok(Self {
            db,
            service_id,
            path: path.to_path_buf(),
            identity: identity(),
        })
    }

    /// Whether the path still leads to the open file. If it was moved away, what we wrote would go with it.
    pub(super) fn is_in_place(&self) -> bool {
        identity(&self.path) == self.identity
    }

    /// A number that changes when another connection has committed.
    pub(super) fn data_version(&self) -> rusqlite::Result<i64> {
        self.db
            .prepare_cached("PRAGMA data_version")?
            .query_row((), |row| row.get(0))
    }

    /// Runs one write transaction; waits for other writers until `may_wait` says no.
    pub(super) fn write<T>(
        &self,
        mut may_wait: impl FnMut() -> bool,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let transaction = loop {
            match Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate) {
                Err(error) if is_busy(&error) && may_wait() => {}
                other => break other.map_err(|error| failed(&error))?,
            }
        };
        let value = work(&transaction)?;
        transaction.commit().map_err(|error| failed(&error))?;
        Ok(value)
    }
}

/// Brings a new file to the schema, and makes sure that an old one is ours. Safe when several processes do it at once.
fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_SLICE)?;
    db.set_prepared_statement_cache_capacity(64);
    // Switching to WAL needs the file for itself for a moment and does not wait for it.
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) && Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            other => break other?,
        }
    }
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    let version = |db: &Connection| -> rusqlite::Result<(i32, i32)> {
        let application: i32 = db.query_row("PRAGMA application_id", (), |row| row.get(0))?;
        Ok((application, db.query_row("PRAGMA user_version", (), |row| row.get(0))?))
    };
    if version(db)? == (APPLICATION_ID, VERSION) {
        return Ok(());
    }
    db.busy_timeout(Duration::from_secs(5))?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if version(&transaction)? != (APPLICATION_ID, VERSION) {
        let other: Option<String> = transaction
            .query_row("SELECT name FROM sqlite_master LIMIT 1", (), |row| row.get(0))
            .optional()?;
        if other.is_some() {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error {
                    code: ErrorCode::NotADatabase,
                    extended_code: rusqlite::ffi::SQLITE_NOTADB,
                },
                Some("not a libim service of this version".to_owned()),
            ));
        }
        transaction.execute_batch(SCHEMA)?;
        let service_id = uuid::Uuid::new_v4().simple().to_string();
        transaction.execute("INSERT INTO service (id, service_id) VALUES (1, ?1)", [service_id])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()?;
    db.busy_timeout(BUSY_SLICE)
}

/// Which file a path leads to.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some((0, 0))
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// The service as a server: when its file fails, the server cannot be reached now.
pub(super) fn failed(error: &rusqlite::Error) -> Error {
    if is_busy(error) {
        Error::new(Status::Timeout, "the service file is locked by another process")
    } else {
        Error::disconnected(format!("the service file failed: {error}"))
    }
}
