//! What can go wrong between a client and the service file, sorted by what has to be done about it. Plain data.

use crate::model::{Error, Status};
use rusqlite::ErrorCode;

/// Why a step against the service did not work.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another connection holds the lock: try again soon.
    Busy,
    /// The file cannot be used now: close it, and open it again later. The text is for the developer.
    Unreachable(String),
    /// A rule says no, and will say so again.
    Refused(Error),
    /// This one step fails, whatever is done. A fault of libim or a damaged row; the rest goes on.
    Broken(String),
    /// The account's own side failed.
    Account(Error),
}

/// Shorthand for steps against the service.
pub(super) type Step<T> = std::result::Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig | ErrorCode::ApiMisuse,
            )
            | None => Self::Broken(error.to_string()),
            Some(_) => Self::Unreachable(error.to_string()),
        }
    }
}

impl Fault {
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
            Self::Refused(error) | Self::Account(error) => error,
            Self::Broken(text) => Error::internal(format!("the service could not carry this out: {text}")),
        }
    }

    /// Whether the account was closed, so that there is nobody left to work for.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self, Self::Account(error) if matches!(error.status, Status::Cancelled | Status::NotInitialized))
    }
}
