//! Status codes and the one error type of the library.
//!
//! Numbers below 90000 are Tencent Cloud IM's public codes, kept where the meaning is the same; new meanings are
//! numbered from 90000 up. A number is never reused.

use std::fmt;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $code:literal => $text:literal,)+) => {
        /// The outcome of a call: the `code` of every response and the return value of every C function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Status {
            $($(#[$doc])* $name = $code,)+
        }

        impl Status {
            /// Every status, in ascending order of its number.
            pub const ALL: &'static [Status] = &[$(Status::$name,)+];

            /// The stable upper-case name, as `im_status_name` returns it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Status::$name => $text,)+
                }
            }
        }
    };
}

statuses! {
    /// Success.
    Ok = 0 => "OK",
    /// The conversation is not one that this call can work on.
    InvalidConversation = 6004 => "INVALID_CONVERSATION",
    /// The client handle is unknown or closed.
    NotInitialized = 6013 => "NOT_INITIALIZED",
    /// The call needs the server and nobody is logged in.
    NotLoggedIn = 6014 => "NOT_LOGGED_IN",
    /// The same operation is already running.
    InProgress = 6015 => "IN_PROGRESS",
    /// A parameter is missing, unknown, of the wrong type or out of range.
    InvalidParameters = 6017 => "INVALID_PARAMETERS",
    /// The local database failed.
    DatabaseFailed = 6019 => "DATABASE_FAILED",
    /// Reading or writing a file failed (disk full, permission).
    IoFailed = 6022 => "IO_FAILED",
    /// The request is not JSON.
    InvalidJson = 6027 => "INVALID_JSON",
    /// The user id is not valid.
    InvalidUserId = 7003 => "INVALID_USER_ID",
    /// The client was closed while the call was running.
    Cancelled = 7009 => "CANCELLED",
    /// A fault inside libim; please report it.
    Internal = 7012 => "INTERNAL_ERROR",
    /// This backend cannot do that.
    NotSupported = 7013 => "NOT_SUPPORTED",
    /// The group id is not valid.
    InvalidGroupId = 8501 => "INVALID_GROUP_ID",
    /// The server cannot be reached now.
    Disconnected = 9508 => "DISCONNECTED",
    /// The server did not answer in time.
    Timeout = 9510 => "TIMEOUT",
    /// The user may not do that.
    NoPermission = 10007 => "NO_PERMISSION",
    /// More than 100 conversations in one call.
    TooManyConversations = 51006 => "TOO_MANY_CONVERSATIONS",
    /// No such conversation group.
    NoSuchConversationGroup = 51009 => "NO_SUCH_CONVERSATION_GROUP",
    /// The conversation-group name is longer than 32 bytes.
    ConversationGroupNameTooLong = 51011 => "CONVERSATION_GROUP_NAME_TOO_LONG",
    /// Another client, here or in another process, has this account's cache open.
    AccountInUse = 90001 => "ACCOUNT_IN_USE",
    /// Called from a callback, where it would deadlock.
    CalledFromCallback = 90002 => "CALLED_FROM_CALLBACK",
    /// There is no method of that name.
    UnknownMethod = 90003 => "UNKNOWN_METHOD",
    /// The server refused the operation.
    Refused = 90004 => "REFUSED",
}

impl Status {
    /// The number that crosses the C boundary.
    pub fn code(self) -> i32 {
        self as i32
    }

    /// The status with this number, if there is one.
    pub fn from_code(code: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.code() == code)
    }
}

/// Why a call failed: a status and one English sentence that names the field and the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The status code.
    pub status: Status,
    /// One sentence for a developer. Never holds a message body or a secret.
    pub desc: String,
}

/// Shorthand for results of this library.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of any status.
    pub fn new(status: Status, desc: impl Into<String>) -> Self {
        Self {
            status,
            desc: desc.into(),
        }
    }

    /// 6017: a parameter is wrong.
    pub fn invalid(desc: impl Into<String>) -> Self {
        Self::new(Status::InvalidParameters, desc)
    }

    /// 7012: a fault inside libim.
    pub fn internal(desc: impl Into<String>) -> Self {
        Self::new(Status::Internal, desc)
    }

    /// 10007: the user may not do that.
    pub fn no_permission(desc: impl Into<String>) -> Self {
        Self::new(Status::NoPermission, desc)
    }

    /// 9508: the server cannot be reached now.
    pub fn disconnected(desc: impl Into<String>) -> Self {
        Self::new(Status::Disconnected, desc)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.status.name(), self.status.code(), self.desc)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_ascending() {
        for pair in Status::ALL.windows(2) {
            assert!(pair[0].code() < pair[1].code(), "{pair:?}");
        }
    }

    #[test]
    fn numbers_lead_back_to_their_status() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(*status));
        }
        assert_eq!(Status::from_code(1), None);
    }
}
