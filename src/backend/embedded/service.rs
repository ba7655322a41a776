//! The service file: finding, creating and recognising it, and its transactions. A [`Service`] is one connection; it runs
//! on the thread of whoever uses it.

mod wal;

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::in_use::{self, InUse};
use super::migrations::MIGRATIONS;
use super::moment::{self, Moment};
use super::place::{self, FileId};
use crate::model::id::quoted;
use crate::model::{Error, Micros, Status};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};

/// Says that a file is a libim service: "libm" in ASCII.
const APPLICATION_ID: i64 = 0x6C69_626D;

/// One connection to the service.
pub(super) struct Service {
    db: Connection,
    // Below the connection, which closes first.
    _in_use: InUse,
    path: PathBuf,
    file: FileId,
    /// The random id stored in the file.
    pub(super) id: String,
    /// The last moment that this connection knows of. Every use makes sure that the file still has it: a copy can be put
    /// back under an open connection, with SQLite's own commands.
    known: Moment,
    /// Whether text was taken out of the file that the write-ahead log may still hold.
    has_wiped: bool,
}

impl Service {
    /// Opens the service at `path`. `create` makes it where there is none; several processes may do so at once.
    /// With `is_durable` a commit outlives a power cut, else the end of the process.
    pub(super) fn open(path: &Path, create: bool, is_durable: bool) -> ServiceResult<Self> {
        let mut files = in_use::files();
        if !FileId::of(path).is_some_and(|file| files.is_open(file)) {
            place::prepare(path, create)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags).map_err(|error| place::explain(path, error))?;
        let file = FileId::of(path).ok_or_else(|| place::moved(path))?;
        let in_use = files.opened(file, path)?;
        drop(files);
        // SQLite opens what it may not write to for reading, without a word.
        if db.is_readonly(MAIN_DB)? {
            return Err(place::read_only(path));
        }
        db.busy_handler(Some(wal::look_again))?;
        let id = prepare(&mut db, path, create, is_durable)?;
        let known = Moment::last(&db)?;
        if FileId::of(path) != Some(file) {
            return Err(place::moved(path));
        }
        place::warn_of_strangers(path);
        Ok(Self {
            db,
            _in_use: in_use,
            path: path.to_owned(),
            file,
            id,
            known,
            // A client that was killed may have left some.
            has_wiped: true,
        })
    }

    /// Checks that the path still leads to the file that was opened. Other clients would never see a write to a file that
    /// was moved away.
    pub(super) fn check_place(&self) -> ServiceResult<()> {
        if FileId::of(&self.path) == Some(self.file) {
            Ok(())
        } else {
            Err(place::moved(&self.path))
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
        wal::keep_room(&mut self.db)?;
        let written = self.try_write(write);
        if matches!(written, Err(ServiceError::Full)) {
            wal::make_room(&mut self.db);
        }
        written
    }

    fn try_write<T>(&mut self, write: impl FnOnce(&mut Tx<'_>) -> ServiceResult<T>) -> ServiceResult<T> {
        // Immediate: a transaction that reads first could not write once another connection has written.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        check_life(&transaction, self.known)?;
        let head = moment::head(&transaction)?;
        let mut tx = Tx::new(&transaction, head, Micros::now());
        let value = write(&mut tx)?;
        let (last, has_wiped) = (tx.last_change(), tx.has_wiped());
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
        self.has_wiped |= has_wiped;
        Ok(value)
    }

    /// Empties the write-ahead log if it may hold text that was taken out of the file. While others read, it stays; the
    /// next call tries again.
    pub(super) fn empty_log(&mut self) -> ServiceResult<()> {
        if self.has_wiped {
            self.has_wiped = wal::empty(&mut self.db)?;
        }
        Ok(())
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

impl Drop for Service {
    fn drop(&mut self) {
        // SQLite does it when the last connection closes; but others may stay open for weeks.
        if let Err(error) = self.empty_log() {
            log::info!("the service's log stays as it is: {}", error.into_error());
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

/// Recognises or makes the service in an open file, and returns its id. Nothing is written into a file that is not ours.
fn prepare(db: &mut Connection, path: &Path, create: bool, is_durable: bool) -> ServiceResult<String> {
    let explained = |error| place::explain_companion(path, error);
    let snapshot = db.transaction().map_err(explained)?;
    let found = recognise(&snapshot).map_err(explained)?;
    drop(snapshot);
    if !found.unwrap_or(create) {
        return Err(place::foreign(path));
    }
    // Busy without waiting when somebody else makes the same switch; the caller comes again.
    db.pragma_update(None, "journal_mode", "WAL").map_err(explained)?;
    db.pragma_update(None, "synchronous", if is_durable { "FULL" } else { "NORMAL" })?;
    wal::bound(db, path)?;
    db.pragma_update(None, "foreign_keys", true)?;
    // The service has none: a trigger is somebody else's, and could run for ever.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    // What is recalled or deleted is overwritten, not only forgotten.
    db.pragma_update(None, "secure_delete", true)?;
    db.set_prepared_statement_cache_capacity(128);
    let transaction = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(explained)?;
    // Again, under the lock: another process may have made something of the empty file.
    if !recognise(&transaction)?.unwrap_or(create) {
        return Err(place::foreign(path));
    }
    migrate(&transaction, path)?;
    let id: String = transaction
        .query_row("SELECT service_id FROM service", (), |row| row.get(0))
        .map_err(|error| match error.sqlite_error_code() {
            Some(_) => explained(error),
            None => ServiceError::Unreachable("the service does not know its own id".to_owned()),
        })?;
    transaction.commit().map_err(explained)?;
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
    let stored: i64 = db.query_row("PRAGMA user_version", (), |row| row.get(0))?;
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
        db.execute_batch(migration)
            .map_err(|error| place::explain(path, error))?;
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
        match Service::open(path, true, false) {
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
    fn a_durable_service_syncs_each_commit_and_its_log_does_not_stay_large() {
        let service = TestService::new();
        // SQLite's numbers: 1 is NORMAL, 2 is FULL.
        for (is_durable, synchronous) in [(false, 1), (true, 2)] {
            let open = Service::open(&service.path, true, is_durable).unwrap();
            let pragma = |name| {
                open.db
                    .query_row(&format!("PRAGMA {name}"), (), |row| row.get::<_, i64>(0))
            };
            assert_eq!(pragma("synchronous").unwrap(), synchronous);
            assert_eq!(pragma("journal_size_limit").unwrap(), wal::LOG_LIMIT);
        }
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

    #[cfg(target_os = "linux")]
    /// Whether this process has a lock on a file, as every connection to a database with a write-ahead log has.
    fn is_locked(path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let inode = std::fs::metadata(path).unwrap().ino().to_string();
        let pid = std::process::id().to_string();
        let is_it = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_file = |word: &&str| word.rsplit(':').next() == Some(&inode) && word.contains(':');
            words.contains(&"POSIX") && words.contains(&pid.as_str()) && words.iter().any(is_file)
        };
        let is_listed = || std::fs::read_to_string("/proc/locks").unwrap().lines().any(is_it);
        // The system writes the list in parts, and leaves locks out when others come and go meanwhile.
        (0..100).any(|_| is_listed())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_second_client_of_a_process_does_not_take_the_locks_of_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service.db");
        let first = Service::open(&path, true, false).unwrap();
        assert!(is_locked(&path));
        drop(Service::open(&path, true, false).unwrap());
        let second = Service::open(&path, false, false).unwrap();
        assert!(is_locked(&path), "the first client's lock is gone");
        drop(first);
        assert!(is_locked(&path), "the second client's lock is gone");
        drop(second);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn another_copy_of_libim_that_has_the_file_open_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("service.db");
        drop(Service::open(&path, true, false).unwrap());
        // As the other copy sets it.
        let other = in_use::mark::Mark::set(FileId::of(&path).unwrap());
        let error = refusal(&path);
        assert!(error.desc.contains("another copy of libim"), "{error}");
        assert_eq!(error.status, Status::IoFailed);
        drop(other);
        assert!(Service::open(&path, true, false).is_ok());
    }
}
