//! The numbers of the C ABI as constants: status codes, events and log levels.
//!
//! They are written out because cbindgen reads source, not expanded macros; `tests/header.rs` holds them against the
//! Rust enums, in both directions.

/// The version of the ABI that this header describes; `im_abi_version` tells the library's. They must be equal. It is
/// also the number at the end of the shared library's soname.
pub const IM_ABI_VERSION: u32 = 0;

/// Success.
pub const IM_STATUS_OK: i32 = 0;
/// The conversation is not one that this call can work on.
pub const IM_STATUS_INVALID_CONVERSATION: i32 = 6004;
/// The client handle is unknown or closed.
pub const IM_STATUS_NOT_INITIALIZED: i32 = 6013;
/// The call needs the server and nobody is logged in.
pub const IM_STATUS_NOT_LOGGED_IN: i32 = 6014;
/// The same operation is already running.
pub const IM_STATUS_IN_PROGRESS: i32 = 6015;
/// A parameter is missing, unknown, of the wrong type or out of range.
pub const IM_STATUS_INVALID_PARAMETERS: i32 = 6017;
/// The local database failed.
pub const IM_STATUS_DATABASE_FAILED: i32 = 6019;
/// Reading or writing a file failed (disk full, permission).
pub const IM_STATUS_IO_FAILED: i32 = 6022;
/// The request is not JSON.
pub const IM_STATUS_INVALID_JSON: i32 = 6027;
/// The user id is not valid.
pub const IM_STATUS_INVALID_USER_ID: i32 = 7003;
/// The client was closed while the call was running.
pub const IM_STATUS_CANCELLED: i32 = 7009;
/// A fault inside libim; please report it.
pub const IM_STATUS_INTERNAL_ERROR: i32 = 7012;
/// This backend cannot do that.
pub const IM_STATUS_NOT_SUPPORTED: i32 = 7013;
/// The group id is not valid.
pub const IM_STATUS_INVALID_GROUP_ID: i32 = 8501;
/// The server cannot be reached now.
pub const IM_STATUS_DISCONNECTED: i32 = 9508;
/// The server did not answer in time.
pub const IM_STATUS_TIMEOUT: i32 = 9510;
/// The user may not do that.
pub const IM_STATUS_NO_PERMISSION: i32 = 10007;
/// More than 100 conversations in one call.
pub const IM_STATUS_TOO_MANY_CONVERSATIONS: i32 = 51006;
/// No such conversation group.
pub const IM_STATUS_NO_SUCH_CONVERSATION_GROUP: i32 = 51009;
/// The conversation-group name is longer than 32 bytes.
pub const IM_STATUS_CONVERSATION_GROUP_NAME_TOO_LONG: i32 = 51011;
/// Another client, here or in another process, has this account's cache open.
pub const IM_STATUS_ACCOUNT_IN_USE: i32 = 90001;
/// Called from a callback, where it would deadlock.
pub const IM_STATUS_CALLED_FROM_CALLBACK: i32 = 90002;
/// There is no method of that name.
pub const IM_STATUS_UNKNOWN_METHOD: i32 = 90003;
/// The server refused the operation.
pub const IM_STATUS_REFUSED: i32 = 90004;

/// onSyncServerStart: a sync with the server begins. Payload: `null`. Exactly one of the next two follows.
pub const IM_EVENT_SYNC_SERVER_START: i32 = 0;
/// onSyncServerFinish: the sync is complete; what it changed was told before. Payload: `null`.
pub const IM_EVENT_SYNC_SERVER_FINISH: i32 = 1;
/// onSyncServerFailed: the sync broke off; another one starts later. Payload: `{"code","desc"}`.
pub const IM_EVENT_SYNC_SERVER_FAILED: i32 = 2;
/// onNewConversation: conversations that were never told before, or were deleted since. Payload: array of
/// conversations.
pub const IM_EVENT_NEW_CONVERSATION: i32 = 3;
/// onConversationChanged: conversations with a visible change, whole, with their new `orderkey`. Payload: array of
/// conversations.
pub const IM_EVENT_CONVERSATION_CHANGED: i32 = 4;
/// onConversationDeleted: conversations that are gone. Payload: array of conversationIDs.
pub const IM_EVENT_CONVERSATION_DELETED: i32 = 5;
/// onTotalUnreadMessageCountChanged: the new total of unread messages. Payload: integer.
pub const IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED: i32 = 6;
/// onRecvNewMessage: a message arrived. Payload: message.
pub const IM_EVENT_RECV_NEW_MESSAGE: i32 = 7;
/// onRecvMessageModified: a message was modified. Payload: message.
pub const IM_EVENT_RECV_MESSAGE_MODIFIED: i32 = 8;
/// onRecvMessageRevoked: a message was recalled. Payload: as V2TIM has it, with the `msgID`.
pub const IM_EVENT_RECV_MESSAGE_REVOKED: i32 = 9;
/// onRecvC2CReadReceipt: a peer has read messages of ours. Payload: array of receipts.
pub const IM_EVENT_RECV_C2C_READ_RECEIPT: i32 = 10;
/// onMessageStatusChanged: a message of ours was sent (status 2) or refused (status 3). Payload: message.
pub const IM_EVENT_MESSAGE_STATUS_CHANGED: i32 = 11;
/// onMessagesMissed: more messages came than are kept for a slow listener: read the histories of these conversations.
/// Payload: array of conversationIDs.
pub const IM_EVENT_MESSAGES_MISSED: i32 = 12;
/// onConnecting: the backend tries to reach the server. Payload: `null`.
pub const IM_EVENT_CONNECTING: i32 = 13;
/// onConnectSuccess: the server is reached and the user is known there. Payload: `null`.
pub const IM_EVENT_CONNECT_SUCCESS: i32 = 14;
/// onConnectFailed: the server cannot be reached now; the backend goes on trying. Payload: `{"code","desc"}`.
pub const IM_EVENT_CONNECT_FAILED: i32 = 15;
/// onKickedOffline: another device took the place of this session. Payload: `null`.
pub const IM_EVENT_KICKED_OFFLINE: i32 = 16;
/// onUserSigExpired: the credentials have expired. Payload: `null`.
pub const IM_EVENT_USER_SIG_EXPIRED: i32 = 17;

/// Log level: something failed.
pub const IM_LOG_ERROR: i32 = 1;
/// Log level: something is wrong and was dealt with.
pub const IM_LOG_WARN: i32 = 2;
/// Log level: milestones, such as a login.
pub const IM_LOG_INFO: i32 = 3;
/// Log level: for finding faults.
pub const IM_LOG_DEBUG: i32 = 4;
/// Log level: everything.
pub const IM_LOG_TRACE: i32 = 5;
