//! What can go wrong below the engine, and how a caller hears of it.

use crate::model::{Error, Status};
use rusqlite::ErrorCode;

/// A failed step inside a transaction: the database's doing, or a rule's.
#[derive(Debug)]
pub enum Fault {
    /// SQLite failed.
    Database(rusqlite::Error),
    /// A rule says no.
    Rule(Error),
}

/// Shorthand for steps inside a transaction.
pub type Fallible<T> = std::result::Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Rule(error)
    }
}

impl Fault {
    /// Whether the file itself is damaged. Busy, a full disk and I/O errors are not damage.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(error) if is_damage(error))
    }

    /// The error a caller sees.
    pub fn into_error(self) -> Error {
        match self {
            Self::Database(error) => explain(&error),
            Self::Rule(error) => error,
        }
    }
}

/// Whether SQLite says that the file is damaged or is no database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// 6022 for what the file system did, 6019 for the rest. SQLite's sentences name tables and columns, never values.
pub(super) fn explain(error: &rusqlite::Error) -> Error {
    let status = match error.sqlite_error_code() {
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied,
        ) => Status::IoFailed,
        _ => Status::DatabaseFailed,
    };
    Error::new(status, format!("the local database failed: {error}"))
}

/// 6013: the client was closed.
pub(super) fn closed() -> Error {
    Error::new(Status::NotInitialized, "the client is closed")
}
