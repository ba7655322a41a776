//! The embedded service through its backend: several devices on one file, each with a recording account.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that does not find what it needs has failed"
)]

#[path = "../support/app.rs"]
#[allow(dead_code, unreachable_pub)] // other test programs use the rest
mod app;
mod backups;
mod deletes;
#[path = "../support/exact.rs"]
#[allow(unreachable_pub)] // in other test programs it is public
mod exact;
mod files;
mod groups;
mod hostile;
mod many;
mod messages;
mod people;
mod settings;
mod support;
mod traces;
mod typing;
mod values;

/// A directory that goes away with the value.
fn temp_dir() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
