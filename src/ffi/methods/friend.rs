//! Friends. One function for each method, each the same as `im_call` with that method's name.

use crate::ffi::call::named;
use crate::ffi::types::{im_client, im_status};
use std::ffi::c_char;

/// Adds a friend.
///
/// Request: `userID` (string, required), `friendRemark` (string, default empty: one's own name for the friend),
/// `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// The remark, or else the friend's nickname, is the name of the conversation.
///
/// Events: `onConversationChanged`, when there is a conversation and its name or picture changed.
///
/// Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `addFriend`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_add_friend(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "addFriend", request, out_response) }
}

/// Ends friendships. The conversations stay.
///
/// Request: `userIDList` (array of strings, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: array of `{"userID","resultCode","resultInfo"}`, one for each user.
///
/// Events: `onConversationChanged`, where a name changed.
///
/// Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `deleteFromFriendList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_delete_from_friend_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "deleteFromFriendList", request, out_response) }
}

/// Reads the friends from the cache.
///
/// Request: no fields.
///
/// Data: array of `{"userID","friendRemark","userProfile":{"userID","nickName","faceUrl"}}`, by userID.
///
/// V2TIM: `getFriendList`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_friend_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getFriendList", request, out_response) }
}

/// Sets one's own name for a friend.
///
/// Request: `userID` (string, required), `friendRemark` (string, required; empty removes it), `timeoutMs` (integer,
/// ms, default 30000).
///
/// Data: null.
///
/// Events: `onConversationChanged`, when there is a conversation and its name changed.
///
/// Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `setFriendInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_friend_info(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setFriendInfo", request, out_response) }
}
