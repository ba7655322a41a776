//! The place of the service file: what stands at its path, who made it, and what is said about a place where there can be
//! no service. Knows nothing of what is in the file.

use super::error::{ServiceError, ServiceResult};
use crate::model::file::{self, Content};
use crate::model::path::shown;
use crate::model::{Error, Status};
use rusqlite::ErrorCode;
use std::fs::OpenOptions;
use std::path::Path;
use std::{fmt, io};

/// Which file a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileId(u64, u64);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.0, self.1)
    }
}

impl FileId {
    pub(super) fn of(path: &Path) -> Option<Self> {
        file::identity(path).map(|(part, number)| Self(part, number))
    }
}

/// Looks at what stands at the path before SQLite opens it, unless it is open in this process (see `in_use`). Where there is nothing, `create` makes an empty file for its
/// owner only; whoever wants to share it changes that, and a file that is there keeps its permissions.
pub(super) fn prepare(path: &Path, create: bool) -> ServiceResult<()> {
    if create {
        check_directory(path)?;
    }
    match file::content(path).map_err(ServiceError::Refused)? {
        Content::Other => Err(foreign(path)),
        Content::Database | Content::Empty => Ok(()),
        Content::Missing if create => make(path),
        Content::Missing => Err(ServiceError::Unreachable(format!(
            "there is no service at {}",
            shown(path)
        ))),
    }
}

fn make(path: &Path) -> ServiceResult<()> {
    let mut options = OpenOptions::new();
    // Over a link, and not anew: another process may make the service at the same moment.
    options.write(true).create(true).truncate(false);
    file::for_owner_only(&mut options);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(unusable("make the service file", path, &error)),
    }
}

fn unusable(what: &str, path: &Path, error: &io::Error) -> ServiceError {
    ServiceError::Refused(file::io_error(what, path, error))
}

fn check_directory(path: &Path) -> ServiceResult<()> {
    let parent = directory(path);
    if parent.is_dir() {
        return Ok(());
    }
    Err(io_failed(format!(
        "the directory {} of the service file does not exist",
        shown(parent)
    )))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Says in the log that strangers can get at everything: nobody can have meant that.
pub(super) fn warn_of_strangers(path: &Path) {
    if std::fs::metadata(path).is_ok_and(|found| file::is_open_to_strangers(&found)) {
        log::warn!(
            "every account of this machine may use the service file {}; take that permission away if it is not meant",
            shown(path)
        );
    }
}

fn io_failed(desc: String) -> ServiceError {
    ServiceError::Refused(Error::new(Status::IoFailed, desc))
}

/// The file is not the one that was opened.
pub(super) fn moved(path: &Path) -> ServiceError {
    ServiceError::Unreachable(format!("the service at {} was moved away or replaced", shown(path)))
}

/// A file of something else.
pub(super) fn foreign(path: &Path) -> ServiceError {
    ServiceError::invalid(format!("{} is not a libim service file", shown(path)))
}

/// A file that this process may not write to.
pub(super) fn read_only(path: &Path) -> ServiceError {
    io_failed(format!(
        "the service file {} cannot be opened for reading and writing",
        shown(path)
    ))
}

/// A file on a full disk.
pub(super) fn no_room(path: &Path) -> ServiceError {
    io_failed(format!("there is no room on the disk of {}", shown(path)))
}

/// Explains an error of a login to a service that is open. At a first login nobody waits for room on the disk of a service
/// that was never theirs.
pub(super) fn explain_login(path: &Path, error: ServiceError, is_first: bool) -> ServiceError {
    match error {
        ServiceError::Full if is_first => no_room(path),
        error => error,
    }
}

/// Explains an error that occurred while the service was being opened.
pub(super) fn explain(path: &Path, error: rusqlite::Error) -> ServiceError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => foreign(path),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => read_only(path),
        Some(ErrorCode::DiskFull) => no_room(path),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => ServiceError::Refused(Error::new(
            Status::DatabaseFailed,
            format!("the service file {} is damaged: {error}", shown(path)),
        )),
        _ => error.into(),
    }
}

/// The same, once the file itself is open.
pub(super) fn explain_companion(path: &Path, error: rusqlite::Error) -> ServiceError {
    match error.sqlite_error_code() {
        // One of SQLite's own files beside it, which others make and remove: try again, unless it never can be made.
        Some(ErrorCode::CannotOpen) if !file::may_write(directory(path)) => io_failed(format!(
            "the directory {} of the service file cannot be written to; SQLite keeps files beside it",
            shown(directory(path))
        )),
        Some(ErrorCode::CannotOpen) => match companion(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => unusable("make files beside", path, &error),
            _ => error.into(),
        },
        _ => explain(path, error),
    }
}

/// The longest of the names that SQLite makes: it may be too long where that of the file is not.
fn companion(path: &Path) -> io::Result<std::fs::Metadata> {
    // Beside the file itself, which the path may only lead to.
    let mut log = std::fs::canonicalize(path).map_or_else(|_| path.as_os_str().to_owned(), Into::into);
    log.push("-journal");
    std::fs::metadata(log)
}

/// What was committed to the service outlives a power cut from here on.
pub(super) fn sync_log(path: &Path) -> ServiceResult<()> {
    let mut log = path.as_os_str().to_owned();
    // SQLite has no locks on this one, which closing it would take off.
    log.push("-wal");
    match file::sync(Path::new(&log)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ServiceError::Unreachable(format!(
            "the log of the service file {} cannot be written: {error}",
            shown(path)
        ))),
        _ => Ok(()),
    }
}
