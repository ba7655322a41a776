//! Calling methods by name: the two general functions, and what the named ones are made of.

use super::callback::Completion;
use super::pointers::{OutString, optional_str, required_str};
use super::types::{im_client, im_on_response, im_status};
use super::{guard, registry};
use crate::api;
use crate::model::{Error, Result};
use std::ffi::{c_char, c_void};

/// Calls a method by its V2TIM name, for example `getConversationList`, and waits for its answer. There is a named
/// function for each method, which does the same and says what the method takes and gives.
///
/// `request` is a JSON object with the method's parameters; NULL is `{}`. `*out_response` is the envelope
/// `{"code","desc","data"}`, also on failure.
///
/// Methods that read or write the local cache do not wait for the network. Methods that need the server wait for up
/// to the request's `timeoutMs`; inside a callback of the same client they fail with `IM_STATUS_CALLED_FROM_CALLBACK`
/// (use `im_call_async` there, and on the threads of a user interface).
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client), `IM_STATUS_UNKNOWN_METHOD`,
/// `IM_STATUS_INVALID_JSON`, `IM_STATUS_INVALID_PARAMETERS` (the sentence in `desc` names the field), and as the method
/// says.
///
/// Any thread; runs on the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_call(
    client: im_client,
    method: *const c_char,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract it is NULL or may be written to until this function returns.
    let mut out = unsafe { OutString::new(out_response) };
    guard::response(&mut out, || {
        let open = registry::get(client)?;
        // SAFETY: by the contract both are NULL or strings that stay as they are until this function returns.
        let (method, request) = unsafe { (required_str("method", method)?, request_text(request)?) };
        Ok(api::call(&open.client, method, request))
    })
}

/// Calls a method by its V2TIM name without waiting for its answer.
///
/// `method` and `request` are as in `im_call`, and copied. If this returns 0, `on_response` runs exactly once with the
/// answer, on the client's dispatcher thread, in order with the events; on close at the latest, then with
/// `IM_STATUS_CANCELLED` where there is no answer. If it returns anything else, `on_response` never runs, and the log
/// says what was wrong. `on_response` must not be NULL.
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
    guard::status("im_call_async", || {
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
    guard::response(&mut out, || {
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
