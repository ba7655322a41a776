//! The exported functions: those of `include/TIMLibim.h`, and no others.
//!
//! They turn parameters into values and build a call. The promises of a caller stand at the top of the header, and the `SAFETY`
//! comments call it "the contract". No panic leaves a function (`guard`).

// Their names are those of the API, and the header has their documentation.
#![allow(non_snake_case, missing_docs, unreachable_pub)]

mod callbacks;
mod conversation;
mod core;
mod friendship;
mod group;
mod group_members;
mod handler;
mod message;
mod message_changes;
mod message_options;
mod profile;
mod types;
mod unsupported;

use crate::call::{Answer, Call, Refusal};
use crate::ids::Ids;
use crate::{logic::Logic, sdk};
use handler::{Callback, c_text};
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use types::Data;

/// Runs the body of a function.
fn guard(body: impl FnOnce() -> Result<(), Refusal>) -> c_int {
    // Shared state is behind locks whose poison is ignored.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => 0,
        Ok(Err(refusal)) => refusal as c_int,
        Err(_) => Refusal::Parameter as c_int,
    }
}

/// Asks something of libim.
fn request(cb: Callback, data: Data, build: impl FnOnce(&Ids) -> Result<Call, Refusal>) -> c_int {
    guard(|| sdk::put(answer(cb, data)?, build))
}

/// Tells an answer to the app, unless the SDK has ended.
fn answer(cb: Callback, data: Data) -> Result<Answer, Refusal> {
    let is_over = Arc::clone(&sdk::current()?.is_over);
    Ok(Arc::new(move |code, desc, json| {
        let Some(cb) = cb else { return };
        if is_over.load(Ordering::Acquire) {
            return;
        }
        let (desc, json) = (c_text(desc), c_text(json));
        // SAFETY: by the contract the callback may be called on any thread until it has run.
        Logic::call_back(|| unsafe { cb(code, desc.as_ptr(), json.as_ptr(), data) });
    }))
}
