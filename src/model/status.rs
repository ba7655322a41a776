//! Status codes and the one error type of the library.
//!
//! Numbers below 90000 are Tencent Cloud IM's public codes, kept where the meaning is the same; new meanings are
//! numbered from 90000 up. A number is never reused. The comments of the statuses are their documentation everywhere:
//! the first paragraph says when, the second what to do.

use std::fmt;

macro_rules! statuses {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal => $text:literal,)+) => {
        /// The outcome of a call: the `code` of every response and the return value of every C function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Status {
            $($(#[doc = $doc])* $name = $code,)+
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

            /// When a call ends with it and, in a second paragraph, what to do then.
            #[cfg(feature = "schema")]
            pub fn doc(self) -> &'static str {
                match self {
                    $(Status::$name => concat!($($doc, "\n",)*),)+
                }
            }
        }
    };
}

statuses! {
    /// Success.
    Ok = 0 => "OK",
    /// The conversation is not in the list.
    ///
    /// Methods on several conversations return it as the result of such a one; the others are changed.
    InvalidConversation = 6004 => "INVALID_CONVERSATION",
    /// The server does not take a file of the message.
    ///
    /// Send it again later, or a smaller one.
    FileUploadFailed = 6008 => "FILE_UPLOAD_FAILED",
    /// The file is not on the server, or what the server has is not the file that was sent.
    ///
    /// Show that the file is gone.
    FileDownloadFailed = 6009 => "FILE_DOWNLOAD_FAILED",
    /// The client handle is 0, unknown or closed, or belongs to the process that this one was forked from.
    ///
    /// Open the client first. While a client is being closed this is normal. Open clients after a fork, not before.
    NotInitialized = 6013 => "NOT_INITIALIZED",
    /// The method needs the server, and nobody is logged in, the login is still in progress, or the server ended the
    /// session. XMPP: the password is wrong or has expired, or the account does not exist.
    ///
    /// Call `login`, or wait for it to finish. To use another password, open the client again.
    NotLoggedIn = 6014 => "NOT_LOGGED_IN",
    /// The same file of the same message is being fetched already.
    ///
    /// Wait for that call.
    InProgress = 6015 => "IN_PROGRESS",
    /// A field of the request or of the config is missing, unknown, of the wrong type or out of range; a text is too long
    /// or not UTF-8; a message, listener or cursor is unknown; or the service file is a file of another kind.
    ///
    /// Fix the call: it will fail again.
    InvalidParameters = 6017 => "INVALID_PARAMETERS",
    /// The local cache failed, or it or the service file was created by a newer libim.
    ///
    /// Read `desc`. If the file is damaged, close the client and open it again: the cache is then rebuilt.
    DatabaseFailed = 6019 => "DATABASE_FAILED",
    /// A file or directory cannot be read or written: the disk is full, permission is missing, or it does not exist.
    ///
    /// Free space or grant access, then call again.
    IoFailed = 6022 => "IO_FAILED",
    /// The request or the config is not JSON.
    ///
    /// Fix the call.
    InvalidJson = 6027 => "INVALID_JSON",
    /// A userID is empty, longer than 255 bytes, contains a control character, or begins or ends with white space. XMPP: it
    /// is not a bare JID.
    ///
    /// Fix the id.
    InvalidUserId = 7003 => "INVALID_USER_ID",
    /// There is no file at the path.
    ///
    /// Fix the path, or let the user choose again.
    FileNotFound = 7004 => "FILE_NOT_FOUND",
    /// The file has more than 1 GiB, or `dataBase64` has more than 1 MiB.
    ///
    /// Send a smaller file; send what is larger than 1 MiB by its `path`.
    FileTooLarge = 7005 => "FILE_TOO_LARGE",
    /// The file is empty.
    ///
    /// Do not send it.
    FileEmpty = 7006 => "FILE_EMPTY",
    /// The file cannot be opened: permission is missing, or it is no file.
    ///
    /// Grant access, or let the user choose again.
    FileOpenFailed = 7007 => "FILE_OPEN_FAILED",
    /// The client was closed, or logged out, before the call finished.
    ///
    /// Nothing: the app asked for it.
    Cancelled = 7009 => "CANCELLED",
    /// A fault inside libim. The client stays usable.
    ///
    /// Please report it, with `desc` and the log.
    Internal = 7012 => "INTERNAL_ERROR",
    /// The `elemType` cannot be sent; the backend is not in this build; the XMPP server lacks the feature; or
    /// `im_set_logger` was called in a program whose Rust code has set a logger already.
    ///
    /// Send another kind of message; build with the feature `xmpp`; do without, or change the server; log through that
    /// logger.
    NotSupported = 7013 => "NOT_SUPPORTED",
    /// More than 10 mergers lie in each other.
    ///
    /// Forward the messages themselves.
    MergerTooDeep = 8005 => "MERGER_TOO_DEEP",
    /// There is no download of this file under way, or it has just ended; or the message is not being sent, or may be on the
    /// server already.
    ///
    /// Show the message as it is.
    NothingToCancel = 8020 => "NOTHING_TO_CANCEL",
    /// The app has cancelled the download, or the sending of the message; or the message was recalled or deleted while its file
    /// was downloaded.
    ///
    /// Nothing: the app asked for it, or there is no such file any more. Offer to send the message again.
    TransferCancelled = 8021 => "TRANSFER_CANCELLED",
    /// A groupID is not valid (the rules are those of a userID), or there is no such group.
    ///
    /// Fix the id.
    InvalidGroupId = 8501 => "INVALID_GROUP_ID",
    /// The server is unreachable. Embedded service: the file is gone, replaced, or locked for long.
    ///
    /// Try again after `onConnectSuccess`. libim keeps trying to connect.
    Disconnected = 9508 => "DISCONNECTED",
    /// The server did not answer within `timeoutMs`.
    ///
    /// Try again, or allow more time.
    Timeout = 9510 => "TIMEOUT",
    /// The user may not do that: not a member, not the owner, or not the sender of the message.
    ///
    /// Do not offer it.
    NoPermission = 10007 => "NO_PERMISSION",
    /// The sender is muted in the group: by `muteGroupMember`, or because all are (`isAllMuted`).
    ///
    /// Tell the user. `muteUntil` of `getGroupMembersInfo` says how long it lasts.
    Muted = 10017 => "MUTED",
    /// The message has 10 different reactions already.
    ///
    /// Offer those that it has.
    TooManyReactions = 23005 => "TOO_MANY_REACTIONS",
    /// 100 users have made this reaction to the message already.
    ///
    /// Show it as it is.
    TooManyReactionUsers = 23006 => "TOO_MANY_REACTION_USERS",
    /// The current user has made this reaction to the message already.
    ///
    /// Nothing: it is there.
    AlreadyReacted = 23007 => "ALREADY_REACTED",
    /// Nobody has made this reaction to the message.
    ///
    /// Nothing: it is not there.
    NoSuchReaction = 23008 => "NO_SUCH_REACTION",
    /// Others have made this reaction to the message, and the current user has not.
    ///
    /// Do not offer it: users remove their own reactions only.
    NotOwnReaction = 23009 => "NOT_OWN_REACTION",
    /// The user lets nobody add them as a friend (`allowType` 2).
    ///
    /// Tell the user.
    FriendAddDenied = 30516 => "FRIEND_ADD_DENIED",
    /// The user has to accept the friend application first: it is on its way to them.
    ///
    /// Show it as sent; `onFriendListAdded` tells when they have accepted.
    FriendAddNeedsConfirmation = 30539 => "FRIEND_ADD_NEEDS_CONFIRMATION",
    /// There is no such friend application: it was decided or removed, here or on another device.
    ///
    /// Read `getFriendApplicationList` again.
    NoFriendApplication = 30614 => "NO_FRIEND_APPLICATION",
    /// The call names more than 100 conversations.
    ///
    /// Split it into several calls.
    TooManyConversations = 51006 => "TOO_MANY_CONVERSATIONS",
    /// There is no conversation group of that name.
    ///
    /// Read `getConversationGroupList` again: another device may have renamed or deleted it.
    NoSuchConversationGroup = 51009 => "NO_SUCH_CONVERSATION_GROUP",
    /// There are 100 conversation groups already.
    ///
    /// Delete one first.
    TooManyConversationGroups = 51010 => "TOO_MANY_CONVERSATION_GROUPS",
    /// The name of the conversation group is longer than 128 bytes.
    ///
    /// Shorten it.
    ConversationGroupNameTooLong = 51011 => "CONVERSATION_GROUP_NAME_TOO_LONG",
    /// Another client, in this process or another, has this account open in this `dataDir`.
    ///
    /// Use that client, or close it, or use another `dataDir`, which is another device.
    AccountInUse = 90001 => "ACCOUNT_IN_USE",
    /// The call would wait for the callback it is made from: closing the client, or a method that waits for the server,
    /// on the same client; or any call from inside the logger.
    ///
    /// Use `im_call_async`, or another thread.
    CalledFromCallback = 90002 => "CALLED_FROM_CALLBACK",
    /// `im_call` or `im_call_async` was given an unknown method.
    ///
    /// Fix the name. It is V2TIM's, such as `getConversationList`.
    UnknownMethod = 90003 => "UNKNOWN_METHOD",
    /// The server refused for another reason, such as a groupID that is taken. XMPP: also when the server's certificate is
    /// not valid, or there is no secure way to log in.
    ///
    /// Read `desc`.
    Refused = 90004 => "REFUSED",
}

impl Status {
    /// The number that crosses the C boundary.
    pub fn code(self) -> i32 {
        self as i32
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
}
