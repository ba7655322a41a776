//! `libImSDK`: the functions of Tencent Cloud IM's C SDK, carried out by libim.
//!
//! An app that was written for that SDK loads this library in its place, and its users are on servers of its own. Nothing
//! of the list is decided here: a function becomes a call of libim by its method's name, and the keys of the one JSON
//! become those of the other ([`keys`]). docs/migrate.md says how to move an app, and what is different.
//!
//! `ffi` has the exported functions, and is the only place with unsafe code. They build a [`call::Call`], which [`sdk`] puts to
//! the client of the user who is logged in; its events go through [`events`] to the callbacks that the app has set.

// The name of the library is that of the SDK's.
#![allow(non_snake_case)]
#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod account;
mod call;
mod callbacks;
mod downloads;
mod events;
#[allow(unsafe_code)]
mod ffi;
mod ids;
mod keys;
mod logic;
mod reports;
mod sdk;
mod sending;

/// The names that the library exports: those of the public API, and no other.
pub const NAMES: &str = include_str!("names.txt");
