//! One C function for each method of the API, in files by topic. They are written out, not made by a macro, so that
//! cbindgen and a reader can see them; `tests/header.rs` holds them against the table of methods.

pub mod account;
pub mod conversation;
pub mod friend;
pub mod group;
pub mod message;
