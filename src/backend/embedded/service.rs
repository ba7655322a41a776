//! The service file: finding, creating and recognising it, and its transactions. A [`Service`] is one connection; it runs
//! on the thread of whoever uses it.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::migrations::MIGRATIONS;
use super::moment::{self, Moment};
use crate::model::id::quoted;
use crate::model::{Error, Micros, Status};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Says that a file is a libim service: "libm" in ASCII.
const APPLICATION_ID: i64 = 0x6C69_626D;

/// How often an operation tries for the lock, a millisecond apart, before it is [`ServiceError::Busy`]. Short, so that a
/// caller that has to stop does so promptly. SQLite's own busy timeout waits up to 100 ms between attempts, which would
/// keep many writers idle.
const BUSY_LOOKS: i32 = 100;

/// One connection to the service.
pub(super) struct Service {
    db: Connection,
    path: PathBuf,
    file: FileId,
    /// The random id stored in the file.
    pub(super) id: String,
    /// The last moment that this connection knows of. Every use makes sure that the file still has it: a copy can be put
    /// back under an open connection, with SQLite's own commands.
    known: Moment,
}

/// Which file a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|file| Self(file.dev(), file.ino()))
    }

    /// Elsewhere an open file cannot be replaced; whether it is there has to do.
    #[cfg(not(unix))]
    fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|_| Self(0, 0))
    }
}

impl Service {
    /// Opens the service at `path`. `create` makes it where there is none; several processes may do so at once.
    pub(super) fn open(path: &Path, create: bool) -> ServiceResult<Self> {
        if create {
            check_place(path)?;
        } else if FileId::of(path).is_none() {
            return Err(ServiceError::Unreachable(format!(
                "there is no service at {}",
                path.display()
            )));
        }
        // Without SQLite's own mutex: the lock on the mailbox lets one thread at a time use the connection.
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let opened = Connection::open_with_flags(path, flags).map_err(|error| explain(path, error))?;
        // Looked at again when all is prepared: a file that was replaced meanwhile would be one that nobody else sees.
        let file = FileId::of(path);
        let mut db = opened;
        db.busy_handler(Some(|looks| {
            std::thread::sleep(Duration::from_millis(1));
            looks < BUSY_LOOKS
        }))?;
        let id = prepare(&mut db, path, create)?;
        let known = Moment::last(&db)?;
        match file {
            Some(file) if FileId::of(path) == Some(file) => Ok(Self {
                db,
                path: path.to_owned(),
                file,
                id,
                known,
            }),
            _ => Err(moved(path)),
        }
    }

    /// Checks that the path still leads to the file that was opened. Other clients would never see a write to a file that
    /// was moved away.
    pub(super) fn check_place(&self) -> ServiceResult<()> {
        if FileId::of(&self.path) == Some(self.file) {
            Ok(())
        } else {
            Err(moved(&self.path))
        }
    }

    /// A number that changes when another connection has committed. Costs about 2 µs.
    pub(super) fn version(&self) -> ServiceResult<i64> {
        let mut statement = self.db.prepare_cached("PRAGMA data_version")?;
        Ok(statement.query_row((), |row| row.get(0))?)
    }

    /// Reads in one snapshot.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> ServiceResult<T>) -> ServiceResult<T> {
        self.check_place()?;
        let snapshot = self.db.unchecked_transaction()?;
        check_life(&snapshot, self.known)?;
        read(&snapshot)
    }

    /// Writes in one transaction: all of it, or nothing when `write` fails.
    pub(super) fn write<T>(&mut self, write: impl FnOnce(&mut Tx<'_>) -> ServiceResult<T>) -> ServiceResult<T> {
        self.check_place()?;
        // Immediate: a transaction that reads first could not write once another connection has written.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        check_life(&transaction, self.known)?;
        let head = moment::head(&transaction)?;
        let mut tx = Tx::new(&transaction, head, Micros::now());
        let value = write(&mut tx)?;
        let last = tx.last_change();
        if last == head {
            transaction.commit()?;
        } else {
            transaction
                .prepare_cached("UPDATE service SET last_change = ?1")?
                .execute([last])?;
            let moment = Moment::new(last);
            moment.store(&transaction)?;
            transaction.commit()?;
            self.known = moment;
        }
        Ok(value)
    }

    /// The last moment that this connection knows of.
    pub(super) fn known(&self) -> Moment {
        self.known
    }

    /// A change has been read.
    pub(super) fn saw(&mut self, moment: Moment) {
        if moment.change > self.known.change {
            self.known = moment;
        }
    }
}

/// Makes sure that the file has had a moment.
fn check_life(db: &Connection, known: Moment) -> ServiceResult<()> {
    if known.is_in(db)? {
        Ok(())
    } else {
        Err(ServiceError::Restored)
    }
}

fn moved(path: &Path) -> ServiceError {
    ServiceError::Unreachable(format!("the service at {} was moved away or replaced", path.display()))
}

/// Whether a service can be made, or opened for the first time, at this place.
fn check_place(path: &Path) -> ServiceResult<()> {
    let failed = |desc: String| Err(ServiceError::Refused(Error::new(Status::IoFailed, desc)));
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return failed(format!("the service path {} is not a file", path.display())),
    };
    if !parent.is_dir() {
        return failed(format!(
            "the directory {} of the service file does not exist",
            parent.display()
        ));
    }
    if path.is_dir() {
        return failed(format!("the service path {} is a directory", path.display()));
    }
    Ok(())
}

/// Explains an error that occurred while the service was being opened.
fn explain(path: &Path, error: rusqlite::Error) -> ServiceError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => foreign(path),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            ServiceError::Refused(Error::new(
                Status::IoFailed,
                format!(
                    "the service file {} cannot be opened for reading and writing",
                    path.display()
                ),
            ))
        }
        _ => error.into(),
    }
}

fn foreign(path: &Path) -> ServiceError {
    ServiceError::invalid(format!("{} is not a libim service file", path.display()))
}

/// Recognises or makes the service in an open file, and returns its id. Nothing is written into a file that is not ours.
fn prepare(db: &mut Connection, path: &Path, create: bool) -> ServiceResult<String> {
    let explained = |error: rusqlite::Error| match error.sqlite_error_code() {
        // The file is open by now. It is one of SQLite's own beside it, which others make and remove: try again.
        Some(ErrorCode::CannotOpen) => error.into(),
        _ => explain(path, error),
    };
    // Looked at before WAL is switched on, because that switch writes into the file.
    let snapshot = db.transaction().map_err(explained)?;
    let found = recognise(&snapshot).map_err(explained)?;
    drop(snapshot);
    if !found.unwrap_or(create) {
        return Err(foreign(path));
    }
    // Busy without waiting when somebody else makes the same switch; the caller comes again.
    db.pragma_update(None, "journal_mode", "WAL").map_err(explained)?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(128);
    let transaction = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(explained)?;
    // Again, under the lock: another process may have made something of the empty file.
    if !recognise(&transaction)?.unwrap_or(create) {
        return Err(foreign(path));
    }
    migrate(&transaction, path)?;
    let id: String = transaction
        .query_row("SELECT service_id FROM service", (), |row| row.get(0))
        .map_err(|error| ServiceError::Unreachable(format!("the service does not know its own id: {error}")))?;
    transaction.commit()?;
    // It becomes a part of cursors.
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(ServiceError::Unreachable(
            "the service does not know its own id".to_owned(),
        ));
    }
    Ok(id)
}

/// Whether the file is a service; `None` if it is empty. Reads twice, so it needs a transaction: another process may
/// create the service in between.
fn recognise(db: &Connection) -> rusqlite::Result<Option<bool>> {
    let application_id: i64 = db.query_row("PRAGMA application_id", (), |row| row.get(0))?;
    if application_id == APPLICATION_ID {
        return Ok(Some(true));
    }
    let objects: i64 = db.query_row("SELECT count(*) FROM sqlite_master", (), |row| row.get(0))?;
    Ok(if objects == 0 && application_id == 0 {
        None
    } else {
        Some(false)
    })
}

fn migrate(db: &Connection, path: &Path) -> ServiceResult<()> {
    let stored: u32 = db.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    let stored = usize::try_from(stored).unwrap_or(usize::MAX);
    if stored > MIGRATIONS.len() {
        let desc = format!(
            "the service {} has schema {stored}; this libim knows up to {}: it was made by a newer one",
            quoted(&path.to_string_lossy()),
            MIGRATIONS.len()
        );
        return Err(ServiceError::Refused(Error::new(Status::DatabaseFailed, desc)));
    }
    for migration in MIGRATIONS.iter().skip(stored) {
        db.execute_batch(migration)?;
    }
    if stored == 0 {
        let id = uuid::Uuid::new_v4().simple().to_string();
        db.execute(
            "INSERT INTO service (id, service_id, last_change) VALUES (1, ?1, 0)",
            [id],
        )?;
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    if stored < MIGRATIONS.len() {
        db.pragma_update(
            None,
            "user_version",
            i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;

    fn refusal(path: &Path) -> Error {
        match Service::open(path, true) {
            Err(ServiceError::Refused(error)) => error,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("it was opened"),
        }
    }

    #[test]
    fn a_file_of_something_else_is_refused_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let text = dir.path().join("notes.txt");
        std::fs::write(&text, "not a database").unwrap();
        assert_eq!(refusal(&text).status, Status::InvalidParameters);
        assert_eq!(std::fs::read(&text).unwrap(), b"not a database");

        let other = dir.path().join("other.db");
        Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE mine (x)")
            .unwrap();
        assert_eq!(refusal(&other).status, Status::InvalidParameters);
        let tables: i64 = Connection::open(&other)
            .unwrap()
            .query_row("SELECT count(*) FROM sqlite_master", (), |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn a_service_of_a_newer_libim_is_not_opened() {
        let service = TestService::new();
        let db = Connection::open(&service.path).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        let error = refusal(&service.path);
        assert!(
            error.status == Status::DatabaseFailed && error.desc.contains("99"),
            "{error}"
        );
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing_behind() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let head = service.head();
        service.refused(|tx| {
            tx.tell(alice.id, crate::backend::embedded::change::Kind::Profile, alice.id)?;
            Err::<(), _>(ServiceError::invalid("no"))
        });
        assert_eq!(service.head(), head);
        assert!(service.told(&alice, head).is_empty());
    }
}
