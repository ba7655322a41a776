//! Files that libim keeps its data in: the cache's and the service's. What stands at a path is looked at before anything
//! opens it, because opening a FIFO waits, and SQLite takes a file of a few bytes for an empty database.
//!
//! The service file, which may be another user's and may be reached through a link, needs [`length`] and [`content`] only;
//! the cache also [`private`] and [`private_dir`]. Errors are 6022 and name the path. What only one family of systems has
//! is in `unix` and `windows`, two files with the same functions.

use super::path::shown;
use super::status::{Error, Result, Status};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub(crate) use platform::{for_owner_only, for_times, identity, is_open_to_strangers, may_write, room, without_links};

/// The first bytes of every SQLite database.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a file holds, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// There is no file.
    Missing,
    /// Nothing.
    Empty,
    /// An SQLite database, as far as its beginning says.
    Database,
    /// Something else, which must not be overwritten.
    Other,
}

/// 6022, naming the path.
pub(crate) fn io_error(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(Status::IoFailed, format!("cannot {what} {}: {error}", shown(path)))
}

/// The length of the file that a path leads to, over links too; `None` when there is none. 6022 for everything that is
/// no regular file. Does not open it.
pub(crate) fn length(path: &Path) -> Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) => regular(path, &found).map(|()| Some(found.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("look at", path, &error)),
    }
}

/// What the file at a path holds. 6022 when it is no regular file or cannot be read.
pub(crate) fn content(path: &Path) -> Result<Content> {
    // The kernel's own files have a length of 0, whatever they hold.
    if length(path)?.is_none() {
        return Ok(Content::Missing);
    }
    let failed = |error| io_error("read the file", path, &error);
    let mut start = Vec::new();
    let mut file = OpenOptions::new().read(true).open(path).map_err(failed)?;
    Read::by_ref(&mut file)
        .take(SQLITE_MAGIC.len() as u64)
        .read_to_end(&mut start)
        .map_err(failed)?;
    Ok(match start.as_slice() {
        [] => Content::Empty,
        start if start == SQLITE_MAGIC => Content::Database,
        _ => Content::Other,
    })
}

/// Opens a file of ours for reading and writing, made where missing, with mode 0600. One that is there is made so too.
/// Links are not followed, and a file of another user is refused: whoever made it could read what is written to it.
pub(crate) fn private(path: &Path) -> Result<File> {
    let failed = |error| io_error("open the file", path, &error);
    check_private(path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    platform::for_owner_only(&mut options);
    // Nobody who puts something else there after the look gains by it.
    platform::without_links(&mut options);
    let file = options.open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    regular(path, &found)?;
    platform::make_own(path, &file, &found)?;
    Ok(file)
}

/// Refuses what is no file of ours at a path, and gives a file that is there the mode 0600. Nothing there is fine.
pub(crate) fn check_private(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) => {
            regular(path, &found)?;
            platform::own(path, &found)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error("look at", path, &error)),
    }
}

/// Gives a file of ours that is there the mode 0600.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => private(path).map(drop),
    }
}

/// Makes a directory of ours with mode 0700, and the ones above it where they are missing. One that is there is made so.
pub(crate) fn private_dir(dir: &Path) -> Result<()> {
    let failed = |error| io_error("make the directory", dir, &error);
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut builder = DirBuilder::new();
    platform::dir_for_owner_only(&mut builder);
    match builder.create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Ok(()) => return dir.parent().map_or(Ok(()), sync_dir),
        Err(error) => return Err(failed(error)),
    }
    let found = fs::symlink_metadata(dir).map_err(failed)?;
    if !found.is_dir() {
        return Err(Error::new(
            Status::IoFailed,
            format!("{} is {}, not a directory", shown(dir), kind(&found)),
        ));
    }
    platform::make_dir_own(dir, &found)
}

/// Makes sure that names which were made, changed or removed in a directory outlive a power cut.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    platform::sync_dir(dir).map_err(|error| io_error("write the directory", dir, &error))
}

/// Makes sure that what was written to a file, here or elsewhere, outlives a power cut.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    platform::for_sync(&mut options);
    options.open(path)?.sync_all()
}

fn regular(path: &Path, found: &Metadata) -> Result<()> {
    if found.is_file() {
        return Ok(());
    }
    Err(Error::new(
        Status::IoFailed,
        format!("{} is {}, not a file", shown(path), kind(found)),
    ))
}

fn kind(found: &Metadata) -> &'static str {
    if let Some(kind) = platform::special(found) {
        return kind;
    }
    if found.is_dir() {
        "a directory"
    } else if found.is_symlink() {
        "a symbolic link"
    } else if found.is_file() {
        "a file"
    } else {
        "something else"
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        assert_eq!(content(&path).unwrap(), Content::Missing);
        for (bytes, found) in [
            (&b""[..], Content::Empty),
            (b"x", Content::Other),
            (b"SQLite format 3", Content::Other),
            (b"SQLite format 3\0", Content::Database),
        ] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(content(&path).unwrap(), found, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused_at_once_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("folder")).unwrap();
        Command::new("mkfifo").arg(at("fifo")).status().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        for name in ["folder", "fifo", "socket"] {
            for error in [content(&at(name)).unwrap_err(), private(&at(name)).unwrap_err()] {
                assert_eq!(error.status, Status::IoFailed);
                assert!(error.desc.contains(at(name).to_str().unwrap()), "{}", error.desc);
            }
        }
        if cfg!(target_os = "linux") {
            assert_eq!(
                content(Path::new("/proc/self/mem")).unwrap_err().status,
                Status::IoFailed
            );
            assert_eq!(content(Path::new("/proc/self/status")).unwrap(), Content::Other);
        }
        assert_eq!(content(Path::new("/dev/null")).unwrap_err().status, Status::IoFailed);
        assert_eq!(content(&at(&"x".repeat(300))).unwrap_err().status, Status::IoFailed);
    }

    #[test]
    fn a_private_file_or_directory_that_is_there_gets_its_mode_and_a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, folder, link) = (dir.path().join("f"), dir.path().join("d"), dir.path().join("l"));
        fs::write(&file, "x").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        drop(private(&file).unwrap());
        assert_eq!((mode(&file), fs::read(&file).unwrap()), (0o600, b"x".to_vec()));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        private_dir(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        symlink(&file, &link).unwrap();
        assert!(private(&link).unwrap_err().desc.contains("symbolic link"));
        assert!(check_private(&link).is_err());
        fs::remove_file(&link).unwrap();
        symlink(&folder, &link).unwrap();
        assert!(private_dir(&link).unwrap_err().desc.contains("symbolic link"));
    }
}
