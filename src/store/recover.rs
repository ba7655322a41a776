//! A cache that is damaged: its files are moved aside, a new one is made, and what can be read of the outbox is saved. The
//! rest comes back from the server; what was not sent yet is nowhere else.

use super::error::{StoreError, explain};
use super::message::{self, MessageRow};
use super::outbox::{self, OutboxRow};
use super::{connection, files};
use crate::model::{Error, Result};
use rusqlite::{Connection, OpenFlags};
use std::fs;
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

/// A command saved from a damaged cache.
#[derive(Clone, Debug)]
pub(crate) struct SalvagedCommand {
    /// The outbox row.
    pub(crate) entry: OutboxRow,
    /// The message it sends.
    pub(crate) message: Option<MessageRow>,
}

/// Opens the database, or moves a damaged one aside and makes a new one.
pub(super) fn open_or_rebuild(
    dir: &Path,
    full_durability: bool,
) -> Result<(Connection, CacheState, Vec<SalvagedCommand>)> {
    let path = files::database(dir);
    let is_marked = files::damage_mark(dir).exists();
    if !is_marked {
        match connection::open_writer(&path, full_durability) {
            Ok((db, true)) => return Ok((db, CacheState::Created, Vec::new())),
            Ok((db, false)) => return Ok((db, CacheState::Opened, Vec::new())),
            Err(error) if error.is_damage() => {}
            Err(error) => return Err(error.into_error()),
        }
    }
    let aside = move_aside(&path)?;
    log::warn!(
        "the cache in {} is damaged; it was moved to {}",
        dir.display(),
        aside.display()
    );
    let salvaged = salvage(&aside);
    let (db, _) = connection::open_writer(&path, full_durability).map_err(StoreError::into_error)?;
    if is_marked {
        // Last of all: a process that ends before this rebuilds again.
        let mark = files::damage_mark(dir);
        fs::remove_file(&mark).map_err(|error| files::io_error("remove the file", &mark, &error))?;
    }
    Ok((db, CacheState::Rebuilt, salvaged))
}

/// Renames the database and its companions to the first free `im.db.damaged-N`.
fn move_aside(path: &Path) -> Result<PathBuf> {
    let target = (1..)
        .map(|number: u64| path.with_file_name(format!("im.db.damaged-{number}")))
        .find(|target| !target.exists())
        .ok_or_else(|| Error::internal("no name is free for the damaged cache"))?;
    for (from, to) in files::with_companions(path)
        .into_iter()
        .zip(files::with_companions(&target))
    {
        if from.exists() {
            fs::rename(&from, &to).map_err(|error| files::io_error("move aside", &from, &error))?;
        }
    }
    Ok(target)
}

/// The commands of the outbox that can still be read.
fn salvage(damaged: &Path) -> Vec<SalvagedCommand> {
    let mut saved = Vec::new();
    if let Err(error) = read_outbox(damaged, &mut saved) {
        log::warn!(
            "not all of the damaged cache's outbox can be read: {}",
            explain(&error).desc
        );
    }
    saved
}

fn read_outbox(damaged: &Path, saved: &mut Vec<SalvagedCommand>) -> rusqlite::Result<()> {
    // Writable, because the last commands may be in the log, and taking up a log that was left behind writes.
    let db = Connection::open_with_flags(damaged, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut at = 0;
    // By number, because one query over all rows would end at the first that cannot be read.
    while let Some(id) = outbox::number_after(&db, at)? {
        at = id;
        match command(&db, id) {
            Ok(command) => saved.extend(command),
            Err(error) => log::warn!("an unsent command could not be saved: {}", explain(&error).desc),
        }
    }
    Ok(())
}

fn command(db: &Connection, id: i64) -> rusqlite::Result<Option<SalvagedCommand>> {
    let Some(entry) = outbox::by_id(db, id)? else {
        return Ok(None);
    };
    // Without its index a message may still be found by a scan; without its row the command is lost.
    let message = message::by_msg_id(db, &entry.msg_id)?;
    Ok(Some(SalvagedCommand { entry, message }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConversationId, SettingKind};
    use crate::store::fixture;
    use crate::store::outbox::CommandKind;

    fn open(dir: &Path) -> (Connection, CacheState, Vec<SalvagedCommand>) {
        open_or_rebuild(dir, false).unwrap()
    }

    fn append(db: &Connection, kind: CommandKind, msg_id: &str) -> i64 {
        let row = OutboxRow {
            id: 0,
            kind,
            conversation_id: ConversationId::trusted("c2c_bob"),
            msg_id: msg_id.to_owned(),
            value: "null".to_owned(),
            undo: "null".to_owned(),
        };
        outbox::append(db, &row).unwrap()
    }

    #[test]
    fn a_cache_is_created_then_opened_and_rebuilt_once_it_was_marked() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(open(dir.path()).1, CacheState::Created);
        assert_eq!(open(dir.path()).1, CacheState::Opened);
        files::mark_damaged(dir.path());
        assert_eq!(open(dir.path()).1, CacheState::Rebuilt);
        assert_eq!(open(dir.path()).1, CacheState::Opened);
        assert!(dir.path().join("im.db.damaged-1").exists());
    }

    #[test]
    fn a_file_that_is_no_database_is_moved_aside_under_a_free_name() {
        let dir = tempfile::tempdir().unwrap();
        for number in 1..=2 {
            drop(open(dir.path()));
            for file in files::with_companions(&files::database(dir.path())) {
                let _ = fs::remove_file(file);
            }
            fs::write(files::database(dir.path()), vec![b'x'; 8192]).unwrap();
            assert_eq!(open(dir.path()).1, CacheState::Rebuilt);
            assert!(dir.path().join(format!("im.db.damaged-{number}")).exists());
        }
    }

    #[test]
    fn the_outbox_is_saved_with_its_messages() {
        let dir = tempfile::tempdir().unwrap();
        let (db, ..) = open(dir.path());
        let conversation = fixture::conversation(&db, "c2c_bob", |_| {});
        fixture::message(&db, conversation, 1, |row| row.msg_id = "m".to_owned());
        append(&db, CommandKind::Send, "m");
        append(&db, CommandKind::Setting(SettingKind::Pinned), "");
        drop(db);
        files::mark_damaged(dir.path());
        let (_, _, salvaged) = open(dir.path());
        let saved: Vec<_> = salvaged
            .iter()
            .map(|saved| (saved.entry.kind, saved.message.is_some()))
            .collect();
        assert_eq!(
            saved,
            [
                (CommandKind::Send, true),
                (CommandKind::Setting(SettingKind::Pinned), false)
            ]
        );
    }

    #[test]
    fn one_command_that_cannot_be_read_does_not_lose_the_others() {
        let dir = tempfile::tempdir().unwrap();
        let (db, ..) = open(dir.path());
        append(&db, CommandKind::Setting(SettingKind::Pinned), "");
        let broken = append(&db, CommandKind::Read, "");
        append(&db, CommandKind::Setting(SettingKind::RecvOpt), "");
        db.execute("UPDATE outbox SET kind = 'nonsense' WHERE id = ?1", [broken])
            .unwrap();
        drop(db);
        files::mark_damaged(dir.path());
        let (_, _, salvaged) = open(dir.path());
        let kinds: Vec<_> = salvaged.iter().map(|saved| saved.entry.kind).collect();
        assert_eq!(
            kinds,
            [
                CommandKind::Setting(SettingKind::Pinned),
                CommandKind::Setting(SettingKind::RecvOpt)
            ]
        );
    }
}
