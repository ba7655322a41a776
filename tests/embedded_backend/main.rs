//! The embedded service through its backend: several devices on one file, each with a recording account.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that does not find what it needs has failed"
)]

mod deletes;
mod files;
mod groups;
mod many;
mod messages;
mod people;
mod settings;
mod support;
