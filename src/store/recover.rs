//! Opening the database, and what happens when it is damaged: it is moved aside, what can be read of its outbox is
//! kept, and a fresh one is made. The server has everything else.

use super::fault::{self, Fault};
use super::message::{self, MessageRow};
use super::outbox::{self, OutboxRow};
use super::{Found, files, migrate, plan_once};
use crate::model::{Error, Result};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a statement waits for another connection's checkpoint.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A command saved from a damaged cache.
#[derive(Clone, Debug)]
pub struct Salvaged {
    /// The outbox row.
    pub entry: OutboxRow,
    /// The message it sends.
    pub message: Option<MessageRow>,
}

/// Opens the database, or moves a damaged one aside and makes a new one.
pub(super) fn open_or_rebuild(dir: &Path, full_durability: bool) -> Result<(Connection, Found, Vec<Salvaged>)> {
    let path = files::database(dir);
    let marked = files::damage_mark(dir).exists();
    if !marked {
        match open(&path, full_durability) {
            Ok((db, created)) => return Ok((db, if created { Found::Created } else { Found::Opened }, Vec::new())),
            Err(fault) if fault.is_damage() => {}
            Err(fault) => return Err(fault.into_error()),
        }
    }
    let aside = move_aside(&path)?;
    log::warn!(
        "the cache in {} is damaged; it was moved to {}",
        dir.display(),
        aside.display()
    );
    let salvaged = salvage(&aside);
    let (db, _) = open(&path, full_durability).map_err(Fault::into_error)?;
    if marked {
        let mark = files::damage_mark(dir);
        fs::remove_file(&mark).map_err(|error| files::io_error("remove the file", &mark, &error))?;
    }
    Ok((db, Found::Rebuilt, salvaged))
}

fn open(path: &Path, full_durability: bool) -> std::result::Result<(Connection, bool), Fault> {
    files::private_file(path).map_err(|error| files::io_error("open the file", path, &error))?;
    let mut db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(128);
    plan_once(&db)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", if full_durability { "FULL" } else { "NORMAL" })?;
    db.pragma_update(None, "foreign_keys", true)?;
    // Recalled and deleted messages should not linger in free pages.
    db.pragma_update(None, "secure_delete", "FAST")?;
    let created = migrate::migrate(&mut db)?;
    Ok((db, created))
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

/// What can still be read of the outbox. Any failure only shortens it.
fn salvage(damaged: &Path) -> Vec<Salvaged> {
    let read = || -> rusqlite::Result<Vec<Salvaged>> {
        let db = Connection::open_with_flags(damaged, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mut saved = Vec::new();
        let mut after = 0;
        while let Some(entry) = outbox::after(&db, after)? {
            after = entry.id;
            // Without its index a message may still be found by a scan; without its row the command is lost.
            match message::by_msg_id(&db, &entry.msg_id) {
                Ok(message) => saved.push(Salvaged { entry, message }),
                Err(error) => log::warn!("an unsent command could not be saved: {}", fault::explain(&error).desc),
            }
        }
        Ok(saved)
    };
    read().unwrap_or_else(|error| {
        log::warn!(
            "the damaged cache's outbox cannot be read: {}",
            fault::explain(&error).desc
        );
        Vec::new()
    })
}
