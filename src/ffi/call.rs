//! Calling methods by name: the two general functions, and the body of the named ones.

use super::callback::Completion;
use super::pointers::{OutString, optional_str, required_str};
use super::types::{im_client, im_on_response, im_status};
use super::{boundary, registry};
use crate::api;
use crate::model::{Error, Result};
use std::ffi::{c_char, c_void};

/// Calls a method by its V2TIM name, for example `getConversationList`, and waits for the answer. Each method also has a
/// function of its own, which does the same and documents the method's request and answer.
///
/// `request` is a JSON object with the method's parameters; NULL means `{}`. `*out_response` receives the envelope
/// `{"code","desc","data"}`, on failure too.
///
/// Methods that read or write the local cache do not wait for the network. Methods that need the server wait for up to
/// `timeoutMs` milliseconds, a field of their request. Inside a callback of the same client they fail with
/// `IM_STATUS_CALLED_FROM_CALLBACK`: use `im_call_async` there, and on the thread of a user interface.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client), `IM_STATUS_UNKNOWN_METHOD`,
/// `IM_STATUS_INVALID_JSON`, `IM_STATUS_INVALID_PARAMETERS` (`desc` names the field), and with the errors of the method.
///
/// Any thread; runs on the calling thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_call(
    client: im_client,
    method: *const c_char,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract it is NULL or may be written to until this function returns.
    let mut out = unsafe { OutString::new(out_response) };
    boundary::response(&mut out, || {
        let open = registry::get(client)?;
        // SAFETY: by the contract both are NULL or strings that stay as they are until this function returns.
        let (method, request) = unsafe { (required_str("method", method)?, request_text(request)?) };
        Ok(api::call(&open.client, method, request))
    })
}

/// Calls a method by its V2TIM name without waiting for the answer.
///
/// `method` and `request` are the same as for `im_call`, and are copied. If this returns 0, `on_response` runs exactly once
/// with the answer, on the client's dispatcher thread, in order with the events; if the client is closed before there is an
/// answer, the status is `IM_STATUS_CANCELLED`. If this returns anything else, `on_response` never runs, and the log says
/// why. `on_response` must not be NULL.
///
/// A method of the cache is carried out at its place among the events, on the dispatcher thread, and answers at once: the
/// answer is never older than what was reported before it, and what is newer is reported after it. So an app with a listener
/// reads its list with this function and not with `im_call`, whose answer may be older than an event that was already
/// handled.
///
/// Methods that wait for the server run independently of each other. They begin in the order of the calls, and their
/// `timeoutMs` counts from the call.
///
/// Any thread, also inside callbacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_call_async(
    client: im_client,
    method: *const c_char,
    request: *const c_char,
    on_response: im_on_response,
    user_data: *mut c_void,
) -> im_status {
    boundary::status("im_call_async", || {
        let open = registry::get(client)?;
        let on_response = on_response.ok_or_else(|| Error::invalid("on_response is NULL"))?;
        // SAFETY: by the contract both are NULL or strings that stay as they are until this function returns.
        let (method, request) = unsafe { (required_str("method", method)?, request_text(request)?) };
        let completion = Completion::new(on_response, user_data);
        let done = Box::new(move |response| completion.run(response));
        api::call_async(&open.client, method, request.to_owned(), done)
    })
}

/// The body of a named function: `im_call` with the name filled in.
///
/// # Safety
/// `request` and `out_response` are as the contract wants them.
pub(super) unsafe fn named(
    client: im_client,
    method: &'static str,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract it is NULL or may be written to until the exported function returns.
    let mut out = unsafe { OutString::new(out_response) };
    boundary::response(&mut out, || {
        let open = registry::get(client)?;
        // SAFETY: by the contract it is NULL or a string that stays as it is until the exported function returns.
        let request = unsafe { request_text(request) }?;
        Ok(api::call(&open.client, method, request))
    })
}

/// The text of a request; NULL is the empty object.
///
/// # Safety
/// As [`optional_str`].
unsafe fn request_text<'a>(request: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise is passed on.
    Ok(unsafe { optional_str("request", request) }?.unwrap_or("{}"))
}
