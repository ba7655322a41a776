//! The C names of the types that cross the boundary.

use std::ffi::{c_char, c_void};

/// The outcome of a call: `IM_STATUS_OK` (0) or another `IM_STATUS_` code. It is the same number as `code` in the
/// response.
pub type im_status = i32;

/// An open client. Handles are numbers that are never 0 and never reused within a process. A call on a closed or unknown
/// client fails with `IM_STATUS_NOT_INITIALIZED`.
pub type im_client = u64;

/// A listener of a client. Handles are numbers that are never 0 and never reused within a process.
pub type im_listener = u64;

/// A stream of events of a client. Handles are numbers that are never 0 and never reused within a process.
pub type im_stream = u64;

/// The number of no event: `im_stream_next` has found none.
pub const IM_EVENT_NONE: i32 = -1;

/// Receives the response of `im_call_async`.
///
/// Runs exactly once, on the client's dispatcher thread, if `im_call_async` returned 0, and never otherwise. `status` is
/// the `code` of the response and `response` is the whole envelope: `len` bytes followed by a NUL, borrowed until the
/// function returns. Within it, `im_client_close` on the same client and `im_call` of a method that waits
/// for the server return `IM_STATUS_CALLED_FROM_CALLBACK`; every other function may be called. It must not unwind: no C++
/// exception may leave it.
pub type im_on_response =
    Option<unsafe extern "C" fn(user_data: *mut c_void, status: im_status, response: *const c_char, len: usize)>;

/// Receives an event of a client.
///
/// Runs on the client's dispatcher thread, one event at a time, in the order in which the changes were committed, with no
/// lock of libim held. `event` is one of the `IM_EVENT_` numbers. `payload` is the event's argument as JSON (`null` if it
/// has none): `len` bytes followed by a NUL, borrowed until the function returns. The same calls are refused within it
/// as within `im_on_response`, and it must not unwind.
pub type im_on_event =
    Option<unsafe extern "C" fn(user_data: *mut c_void, event: i32, payload: *const c_char, len: usize)>;

/// Hears that a stream has an event.
///
/// Runs on the client's dispatcher thread with no lock of libim held. The same calls are refused within it as within
/// `im_on_response`, and it must not unwind.
pub type im_on_ready = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Receives a line of the log.
///
/// Runs on the thread that logs, so possibly on several threads at once and with locks of libim held: keep it short.
/// `level` is one of the `IM_LOG_` numbers. `message` is `len` bytes followed by a NUL, borrowed until the function
/// returns. Inside the function only `im_set_logger`, `im_string_free` and the functions that return versions and names
/// may be used; all others return `IM_STATUS_CALLED_FROM_CALLBACK`. Lines logged while it runs on the same thread are
/// dropped. It must not unwind.
pub type im_on_log =
    Option<unsafe extern "C" fn(user_data: *mut c_void, level: i32, message: *const c_char, len: usize)>;

/// Releases a `user_data` that libim no longer needs.
///
/// Runs exactly once after a successful `im_listener_add`, `im_stream_open` or `im_set_logger`, and never after a failed one. It runs on the
/// thread that drops the last reference: the one that removes the listener, closes the client or replaces the logger, the
/// dispatcher thread, or, for a logger, a thread that logs. It may call whatever a callback may call, and must not unwind.
/// NULL if there is nothing to release.
pub type im_destroy = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
