//! Versions and names, which need no client. Any thread; the strings are static.

use super::constants::IM_ABI_VERSION;
use super::guard;
use super::types::im_status;
use crate::events::Event;
use crate::model::Status;
use once_cell::sync::Lazy;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char};

/// The name of a number that has none.
const UNKNOWN: &CStr = c"UNKNOWN";

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

static STATUS_NAMES: Lazy<Names> = Lazy::new(|| names(Status::ALL.iter().map(|s| (s.code(), s.name()))));
static EVENT_NAMES: Lazy<Names> = Lazy::new(|| names(Event::ALL.iter().map(|e| (e.code(), e.name()))));

type Names = HashMap<i32, CString>;

fn names(pairs: impl Iterator<Item = (i32, &'static str)>) -> Names {
    pairs
        .filter_map(|(code, name)| Some((code, CString::new(name).ok()?)))
        .collect()
}

fn name_of(names: &'static Lazy<Names>, code: i32) -> *const c_char {
    guard::value(UNKNOWN.as_ptr(), || {
        names.get(&code).map_or(UNKNOWN, CString::as_c_str).as_ptr()
    })
}

/// Returns the version of the library, for example `0.1.0`. Any thread. The string is static: do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn im_version() -> *const c_char {
    VERSION.as_ptr().cast()
}

/// Returns the ABI version of the library. An app must not use a library whose ABI version differs from the
/// `IM_ABI_VERSION` of its header. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn im_abi_version() -> u32 {
    IM_ABI_VERSION
}

/// Returns the name of a status code, for example `INVALID_PARAMETERS`, or `UNKNOWN` for any other number. Never NULL. Any
/// thread. The string is static: do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn im_status_name(status: im_status) -> *const c_char {
    name_of(&STATUS_NAMES, status)
}

/// Returns the V2TIM name of an event, for example `onNewConversation`, or `UNKNOWN` for any other number. Never NULL. Any
/// thread. The string is static: do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn im_event_name(event: i32) -> *const c_char {
    name_of(&EVENT_NAMES, event)
}
