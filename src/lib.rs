//! libim: the conversation list of an instant-messaging app.
//!
//! The product is the C ABI in [`ffi`], declared in `include/libim.h`. Modules that tests and benches reach are public;
//! they are not a stable Rust API. The others are private to the crate, so that the compiler sees dead code in them.
//!
//! Imports run downwards only:
//! `ffi -> api -> client -> {engine, backend, events}`, `engine -> {store, events, model}`, `backend -> model`,
//! `store -> model`. ARCHITECTURE.md walks through it.

#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod api;
pub mod backend;
pub mod client;
pub mod engine;
pub mod events;
#[allow(unsafe_code)]
pub mod ffi;
pub mod model;
pub(crate) mod store;
