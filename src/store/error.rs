//! Failures in a transaction, and the errors that callers get for them.

use crate::model::{Error, Status};
use rusqlite::ErrorCode;

/// Why a step of a transaction failed.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// SQLite failed.
    Database(rusqlite::Error),
    /// A rule forbids it.
    Rule(Error),
    /// A stored value cannot be read.
    Unreadable(Error),
}

/// Shorthand for steps of a transaction.
pub(crate) type StoreResult<T> = std::result::Result<T, StoreError>;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Rule(error)
    }
}

impl StoreError {
    /// Whether the file itself is damaged. Busy, a full disk and I/O errors are not damage.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Database(error) if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            )
        )
    }

    /// Whether a stored value is not what its column holds: the file was changed, and SQLite cannot see it.
    pub(crate) fn is_unreadable(&self) -> bool {
        match self {
            Self::Unreadable(_) => true,
            Self::Database(error) => is_unreadable(error),
            Self::Rule(_) => false,
        }
    }

    /// Whether a table or column is missing.
    pub(super) fn is_schema(&self) -> bool {
        use rusqlite::Error::{SqlInputError, SqliteFailure};
        matches!(
            self,
            Self::Database(SqlInputError { error, .. } | SqliteFailure(error, _))
                if error.extended_code == rusqlite::ffi::SQLITE_ERROR
        )
    }

    /// Whether there is no room on the disk.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull))
    }

    /// The error that a caller gets.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Database(error) => explain(&error),
            Self::Rule(error) | Self::Unreadable(error) => error,
        }
    }
}

/// Whether a stored value is not what its column holds.
pub(super) fn is_unreadable(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}

/// 6022 for failures of the file system, 6019 for the rest. SQLite's sentences name tables and columns, never values.
pub(super) fn explain(error: &rusqlite::Error) -> Error {
    let status = match error.sqlite_error_code() {
        Some(
            // All that an app or its user can mend: by freeing space or granting access.
            ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed,
        ) => Status::IoFailed,
        _ => Status::DatabaseFailed,
    };
    Error::new(status, format!("the local database failed: {error}"))
}

/// 6013: the client was closed.
pub(super) fn closed() -> Error {
    Error::new(Status::NotInitialized, "the client is closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(code: std::ffi::c_int) -> StoreError {
        StoreError::Database(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None))
    }

    #[test]
    fn only_a_damaged_file_is_damage() {
        assert!(sqlite(rusqlite::ffi::SQLITE_CORRUPT).is_damage());
        assert!(sqlite(rusqlite::ffi::SQLITE_NOTADB).is_damage());
        for code in [
            rusqlite::ffi::SQLITE_BUSY,
            rusqlite::ffi::SQLITE_FULL,
            rusqlite::ffi::SQLITE_IOERR,
        ] {
            assert!(!sqlite(code).is_damage(), "{code}");
        }
        assert!(!StoreError::Rule(Error::internal("no")).is_damage());
    }

    #[test]
    fn the_file_system_is_6022_and_the_database_6019() {
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_FULL).into_error().status, Status::IoFailed);
        assert_eq!(
            sqlite(rusqlite::ffi::SQLITE_BUSY).into_error().status,
            Status::DatabaseFailed
        );
        let rule = StoreError::from(Error::invalid("count 0 is not 1 or more"));
        assert_eq!(rule.into_error().status, Status::InvalidParameters);
    }
}
