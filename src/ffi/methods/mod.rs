//! One C function for each method of the API, in files by topic. `make generate` writes them, so that cbindgen and a
//! reader can see them.

pub mod account;
pub mod change;
pub mod conversation;
pub mod create;
pub mod friend;
pub mod group;
pub mod history;
pub mod label;
pub mod member;
pub mod message;
pub mod receipt;
pub mod search;
pub mod view;
