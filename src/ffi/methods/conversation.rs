//! The conversation list. One function for each method, each the same as `im_call` with that method's name.

use crate::ffi::call::named;
use crate::ffi::types::{im_client, im_status};
use std::ffi::c_char;

/// Reads a page of the list, in the order of the config: by default pinned conversations first, then the most
/// recently active.
///
/// Request: `nextSeq` (string or integer, default `"0"`: the first page; then the `nextSeq` of the page before),
/// `count` (integer from 1, required; 100 is a good size).
///
/// Data: `{"nextSeq": string, "isFinished": boolean, "conversationList": array of conversations}`.
///
/// A page is never shorter than `count` before the end, and `isFinished` is true on the page that holds the last row.
/// A walk during which nothing is written gives each conversation once. Under writes none is given twice unless its
/// key was lowered in between (unpinned), and one that moves up past the cursor is told by `onConversationChanged`.
/// At most `conversationLimit` of the config can be walked.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (no such cursor, `count` below 1).
///
/// V2TIM: `getConversationList`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_conversation_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getConversationList", request, out_response) }
}

/// Reads one conversation. Of one that is not in the list it gives a transient one, with the name and picture that
/// are known, and stores nothing.
///
/// Request: `conversationID` (string, required: `c2c_<userID>` or `group_<groupID>`).
///
/// Data: the conversation.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
///
/// V2TIM: `getConversation`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_conversation(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getConversation", request, out_response) }
}

/// Reads several conversations.
///
/// Request: `conversationIDList` (array of strings, required).
///
/// Data: array of those that are in the list, in the order asked.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
///
/// V2TIM: `getConversationListByConversationIds`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_conversation_list_by_conversation_ids(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getConversationListByConversationIds", request, out_response) }
}

/// Sets or cancels the draft of a conversation. A draft belongs to this device. A new text moves the conversation up,
/// and lists it if it was not in the list; the same text again, or none, moves nothing.
///
/// Request: `conversationID` (string, required), `draftText` (string or null, default null; null and `""` cancel).
///
/// Data: null.
///
/// Events: `onConversationChanged` or `onNewConversation`, when something changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID, text too long).
///
/// V2TIM: `setConversationDraft`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_conversation_draft(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setConversationDraft", request, out_response) }
}

/// Pins or unpins a conversation. Pinned ones come first and keep their order among each other. Pinning one that is
/// not in the list lists it.
///
/// Request: `conversationID` (string, required), `isPinned` (boolean, required).
///
/// Data: null.
///
/// Done locally at once and delivered to the server later; if the server refuses, it is undone and told as changed.
///
/// Events: `onConversationChanged` or `onNewConversation`, when something changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
///
/// V2TIM: `pinConversation`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_pin_conversation(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "pinConversation", request, out_response) }
}

/// Deletes a conversation with its messages, here and for this account on the server. A later message makes a new
/// conversation. Of one that is not in the list nothing happens.
///
/// Request: `conversationID` (string, required).
///
/// Data: null.
///
/// Events: `onConversationDeleted`; `onTotalUnreadMessageCountChanged` when the total changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
///
/// V2TIM: `deleteConversation`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_delete_conversation(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "deleteConversation", request, out_response) }
}

/// Reads the number of unread messages of all conversations with `recvOpt` 0.
///
/// Request: no fields.
///
/// Data: integer.
///
/// V2TIM: `getTotalUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_total_unread_message_count(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getTotalUnreadMessageCount", request, out_response) }
}

/// Marks messages as read. Read positions only move forward.
///
/// Request: `conversationID` (string, required: one conversation, `"c2c"` for all with users, `"group"` for all
/// groups, `""` for all), `cleanTimestamp` (integer, s, default 0: C2C messages up to this time), `cleanSequence`
/// (integer, default 0: group messages up to this sequence); 0 = all messages.
///
/// Data: null.
///
/// Done locally at once and delivered to the server later, for the other devices and the peer.
///
/// Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID, a bound below 0).
///
/// V2TIM: `cleanConversationUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_clean_conversation_unread_message_count(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "cleanConversationUnreadMessageCount", request, out_response) }
}
