//! Damaged caches that a rebuild has moved aside, for whoever wants to look: `im.db.damaged-N`, the newest with the highest
//! number. They hold what people wrote, so not all are kept: the newest three, and the newest one of which not everything could
//! be saved.

use super::{files, salvage};
use crate::model::path::shown;
use crate::model::{Result, file};
use std::path::{Path, PathBuf};

/// How many are kept.
const KEPT: usize = 3;
const PREFIX: &str = "im.db.damaged-";

/// The name of the next one. Its log may be there already, from a take-over that was cut short.
pub(super) fn next_name(dir: &Path) -> Result<PathBuf> {
    let last = numbers(dir)?.last().copied().unwrap_or_default();
    Ok(path(dir, last.saturating_add(1)))
}

/// Removes those that are too many. A failure is logged: the new cache is in its place, and the next rebuild comes here again.
pub(super) fn remove_old(dir: &Path) {
    if let Err(error) = remove(dir) {
        log::warn!("older damaged caches stay: {}", error.desc);
    }
}

fn remove(dir: &Path) -> Result<()> {
    let numbers = numbers(dir)?;
    let (old, new) = numbers.split_at(numbers.len().saturating_sub(KEPT));
    if old.is_empty() {
        return Ok(());
    }
    let mut is_kept = false;
    for number in new {
        is_kept |= has_rest(&path(dir, *number))?;
    }
    for number in old.iter().rev() {
        let aside = path(dir, *number);
        if !is_kept && has_rest(&aside)? {
            is_kept = true;
            continue;
        }
        let [log, index] = files::companions(&aside);
        // The file last: what is left by a removal that was cut short is found by it.
        for path in [&index, &log, &aside] {
            files::remove(path)?;
        }
        log::info!("the damaged cache {} was removed: newer ones are kept", shown(&aside));
    }
    Ok(())
}

/// Whether something of one was not saved. It is as it was afterwards.
fn has_rest(aside: &Path) -> Result<bool> {
    let has_rest = salvage::has_rest(aside);
    let [log, index] = files::companions(aside);
    files::remove(&index)?;
    if file::length(&log)? == Some(0) {
        files::remove(&log)?;
    }
    Ok(has_rest)
}

fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{PREFIX}{number}"))
}

/// Those that are there, ascending.
fn numbers(dir: &Path) -> Result<Vec<u64>> {
    let failed = |error| file::io_error("read the directory", dir, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        // Not the logs beside them.
        found.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;
    use std::fs;

    /// A cache whose rows can all be read.
    fn whole(path: &Path) {
        let db = fixture::database();
        db.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
    }

    fn left(dir: &Path) -> Vec<u64> {
        remove_old(dir);
        numbers(dir).unwrap()
    }

    #[test]
    fn the_newest_three_are_kept_and_the_newest_that_is_not_saved_whole() {
        let dir = tempfile::tempdir().unwrap();
        let at = |number| path(dir.path(), number);
        assert_eq!(next_name(dir.path()).unwrap(), at(1));
        for number in [1, 2] {
            fs::write(at(number), "nothing of it can be read").unwrap();
        }
        for number in [9, 10, 11, 12] {
            whole(&at(number));
        }
        fs::write(dir.path().join("im.db.damaged-1-wal"), "").unwrap();
        fs::write(dir.path().join("im.db.damaged-x"), "").unwrap();
        assert_eq!(next_name(dir.path()).unwrap(), at(13));
        assert_eq!(left(dir.path()), [2, 10, 11, 12]);
        assert!(!dir.path().join("im.db.damaged-1-wal").exists());
        assert!(dir.path().join("im.db.damaged-x").exists());
        // A newer one that is not saved whole takes its place.
        fs::write(at(13), "nor of this").unwrap();
        assert_eq!(left(dir.path()), [11, 12, 13]);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            4,
            "nothing is left beside them"
        );
    }
}
