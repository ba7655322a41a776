//! The boundary that every exported function with an outcome crosses: its body runs guarded, and its outcome becomes a
//! status and, where the function has one, a response. Runs on the caller's thread.

use super::pointers::OutString;
use super::types::im_status;
use super::{guard, logger, process};
use crate::api::{self, Response};
use crate::model::{Error, Result, Status};

/// Runs the body of a function that answers with an envelope, and hands the envelope to the app.
pub(super) fn response(out: &mut OutString, body: impl FnOnce() -> Result<Response>) -> im_status {
    let outcome = guarded(body);
    // Guarded again: making the answer runs code that could panic too.
    guard::value(Status::Internal.code(), || {
        let response = outcome.unwrap_or_else(|error| api::failure(&error));
        out.set(&response.json);
        response.status.code()
    })
}

/// Runs the body of a function that answers with a status alone. The sentence of an error goes to the log, since
/// there is no response to carry it.
pub(super) fn status(function: &str, body: impl FnOnce() -> Result<()>) -> im_status {
    match guarded(body) {
        Ok(()) => 0,
        Err(error) => {
            log::warn!("{function} failed: {error}");
            error.status.code()
        }
    }
}

/// The same for a function that fails in the course of things.
pub(super) fn quiet_status(body: impl FnOnce() -> Result<()>) -> im_status {
    guarded(body).map_or_else(|error| error.status.code(), |()| 0)
}

/// Refuses calls in a forked child and from inside a log callback, which may run under locks of libim, and turns a panic
/// into 7012.
fn guarded<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    guard::catch(|| {
        // First of all: in a child any lock may be held for ever.
        process::refuse_in_child()?;
        logger::refuse_inside_log_callback()?;
        body()
    })
    .unwrap_or_else(|| Err(Error::internal(api::PANICKED)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::{CStr, c_char};

    #[test]
    fn a_panic_becomes_an_internal_error_with_an_envelope() {
        let mut raw: *mut c_char = std::ptr::null_mut();
        // SAFETY: `raw` outlives the OutString.
        let mut out = unsafe { OutString::new(&mut raw) };
        assert_eq!(response(&mut out, || panic!("a secret")), 7012);
        // SAFETY: the boundary wrote a NUL-terminated string.
        let text = unsafe { CStr::from_ptr(raw) }.to_str().unwrap().to_string();
        // SAFETY: it came from the boundary and is freed once.
        unsafe { crate::ffi::pointers::im_string_free(raw) };
        let envelope: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(envelope["code"], 7012);
        assert!(envelope["data"].is_null());
        assert!(envelope["desc"].as_str().unwrap().contains("panicked"));
        assert!(!text.contains("secret"), "what a panic says may hold a message: {text}");
    }

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(status("im_test", || panic!("on purpose")), 7012);
    }
}
