//! The embedded service through its backend: several devices on one file, each with a recording account.

mod deletes;
mod files;
mod groups;
mod many;
mod messages;
mod people;
mod settings;
mod support;
