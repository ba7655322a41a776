//! Errors between a client and the service file, sorted by what has to be done about them. Plain data.

use crate::model::{Error, Status};
use rusqlite::ErrorCode;

/// Why an operation on the service failed.
#[derive(Debug)]
pub(super) enum ServiceError {
    /// Another connection holds the lock: try again soon.
    Busy,
    /// The file cannot be used now: close it, and open it again later. The text is for the developer.
    Unreachable(String),
    /// Its disk is full. The same, but a first login says so at once.
    Full,
    /// The file was put back from a copy under the open connection: open it again at once, and read everything.
    Restored,
    /// A rule forbids it, and will again.
    Refused(Error),
    /// This one step fails, and would again: a fault of libim or a damaged row. Everything else goes on.
    Broken(String),
    /// The account's own side failed.
    Account(Error),
}

/// The result of an operation on the service.
pub(super) type ServiceResult<T> = std::result::Result<T, ServiceError>;

impl From<rusqlite::Error> for ServiceError {
    fn from(error: rusqlite::Error) -> Self {
        if let rusqlite::Error::SqlInputError { .. } = error {
            // A table or column is missing: the description of the tables is damaged, and no command is to blame.
            return Self::Unreachable(error.to_string());
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig | ErrorCode::ApiMisuse,
            )
            | None => Self::Broken(error.to_string()),
            Some(ErrorCode::DiskFull) => Self::Full,
            // I/O errors, damage: the file may be put right, so the client keeps looking.
            Some(_) => Self::Unreachable(error.to_string()),
        }
    }
}

impl ServiceError {
    /// 6017 for good.
    pub(super) fn invalid(desc: impl Into<String>) -> Self {
        Self::Refused(Error::invalid(desc))
    }

    /// 10007 for good.
    pub(super) fn no_permission(desc: impl Into<String>) -> Self {
        Self::Refused(Error::no_permission(desc))
    }

    /// The error that a caller or a listener sees.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Busy => Error::disconnected("the service file is locked by another process"),
            Self::Unreachable(text) => Error::disconnected(text),
            Self::Full => Error::disconnected("there is no room on the disk of the service file"),
            Self::Restored => Error::disconnected("the service was put back from a copy; it is being read again"),
            Self::Refused(error) | Self::Account(error) => error,
            Self::Broken(text) => Error::internal(format!("the service could not carry this out: {text}")),
        }
    }

    /// Whether the account was closed, so that the worker has nothing left to do.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self, Self::Account(error) if matches!(error.status, Status::Cancelled | Status::NotInitialized))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn sqlite(code: i32) -> ServiceError {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    #[test]
    fn what_is_done_about_an_error_depends_on_its_cause() {
        assert!(matches!(sqlite(ffi::SQLITE_BUSY), ServiceError::Busy));
        assert!(matches!(sqlite(ffi::SQLITE_IOERR), ServiceError::Unreachable(_)));
        assert!(matches!(sqlite(ffi::SQLITE_FULL), ServiceError::Full));
        assert!(matches!(sqlite(ffi::SQLITE_CORRUPT), ServiceError::Unreachable(_)));
        assert!(matches!(sqlite(ffi::SQLITE_CONSTRAINT), ServiceError::Broken(_)));
        let db = rusqlite::Connection::open_in_memory().unwrap();
        let missing = db.execute("DELETE FROM conversation", ()).unwrap_err();
        assert!(matches!(missing.into(), ServiceError::Unreachable(_)));
        assert!(matches!(
            rusqlite::Error::QueryReturnedNoRows.into(),
            ServiceError::Broken(_)
        ));
    }

    #[test]
    fn a_client_that_is_closed_ends_the_work_and_any_other_error_does_not() {
        let account = |status| ServiceError::Account(Error::new(status, "")).is_closed();
        assert!(account(Status::NotInitialized) && account(Status::Cancelled));
        assert!(!account(Status::IoFailed) && !ServiceError::Busy.is_closed());
    }
}
