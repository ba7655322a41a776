//! Messages, histories and receive options. One function for each method, each the same as `im_call` with that method's name.

use crate::ffi::call::named;
use crate::ffi::types::{im_client, im_status};
use std::ffi::c_char;

/// Sends a message: stores it with status 1, shows it in the list and returns; the outbox delivers it, also after a
/// restart.
///
/// Request: `receiver` (string: a userID) or `groupID` (string), exactly one of them; `elemType` (integer, required:
/// 1 text, 2 custom) with `textElem` `{"text"}` or `customElem` `{"data","desc","extension"}`; optional
/// `groupAtUserList` (array of userIDs and `__kImSDK_MesssageAtALL__`), `cloudCustomData` (string), `priority`
/// (integer 0 to 3), `needReadReceipt`, `isExcludedFromUnreadCount`, `isExcludedFromLastMessage` (booleans, default
/// false).
///
/// Data: the message.
///
/// Text may have 64 KiB, the whole message 256 KiB as JSON.
///
/// Events: `onConversationChanged` or `onNewConversation`; later `onMessageStatusChanged` with status 2 (sent) or 3
/// (refused).
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (fields missing or too long), `IM_STATUS_INVALID_USER_ID`,
/// `IM_STATUS_INVALID_GROUP_ID`.
///
/// V2TIM: `sendMessage`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_send_message(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "sendMessage", request, out_response) }
}

/// Reads stored messages of a conversation.
///
/// Request: `userID` or `groupID` (string), exactly one of them; `count` (integer from 1, required); `lastMsgID`
/// (string, default null: start at the newest, or at the oldest when reading towards newer ones; the message itself
/// is not returned); `getType` (integer: 3 towards older messages, the default, 4 towards newer ones; 1 and 2 are
/// accepted as the same).
///
/// Data: array of messages, in the direction asked.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (no such `lastMsgID` in the conversation, `count` below 1).
///
/// V2TIM: `getHistoryMessageList`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_history_message_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getHistoryMessageList", request, out_response) }
}

/// Recalls a message of one's own for everyone. Its content goes, and the conversation's last message and unread
/// count are computed again; its place in the list stays.
///
/// Request: `msgID` (string, required).
///
/// Data: null.
///
/// Done locally at once and delivered to the server later; if the server refuses, it is undone and told as changed.
///
/// Events: `onConversationChanged`; for the others in the conversation also `onRecvMessageRevoked`.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message), `IM_STATUS_NO_PERMISSION`.
///
/// V2TIM: `revokeMessage`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_revoke_message(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "revokeMessage", request, out_response) }
}

/// Deletes messages for this account only. All or none.
///
/// Request: `msgIDs` (array of strings, required).
///
/// Data: null.
///
/// Events: `onConversationChanged`, when something visible changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (a message does not exist; nothing is deleted).
///
/// V2TIM: `deleteMessages`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_delete_messages(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "deleteMessages", request, out_response) }
}

/// Deletes the history with a user for this account only. The conversation stays in its place, with no last message.
///
/// Request: `userID` (string, required).
///
/// Data: null.
///
/// Events: `onConversationChanged`, when something visible changed.
///
/// Errors: `IM_STATUS_INVALID_USER_ID`.
///
/// V2TIM: `clearC2CHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_clear_c2c_history_message(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "clearC2CHistoryMessage", request, out_response) }
}

/// Deletes the history of a group for this account only. The conversation stays in its place, with no last message.
///
/// Request: `groupID` (string, required).
///
/// Data: null.
///
/// Events: `onConversationChanged`, when something visible changed.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`.
///
/// V2TIM: `clearGroupHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_clear_group_history_message(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "clearGroupHistoryMessage", request, out_response) }
}

/// Sets how messages of users are received.
///
/// Request: `userIDList` (array of strings, required), `opt` (integer, required: 0 receive and notify; 1 not
/// delivered, the list is not updated; 2 receive silently; 3 receive, notify only for an @).
///
/// Data: null.
///
/// Only conversations with option 0 count in the total of unread messages.
///
/// Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_USER_ID`.
///
/// V2TIM: `setC2CReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_c2c_receive_message_opt(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setC2CReceiveMessageOpt", request, out_response) }
}

/// Sets how messages of a group are received.
///
/// Request: `groupID` (string, required), `opt` (integer, required, as for `im_set_c2c_receive_message_opt`).
///
/// Data: null.
///
/// Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_GROUP_ID`.
///
/// V2TIM: `setGroupReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_group_receive_message_opt(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setGroupReceiveMessageOpt", request, out_response) }
}
