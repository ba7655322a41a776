//! The C names of the types that cross the boundary.

use std::ffi::{c_char, c_void};

/// The outcome of a call: `IM_STATUS_OK`, or one of the other `IM_STATUS_` codes. The same number as `code` in the
/// response.
pub type im_status = i32;

/// An open client: a number, never 0 and never used twice in a process. A closed or unknown one is answered with
/// `IM_STATUS_NOT_INITIALIZED`.
pub type im_client = u64;

/// A listener of a client: a number, never 0 and never used twice in a process.
pub type im_listener = u64;

/// Takes the response of `im_call_async`.
///
/// Runs exactly once, on the client's dispatcher thread, when `im_call_async` returned 0, and never otherwise.
/// `status` is the `code` of the response, `response` the whole envelope: `len` bytes and a NUL, borrowed until the
/// function returns. It may call any function of libim except `im_client_close` on the same client, and must not
/// unwind (no C++ exception may leave it).
pub type im_on_response =
    Option<unsafe extern "C" fn(user_data: *mut c_void, status: im_status, response: *const c_char, len: usize)>;

/// Takes an event of a client.
///
/// Runs on the client's dispatcher thread, one event at a time, in the order the changes were committed, with no lock
/// of libim held. `event` is one of the `IM_EVENT_` numbers, `payload` its argument as JSON (`null` where it has
/// none): `len` bytes and a NUL, borrowed until the function returns. It may call any function of libim except
/// `im_client_close` on the same client, and must not unwind.
pub type im_on_event =
    Option<unsafe extern "C" fn(user_data: *mut c_void, event: i32, payload: *const c_char, len: usize)>;

/// Takes a line of the log.
///
/// Runs on whichever thread logs, so on several at once, and possibly with locks of libim held: keep it short.
/// `level` is one of the `IM_LOG_` numbers, `message` is `len` bytes and a NUL, borrowed until the function returns.
/// Inside it only `im_set_logger`, `im_string_free` and the functions that tell versions and names do their work; the
/// others return `IM_STATUS_CALLED_FROM_CALLBACK`. What is logged inside it is not told. It must not unwind.
pub type im_on_log =
    Option<unsafe extern "C" fn(user_data: *mut c_void, level: i32, message: *const c_char, len: usize)>;

/// Releases a `user_data` that libim does not need any more. Runs exactly once for each add that succeeded and never
/// for one that failed, on the thread that lets go of it last: one that removes, closes or sets a logger, the
/// dispatcher thread, or for a logger one that logs. It may call what a callback may call, and must not unwind. NULL
/// where there is nothing to release.
pub type im_destroy = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
