//! Logging in and out, and people's profiles. One function for each method, each the same as `im_call` with that method's name.

use crate::ffi::call::named;
use crate::ffi::types::{im_client, im_status};
use std::ffi::c_char;

/// Logs in: starts the connection to the server, the sync, and the delivery of what waits in the outbox.
///
/// Request: `userID` (string, default the client's own, and no other is allowed), `userSig` (string, default null; not
/// looked at: the password of an XMPP account stands in the config), `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// Returns when the account is usable: at once when the cache knows it from an earlier login, even offline; otherwise
/// when the server has let the user in. The sync goes on in the background.
///
/// Events: `onConnecting`, `onConnectSuccess` or `onConnectFailed`, `onSyncServerStart`, what the sync changes,
/// `onSyncServerFinish` or `onSyncServerFailed`.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` (not the client's user, or `backend.path` is a file that is no service),
/// `IM_STATUS_IO_FAILED` (`backend.path` cannot be opened or made), `IM_STATUS_IN_PROGRESS` (another login is under
/// way), `IM_STATUS_NOT_LOGGED_IN` (the password is wrong, or the account disabled), `IM_STATUS_REFUSED` (the server does
/// not let the user in, or is not to be trusted), `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`.
///
/// V2TIM: `login`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_login(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "login", request, out_response) }
}

/// Logs out: ends the connection. The cache stays readable and writable; what waits in the outbox is sent after the
/// next login.
///
/// Request: `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// Errors: only the general ones.
///
/// V2TIM: `logout`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_logout(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "logout", request, out_response) }
}

/// Tells who is logged in.
///
/// Request: no fields.
///
/// Data: the userID (string); null when nobody is logged in.
///
/// V2TIM: `getLoginUser`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_login_user(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getLoginUser", request, out_response) }
}

/// Tells the state of the login.
///
/// Request: no fields.
///
/// Data: integer: 1 logged in, 2 logging in, 3 logged out.
///
/// V2TIM: `getLoginStatus`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_login_status(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getLoginStatus", request, out_response) }
}

/// Says that the device's network may have changed: a new network, or the device woke up.
///
/// Request: no fields.
///
/// Data: null.
///
/// While the server cannot be reached, the next attempt to connect is made at once. A connection that is there is tried,
/// and given up within seconds when the server does not answer. Nobody has to call this: without it the same happens
/// later. The embedded service has no use for it.
///
/// libim's own: `networkChanged`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_network_changed(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "networkChanged", request, out_response) }
}

/// Sets the own nickname and picture.
///
/// Request: `nickName` (string), `faceUrl` (string), each of at most 500 bytes and at least one of them, `timeoutMs`
/// (integer, ms, default 30000). A field that is absent stays as it is.
///
/// Data: null.
///
/// Peers hear it as `onConversationChanged` where it changes what their list shows.
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `setSelfInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_self_info(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setSelfInfo", request, out_response) }
}

/// Asks the server for profiles.
///
/// Request: `userIDList` (array of 1 to 100 strings, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: array of `{"userID","nickName","faceUrl"}`, those that exist, in the order asked.
///
/// Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `getUsersInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_users_info(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getUsersInfo", request, out_response) }
}
