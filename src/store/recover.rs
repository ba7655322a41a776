//! Opening a cache, and what takes the place of a damaged one.
//!
//! A rebuild never works on the cache itself. The new one is made under another name, with everything that was saved, and
//! is on the disk before it is renamed to the successor. That rename is the moment of the change: whatever fails or ends
//! before it leaves all as it was; after it, this open or the next moves the old files aside and puts the successor in
//! their place.

use super::account_lock::{AccountLock, Left};
use super::cache::Store;
use super::error::{StoreError, StoreResult};
use super::salvage::{self, Salvaged};
use super::{account, aside, connection, damage, files, migrate};
use crate::model::path::shown;
use crate::model::{Error, Result, UserId, file};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// How the cache was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheState {
    /// There was none.
    Created,
    /// As it was left.
    Opened,
    /// It was damaged, and a new one was made.
    Rebuilt,
}

/// A cache, or what to do first.
pub(crate) enum Opening {
    /// The open cache.
    Ready(Box<Store>, CacheState),
    /// The cache is damaged.
    Damaged(Rebuild),
}

/// A damaged cache, locked, and what was saved of it.
pub(crate) struct Rebuild {
    dir: PathBuf,
    user: UserId,
    full_durability: bool,
    lock: AccountLock,
    salvaged: Salvaged,
}

impl Store {
    /// Opens, and makes where missing, the cache of `user` in `dir`. 90001 when another client has it open.
    pub(crate) fn open(dir: &Path, user: &UserId, full_durability: bool) -> Result<Opening> {
        let lock = AccountLock::take(dir)?;
        open_locked(dir, user, full_durability, lock)
    }
}

/// Opens the cache of `user` in a locked directory.
fn open_locked(dir: &Path, user: &UserId, full_durability: bool, lock: AccountLock) -> Result<Opening> {
    if files::exists(&files::successor(dir))? {
        take_over(dir, &lock)?;
    }
    remove_scratch(dir)?;
    let left = lock.left()?;
    match open_sound(dir, left, full_durability)? {
        Ok((db, state)) => Ok(Opening::Ready(
            Box::new(Store::new(dir, files::database(dir), user, db, lock)?),
            state,
        )),
        Err(why) => {
            log::warn!("the cache in {} is damaged ({why}); it is rebuilt", shown(dir));
            Ok(Opening::Damaged(Rebuild {
                salvaged: salvage::salvage(&files::database(dir))?,
                dir: dir.to_owned(),
                user: user.clone(),
                full_durability,
                lock,
            }))
        }
    }
}

/// The connection and how the cache was found, or what is wrong with it.
fn open_sound(
    dir: &Path,
    left: Left,
    full_durability: bool,
) -> Result<std::result::Result<(Connection, CacheState), &'static str>> {
    let path = files::database(dir);
    let mark = files::damage_mark(dir);
    if let Some(why) = damage::of_files(&path, left)? {
        return Ok(Err(why));
    }
    if files::exists(&mark)? {
        if files::exists(&path)? && damage::is_confirmed(&path)? {
            return Ok(Err("a client found it so"));
        }
        files::remove(&mark)?;
    }
    let failed = |error: StoreError| {
        let error = error.into_error();
        Error::new(error.status, format!("cannot open {}: {}", shown(&path), error.desc))
    };
    match open_database(&path, left, full_durability) {
        Err(error) if error.is_damage() => {
            if damage::is_confirmed(&path)? {
                return Ok(Err("SQLite cannot read it"));
            }
            // The disk failed for a moment, and SQLite took it for damage.
            open_database(&path, left, full_durability).map_err(failed)
        }
        Err(error) if error.is_schema() => Ok(Err("its tables are not those of a cache")),
        other => other.map_err(failed),
    }
}

fn open_database(
    path: &Path,
    left: Left,
    full_durability: bool,
) -> StoreResult<std::result::Result<(Connection, CacheState), &'static str>> {
    let mut db = connection::open_file(path)?;
    // Before anything is written to it: the file may be somebody else's.
    if let Some(why) = migrate::fault(&db, left != Left::Unsaid)? {
        return Ok(Err(why));
    }
    connection::set_up_writer(&db, full_durability)?;
    let created = migrate::migrate(&mut db)?;
    // The one row that everything needs; who it belongs to is for the store to judge.
    account::load(&db)?;
    let state = match left {
        Left::Rebuilt => CacheState::Rebuilt,
        _ if created => CacheState::Created,
        _ => CacheState::Opened,
    };
    Ok(Ok((db, state)))
}

impl Rebuild {
    /// What was saved.
    pub(crate) fn salvaged(&self) -> &Salvaged {
        &self.salvaged
    }

    /// The new cache, empty, under a name that counts for nothing.
    pub(crate) fn begin(&self) -> Result<Store> {
        remove_scratch(&self.dir)?;
        let path = files::scratch(&self.dir);
        let make = || {
            let mut db = connection::open_file(&path)?;
            connection::set_up_writer(&db, false)?;
            migrate::migrate(&mut db)?;
            Ok(db)
        };
        let db = make().map_err(StoreError::into_error)?;
        Store::new(&self.dir, path, &self.user, db, self.lock.share()?)
    }

    /// The new cache is complete: it takes the place of the damaged one.
    pub(crate) fn finish(self, complete: Store) -> Result<Store> {
        complete.close_checked()?;
        let (scratch, successor) = (files::scratch(&self.dir), files::successor(&self.dir));
        file::sync(&scratch).map_err(|error| file::io_error("write the file", &scratch, &error))?;
        files::rename(&scratch, &successor)?;
        file::sync_dir(&self.dir)?;
        take_over(&self.dir, &self.lock)?;
        match open_locked(&self.dir, &self.user, self.full_durability, self.lock)? {
            Opening::Ready(store, _) => Ok(*store),
            Opening::Damaged(_) => Err(Error::internal("the cache is damaged again, just after it was rebuilt")),
        }
    }
}

/// What a rebuild that was cut short has left. The damaged cache is still there, with all it had.
fn remove_scratch(dir: &Path) -> Result<()> {
    let scratch = files::scratch(dir);
    let [log, index] = files::companions(&scratch);
    [scratch, log, index].iter().try_for_each(|path| files::remove(path))
}

/// Moves the damaged files aside and puts the successor in their place. It can be cut short anywhere and done again.
fn take_over(dir: &Path, lock: &AccountLock) -> Result<()> {
    let path = files::database(dir);
    let aside = aside::next_name(dir)?;
    // The successor has no log, and an open that comes between must not miss it.
    lock.leave(Left::Rebuilt)?;
    // The log first: beside the new database it would be taken for that one's.
    let ([log, index], [log_aside, _]) = (files::companions(&path), files::companions(&aside));
    match file::length(&log)? {
        Some(0) => files::remove(&log)?,
        _ => files::rename(&log, &log_aside)?,
    }
    files::remove(&index)?;
    file::sync_dir(dir)?;
    if files::exists(&path)? {
        files::rename(&path, &aside)?;
        log::warn!("the damaged cache was moved to {}", shown(&aside));
    }
    files::rename(&files::successor(dir), &path)?;
    files::remove(&files::damage_mark(dir))?;
    file::sync_dir(dir)?;
    aside::remove_old(dir);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;
    use crate::store::migrations::MIGRATIONS;
    use crate::store::outbox::{self, CommandKind, OutboxRow};
    use std::fs;

    fn open(dir: &Path) -> Opening {
        Store::open(dir, &UserId::trusted("alice"), false).unwrap()
    }

    /// Opens, and rebuilds without restoring anything.
    fn open_or_rebuild(dir: &Path) -> (Store, CacheState) {
        match open(dir) {
            Opening::Ready(store, state) => (*store, state),
            Opening::Damaged(rebuild) => {
                let complete = rebuild.begin().unwrap();
                (rebuild.finish(complete).unwrap(), CacheState::Rebuilt)
            }
        }
    }

    fn state(dir: &Path) -> CacheState {
        let (store, state) = open_or_rebuild(dir);
        store.close();
        state
    }

    fn salvaged(dir: &Path) -> Salvaged {
        match open(dir) {
            Opening::Damaged(rebuild) => rebuild.salvaged().clone(),
            Opening::Ready(..) => panic!("not damaged"),
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Damages the end of the file's first page, where the schema is, and leaves the mark of a running client.
    fn damage(dir: &Path) {
        let path = files::database(dir);
        let mut bytes = fs::read(&path).unwrap();
        bytes[4096 * 3..4096 * 4].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        files::mark_damaged(dir);
    }

    #[test]
    fn a_cache_is_created_opened_and_rebuilt_once_when_it_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(state(dir.path()), CacheState::Created);
        assert_eq!(state(dir.path()), CacheState::Opened);
        damage(dir.path());
        assert_eq!(state(dir.path()), CacheState::Rebuilt);
        assert_eq!(state(dir.path()), CacheState::Opened);
        assert_eq!(names(dir.path()), ["im.db", "im.db.damaged-1", "lock"]);
    }

    #[test]
    fn a_cache_of_an_older_version_is_opened() {
        for version in 1..MIGRATIONS.len() {
            let dir = tempfile::tempdir().unwrap();
            let db = Connection::open(files::database(dir.path())).unwrap();
            MIGRATIONS[..version]
                .iter()
                .for_each(|sql| db.execute_batch(sql).unwrap());
            db.pragma_update(None, "user_version", version as u32).unwrap();
            drop(db);
            assert_eq!(state(dir.path()), CacheState::Opened, "{version}");
        }
    }

    #[test]
    fn a_mark_on_a_sound_cache_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        state(dir.path());
        files::mark_damaged(dir.path());
        assert_eq!(state(dir.path()), CacheState::Opened);
        assert_eq!(names(dir.path()), ["im.db", "lock"]);
    }

    #[test]
    fn a_cache_that_is_empty_foreign_or_without_its_tables_is_kept_aside_and_rebuilt() {
        let sqlite = |sql: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            Connection::open(file.path()).unwrap().execute_batch(sql).unwrap();
            fs::read(file.path()).unwrap()
        };
        let dir = tempfile::tempdir().unwrap();
        state(dir.path());
        let mut number = 0;
        for content in [
            Vec::new(),
            b"x".to_vec(),
            vec![b'x'; 8192],
            sqlite("CREATE TABLE t (a)"),
            sqlite("CREATE TABLE t (a); PRAGMA user_version = 2"),
            sqlite("CREATE TABLE account (a); PRAGMA user_version = 2"),
            sqlite("CREATE TABLE account (a); PRAGMA user_version = -1"),
        ] {
            fs::write(files::database(dir.path()), &content).unwrap();
            assert_eq!(state(dir.path()), CacheState::Rebuilt);
            number += 1;
            let aside = dir.path().join(format!("im.db.damaged-{number}"));
            assert!(fs::read(aside).unwrap() == content);
        }
    }

    #[test]
    fn a_cache_without_the_log_it_had_is_rebuilt() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = open_or_rebuild(dir.path());
        let copy = tempfile::tempdir().unwrap();
        for name in ["im.db", "lock"] {
            fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
        }
        store.close();
        assert_eq!(state(copy.path()), CacheState::Rebuilt);
        assert_eq!(
            state(dir.path()),
            CacheState::Opened,
            "a log is not missed after a clean end"
        );
    }

    #[test]
    fn a_rebuild_that_is_cut_short_leaves_everything_and_one_that_is_complete_is_taken_up() {
        let dir = tempfile::tempdir().unwrap();
        state(dir.path());
        damage(dir.path());
        let before = fs::read(files::database(dir.path())).unwrap();
        let Opening::Damaged(rebuild) = open(dir.path()) else {
            panic!("not damaged")
        };
        rebuild.begin().unwrap().close();
        drop(rebuild);
        assert!(fs::read(files::database(dir.path())).unwrap() == before);

        let Opening::Damaged(rebuild) = open(dir.path()) else {
            panic!("not damaged")
        };
        rebuild.begin().unwrap().close_checked().unwrap();
        drop(rebuild);
        files::rename(&files::scratch(dir.path()), &files::successor(dir.path())).unwrap();
        assert_eq!(state(dir.path()), CacheState::Rebuilt);
        assert_eq!(names(dir.path()), ["im.db", "im.db.damaged-1", "lock"]);
        assert!(fs::read(dir.path().join("im.db.damaged-1")).unwrap() == before);
        assert_eq!(state(dir.path()), CacheState::Opened);
    }

    #[test]
    fn one_command_that_cannot_be_read_does_not_lose_the_others() {
        let dir = tempfile::tempdir().unwrap();
        state(dir.path());
        let db = Connection::open(files::database(dir.path())).unwrap();
        let bob = fixture::conversation(&db, "c2c_bob", |row| row.draft_text = "draft".to_owned());
        fixture::message(&db, bob, 1, |row| row.msg_id = "m".to_owned());
        for kind in [CommandKind::Send, CommandKind::Read, CommandKind::Revoke] {
            let row = OutboxRow {
                id: 0,
                kind,
                conversation_id: crate::model::ConversationId::trusted("c2c_bob"),
                msg_id: "m".to_owned(),
                value: "null".to_owned(),
                undo: "null".to_owned(),
            };
            outbox::append(&db, &row).unwrap();
        }
        db.execute("UPDATE outbox SET kind = 'nonsense' WHERE kind = 'read'", ())
            .unwrap();
        drop(db);
        damage(dir.path());
        let salvaged = salvaged(dir.path());
        let kinds: Vec<_> = salvaged.commands.iter().map(|saved| saved.entry.kind).collect();
        assert_eq!(kinds, [CommandKind::Send, CommandKind::Revoke]);
        assert!(salvaged.commands.iter().all(|saved| saved.message.is_some()));
        assert_eq!(salvaged.drafts[0].text, "draft");
    }
}
