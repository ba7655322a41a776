//! The files of an account's messages: those that it sends from this device, and those that it has downloaded. They lie in
//! the folder `media` beside the cache. When there is too much, what was used longest ago goes.
//!
//! The folder itself says what there is; the cache only says what must stay.

use super::columns::text;
use super::error::{StoreResult, is_unreadable};
use crate::model::blob::{Blob, BlobFolder, Incoming};
use crate::model::sync::atomic::{AtomicU64, Ordering};
use crate::model::{ConversationId, Result};
use rusqlite::Connection;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The files of an account.
pub(crate) struct MediaFiles {
    folder: BlobFolder,
    limit: u64,
    /// How many bytes there are, as far as this client knows.
    total: AtomicU64,
}

fn folder(dir: &Path) -> PathBuf {
    dir.join("media")
}

impl MediaFiles {
    /// The files in an account's directory, which is locked: what is not complete was left by a crash, and goes.
    pub(crate) fn open(dir: &Path, limit: u64) -> Self {
        let folder = BlobFolder::new(folder(dir));
        let found = folder.clean(SystemTime::now() + Duration::from_secs(86_400));
        let total = found.and_then(|()| folder.list()).map(|blobs| sum(&blobs));
        let total = total.unwrap_or_else(|error| {
            // Messages can be read and sent all the same.
            log::warn!("{}", error.desc);
            0
        });
        Self {
            folder,
            limit,
            total: AtomicU64::new(total),
        }
    }

    /// Where a file is, if it is there.
    pub(crate) fn find(&self, name: &str) -> Option<(PathBuf, u64)> {
        self.folder.find(name)
    }

    /// Whether a file contains what its name says.
    pub(crate) fn is_intact(&self, name: &str) -> Result<bool> {
        self.folder.is_intact(name)
    }

    /// Notes that a file was used now.
    pub(crate) fn touch(&self, name: &str) {
        self.folder.touch(name);
    }

    /// Begins a file.
    pub(crate) fn incoming(&self) -> Result<Incoming> {
        self.folder.incoming()
    }

    /// Completes it; its name.
    pub(crate) fn keep(&self, incoming: Incoming) -> Result<String> {
        let name = incoming.name();
        self.keep_as(incoming, name)
    }

    /// The same under a name of its address.
    pub(crate) fn keep_as(&self, incoming: Incoming, name: String) -> Result<String> {
        let size = incoming.size();
        let is_new = self.folder.find(&name).is_none();
        incoming.finish_as(&name)?;
        if is_new {
            self.total.fetch_add(size, Ordering::Relaxed);
        } else {
            self.folder.touch(&name);
        }
        Ok(name)
    }

    /// Removes a file.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        let size = self.folder.find(name).map_or(0, |(_, size)| size);
        self.folder.remove(name)?;
        let rest = |total: u64| Some(total.saturating_sub(size));
        let _ = self.total.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
        Ok(())
    }

    /// Whether there is more than the limit.
    pub(crate) fn is_over(&self) -> bool {
        self.total.load(Ordering::Relaxed) > self.limit
    }

    /// Removes what was used longest ago and is not needed, down to nine tenths of the limit; the names of what is gone.
    pub(crate) fn trim(&self, needed: &HashSet<String>) -> Result<Vec<String>> {
        let mut blobs = self.folder.list()?;
        let mut total = sum(&blobs);
        let mut gone = Vec::new();
        if total > self.limit {
            // The margin, so that not every file that comes looks at all the others.
            let target = self.limit - self.limit / 10;
            blobs.sort_by(|a, b| (a.used, &a.name).cmp(&(b.used, &b.name)));
            for blob in blobs {
                if total <= target {
                    break;
                }
                if !needed.contains(&blob.name) {
                    self.folder.remove(&blob.name)?;
                    total -= blob.size;
                    gone.push(blob.name);
                }
            }
        }
        self.total.store(total, Ordering::Relaxed);
        Ok(gone)
    }
}

fn sum(blobs: &[Blob]) -> u64 {
    blobs.iter().map(|blob| blob.size).sum()
}

/// Where the file of that name is on this device; empty when it is not there, or has another size than it had (0: unknown).
pub(crate) fn local(db: &Connection, name: &str, size: i64) -> String {
    // Looked at each time: the user or the system may clear the folder.
    let dir = db.path().and_then(|path| Path::new(path).parent());
    let found = dir.and_then(|dir| BlobFolder::new(folder(dir)).find(name));
    let found = found.filter(|(_, found)| size <= 0 || u64::try_from(size) == Ok(*found));
    found.map_or_else(String::new, |(path, _)| path.to_string_lossy().into_owned())
}

/// The bodies of the messages that no server has: the current user's on their way or refused, and those that were inserted here.
pub(crate) fn unsent_bodies(db: &Connection) -> StoreResult<Vec<String>> {
    let mut statement =
        db.prepare_cached("SELECT body FROM message WHERE status IN (1, 3) AND is_self = 1 OR status = 5")?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
    // One that cannot be read names no file.
    let bodies = bodies.filter(|body| !body.as_ref().is_err_and(is_unreadable));
    Ok(bodies.collect::<rusqlite::Result<_>>()?)
}

/// A message that has come with files.
pub(crate) struct WithFiles {
    /// Its name.
    pub(crate) msg_id: String,
    /// The number of its conversation.
    pub(crate) conversation: i64,
    /// Its body.
    pub(crate) body: String,
}

/// The newest messages with files that were stored since [`set_looked_at`], newest first, and the number up to which these
/// are all.
pub(crate) fn arrived_with_files(db: &Connection, limit: i64) -> StoreResult<(Vec<WithFiles>, i64)> {
    let (after, last) = db
        .prepare_cached("SELECT files_looked_at, (SELECT coalesce(max(id), 0) FROM message) FROM account")?
        .query_row((), |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
    let mut statement = db.prepare_cached(
        "SELECT msg_id, conversation, body FROM message \
         WHERE id > ?1 AND id <= ?2 AND elem_type IN (3, 4, 5, 6) AND status = 2 AND is_hidden = 0 \
         ORDER BY id DESC LIMIT ?3",
    )?;
    let found = statement.query_map((after, last, limit), |row| {
        Ok(WithFiles {
            msg_id: row.get(0)?,
            conversation: row.get(1)?,
            body: text(row, 2)?,
        })
    })?;
    // One that cannot be read names no file.
    let found = found.filter(|one| !one.as_ref().is_err_and(is_unreadable));
    Ok((found.collect::<rusqlite::Result<_>>()?, last))
}

/// The files of the messages up to a number were fetched, or never will be by themselves.
pub(crate) fn set_looked_at(db: &Connection, last: i64) -> StoreResult<()> {
    db.prepare_cached("UPDATE account SET files_looked_at = max(files_looked_at, ?1)")?
        .execute([last])?;
    Ok(())
}

/// The bodies of the messages that are no texts.
pub(crate) fn bodies_with_files(db: &Connection) -> StoreResult<Vec<String>> {
    // The first half reads the index of what is no text, and the second each conversation's hidden messages.
    let mut statement = db.prepare_cached(
        "SELECT body FROM message WHERE elem_type <> 1 AND is_hidden = 0 UNION ALL \
         SELECT m.body FROM conversation c CROSS JOIN message m ON m.conversation = c.id AND m.is_hidden = 1 \
         WHERE m.elem_type <> 1",
    )?;
    let bodies = statement.query_map((), |row| text(row, 0))?;
    Ok(bodies.collect::<rusqlite::Result<_>>()?)
}

/// Those of a conversation's messages up to a position.
pub(crate) fn bodies_with_files_up_to(db: &Connection, conversation: i64, position: i64) -> StoreResult<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM message WHERE conversation = ?1 AND position <= ?2 AND elem_type <> 1 AND is_hidden = 0 \
         UNION ALL SELECT body FROM message WHERE conversation = ?1 AND position <= ?2 AND is_hidden = 1 AND elem_type <> 1",
    )?;
    let bodies = statement.query_map((conversation, position), |row| text(row, 0))?;
    Ok(bodies.collect::<rusqlite::Result<_>>()?)
}

/// The listed conversations whose JSON names one of these files.
pub(crate) fn conversations_with(db: &Connection, names: &[String]) -> StoreResult<Vec<ConversationId>> {
    let sql = "SELECT conversation_id FROM conversation WHERE orderkey IS NOT NULL AND instr(json, ?1) > 0";
    let mut statement = db.prepare_cached(sql)?;
    let mut found = Vec::new();
    for name in names {
        for id in statement.query_map([name], |row| row.get::<_, String>(0))? {
            found.push(ConversationId::trusted(id?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(files: &MediaFiles, byte: u8, size: usize, age: u64) -> String {
        let mut incoming = files.incoming().unwrap();
        incoming.write(&vec![byte; size]).unwrap();
        let name = files.keep(incoming).unwrap();
        let used = SystemTime::now() - Duration::from_secs(age);
        let (path, _) = files.find(&name).unwrap();
        std::fs::File::open(path).unwrap().set_modified(used).unwrap();
        name
    }

    #[test]
    fn what_was_used_longest_ago_goes_and_what_is_needed_stays() {
        let dir = tempfile::tempdir().unwrap();
        let files = MediaFiles::open(dir.path(), 100);
        let needed = put(&files, 1, 40, 900);
        let (old, used, new) = (
            put(&files, 2, 30, 800),
            put(&files, 3, 30, 700),
            put(&files, 4, 30, 100),
        );
        assert!(files.is_over());
        files.touch(&used);
        let gone = files.trim(&HashSet::from([needed.clone()])).unwrap();
        assert_eq!(gone, [old.clone(), new.clone()], "down to 90 bytes");
        assert!(!files.is_over());
        assert!(files.find(&needed).is_some() && files.find(&used).is_some() && files.find(&old).is_none());
        // All that is left is needed: it stays, however much it is.
        let more = put(&files, 5, 200, 0);
        let gone = files.trim(&HashSet::from([needed, used, more])).unwrap();
        assert!(gone.is_empty() && files.is_over());
    }

    #[test]
    fn what_is_there_counts_after_an_opening_and_a_rest_of_a_crash_does_not() {
        let dir = tempfile::tempdir().unwrap();
        put(&MediaFiles::open(dir.path(), 10), 1, 11, 0);
        let rest = dir.path().join("media/incoming-1");
        std::fs::write(&rest, "x").unwrap();
        let files = MediaFiles::open(dir.path(), 10);
        assert!(files.is_over() && !rest.exists());
        assert!(!MediaFiles::open(dir.path(), 11).is_over());
    }
}
